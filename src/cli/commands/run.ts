// `cas-batch run [INBOX]`: the nightly job. Every file of the inbox is sent, declarations are
// followed for a while, and the report says what became of every row.
import type { Argv } from "yargs";
import { prepareReportPath } from "../../report/prepare-report-path.ts";
import { beforeSending, withGivenBack, withOthersRenewed } from "../../runs/result/given-back.ts";
import { reportPath } from "../../runs/result/report-path.ts";
import { sessionResult, writtenReport } from "../../runs/result/run-result.ts";
import { send } from "../../runs/sending.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { listInbox } from "../flags/input-files.ts";
import { sendingChoices, sendingOptions } from "../flags/reading-flags.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand } from "../frame/run-command.ts";

export function addRunCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "run [inbox]",
    "The nightly job: send every file of a folder, follow the declarations, report",
    (command) =>
      command
        .options(sendingOptions)
        .positional("inbox", {
          type: "string",
          default: "inbox",
          describe: "Folder with the spreadsheets; it is left as it is",
        })
        .option("out", { type: "string", describe: "Folder for reports, ./out unless told" })
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
      await runCommand("run", flags, (desk) => {
        const inbox = listInbox(flags.inbox);
        return withSession("run", flags, desk, async (session, settings) => {
          if (inbox.ignored.length > 0) {
            desk.log("info", `Not read, as they are no spreadsheets: ${inbox.ignored.join(", ")}`);
          }
          const { outDirectory } = settings;
          const path = reportPath(outDirectory, session.runId);
          await prepareReportPath(path);
          const choices = await sendingChoices(flags, desk.variables);
          const leftBefore = await beforeSending(session, path);
          const sent = await send(session, inbox.files, choices, true);
          const written = await writtenReport(session, path, sent);
          const own = await sessionResult(session, sent, written);
          const result = await withGivenBack(own, session, path, sent);
          return withOthersRenewed(result, session, outDirectory, leftBefore);
        });
      });
    },
  );
}
