// `cas-batch reconcile`: asks CAS what became of the shipments, and writes the status report.
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { CasBatchError } from "../core/errors.ts";
import { follow, report } from "../pipeline.ts";
import { prepareReportPath } from "../report/prepare-report-path.ts";
import { describeStatuses } from "./describe-run.ts";
import { parseDurationMs } from "./duration.ts";
import { EXIT } from "./exit-code.ts";
import type { GlobalOptions } from "./global-flags.ts";
import { withSession } from "./open-session.ts";
import { counted, plural } from "./print-result.ts";
import { runCommand } from "./run-command.ts";
import { reportPath } from "./report-path.ts";

export function addReconcileCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "reconcile",
    "Ask CAS what became of the shipments, write the status report",
    (command) =>
      command
        .option("report", {
          type: "string",
          describe: "Where to write the report, OUT/RUN/status-report.xlsx unless told",
        })
        .option("since", {
          type: "string",
          describe:
            "Look at declarations changed since then: 2026-03-01 or 26h; else since last time",
        })
        .option("out", { type: "string", describe: "Folder for reports, ./out unless told" })
        .example("$0 reconcile --env production --report status.xlsx", "The morning report"),
    async (flags) => {
      await runCommand("reconcile", flags, (desk) =>
        withSession("reconcile", flags, desk, async (session, settings) => {
          const since =
            flags.since === undefined ? null : parseSince(flags.since, desk.clock.now());
          const path =
            flags.report === undefined
              ? reportPath(settings.outDirectory, session.runId)
              : resolve(flags.report);
          await prepareReportPath(path);
          const summary = await follow(session, since);
          const totals = await report(session, path, { latest: true }, null);
          const exitCode = !totals.balanced
            ? EXIT.unsettled
            : totals.actionNeeded > 0
              ? EXIT.someFailed
              : EXIT.done;
          return {
            exitCode,
            runId: session.runId,
            files: [],
            findings: [],
            attention: [],
            summary: [
              `${plural(summary.declarationsSeen, "declaration")} looked at, ${counted(summary.changed)} new or changed`,
              describeStatuses(totals.declarationStatuses),
              `Report: ${path}`,
            ],
            next:
              totals.actionNeeded > 0
                ? [
                    `Open the sheet "Action needed" of the report, ${String(totals.actionNeeded)} to look at`,
                  ]
                : [],
            error: null,
            more: {
              tenant: session.authorization.tenant,
              report: path,
              declarations: totals.declarationStatuses,
              completeUpTo: summary.completeUpTo,
            },
          };
        }),
      );
    },
  );
}

function parseSince(text: string, now: Date): Date {
  const ago = parseDurationMs(text);
  if (ago !== null) return new Date(now.getTime() - ago);
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
  const date = new Date(text);
  if (!isDate.test(text) || Number.isNaN(date.getTime())) {
    throw new CasBatchError(
      "usage",
      `--since ${text} is no time; write 2026-03-01, 2026-03-01T06:00:00Z or 26h`,
    );
  }
  return date;
}
