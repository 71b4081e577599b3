// What a run writes for people: the status report, result files, annotated copies.
import { errorStatuses } from "../core/codes/declaration-statuses.ts";
import type { ResultsOfRun } from "../ledger/contract/runs.ts";
import type { ViewFilter } from "../ledger/contract/views.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { copyTime } from "../report/annotate-file.ts";
import {
  writeRunFiles,
  type CellTracer,
  type ReadFile,
  type RunFiles,
} from "../report/run-files.ts";
import {
  surveyBooks,
  writeStatusReport,
  type ReportInput,
  type ReportSurvey,
  type StoppedEarly,
  type WrittenReport,
} from "../report/status-report.ts";
import { declarationsTraced } from "./trace-in-file.ts";
import type { SendResult } from "./sending.ts";
import type { Session } from "./session.ts";

/** Writes the report of a session; its path was prepared before the work. */
export async function report(
  session: Session,
  path: string,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
): Promise<WrittenReport> {
  return withInput(session, filter, stoppedEarly, (input) =>
    writeStatusReport(path, input, session.onProgress),
  );
}

/** What a report of the run would show, without writing one. */
export async function surveyRun(session: Session): Promise<ReportSurvey> {
  return withInput(session, { runId: session.runId }, null, surveyBooks);
}

/** Another process may be sending: everything is read from one moment of the ledger. */
async function withInput<Result>(
  session: Session,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
  work: (input: ReportInput) => Promise<Result>,
): Promise<Result> {
  const { runId, command, clock, programVersion, settings, authorization } = session;
  const { environment, allowedIn, declarationAfterMs } = settings;
  const { tenant, simulated } = authorization;
  const asOf = clock.now();
  const ledger = await openSqliteLedger(session.ledger.location, {
    asOfNow: true,
    clock: { ...clock, now: () => asOf },
  });
  try {
    const books = ledger.books(environment, tenant);
    return await work({
      books,
      filter,
      runId,
      command,
      environment,
      allowedIn,
      programVersion,
      tenant,
      asOf,
      completeUpTo: await books.searchedUntil(),
      declarationAfterMs,
      errorsOpen: await books.countWithoutErrors(errorStatuses),
      simulated,
      sender: await books.currentHolder(),
      stoppedEarly,
    });
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
): Promise<RunFiles> {
  const { books } = session;
  const batches = await books.batches({ runId: run.runId });
  const files = batches.map(({ batchId, file, form }) => ({
    file,
    form,
    trace: tracedFromBooks(session, batchId),
  }));
  return writeFilesOf(session, folder, run, files);
}

async function writeFilesOf(
  { books, clock, authorization, settings }: Session,
  folder: string,
  run: ResultsOfRun,
  files: readonly ReadFile[],
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
    },
    files,
  );
  await books.recordResults(run, writtenAt);
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
