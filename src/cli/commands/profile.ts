// `cas-batch profile init|show|test`: profiles say how the files of one source are read.
import type { AddCommand } from "../frame/command-entry.ts";
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import { loadProfile } from "../../intake/profiles/load-profile.ts";
import { profileContent, showProfile } from "../../map/profile/show-profile.ts";
import type { FileChoices } from "../../runs/stage-batches.ts";
import { draftProfileOf } from "../../intake/profiles/survey-file.ts";
import { tryProfile } from "../../intake/profiles/try-profile.ts";
import { resultOf } from "./check.ts";
import { describeShipment } from "../words/describe-trial.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { GlobalFlags, GlobalOptions } from "../flags/global-flags.ts";
import { namedFiles } from "../flags/input-files.ts";
import { macroOptions, readingOf, textFileOptions } from "../flags/reading-flags.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import { readable } from "../flags/readable-file.ts";
import { runCommand, type Desk } from "../frame/run-command.ts";

/** How many shipments `profile test` shows unless told. */
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
          describe: "File to write; standard output unless told",
        })
        .option("force", { type: "boolean", default: false, describe: "Replace an existing file" })
        .example("$0 profile init export.xlsx -o export.yaml", "Then read every line of it"),
    async (flags) => {
      await runCommand("profile init", flags, async (desk) => {
        const text = await draft(flags.sample, flags);
        const { output } = flags;
        if (output !== undefined) writeProfile(resolve(output), text, flags.force);
        const more = output === undefined ? { profile: text } : { output: resolve(output) };
        if (output === undefined) await tell(flags, desk, text.split("\n"), more);
        else {
          const test = `cas-batch profile test ${output} ${flags.sample}`;
          await tell(flags, desk, [`Wrote ${output}; read every line of it, then: ${test}`], more);
        }
        return EXIT.done;
      });
    },
  );
}

function addShowCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "show <file>",
    "Show a profile as it is understood, or every mistake in it",
    (command) => command.positional("file", { type: "string", demandOption: true }),
    async (flags) => {
      await runCommand("profile show", flags, async (desk) => {
        const profile = await loadProfile(flags.file);
        const more = { profile: profileContent(profile) };
        await tell(flags, desk, showProfile(profile).trimEnd().split("\n"), more);
        return EXIT.done;
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
        }),
    async (flags) => {
      await runCommand("profile test", flags, async (desk) => {
        const profile = await loadProfile(flags.file);
        const files = namedFiles([flags.sample]);
        const [{ path, name } = { path: "", name: "" }] = files;
        const { onProgress, signal } = desk;
        const options = { name, reading: allReadingOf(flags), onProgress, signal };
        const { tally, shipments } = await readable(() =>
          tryProfile(path, profile, flags.shipments, options),
        );
        try {
          const result = resultOf(tally, files);
          if (!flags.json) {
            for (const shipment of shipments) {
              for (const line of [...describeShipment(shipment), ""]) desk.say(line);
            }
          }
          const correct = `Correct the profile or the cells named, then: cas-batch profile test ${flags.file} ${flags.sample}`;
          const check = `cas-batch check ${flags.sample} --profile ${flags.file}`;
          const next = [result.exitCode === EXIT.done ? check : correct];
          await desk.print({ ...result, next, more: { ...result.more, shown: shipments } });
          return result.exitCode;
        } finally {
          tally.close();
        }
      });
    },
  );
}

async function draft(sample: string, flags: SampleFlags): Promise<string> {
  const [{ path } = { path: sample }] = namedFiles([sample]);
  return readable(() => draftProfileOf(path, allReadingOf(flags)));
}

type SampleFlags = Parameters<typeof readingOf>[0] & { readonly allowMacros: boolean };

function allReadingOf(flags: SampleFlags): FileChoices["reading"] {
  return { ...readingOf(flags), allowMacroWorkbooks: flags.allowMacros };
}

function writeProfile(path: string, text: string, force: boolean): void {
  if (existsSync(path) && !force) {
    throw new CasBatchError("file-not-writable", `${path} is already there`, {
      hint: "Add --force to replace it, or name another file with --output",
    });
  }
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw new CasBatchError("file-not-writable", `Cannot write ${path}`, { cause });
  }
}

/** Lines for people, or members of the one JSON document. */
async function tell(
  flags: GlobalFlags,
  desk: Desk,
  lines: readonly string[],
  more: CommandResult["more"],
): Promise<void> {
  if (!flags.json) {
    for (const line of lines) desk.say(line);
    return;
  }
  await desk.print({
    exitCode: EXIT.done,
    runId: null,
    files: [],
    findings: [],
    attention: [],
    next: [],
    summary: [],
    error: null,
    more,
  });
}
