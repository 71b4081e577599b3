// `cas-batch run [INBOX]`: the nightly job. Every file of the inbox is sent, declarations are
// followed for a while, and the report says what became of every row.
import type { AddCommand } from "../frame/command-entry.ts";
import { runFiles } from "../../pipeline.ts";
import { rightsOfRun } from "../../runs/command-scopes.ts";
import { listInbox } from "../flags/input-files.ts";
import { attachmentOptions, documentChoices } from "../flags/document-flags.ts";
import { kindsOf, sendingChoices, sendingOptions } from "../flags/reading-flags.ts";
import { withSession } from "../frame/open-session.ts";
import { runWithHooks } from "../frame/with-hooks.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(sendingOptions)
        .positional("inbox", {
          type: "string",
          default: "inbox",
          describe: "Folder with the spreadsheets; it is left as it is",
        })
        .option("out", { type: "string", describe: "Folder for reports; by default ./out" })
        .options(attachmentOptions)
        .option("wait", {
          type: "string",
          describe: "How long to follow declarations before reporting: 30s, 10m, 0",
        })
        .example("$0 run samples/first-night --env simulator", "A rehearsal on this machine")
        .example(
          "$0 run /srv/customs/inbox --env production --json",
          "From cron or Task Scheduler",
        ),
    async (flags) => {
      await runWithHooks("run", flags, async (context) => {
        const inbox = await listInbox(flags.inbox);
        const documents = documentChoices(flags);
        const choices = await sendingChoices(flags, context.variables);
        const kinds = kindsOf(inbox.files, choices);
        return withSession(
          "run",
          flags,
          context,
          async (session, settings) => {
            if (inbox.ignored.length > 0) {
              context.log(
                "info",
                `Not read, as they are no spreadsheets: ${inbox.ignored.join(", ")}`,
              );
            }
            return runFiles(session, inbox.files, choices, settings.outDirectory, documents);
          },
          rightsOfRun(kinds),
        );
      });
    },
  );
