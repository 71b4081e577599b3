// `cas-batch ledger prune --older-than 7y`: removes content that retention no longer asks for. Shows
// what it would do unless --yes is given; no command ever asks.
import type { Argv } from "yargs";
import { plural } from "../../core/text/count-words.ts";
import { timeBefore } from "../../core/time/time-before.ts";
import { CasBatchError } from "../../core/errors.ts";
import { pruneLedger, type PruneSummary } from "../../ledger/sqlite/care/prune-ledger.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import type { OldEvidence } from "../../runs/old-evidence.ts";
import { caredLedgerPath, retentionOf } from "../flags/settings.ts";
import { runCommand } from "../frame/run-command.ts";
import { describeBytes } from "../words/ledger-words.ts";
import { plainResult } from "../words/plain-result.ts";

export function addPruneCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "prune",
    "Remove the content of shipments that were finished long ago",
    (command) =>
      command
        .option("older-than", {
          type: "string",
          describe:
            "How long ago the last thing happened to them: 7y, 400d; by default `retention.payloads` of cas-batch.yaml",
        })
        .option("yes", { type: "boolean", describe: "Do it; else only count" })
        .option("dry-run", { type: "boolean", describe: "Only count, as without --yes" })
        .conflicts("yes", "dry-run")
        .example("$0 ledger prune --older-than 7y --env production", "How much would go")
        .example("$0 ledger prune --older-than 7y --env production --yes", "Remove it"),
    async (flags) => {
      await runCommand("ledger prune", flags, async (context) => {
        const ledger = await caredLedgerPath(flags, context.variables);
        const now = context.clock.now();
        const retention = await retentionOf(flags, context.variables);
        const before = beforeOf(flags.olderThan ?? retention.payloads, now);
        const remove = flags.yes === true;
        const pruned = await pruneLedger(ledger, { before, now, remove });
        const evidence = await evidenceOlderThan(ledger, retention.evidence, now, remove);
        const more = { ledger, before: before.toISOString(), removed: remove, pruned, evidence };
        const isAny =
          pruned.shipments + pruned.files + pruned.notifications + pruned.changes > 0 ||
          evidence.some(({ standing }) => standing === "due");
        const next =
          remove || !isAny
            ? []
            : [
                "`cas-batch ledger backup`, then the same command again with --yes: what is removed is gone",
              ];
        const summary = [
          ...describe(pruned, before, remove),
          ...describeEvidence(evidence, remove),
        ];
        return plainResult(summary, more, next);
      });
    },
  );
}

/** None where the configuration says nothing of evidence: it is kept for good then. */
async function evidenceOlderThan(
  ledger: string,
  duration: string | undefined,
  now: Date,
  remove: boolean,
): Promise<readonly OldEvidence[]> {
  if (duration === undefined) return [];
  const { oldEvidence } = await import("../../runs/old-evidence.ts");
  return oldEvidence(ledger, { before: timeBefore(duration, now) ?? now, now, remove });
}

/** @throws CasBatchError `usage` */
function beforeOf(duration: string | undefined, now: Date): Date {
  if (duration === undefined) {
    throw new CasBatchError("usage", "--older-than is needed: how long content is to be kept", {
      hint: "Add --older-than 7y, or `retention: { payloads: 7y }` in cas-batch.yaml",
    });
  }
  const before = timeBefore(duration, now);
  if (before !== null) return before;
  throw new CasBatchError("usage", `--older-than ${duration} is no duration`, {
    hint: "Write it like 7y or 400d",
  });
}

const EVIDENCE_KEPT = {
  gone: "it is not there any more",
  changed: "it is not as it was written, so a person has to look at it",
  open: "a shipment of its run is not finished",
} as const;

function describeEvidence(evidence: readonly OldEvidence[], remove: boolean): readonly string[] {
  return evidence.map(({ path, writtenAt, standing }) => {
    const written = `evidence ${path}, written on ${writtenAt.toISOString().slice(0, 10)}`;
    if (standing === "due") return `${remove ? "Removed" : "Would remove"}: ${written}`;
    return `${standing === "gone" ? "Gone" : "Kept"}: ${written}: ${EVIDENCE_KEPT[standing]}`;
  });
}

function describe(pruned: PruneSummary, before: Date, remove: boolean): readonly string[] {
  const { shipments, versions, payloadBytes, files, findings, notifications, stillOpen } = pruned;
  const { changes } = pruned;
  const day = before.toISOString().slice(0, 10);
  const verb = remove ? "Removed" : "Would remove";
  return [
    `${verb}: the content of ${plural(shipments, "shipment")} (${plural(versions, "version")}, ${describeBytes(payloadBytes)}) untouched since ${day}`,
    `${verb}: the rows of ${plural(files, "file")} with ${plural(findings, "finding")}`,
    ...(notifications === 0
      ? []
      : [`${verb}: the content of ${plural(notifications, "notification")}`]),
    ...(changes === 0 ? [] : [`${verb}: the content of ${plural(changes, "change")} made by hand`]),
    ...(stillOpen === 0
      ? []
      : [`Kept: ${plural(stillOpen, "shipment")} as old, but not finished; see the status report`]),
    ...(remove && !pruned.packed
      ? ["The file was not packed, because a run is sending: run this again when it has ended"]
      : []),
    "Kept for good: references, version numbers, fingerprints, receipts, attempts, declarations",
  ];
}
