// The result of a sending run, read from the books: they are the truth, not the counters of the work that was
// just done.
import { counted, plural } from "../../core/count-words.ts";
import type { Gap } from "../../core/reason.ts";
import { gapWords } from "../../core/reason-words.ts";
import type { CurrentHolder, LineBucket, LineView } from "../../ledger/ledger.ts";
import type { ReportTotals } from "../../report/status-report.ts";
import { report } from "../reporting.ts";
import type { DeliverySummary } from "../../submit/deliver.ts";
import type { SendResult } from "../sending.ts";
import type { Session } from "../session.ts";
import {
  describeBalance,
  describeOtherRuns,
  describeShipments,
  describeStatuses,
} from "./describe-run.ts";
import { EXIT, exitCodeOfError, exitCodeOfFiles, exitCodeOfReconcile } from "./exit-code.ts";
import { describeGaps, incompleteReconcile, RECONCILE_AGAIN } from "./incomplete-reconcile.ts";
import type { CommandResult, FileResult, CommandError } from "./result.ts";
import { settleStep } from "../../core/settle-command.ts";
import { describeError, stackOf } from "./describe-error.ts";

/** A report, or the error why there is none: the result shows what was sent in either case. */
type WrittenReport =
  | { readonly path: string; readonly totals: ReportTotals }
  | { readonly path: string; readonly failure: unknown };

const SETTLE_COMMANDS_SHOWN = 5;
const QUEUED_NEXT = [
  "`cas-batch reconcile`   (what became of it, once the other process has sent it)",
];

const NEEDS_A_PERSON: ReadonlySet<LineBucket> = new Set(["rejected", "held", "unknown"]);

/** Writes the report of a run; that of one that stopped early says so. */
export async function writtenReport(
  session: Session,
  path: string,
  sent: SendResult,
): Promise<WrittenReport> {
  const { filesNotRead } = sent;
  const error = commandError(session, sent.stoppedBy);
  const stopped =
    error === null
      ? incompleteReconcile(gapsOf(sent), filesNotRead)
      : { reason: error.message, filesNotRead };
  try {
    return { path, totals: await report(session, path, { runId: session.runId }, stopped) };
  } catch (failure) {
    return { path, failure };
  }
}

/** @param written the report; null for a command that writes none */
export async function sessionResult(
  session: Session,
  sent: SendResult,
  written: WrittenReport | null,
): Promise<CommandResult> {
  const { runId, books, authorization } = session;
  const files: readonly FileResult[] = await books.batches({ runId });
  const totals = written !== null && "totals" in written ? written.totals : null;
  const failure = written !== null && "failure" in written ? written.failure : null;
  const stoppedBy = sent.stoppedBy ?? failure;
  const stopped = commandError(session, stoppedBy);
  if (stopped?.code === "unexpected") session.log("error", stackOf(stoppedBy));
  const queued = stoppedBy === null ? await leftToAnother(session, sent) : null;
  const exitCode =
    stoppedBy === null
      ? exitCodeOfRun(sent, queued === null ? files : files.map(asQueued), totals)
      : exitCodeOfError(stoppedBy, session.signal);
  return {
    exitCode,
    ...(queued === null ? {} : { status: "queued" }),
    runId,
    files,
    findings: books.findings({ runId }),
    attention: linesInNeed(session),
    summary: [
      ...(files.length === 0 ? [] : [describeShipments(files), describeBalance(files)]),
      ...(queued === null ? [] : [queued.words]),
      ...describeNotRead(sent),
      ...describeOtherRuns(sent.delivery, files),
      ...(totals === null ? [] : [describeStatuses(totals.declarationStatuses)]),
      ...describeMoving(sent),
      ...describeGaps(gapsOf(sent)),
      ...(stopped === null ? [] : [`STOPPED EARLY: ${stopped.message}`]),
      ...(totals === null || written === null ? [] : [`Report: ${written.path}`]),
    ],
    next: queued === null ? nextSteps(session, sent, stopped, exitCode, totals) : QUEUED_NEXT,
    error: stopped,
    more: {
      tenant: authorization.tenant,
      delivery: sent.delivery,
      filesNotRead: sent.filesNotRead,
      ...(queued === null ? {} : { queuedFor: queued.holder }),
      report: totals === null ? null : (written?.path ?? null),
      declarations: totals?.declarationStatuses ?? {},
      notLookedAt: gapsOf(sent).map(gapWords),
    },
  };
}

/** Adds everything that was sent, of whichever run, before what was sent of the run's own files. */
export function withDelivery(
  result: CommandResult,
  delivery: DeliverySummary | null,
): CommandResult {
  if (delivery === null) return result;
  const { accepted, rejected, held, unknown, unsent } = delivery;
  const words = `${plural(accepted, "shipment")} accepted by CAS, ${counted(rejected)} refused, ${counted(held)} held, ${counted(unknown)} with unknown outcome, ${counted(unsent)} not sent yet`;
  return { ...result, summary: [words, ...result.summary] };
}

/** What another process still has to send of this run; null when that is nothing. */
async function leftToAnother(
  { books, runId }: Session,
  { leftTo }: SendResult,
): Promise<{ readonly holder: CurrentHolder; readonly words: string } | null> {
  if (leftTo === null) return null;
  const { queued, sending, unknown } = await books.outboxCountsOfRun(runId);
  if (unknown > 0 || queued + sending === 0) return null;
  const { command, processId, hostName } = leftTo;
  return {
    holder: leftTo,
    words: `${plural(queued + sending, "shipment")} queued for \`cas-batch ${command}\` (process ${String(processId)} on ${hostName}), which sends in turn`,
  };
}

/** A message that the other process is sending has no outcome yet, but not an unknown one. */
function asQueued(file: FileResult): FileResult {
  const { buckets } = file.counts;
  const underWay = { unknown: 0, unsent: buckets.unsent + buckets.unknown };
  return { ...file, counts: { ...file.counts, buckets: { ...buckets, ...underWay } } };
}

function commandError(session: Session, error: unknown): CommandError | null {
  return error === null ? null : describeError(error, exitCodeOfError(error, session.signal));
}

async function* linesInNeed(session: Session): AsyncIterable<readonly LineView[]> {
  for await (const lines of session.books.lines({ runId: session.runId })) {
    yield lines.filter((line) => NEEDS_A_PERSON.has(line.bucket));
  }
}

function exitCodeOfRun(
  sent: SendResult,
  files: readonly FileResult[],
  totals: ReportTotals | null,
): number {
  if (totals?.balanced === false || (sent.delivery?.unknown ?? 0) > 0) return EXIT.unsettled;
  const exitCode = exitCodeOfFiles(files);
  // Refused messages of earlier runs count, too.
  const needsPerson = (totals?.actionNeeded ?? 0) + (sent.delivery?.rejected ?? 0) > 0;
  const worst = exitCode === EXIT.done && needsPerson ? EXIT.someFailed : exitCode;
  return exitCodeOfReconcile(gapsOf(sent), worst);
}

/** What the last reconcile of a run that follows declarations left out. */
function gapsOf({ followed }: SendResult): readonly Gap[] {
  return followed === null ? [] : followed.summary.gaps;
}

function describeNotRead({ filesNotRead }: SendResult): readonly string[] {
  return filesNotRead.length === 0
    ? []
    : [`Not read, because the run stopped: ${filesNotRead.join(", ")}`];
}

function describeMoving({ followed }: SendResult): readonly string[] {
  return followed === null || followed.stillMoving === 0
    ? []
    : [`${String(followed.stillMoving)} still being processed`];
}

/** Another `resume` does not help where only a person can settle an outcome. */
function unsettledSteps(session: Session, { delivery }: SendResult): readonly string[] {
  const people = delivery?.leftToPeople ?? [];
  const undecided = (delivery?.unknown ?? 0) - people.length;
  const { environment } = session.settings;
  const shown = people.slice(0, SETTLE_COMMANDS_SHOWN);
  return [
    ...(undecided > 0 || people.length === 0 ? ["`cas-batch resume`"] : []),
    ...shown.map((key) => settleStep(environment, key)),
    ...(shown.length < people.length
      ? [`${String(shown.length)} of ${String(people.length)} to look up are shown`]
      : []),
  ];
}

function nextSteps(
  session: Session,
  sent: SendResult,
  stopped: CommandError | null,
  exitCode: number,
  totals: ReportTotals | null,
): readonly string[] {
  if (sent.filesNotRead.length > 0) {
    return ["Run the same command again: it reads what was not read and sends what is left"];
  }
  if (stopped !== null) return [stopped.hint];
  if (exitCode === EXIT.unsettled) return unsettledSteps(session, sent);
  if (gapsOf(sent).length > 0) return [RECONCILE_AGAIN];
  if (totals !== null && totals.actionNeeded > 0) {
    return [
      `Open the sheet "Action needed" of the report, ${String(totals.actionNeeded)} to look at`,
    ];
  }
  if (exitCode === EXIT.someFailed || exitCode === EXIT.inputRejected) {
    return ["Correct what is named above and run the same command again"];
  }
  return totals === null ? ["`cas-batch reconcile`   (what customs made of it)"] : [];
}
