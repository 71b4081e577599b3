// `cas-batch submit FILE..`: check, then send what is valid.
import type { AddCommand } from "../frame/command-entry.ts";
import { submit } from "../../pipeline.ts";
import { check } from "../../runs/check-files.ts";
import { namedFiles } from "../flags/input-files.ts";
import { readingChoices, sendingChoices, sendingOptions } from "../flags/reading-flags.ts";
import { waitMsOf } from "../flags/settings.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand } from "../frame/run-command.ts";
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
          describe: "Show what would be sent; the same as `check`",
        })
        .option("wait", {
          type: "string",
          describe:
            "How long to follow a run that is sending already: 10m; 0 leaves the shipments to it",
        })
        .example("$0 submit march.xlsx --env acceptance", "Send one workbook to the test system")
        .example(
          "$0 submit *.csv --env production --on-invalid abort",
          "Send nothing of a file that has a mistake",
        ),
    async (flags) => {
      await runCommand("submit", flags, async (context) => {
        const files = await namedFiles(flags.files);
        if (flags.dryRun) {
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
