// `cas-batch ledger`: looks after the ledger. One file per command; this one only gathers them.
import type { AddCommand } from "../frame/command-entry.ts";
import { addAdoptCommand } from "./ledger-adopt.ts";
import { addBackupCommand } from "./ledger-backup.ts";
import { addExportCommand } from "./ledger-export.ts";
import { addPruneCommand } from "./ledger-prune.ts";
import { addVerifyCommand } from "./ledger-verify.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    [addBackupCommand, addVerifyCommand, addExportCommand, addPruneCommand, addAdoptCommand]
      .reduce((parser, addCommand) => addCommand(parser), command)
      .demandCommand(1, "ledger needs backup, verify, export, prune or adopt"),
  );
