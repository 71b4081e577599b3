// The result of a sending run, read from the books: they are the truth, not the counters of the work that was
// just done.
import { kindOf } from "../../core/message-kind.ts";
import type { Gap } from "../../core/gap.ts";
import { isAllowable } from "../../core/reason.ts";
import { refusedBeforeWords } from "../../core/reason-words.ts";
import type { ShipmentKey } from "../../core/shipment.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type { LineView, ViewBooks, ViewFilter } from "../../ledger/contract/views.ts";
import type { ReportSurvey, ReportTotals, WrittenReport } from "../../report/status-report.ts";
import { holderMembers } from "../../core/sending-words.ts";
import { report, surveyRun } from "../reporting.ts";
import type { DeliverySummary } from "../../submit/deliver.ts";
import type { SendResult } from "../sending.ts";
import type { Session } from "../session.ts";
import {
  EXIT,
  exitCodeOfError,
  exitCodeOfFiles,
  exitCodeOfReconcile,
  exitCodeOfStop,
} from "./exit-code.ts";
import { gapMembers, incompleteReconcile, proofMembers } from "./incomplete-reconcile.ts";
import { countsOfLeftovers, cutSteps, imbalanceFacts, listedMembers } from "./listed-members.ts";
import {
  kindOfFile,
  sumCounts,
  type CommandError,
  type CommandResult,
  type Fact,
  type FileResult,
  type NextStep,
} from "./result.ts";
import { describeError, stackOf } from "./describe-error.ts";

/** A report, or the error why there is none: the result shows what was sent in either case. */
type ReportOrFailure = WrittenReport | { readonly failure: unknown };

const SETTLE_COMMANDS_SHOWN = 5;
const AMENDS_SHOWN = 5;

const NEEDS_A_PERSON: ReadonlySet<LineBucket> = new Set(["rejected", "held", "unknown"]);

/** Writes the report of a run; that of one that stopped early says so. */
export async function writtenReport(
  session: Session,
  path: string,
  sent: SendResult,
): Promise<ReportOrFailure> {
  const { filesNotRead } = sent;
  const error = commandError(session, sent.stoppedBy);
  const stopped =
    error === null
      ? incompleteReconcile(gapsOf(sent), filesNotRead)
      : { reason: error.message, filesNotRead };
  try {
    return await report(session, path, { runId: session.runId }, stopped);
  } catch (failure) {
    return { failure };
  }
}

/** @param written the report; null for a command that writes none */
export async function sessionResult(
  session: Session,
  sent: SendResult,
  written: ReportOrFailure | null,
): Promise<CommandResult> {
  const { runId, books, authorization } = session;
  const files: readonly FileResult[] = await books.batches({ runId });
  const report = written !== null && "survey" in written ? written : null;
  const totals = report?.survey.totals ?? null;
  const survey = report?.survey ?? (await surveyOrNothing(session));
  const failure = written !== null && "failure" in written ? written.failure : null;
  const stoppedBy = sent.stoppedBy ?? failure;
  const stopped = commandError(session, stoppedBy);
  if (stopped?.code === "unexpected") session.log("error", stackOf(stoppedBy));
  const queued = stoppedBy === null ? await leftToAnother(session, sent) : null;
  const isBalanced = survey?.totals.balanced ?? true;
  const exitCode =
    stoppedBy === null
      ? exitCodeOfRun(sent, files, totals, isBalanced)
      : exitCodeOfStop(stoppedBy, session.signal, (await books.outboxCounts()).unknown);
  return {
    exitCode,
    ...(queued === null ? {} : { status: "queued" }),
    runId,
    files,
    findings: books.findings({ runId }),
    attention: linesInNeed(books, { runId }),
    summary: [
      ...(files.length === 0
        ? []
        : [{ code: "shipments", files } as const, { code: "balance", files } as const]),
      ...(survey === null ? [] : imbalanceFacts(survey.totals)),
      ...(queued === null ? [] : [queued]),
      ...factsOf(sent, files, totals),
      ...(stopped === null ? [] : [{ code: "stopped-early", message: stopped.message } as const]),
      ...(report === null
        ? []
        : [{ code: "report", path: report.path, htmlPath: report.htmlPath } as const]),
    ],
    next: [
      ...(queued === null
        ? nextSteps(
            session,
            sent,
            stopped,
            {
              exitCode,
              totals,
              isBalanced,
              open: await openDecisions(session, files),
              earlier: earlierSteps(survey),
            },
            files,
          )
        : [{ code: "reconcile", because: "sent-by-other" } as const]),
      ...(survey === null || report !== null ? [] : cutSteps(survey, runId)),
    ],
    error: stopped,
    simulated: authorization.simulated,
    ...(survey === null
      ? {}
      : {
          totals: {
            // Where nothing was read, what it did is what it sent for earlier runs.
            counts: files.length > 0 ? sumCounts(files) : countsOfLeftovers(survey.totals),
            balanced: isBalanced,
          },
        }),
    more: {
      tenant: authorization.tenant,
      delivery: sent.delivery,
      filesNotRead: sent.filesNotRead,
      ...(queued === null ? {} : { queuedFor: holderMembers(queued.holder) }),
      report: report?.path ?? null,
      reportJson: report?.jsonPath ?? null,
      reportHtml: report?.htmlPath ?? null,
      ...(survey === null ? {} : listedMembers(survey)),
      declarations: totals?.declarationStatuses ?? {},
      ...(sent.followed === null ? {} : proofMembers(sent.followed.summary)),
      ...gapMembers(gapsOf(sent)),
    },
  };
}

/** Whatever keeps it from being read: what was sent stands in the result all the same. */
async function surveyOrNothing(session: Session): Promise<ReportSurvey | null> {
  try {
    return await surveyRun(session);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    session.log(
      "warn",
      `What needs a person is not listed, because the ledger cannot be read: ${why}`,
    );
    return null;
  }
}

/** Adds everything that was sent, of whichever run, before what was sent of the run's own files. */
export function withDelivery(
  result: CommandResult,
  delivery: DeliverySummary | null,
): CommandResult {
  if (delivery === null) return result;
  return { ...result, summary: [{ code: "delivery", delivery }, ...result.summary] };
}

/** What another process still has to send of this run; null when that is nothing. */
async function leftToAnother(
  { books, runId }: Session,
  { leftTo }: SendResult,
): Promise<QueuedFor | null> {
  if (leftTo === null) return null;
  const { queued, sending, unknown } = await books.outboxCountsOfRun(runId);
  if (unknown > 0 || queued + sending === 0) return null;
  return { code: "queued-for", count: queued + sending, holder: leftTo };
}

type QueuedFor = Extract<Fact, { code: "queued-for" }>;

function commandError(session: Session, error: unknown): CommandError | null {
  return error === null ? null : describeError(error, exitCodeOfError(error, session.signal));
}

/** The shipments that were refused or held, or whose outcome is unknown. */
export async function* linesInNeed(
  books: Pick<ViewBooks, "lines">,
  filter: ViewFilter,
): AsyncIterable<readonly LineView[]> {
  for await (const lines of books.lines(filter)) {
    yield lines.filter((line) => NEEDS_A_PERSON.has(line.bucket));
  }
}

/** The report of a run has one row for all that is open beside its files. */
function earlierSteps(survey: ReportSurvey | null): readonly string[] {
  const rows = survey?.actions.filter(({ code }) => code === "earlier-open") ?? [];
  return rows.map(({ what, nextStep }) => `${what}. ${nextStep}`);
}

interface OpenDecisions {
  readonly steps: readonly NextStep[];
  /** Whether nothing else of the files needs a person. */
  readonly isAll: boolean;
}

/** What a flag can send that is not sent by itself: held changes, and what CAS refused before. */
export async function openDecisions(
  { books, runId }: Pick<Session, "books" | "runId">,
  files: readonly FileResult[],
): Promise<OpenDecisions> {
  const { held, rejected, invalid, invalidRows } = sumCounts(files);
  if (held + rejected === 0) return { steps: [], isAll: false };
  const keys: ShipmentKey[] = [];
  let total = 0;
  let refused = 0;
  for await (const lines of linesInNeed(books, { runId })) {
    for (const { key, bucket, reason } of lines) {
      if (bucket === "held" && isAllowable(reason)) {
        total += 1;
        if (keys.length < AMENDS_SHOWN) keys.push(key);
      } else if (refusedBeforeWords(reason) !== null) refused += 1;
    }
  }
  return {
    steps: [
      ...(total > 0 ? [{ code: "allow-amend", keys, total } as const] : []),
      ...(refused > 0 ? [{ code: "retry-refused", shipments: refused } as const] : []),
    ],
    isAll:
      total + refused === held + rejected &&
      invalid + invalidRows === 0 &&
      files.every((file) => !file.rejected),
  };
}

function exitCodeOfRun(
  sent: SendResult,
  files: readonly FileResult[],
  totals: ReportTotals | null,
  isBalanced: boolean,
): number {
  if (!isBalanced || (sent.delivery?.unknown ?? 0) > 0) return EXIT.unsettled;
  const exitCode = exitCodeOfFiles(files);
  // Refused messages of earlier runs count, too.
  const { rejected = 0, notAllowed = [] } = sent.delivery ?? {};
  const needsPerson = (totals?.actionNeeded ?? 0) + rejected + notAllowed.length > 0;
  const worst = exitCode === EXIT.done && needsPerson ? EXIT.someFailed : exitCode;
  return exitCodeOfReconcile(gapsOf(sent), worst);
}

/** What the last reconcile of a run that follows declarations left out. */
function gapsOf({ followed }: SendResult): readonly Gap[] {
  return followed === null ? [] : followed.summary.gaps;
}

function factsOf(
  { filesNotRead, delivery, followed }: SendResult,
  files: readonly FileResult[],
  totals: ReportTotals | null,
): readonly Fact[] {
  const facts: Fact[] = [];
  if (filesNotRead.length > 0) facts.push({ code: "files-not-read", names: filesNotRead });
  facts.push(...sentForOtherRuns(delivery, files));
  // The declarations are those of the files: without one nothing is said of those that are there.
  if (totals !== null && files.length > 0) {
    facts.push({ code: "declaration-statuses", statuses: totals.declarationStatuses });
  }
  if (followed !== null) {
    const { stillMoving, summary } = followed;
    if (stillMoving > 0) facts.push({ code: "still-moving", shipments: stillMoving });
    for (const gap of summary.gaps) facts.push({ code: "gap", gap });
  }
  return facts;
}

/** What a run sent besides its own files: left by earlier runs, or queued by others meanwhile. */
export function sentForOtherRuns(
  delivery: Pick<DeliverySummary, "accepted" | "rejected"> | null,
  files: readonly FileResult[],
): readonly Fact[] {
  if (delivery === null) return [];
  const own = sumCounts(files);
  const accepted = Math.max(0, delivery.accepted - own.accepted);
  const rejected = Math.max(0, delivery.rejected - own.rejected);
  return accepted + rejected === 0 ? [] : [{ code: "sent-for-other-runs", accepted, rejected }];
}

/** Another `resume` does not help where only a person can settle an outcome. */
function unsettledSteps(session: Session, { delivery }: SendResult): readonly NextStep[] {
  const people = delivery?.leftToPeople ?? [];
  const undecided = (delivery?.unknown ?? 0) - people.length;
  const { environment } = session.settings;
  const shown = people.slice(0, SETTLE_COMMANDS_SHOWN);
  const steps: NextStep[] = shown.map((key) => ({ code: "settle", environment, key }));
  if (undecided > 0 || people.length === 0) steps.unshift({ code: "resume" });
  if (shown.length < people.length) {
    steps.push({ code: "settle-more", shown: shown.length, total: people.length });
  }
  return steps;
}

function nextSteps(
  session: Session,
  sent: SendResult,
  stopped: CommandError | null,
  {
    exitCode,
    totals,
    isBalanced,
    open,
    earlier,
  }: {
    readonly exitCode: number;
    readonly totals: ReportTotals | null;
    readonly isBalanced: boolean;
    readonly open: OpenDecisions;
    /** What is open in files of earlier runs. */
    readonly earlier: readonly string[];
  },
  files: readonly FileResult[],
): readonly NextStep[] {
  // Of kinds that CAS cannot be asked about there is nothing to follow.
  const isFollowed =
    files.length === 0 ||
    files.some((file) => kindOf(kindOfFile(file)).asked !== "none" && file.counts.shipments > 0);
  if (sent.filesNotRead.length > 0) return [{ code: "run-again" }];
  if (stopped !== null) return [stopped.hint];
  if (!isBalanced) return [{ code: "verify-ledger" }];
  if (exitCode === EXIT.unsettled) return unsettledSteps(session, sent);
  if (gapsOf(sent).length > 0) return [{ code: "reconcile", because: "incomplete" }];
  const notAllowed = sent.delivery?.notAllowed ?? [];
  if (notAllowed.length > 0) {
    const ask =
      "Ask Customs4trade to grant the scope to this client id, then run `cas-batch resume`";
    return [...notAllowed.map((why) => `Not sent: ${why}`), ask, ...open.steps];
  }
  if (totals !== null && totals.actionNeeded > 0) {
    return [{ code: "open-report", actions: totals.actionNeeded }, ...earlier, ...open.steps];
  }
  if (exitCode === EXIT.someFailed || exitCode === EXIT.inputRejected) {
    return [...(open.isAll ? [] : [{ code: "correct-input" } as const]), ...open.steps];
  }
  return totals === null && isFollowed ? [{ code: "reconcile", because: "sent" }] : [];
}
