// The command line. One file per command; this one only gathers them, with the help around them.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { addCellsCommand } from "./commands/cells.ts";
import { addCheckCommand } from "./commands/check.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { EXIT } from "../runs/result/exit-code.ts";
import { addGlobalFlags } from "./flags/global-flags.ts";
import { surviveClosedOutput, writeOut } from "./words/output-streams.ts";
import { printErrorAsJson } from "./words/print-result.ts";
import { addExplainCommand } from "./commands/explain.ts";
import { addLedgerCommand } from "./commands/ledger.ts";
import { addProfileCommand } from "./commands/profile.ts";
import { addReconcileCommand } from "./commands/reconcile.ts";
import { addResumeCommand } from "./commands/resume.ts";
import { addRunCommand } from "./commands/run.ts";
import { programVersion } from "./frame/run-command.ts";
import { addSimulatorCommand } from "./commands/simulator.ts";
import { addSubmitCommand } from "./commands/submit.ts";
import { addTemplateCommand } from "./commands/template.ts";

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

let parser = addGlobalFlags(yargs(hideBin(process.argv)));
for (const addCommand of [
  addTemplateCommand,
  addCheckCommand,
  addProfileCommand,
  addSubmitCommand,
  addResumeCommand,
  addReconcileCommand,
  addRunCommand,
  addCellsCommand,
  addExplainCommand,
  addDoctorCommand,
  addLedgerCommand,
  addSimulatorCommand,
]) {
  parser = addCommand(parser);
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
