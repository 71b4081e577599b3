// `cas-batch ledger prune --older-than 7y`: removes content that retention no longer asks for. Shows
// what it would do unless --yes is given; no command ever asks.
import type { Argv } from "yargs";
import { plural } from "../../core/text/count-words.ts";
import { parseDurationMs } from "../../core/time/duration.ts";
import { CasBatchError } from "../../core/errors.ts";
import { pruneLedger, type PruneSummary } from "../../ledger/sqlite/care/prune-ledger.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { caredLedgerPath } from "../flags/settings.ts";
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
          demandOption: true,
          describe: "How long ago the last thing happened to them: 7y, 400d",
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
        const before = timeBefore(flags.olderThan, now);
        const remove = flags.yes === true;
        const pruned = await pruneLedger(ledger, { before, now, remove });
        const more = { ledger, before: before.toISOString(), removed: remove, pruned };
        const isAny = pruned.shipments + pruned.files + pruned.notifications + pruned.changes > 0;
        const next =
          remove || !isAny
            ? []
            : [
                "`cas-batch ledger backup`, then the same command again with --yes: what is removed is gone",
              ];
        return plainResult(describe(pruned, before, remove), more, next);
      });
    },
  );
}

/** A year is one of the calendar: retention is counted so. */
function timeBefore(duration: string, now: Date): Date {
  const years = /^(\d{1,3})y$/.exec(duration.trim())?.[1];
  if (years !== undefined) {
    const before = new Date(now);
    before.setUTCFullYear(before.getUTCFullYear() - Number(years));
    return before;
  }
  const durationMs = parseDurationMs(duration);
  const before = new Date(now.getTime() - (durationMs ?? Number.NaN));
  if (Number.isNaN(before.getTime())) {
    throw new CasBatchError("usage", `--older-than ${duration} is no duration`, {
      hint: "Write it like 7y or 400d",
    });
  }
  return before;
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
