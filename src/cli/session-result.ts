// What a sending run says at its end, taken from the books: they are the truth, not the counters
// of the work that has just been done.
import type { SendResult, Session } from "../pipeline.ts";
import type { ReportTotals } from "../report/status-report.ts";
import { describeBalance, describeShipments, describeStatuses } from "./describe-run.ts";
import { EXIT, exitCodeOfError, exitCodeOfFiles } from "./exit-code.ts";
import type { CommandResult, FileResult } from "./result.ts";
import { describeError } from "./run-command.ts";

export interface WrittenReport {
  readonly path: string;
  readonly totals: ReportTotals;
}

/** The result of a run over files, with the report it wrote, if it wrote one. */
export async function sessionResult(
  session: Session,
  sent: SendResult,
  report: WrittenReport | null,
): Promise<CommandResult> {
  const files = await filesOf(session);
  const exitCode = exitCodeOfRun(session, sent, files, report);
  const stopped = sent.stoppedBy === null ? null : describeError(sent.stoppedBy, exitCode);
  const statuses = report?.totals.declarationStatuses ?? {};
  return {
    exitCode,
    runId: session.runId,
    files,
    findings: session.books.findings({ runId: session.runId }),
    summary: [
      ...(files.length === 0 ? [] : [describeShipments(files), describeBalance(files)]),
      ...(report === null ? [] : [describeStatuses(statuses)]),
      ...(sent.followed === null || sent.followed.stillMoving === 0
        ? []
        : [`${String(sent.followed.stillMoving)} still being processed`]),
      ...(stopped === null ? [] : [`STOPPED EARLY: ${stopped.message}`]),
      ...(report === null ? [] : [`Report: ${report.path}`]),
    ],
    next: [...(stopped === null ? [] : [stopped.hint]), ...nextSteps(session, exitCode, report)],
    error: stopped,
    more: {
      tenant: session.authorization.tenant,
      report: report?.path ?? null,
      declarations: statuses,
    },
  };
}

async function filesOf(session: Session): Promise<readonly FileResult[]> {
  return session.books.batches({ runId: session.runId });
}

function exitCodeOfRun(
  session: Session,
  sent: SendResult,
  files: readonly FileResult[],
  report: WrittenReport | null,
): number {
  if (sent.stoppedBy !== null) return exitCodeOfError(sent.stoppedBy, session.signal);
  if (report !== null && !report.totals.balanced) return EXIT.unsettled;
  if ((sent.delivery?.unknown ?? 0) > 0) return EXIT.unsettled;
  const exitCode = exitCodeOfFiles(files);
  const isActionNeeded = (report?.totals.actionNeeded ?? 0) > 0;
  return exitCode === EXIT.done && isActionNeeded ? EXIT.someFailed : exitCode;
}

function nextSteps(
  session: Session,
  exitCode: number,
  report: WrittenReport | null,
): readonly string[] {
  const environment = session.settings.environment;
  if (exitCode === EXIT.unsettled) return [`cas-batch resume --env ${environment}`];
  if (report !== null && report.totals.actionNeeded > 0) {
    return [
      `Open the sheet "Action needed" of the report, ${String(report.totals.actionNeeded)} to look at`,
    ];
  }
  if (report === null && exitCode === EXIT.done) {
    return [`cas-batch reconcile --env ${environment}   (what customs made of it)`];
  }
  return [];
}
