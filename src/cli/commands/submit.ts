// `cas-batch submit FILE..`: check, then send what is valid; also for `ingest KIND FILE..`.
import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import type { AddCommand } from "../frame/command-entry.ts";
import { submit } from "../../pipeline.ts";
import { check } from "../../runs/check-files.ts";
import { dryRun, type DryRunSettings } from "../../runs/dry-run.ts";
import { rightsOfKinds } from "../../runs/command-scopes.ts";
import { failOnWarning } from "../../runs/result/fail-on-warning.ts";
import type { InputFile } from "../../runs/stage-batches.ts";
import type { GlobalFlags } from "../flags/global-flags.ts";
import { namedFiles } from "../flags/input-files.ts";
import {
  kindsOf,
  readingChoices,
  sendingChoices,
  sendingOptions,
  type KindFlags,
  type SendingFlags,
} from "../flags/reading-flags.ts";
import { dryRunSettings, waitMsOf } from "../flags/settings.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { runWithHooks } from "../frame/with-hooks.ts";
import { printTally } from "./check.ts";

export const submitOptions = {
  ...sendingOptions,
  out: { type: "string", describe: "Folder for result files; by default ./out" },
  "dry-run": {
    type: "boolean",
    default: false,
    describe:
      "Send nothing: say what would be sent, held or left, by the ledger of --env; without --env as `check`",
  },
  tenant: {
    type: "string",
    describe: "With --dry-run: whose books are meant, where the ledger has several",
  },
  wait: {
    type: "string",
    describe: "How long to follow a run that is sending already: 10m; 0 leaves the messages to it",
  },
} as const satisfies Record<string, Options>;

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(submitOptions)
        .positional("files", { type: "string", array: true, demandOption: true })
        .example("$0 submit march.xlsx --env acceptance", "Send one workbook to the test system")
        .example("$0 submit march.xlsx --env production --dry-run", "What would be sent or held")
        .example(
          "$0 submit *.csv --env production --on-invalid abort",
          "Send nothing of a file that has a mistake",
        ),
    (flags) => submitFiles("submit", flags, {}),
  );

type SubmitFlags = ArgumentsCamelCase<InferredOptionTypes<typeof submitOptions>> &
  GlobalFlags & { readonly files: readonly string[] };

/** @param kindFlags What the command line says of the kind of messages. */
export async function submitFiles(
  name: "submit" | "ingest",
  flags: SubmitFlags,
  kindFlags: KindFlags,
): Promise<void> {
  // A dry run is none: a monitor must not take it for one.
  const runAs = flags.dryRun ? runCommand : runWithHooks;
  await runAs(name, flags, async (context) => {
    const files = await namedFiles(flags.files);
    if (flags.dryRun) {
      const settings = await dryRunSettings(flags, context.variables);
      if (settings !== null) return tryOut(settings, files, flags, context, kindFlags);
      const choices = await readingChoices(flags, context.variables, kindFlags);
      const tally = await check(files, choices, context);
      return printTally(context, tally, files, { ...flags, ...kindFlags });
    }
    const { wait, ...settingsFlags } = flags;
    const followSenderMs = waitMsOf(wait) ?? Infinity;
    // Before CAS is asked for anything.
    const choices = await sendingChoices(flags, context.variables, kindFlags);
    return withSession(
      name,
      settingsFlags,
      context,
      (session, settings) =>
        submit(session, files, { ...choices, followSenderMs }, settings.outDirectory),
      rightsOfKinds(kindsOf(files, choices)),
    );
  });
}

/** Prints what a real run would do, while the books that it is read from are there. */
async function tryOut(
  settings: DryRunSettings,
  files: readonly InputFile[],
  flags: SendingFlags,
  context: CommandContext,
  kindFlags: KindFlags,
): Promise<number> {
  context.nameEnvironment(settings.environment);
  const choices = await sendingChoices(flags, context.variables, kindFlags);
  const tried = await dryRun(settings, files, choices, context);
  try {
    const result = await failOnWarning(tried.result, flags.failOnWarning, tried.findings);
    await context.print(result);
    return result.exitCode;
  } finally {
    await tried.close();
  }
}
