// The command line. One file per command; this one only gathers them, with the help around them.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { EXIT } from "../runs/result/exit-code.ts";
import { addGlobalFlags } from "./flags/global-flags.ts";
import { surviveClosedOutput, writeOut } from "./words/output-streams.ts";
import { printErrorAsJson } from "./words/print-result.ts";
import type { CommandEntry } from "./frame/command-entry.ts";
import { programVersion } from "./frame/run-command.ts";

const EPILOGUE = `Exit codes:
  0  done, also when there was nothing to do
  1  unexpected fault
  2  usage or configuration
  3  input rejected, nothing sent
  4  finished, some rows or shipments need a person
  5  stopped early, safe to resume
  6  an outcome is unknown, or the books do not balance
  7  another run is sending
  8  nothing worse than warnings, under --fail-on-warning
  130, 143  stopped by a signal

First steps:
  cas-batch template                                    a workbook to fill in
  cas-batch check customs-shipments-flat.xlsx           every mistake with its cell
  cas-batch submit FILE --env simulator                 a rehearsal on this machine
  cas-batch doctor --env acceptance                     credentials, rights, ledger`;

const HELP_WIDTH_MAX = 100;

surviveClosedOutput();

const commands: readonly CommandEntry[] = [
  {
    signature: "template [kind]",
    about: "Write a blank workbook or CSV to fill in",
    load: async () => (await import("./commands/template.ts")).addTemplateCommand,
  },
  {
    signature: "check <files..>",
    about: "Read and validate spreadsheets, send nothing",
    load: async () => (await import("./commands/check.ts")).addCheckCommand,
  },
  {
    signature: "profile",
    about: "Say once how the files of a source are read: init, show, test",
    load: async () => (await import("./commands/profile.ts")).addProfileCommand,
  },
  {
    signature: "submit <files..>",
    about: "Check spreadsheets, then send every valid shipment once",
    load: async () => (await import("./commands/submit.ts")).addSubmitCommand,
  },
  {
    signature: "resume",
    about: "Settle unknown outcomes and send what an interrupted run left",
    load: async () => (await import("./commands/resume.ts")).addResumeCommand,
  },
  {
    signature: "reconcile",
    about: "Ask CAS what became of the shipments, write the status report",
    load: async () => (await import("./commands/reconcile.ts")).addReconcileCommand,
  },
  {
    signature: "run [inbox]",
    about: "The nightly job: send every file of a folder, follow the declarations, report",
    load: async () => (await import("./commands/run.ts")).addRunCommand,
  },
  {
    signature: "cells <file>",
    about: "Show what is read of a file, one JSON line per row",
    load: async () => (await import("./commands/cells.ts")).addCellsCommand,
  },
  {
    signature: "explain <reference>",
    about: "One shipment's life: cells, versions, receipts, statuses",
    load: async () => (await import("./commands/explain.ts")).addExplainCommand,
  },
  {
    signature: "doctor",
    about: "Try configuration, credentials, rights, clock and ledger; send nothing",
    load: async () => (await import("./commands/doctor.ts")).addDoctorCommand,
  },
  {
    signature: "ledger",
    about: "Look after the ledger: backup, verify, export, prune, adopt",
    load: async () => (await import("./commands/ledger.ts")).addLedgerCommand,
  },
  {
    signature: "simulator",
    about: "A local CAS to rehearse against, until Ctrl-C",
    load: async () => (await import("./commands/simulator.ts")).addSimulatorCommand,
  },
];

const words = new Set(hideBin(process.argv));
let parser = addGlobalFlags(yargs(hideBin(process.argv)));
for (const entry of commands) {
  const [name = ""] = entry.signature.split(" ");
  if (words.has(name)) parser = (await entry.load())(parser, entry);
  else parser = parser.command(entry.signature, entry.about);
}

await parser
  .scriptName("cas-batch")
  .usage("$0 COMMAND\n\nSpreadsheets in, declarations followed, a status report out.")
  .version(programVersion())
  .alias("help", "h")
  .demandCommand(1, "No command was given")
  .recommendCommands()
  .strict()
  .wrap(Math.min(HELP_WIDTH_MAX, process.stdout.columns || HELP_WIDTH_MAX))
  .epilogue(EPILOGUE)
  .fail((message: string | null, error: Error | undefined) => {
    if (error !== undefined) throw error;
    const command = process.argv[2];
    const isCommand = command !== undefined && !command.startsWith("-");
    const hint = `Run \`cas-batch ${isCommand ? `${command} ` : ""}--help\``;
    const told = { code: "usage", message: message ?? "The command line is not understood", hint };
    if (process.argv.includes("--json")) {
      const head = { command: command ?? "", environment: null, exitCode: EXIT.usage };
      printErrorAsJson(head, told, writeOut);
    }
    process.stderr.write(`cas-batch: ${told.message}\n  ${hint}\n`);
    process.exit(EXIT.usage);
  })
  .parseAsync();
