// `cas-batch check FILE..`: reads and validates, sends nothing, needs no environment.
import type { AddCommand } from "../frame/command-entry.ts";
import { resolve } from "node:path";
import { check } from "../../runs/check-files.ts";
import { DEFAULT_KIND, kindOf } from "../../core/message-kind.ts";
import { shellWord } from "../../core/settle-command.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import type { Annotator } from "../../runs/annotator.ts";
import type { InputFile } from "../../runs/stage-batches.ts";
import type { Tally } from "../../intake/sinks/tally.ts";
import { EXIT, exitCodeOfFiles } from "../../runs/result/exit-code.ts";
import { withFailures } from "../../runs/result/not-written.ts";
import { failOnWarning } from "../../runs/result/fail-on-warning.ts";
import { namedFiles } from "../flags/input-files.ts";
import {
  kindOptions,
  readingOptions,
  readingChoices,
  typedKind,
  type KindFlags,
} from "../flags/reading-flags.ts";
import { withAnnotated, type CommandResult, type FileResult } from "../../runs/result/result.ts";
import { plainResult } from "../words/plain-result.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(readingOptions)
        .options(kindOptions)
        .option("kind", {
          type: "string",
          describe: "What the messages are, such as MovementOrder; shipments by default",
        })
        .positional("files", { type: "string", array: true, demandOption: true })
        .option("annotate", {
          type: "string",
          describe: "Folder for a copy of each file with its mistakes marked in it",
        })
        .example("$0 check march.xlsx", "Show every mistake with its sheet and cell")
        .example("$0 check march.xlsx --annotate checked", "The same in a copy, at the cells")
        .example("$0 check --json *.csv > findings.json", "The same for a program"),
    async (flags) => {
      await runCommand("check", flags, async (context) => {
        const files = await namedFiles(flags.files);
        const choices = await readingChoices(flags, context.variables, flags);
        const { annotate } = flags;
        const annotator = annotate === undefined ? null : await annotatorFor(annotate);
        const tally = await check(files, choices, context, annotator);
        return printTally(context, tally, files, flags, annotator);
      });
    },
  );

/** Loaded late: it brings all that writes files for people. */
async function annotatorFor(folder: string): Promise<Annotator> {
  const { createAnnotator } = await import("../../runs/annotator.ts");
  return createAnnotator(resolve(folder));
}

/** Prints what a tally says, closes it and returns the exit code; also for `submit --dry-run`. */
export async function printTally(
  context: CommandContext,
  tally: Tally,
  inputs: readonly InputFile[],
  flags: KindFlags & { readonly failOnWarning: boolean; readonly profile?: string | undefined },
  annotator: Pick<Annotator, "written" | "failures"> | null = null,
): Promise<number> {
  try {
    const { written = [], failures = [] } = annotator ?? {};
    for (const { message } of failures.slice(0, 1)) context.log("error", message);
    const checked = withAnnotated(resultOf(tally, inputs, flags.profile, flags), written);
    const judged = await failOnWarning(checked, flags.failOnWarning, tally.findings);
    // The folder was asked for, and nothing was sent: it is to be named anew, whatever the files hold.
    const result =
      failures.length === 0
        ? judged
        : { ...withFailures(judged, failures, context.signal, null), exitCode: EXIT.usage };
    await context.print(result);
    return result.exitCode;
  } finally {
    tally.close();
  }
}

/** What a tally says as a command's result. */
export function resultOf(
  tally: Tally,
  inputs: readonly InputFile[],
  profilePath?: string,
  { kind, key }: KindFlags = {},
): CommandResult {
  const files: FileResult[] = tally.files.map(({ file, end, counts }) => ({
    file,
    layout: end.layout,
    detected: end.detected,
    rejected: end.rejected,
    counts,
  }));
  const exitCode = exitCodeOfFiles(files);
  const names = inputs.map(({ path }) => pastablePath(path)).join(" ");
  const profile = profilePath === undefined ? "" : ` --profile ${pastablePath(profilePath)}`;
  const messageKind = kind === undefined ? DEFAULT_KIND : typedKind(kind);
  const verb = kind === undefined ? "submit" : `ingest ${messageKind}`;
  const keyFlag = key === undefined ? "" : ` --key ${shellWord(key)}`;
  const isEmpty = files.every(({ counts }) => counts.shipments === 0);
  const next =
    exitCode !== EXIT.done
      ? correctionOf(files)
      : isEmpty
        ? `There is nothing to send: fill in ${kindOf(messageKind).nouns} and run the same command again`
        : `cas-batch ${verb} ${names}${profile}${keyFlag} --env simulator   (a rehearsal; then --env acceptance)`;
  const result = plainResult([{ code: "balance", files }], {}, [next], exitCode);
  return { ...result, files, findings: tally.findings };
}

/** A file of which no row was read has no cells to correct. */
function correctionOf(files: readonly FileResult[]): string {
  const faulty = files.filter(
    ({ counts, rejected }) => rejected || counts.buckets.invalid > 0 || counts.rowsInvalid > 0,
  );
  const unread = faulty.filter(({ counts }) => counts.rowsRead === 0);
  const what =
    unread.length === 0
      ? "Correct the cells named"
      : unread.length === faulty.length
        ? `Do what is said of ${unread.length === 1 ? "the file" : "the files"}`
        : "Correct the cells named, do what is said of the other files,";
  return `${what} and run the same command again`;
}
