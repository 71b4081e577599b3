// What a run writes for people: the status report, result files, annotated copies.
import { errorStatuses } from "../core/codes/declaration-statuses.ts";
import type { ViewFilter } from "../ledger/contract/views.ts";
import { renewResultFiles, writeRunFiles, type RunFiles } from "../report/run-files.ts";
import {
  writeStatusReport,
  type ReportTotals,
  type StoppedEarly,
} from "../report/status-report.ts";
import type { SendResult } from "./sending.ts";
import type { Session } from "./session.ts";

/** Writes the report of a session; its path was prepared before the work. */
export async function report(
  session: Session,
  path: string,
  filter: ViewFilter,
  stoppedEarly: StoppedEarly | null,
): Promise<ReportTotals> {
  const { books, runId, command, clock, programVersion, settings, authorization } = session;
  const { environment } = settings;
  return writeStatusReport(
    path,
    {
      books,
      filter,
      runId,
      command,
      environment,
      programVersion,
      tenant: authorization.tenant,
      asOf: clock.now(),
      completeUpTo: await books.searchedUntil(),
      errorsOpen: await books.countWithoutErrors(errorStatuses),
      simulated: authorization.simulated,
      stoppedEarly,
    },
    session.onProgress,
  );
}

/** Writes the result files and the annotated copies of what a run has read. */
export async function giveBack(
  { books, runId }: Session,
  folder: string,
  { filesRead }: SendResult,
): Promise<RunFiles> {
  return writeRunFiles(folder, books, runId, filesRead);
}

/** Writes the result files of an earlier run again, from the ledger as it is now; returns what failed. */
export async function renewResults(
  { books }: Session,
  folder: string,
  runId: string,
): Promise<readonly unknown[]> {
  return renewResultFiles(folder, books, runId);
}
