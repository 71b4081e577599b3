// `cas-batch ledger backup [FILE]`: a copy while the ledger is in use, proven whole.
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { plural } from "../../core/text/count-words.ts";
import { backupLedger, backupPathFor } from "../../ledger/sqlite/care/backup-ledger.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { caredLedgerPath } from "../flags/settings.ts";
import { runCommand } from "../frame/run-command.ts";
import { describeBytes, userName } from "../words/ledger-words.ts";
import { plainResult } from "../words/plain-result.ts";

export function addBackupCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "backup [file]",
    "Copy the ledger, also while it is in use, and prove the copy whole",
    (command) =>
      command
        .positional("file", {
          type: "string",
          describe: "Where to; by default backups/ledger-TIME.sqlite beside the ledger",
        })
        .option("force", { type: "boolean", default: false, describe: "Replace an existing file" })
        .example("$0 ledger backup --env production", "Every night, before the run")
        .example("$0 ledger backup /mnt/safe/ledger.sqlite --force", "Always to the same place"),
    async (flags) => {
      await runCommand("ledger backup", flags, async (context) => {
        const ledger = await caredLedgerPath(flags, context.variables);
        const now = context.clock.now();
        const target = flags.file === undefined ? backupPathFor(ledger, now) : resolve(flags.file);
        const options = { force: flags.force, now, who: userName() };
        const { path, sizeBytes, counts } = await backupLedger(ledger, target, options);
        const holds = counts === null ? "" : `, ${plural(counts.shipments, "shipment")}`;
        const summary = [
          `Backup: ${path} (${describeBytes(sizeBytes)}${holds}), verified`,
          "It is not sent from unless `cas-batch ledger adopt` says that it lives",
        ];
        return plainResult(summary, { ledger, backup: path, counts });
      });
    },
  );
}
