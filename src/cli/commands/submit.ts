// `cas-batch submit FILE..`: check, then send what is valid.
import type { AddCommand } from "../frame/command-entry.ts";
import { submit } from "../../pipeline.ts";
import { check } from "../../runs/check-files.ts";
import { dryRun, type DryRunSettings } from "../../runs/dry-run.ts";
import { failOnWarning } from "../../runs/result/fail-on-warning.ts";
import type { InputFile } from "../../runs/stage-batches.ts";
import { namedFiles } from "../flags/input-files.ts";
import {
  readingChoices,
  sendingChoices,
  sendingOptions,
  type SendingFlags,
} from "../flags/reading-flags.ts";
import { dryRunSettings, waitMsOf } from "../flags/settings.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { printTally } from "./check.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(sendingOptions)
        .positional("files", { type: "string", array: true, demandOption: true })
        .option("out", { type: "string", describe: "Folder for result files; by default ./out" })
        .option("dry-run", {
          type: "boolean",
          default: false,
          describe:
            "Send nothing: say what would be sent, held or left, by the ledger of --env; without --env as `check`",
        })
        .option("tenant", {
          type: "string",
          describe: "With --dry-run: whose books are meant, where the ledger has several",
        })
        .option("wait", {
          type: "string",
          describe:
            "How long to follow a run that is sending already: 10m; 0 leaves the shipments to it",
        })
        .example("$0 submit march.xlsx --env acceptance", "Send one workbook to the test system")
        .example("$0 submit march.xlsx --env production --dry-run", "What would be sent or held")
        .example(
          "$0 submit *.csv --env production --on-invalid abort",
          "Send nothing of a file that has a mistake",
        ),
    async (flags) => {
      await runCommand("submit", flags, async (context) => {
        const files = await namedFiles(flags.files);
        if (flags.dryRun) {
          const settings = await dryRunSettings(flags, context.variables);
          if (settings !== null) return tryOut(settings, files, flags, context);
          const tally = await check(files, await readingChoices(flags, context.variables), context);
          return printTally(context, tally, files, flags);
        }
        const { wait, ...settingsFlags } = flags;
        const followSenderMs = waitMsOf(wait) ?? Infinity;
        return withSession("submit", settingsFlags, context, async (session, settings) => {
          const choices = await sendingChoices(flags, context.variables);
          return submit(session, files, { ...choices, followSenderMs }, settings.outDirectory);
        });
      });
    },
  );

/** Prints what a real run would do, while the books that it is read from are there. */
async function tryOut(
  settings: DryRunSettings,
  files: readonly InputFile[],
  flags: SendingFlags,
  context: CommandContext,
): Promise<number> {
  context.nameEnvironment(settings.environment);
  const choices = await sendingChoices(flags, context.variables);
  const tried = await dryRun(settings, files, choices, context);
  try {
    const result = await failOnWarning(tried.result, flags.failOnWarning, tried.findings);
    await context.print(result);
    return result.exitCode;
  } finally {
    await tried.close();
  }
}
