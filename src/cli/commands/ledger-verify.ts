// `cas-batch ledger verify [FILE]`: whether a ledger or a backup is whole, and if not, what to do.
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { plural } from "../../core/text/count-words.ts";
import type { LedgerDamage } from "../../ledger/contract/views.ts";
import { verifyLedger, type LedgerVerdict } from "../../ledger/sqlite/care/verify-ledger.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { caredLedgerPath, namedLedgerPath } from "../flags/settings.ts";
import { runCommand } from "../frame/run-command.ts";
import { describeBytes } from "../words/ledger-words.ts";
import { plainResult } from "../words/plain-result.ts";

const WHAT_TO_DO = [
  "Send nothing from this ledger, and keep the file as it is, with its -wal file: it may be needed",
  "Put the newest backup that `cas-batch ledger verify FILE` calls whole in its place",
  "`cas-batch ledger adopt`, then `cas-batch reconcile`",
] as const;

export function addVerifyCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "verify [file]",
    "Check whether the ledger is whole: the file, its books, every message",
    (command) =>
      command
        .positional("file", { type: "string", describe: "A backup; by default the ledger" })
        .option("evidence", {
          type: "string",
          describe:
            "Check this folder of evidence instead, also against the ledger where one is named",
        })
        .example("$0 ledger verify --env production", "Exit code 0: whole, 6: damaged")
        .example("$0 ledger verify --evidence audit-2026", "The folder alone, without a ledger")
        .example("$0 ledger verify backups/ledger-20261120T020000Z.sqlite", "Before a restore"),
    async (flags) => {
      await runCommand("ledger verify", flags, async (context) => {
        if (flags.evidence !== undefined) {
          const ledger = flags.file ?? (await namedLedgerPath(flags, context.variables));
          const { verifyEvidence } = await import("../../runs/verify-evidence.ts");
          const folder = resolve(flags.evidence);
          const checked = await verifyEvidence(folder, ledger, context.onProgress);
          const { evidenceVerdict } = await import("../words/evidence-words.ts");
          return evidenceVerdict(folder, ledger, checked);
        }
        const verdict = verifyLedger(
          flags.file === undefined
            ? await caredLedgerPath(flags, context.variables)
            : resolve(flags.file),
        );
        const { location: ledger, sizeBytes, counts, damages } = verdict;
        const isWhole = damages.length === 0;
        const exitCode = isWhole ? EXIT.done : EXIT.unsettled;
        const more = { ledger, sizeBytes, whole: isWhole, counts, damages };
        const next = isWhole ? [] : WHAT_TO_DO;
        return plainResult(describeVerdict(verdict), more, next, exitCode);
      });
    },
  );
}

function describeVerdict({
  location,
  sizeBytes,
  counts,
  damages,
}: LedgerVerdict): readonly string[] {
  const holds =
    counts === null
      ? []
      : [
          `${plural(counts.shipments, "shipment")} in ${plural(counts.versions, "version")}, ${plural(counts.attempts, "attempt")}, ${plural(counts.files, "file")}, ${plural(counts.declarations, "declaration")}`,
        ];
  const verdict = damages.length === 0 ? "WHOLE" : "DAMAGED";
  return [
    `${verdict}: ${location} (${describeBytes(sizeBytes)})`,
    ...holds,
    ...damages.flatMap(describeDamage),
  ];
}

function describeDamage({ what, count, places }: LedgerDamage): readonly string[] {
  const cut =
    count > places.length ? [`    … ${String(places.length)} of ${String(count)} shown`] : [];
  return [`  ${what}: ${String(count)}`, ...places.map((place) => `    ${place}`), ...cut];
}
