// `cas-batch check FILE..`: reads and validates, sends nothing, needs no environment.
import type { Argv } from "yargs";
import { check, type InputFile } from "../pipeline.ts";
import type { Tally } from "../tally.ts";
import { exitCodeOfFiles } from "./exit-code.ts";
import type { GlobalOptions } from "./global-flags.ts";
import { namedFiles } from "./input-files.ts";
import { describeBalance } from "./describe-run.ts";
import { readingOptions, readingChoices } from "./reading-flags.ts";
import type { CommandResult, FileResult } from "./result.ts";
import { runCommand, type Desk } from "./run-command.ts";

export function addCheckCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "check <files..>",
    "Read and validate spreadsheets, send nothing",
    (command) =>
      command
        .options(readingOptions)
        .positional("files", { type: "string", array: true, demandOption: true })
        .example("$0 check march.xlsx", "Tell every mistake with its sheet and cell")
        .example("$0 check --json *.csv > findings.json", "The same for a program"),
    async (flags) => {
      await runCommand("check", flags, async (desk) => {
        const tally = await check(
          namedFiles(flags.files),
          await readingChoices(flags, desk.variables),
          desk,
        );
        return printTally(desk, tally, namedFiles(flags.files));
      });
    },
  );
}

/** Prints what a tally says, closes it and returns the exit code; also for `submit --dry-run`. */
export async function printTally(
  desk: Desk,
  tally: Tally,
  inputs: readonly InputFile[],
): Promise<number> {
  try {
    const result = resultOf(tally, inputs);
    await desk.print(result);
    return result.exitCode;
  } finally {
    tally.close();
  }
}

function resultOf(tally: Tally, inputs: readonly InputFile[]): CommandResult {
  const files: FileResult[] = tally.files.map(({ file, end, counts }) => ({
    file,
    layout: end.layout,
    detected: end.detected,
    rejected: end.rejected,
    counts,
  }));
  const exitCode = exitCodeOfFiles(files);
  const names = inputs.map(({ path }) => quote(path)).join(" ");
  return {
    exitCode,
    runId: null,
    files,
    findings: tally.findings,
    attention: [],
    next:
      exitCode === 0
        ? [`cas-batch submit ${names} --env simulator   (a rehearsal; then --env acceptance)`]
        : ["Correct the cells named and run the same command again"],
    summary: [describeBalance(files)],
    error: null,
    more: {},
  };
}

function quote(path: string): string {
  return /^[\w./\\:-]+$/.test(path) ? path : `"${path}"`;
}
