// What a run writes for people: the status report, result files, annotated copies.
import type { AllowedIn } from "../core/codes/change-rules.ts";
import { errorStatuses } from "../core/codes/declaration-statuses.ts";
import type { Environment } from "../core/shipment.ts";
import type { ResultsOfRun } from "../ledger/contract/runs.ts";
import type { ViewFilter } from "../ledger/contract/views.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { copyTime, type FindOriginal } from "../report/annotate-file.ts";
import {
  writeRunFiles,
  type CellTracer,
  type ReadFile,
  type RunFiles,
} from "../report/run-files.ts";
import {
  surveyBooks,
  writeStatusReport,
  type ComparedWith,
  type ReportInput,
  type ReportSurvey,
  type StoppedEarly,
  type WrittenReport,
} from "../report/status-report.ts";
import { openNow } from "../reconcile/open-shipments.ts";
import { findOriginal, type OriginalPlaces } from "./originals.ts";
import { assertKnown, assertOver } from "./report-diff.ts";
import { declarationsTraced } from "./trace-in-file.ts";
import type { SendResult } from "./sending.ts";
import type { Session, Surroundings } from "./session.ts";

/** From whose books a report is made, and for which command. */
export interface ReportSource extends Pick<Surroundings, "clock" | "programVersion"> {
  readonly ledgerPath: string;
  readonly environment: Environment;
  readonly tenant: string;
  readonly allowedIn: AllowedIn;
  readonly timeZone: string;
  readonly declarationAfterMs?: number | undefined;
  readonly simulated: boolean;
  /** Null when it is about no single run. */
  readonly runId: string | null;
  readonly command: string;
  /** What it is compared with; the last report when null. */
  readonly since?: Date | null;
}

/** Writes the report of a session; its path was prepared before the work. */
export async function report(
  session: Session,
  path: string,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
): Promise<WrittenReport> {
  const written = await withReportInput(sourceOf(session), filter, stoppedEarly, (input) =>
    writeStatusReport(path, input, session),
  );
  const { path: placed, asOf, learnedUpTo, files } = written;
  if (placed !== path) {
    session.log(
      "warn",
      `${path} is open in another program and still shows the earlier state; the new report is ${placed}`,
    );
  }
  const { runId, books } = session;
  await books.recordReport({ runId, scope: scopeName(filter), asOf, learnedUpTo, files });
  return written;
}

async function comparedWith(
  books: LedgerBooks,
  filter: ViewFilter,
  since: Date | null,
  learnedUpTo: number,
  place: Parameters<typeof assertOver>[1],
): Promise<ComparedWith | null> {
  if (since !== null) {
    assertOver(since, place);
    await assertKnown(books, since, place.timeZone);
    return { learnedUpTo: await books.learnedAt(since), at: since, isReport: false };
  }
  const before = await books.lastReport(scopeName(filter), learnedUpTo);
  if (before === null) return null;
  return { learnedUpTo: before.learnedUpTo, at: before.asOf, isReport: true };
}

function scopeName(filter: ViewFilter): "run" | "latest" {
  return "runId" in filter ? "run" : "latest";
}

/** What a report of the run would show, without writing one. */
export async function surveyRun(session: Session): Promise<ReportSurvey> {
  return withReportInput(sourceOf(session), { runId: session.runId }, null, surveyBooks);
}

function sourceOf(session: Session): ReportSource {
  const { runId, command, clock, programVersion, settings, authorization, ledger } = session;
  const { environment, allowedIn, timeZone, declarationAfterMs } = settings;
  const { tenant, simulated } = authorization;
  const made = { runId, command, clock, programVersion, ledgerPath: ledger.location };
  return { ...made, environment, allowedIn, timeZone, declarationAfterMs, tenant, simulated };
}

/** Another process may be sending: everything is read from one moment of the ledger. */
export async function withReportInput<Result>(
  { ledgerPath, clock, since = null, ...source }: ReportSource,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
  work: (input: ReportInput, books: LedgerBooks) => Promise<Result>,
): Promise<Result> {
  const asOf = clock.now();
  const ledger = await openSqliteLedger(ledgerPath, {
    asOfNow: true,
    clock: { ...clock, now: () => asOf },
  });
  try {
    const books = ledger.books(source.environment, source.tenant);
    const learnedUpTo = await books.learnedUpTo();
    const compared = await comparedWith(books, filter, since, learnedUpTo, {
      now: asOf,
      timeZone: source.timeZone,
    });
    const input = {
      ...source,
      books,
      filter,
      asOf,
      learnedUpTo,
      since: compared,
      completeUpTo: await books.searchedUntil(),
      lookedBackUntil: await books.lookedBackUntil(),
      allAskedSince: (await books.countOpenShipments(openNow({ ...clock, now: () => asOf })))
        .askedSince,
      errorsOpen: await books.countWithoutErrors(errorStatuses),
      sender: await books.currentHolder(),
      stoppedEarly,
    };
    return await work(input, books);
  } finally {
    await ledger.close();
  }
}

/** Writes the result files and the annotated copies of what a run has read. */
export async function giveBack(
  session: Session,
  folder: string,
  { filesRead }: SendResult,
): Promise<RunFiles> {
  const run = await session.books.resultsOfRun(session.runId);
  return writeFilesOf(session, folder, run, filesRead);
}

/**
 * Writes the result files and annotated copies of an earlier run again, from the ledger as it is now. Its
 * profile and flags are not needed: the ledger keeps what reading the files found out.
 */
export async function renewResults(
  session: Session,
  folder: string,
  run: ResultsOfRun,
  places: OriginalPlaces,
): Promise<RunFiles> {
  const { books } = session;
  const batches = await books.batches({ runId: run.runId });
  const copyTimes = await books.copyTimes(run.runId);
  const files = batches.map(({ batchId, file, form }): ReadFile => {
    const copiedAt = copyTimes.get(batchId);
    const trace = tracedFromBooks(session, batchId);
    return { file, form, trace, batchId, ...(copiedAt === undefined ? {} : { copiedAt }) };
  });
  return writeFilesOf(session, folder, run, files, (file) => findOriginal(file, places));
}

async function writeFilesOf(
  { books, clock, authorization, settings }: Session,
  folder: string,
  run: ResultsOfRun,
  files: readonly ReadFile[],
  find?: FindOriginal,
): Promise<RunFiles> {
  const { runId, resultsAt } = run;
  const writtenAt = copyTime(clock.now());
  const written = await writeRunFiles(
    folder,
    {
      books,
      runId,
      completeUpTo: await books.searchedUntil(),
      declarationAfterMs: settings.declarationAfterMs,
      simulated: authorization.simulated,
      times: { writtenAt, before: resultsAt },
      ...(find === undefined ? {} : { findOriginal: find }),
    },
    files,
  );
  const { annotated, failures, copyFailures } = written;
  const copies = files.flatMap(({ batchId }, at) =>
    batchId === undefined || annotated[at]?.notRenewed !== undefined ? [] : [batchId],
  );
  const isIncomplete = failures.length + copyFailures.length > 0;
  await books.recordResults(run, writtenAt, { copies, isIncomplete });
  return written;
}

/** The cells of a line whose message was made from the very bytes that are marked. */
function tracedFromBooks({ books }: Session, batchId: string): CellTracer {
  return async (lines) => {
    const traced = new Map();
    for (const [lineNumber, declarations] of lines) {
      const sent = await books.sentFrom(batchId, lineNumber);
      if (sent !== null) traced.set(lineNumber, declarationsTraced(sent, declarations));
    }
    return traced;
  };
}
