// `cas-batch profile init|show|test`: profiles say how the files of one source are read.
import type { AddCommand } from "../frame/command-entry.ts";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import type { Draft } from "../../map/profile/init/draft-profile.ts";
import { loadProfile } from "../../intake/profiles/load-profile.ts";
import { profileContent, showProfile } from "../../map/profile/show-profile.ts";
import type { FileChoices } from "../../runs/stage-batches.ts";
import { draftProfileOf } from "../../intake/profiles/survey-file.ts";
import { tryProfile } from "../../intake/profiles/try-profile.ts";
import { resultOf } from "./check.ts";
import { describeShipment } from "../words/describe-trial.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { GlobalFlags, GlobalOptions } from "../flags/global-flags.ts";
import { namedFiles, readable, refuseToReplace } from "../flags/input-files.ts";
import { macroOptions, readingOf, textFileOptions } from "../flags/reading-flags.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import { plainResult } from "../words/plain-result.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";

/** How many shipments `profile test` shows by default. */
const SHIPMENTS_SHOWN = 3;

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    addTestCommand(addShowCommand(addInitCommand(command))).demandCommand(
      1,
      "Name what to do with a profile: init, show or test",
    ),
  );

function addInitCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "init <sample>",
    "Write a first profile from a real file, by its headers",
    (command) =>
      command
        .options({ ...macroOptions, ...textFileOptions })
        .positional("sample", { type: "string", demandOption: true })
        .option("output", {
          alias: "o",
          type: "string",
          describe: "File to write; by default standard output",
        })
        .option("force", { type: "boolean", default: false, describe: "Replace an existing file" })
        .example("$0 profile init export.xlsx -o export.yaml", "Then read every line of it"),
    async (flags) => {
      await runCommand("profile init", flags, async (context) => {
        const { text, ...facts } = await draft(flags.sample, flags);
        const { output } = flags;
        if (output !== undefined) writeProfile(resolve(output), text, flags.force);
        if (output === undefined) {
          return said(flags, context, text.split("\n"), { profile: text, draft: facts });
        }
        const test = `cas-batch profile test ${pastablePath(output)} ${pastablePath(flags.sample)}`;
        const lines = [
          ...draftWords(facts),
          `Wrote ${output}; read every line of it, then: ${test}`,
        ];
        return said(flags, context, lines, { output: resolve(output), draft: facts });
      });
    },
  );
}

function addShowCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "show <file>",
    "Show a profile as it is understood, or every mistake in it",
    (command) =>
      command
        .positional("file", { type: "string", demandOption: true })
        .example("$0 profile show export.yaml", "What each line of it means"),
    async (flags) => {
      await runCommand("profile show", flags, async (context) => {
        const profile = await loadProfile(flags.file);
        const more = { profile: profileContent(profile) };
        return said(flags, context, showProfile(profile).trimEnd().split("\n"), more);
      });
    },
  );
}

function addTestCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "test <file> <sample>",
    "Read a file by a profile and show its first shipments beside their cells",
    (command) =>
      command
        .options({ ...macroOptions, ...textFileOptions })
        .positional("file", { type: "string", demandOption: true, describe: "The profile" })
        .positional("sample", { type: "string", demandOption: true, describe: "A spreadsheet" })
        .option("shipments", {
          type: "number",
          default: SHIPMENTS_SHOWN,
          describe: "How many shipments to show; all are checked",
        })
        .example("$0 profile test export.yaml export.xlsx", "Its first shipments, cell by cell"),
    async (flags) => {
      await runCommand("profile test", flags, async (context) => {
        const profile = await loadProfile(flags.file);
        const files = await namedFiles([flags.sample]);
        const [{ path, name } = { path: "", name: "" }] = files;
        const { onProgress, signal } = context;
        const options = { name, reading: allReadingOf(flags), onProgress, signal };
        const { tally, shipments } = await readable(() =>
          tryProfile(path, profile, flags.shipments, options),
        );
        try {
          const result = resultOf(tally, files);
          for (const shipment of flags.json ? [] : shipments) {
            for (const line of [...describeShipment(shipment), ""]) context.say(line);
          }
          const correct = `Correct the profile or the cells named, then: cas-batch profile test ${flags.file} ${flags.sample}`;
          const check = `cas-batch check ${flags.sample} --profile ${flags.file}`;
          const next = [result.exitCode === EXIT.done ? check : correct];
          await context.print({ ...result, next, more: { ...result.more, shown: shipments } });
          return result.exitCode;
        } finally {
          tally.close();
        }
      });
    },
  );
}

function draftWords({ taken, guesses, asked, missing }: Omit<Draft, "text">): readonly string[] {
  const columns = `${plural(taken, "column")} taken (guessed: ${counted(guesses)}); left for you to decide: ${counted(asked)}`;
  const needed = `Not found, and every shipment needs it: ${missing.join(", ")}`;
  return missing.length === 0 ? [columns] : [columns, needed];
}

async function draft(sample: string, flags: SampleFlags): Promise<Draft> {
  const [{ path } = { path: sample }] = await namedFiles([sample]);
  return readable(() => draftProfileOf(path, allReadingOf(flags)));
}

type SampleFlags = Parameters<typeof readingOf>[0] & { readonly allowMacros: boolean };

function allReadingOf(flags: SampleFlags): FileChoices["reading"] {
  return { ...readingOf(flags), allowMacroWorkbooks: flags.allowMacros };
}

function writeProfile(path: string, text: string, force: boolean): void {
  refuseToReplace(path, force);
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CasBatchError("file-not-writable", `Cannot write ${path}`, { cause });
  }
}

/** Lines for people, or members of the one JSON document. */
function said(
  flags: GlobalFlags,
  context: CommandContext,
  lines: readonly string[],
  more: CommandResult["more"],
): CommandResult | number {
  if (flags.json) return plainResult([], more);
  for (const line of lines) context.say(line);
  return EXIT.done;
}
