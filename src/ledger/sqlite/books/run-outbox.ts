// How far the messages of one run are: for whoever staged them and leaves the sending to another, and
// for whoever finishes what another left.
import type { Connection } from "../file/connection.ts";
import type { LedgerBooks, OutboxCounts, UnfinishedRun } from "../../ledger.ts";

type RunOutbox = Pick<LedgerBooks, "outboxCountsOfRun" | "unfinishedRuns">;

interface UnfinishedRow {
  readonly run_id: string;
  readonly result_folder: string | null;
}

export function runOutbox(connection: Connection, booksId: number): RunOutbox {
  const count = connection.prepare<[number, string], OutboxCounts>(
    `SELECT coalesce(sum(state = 'queued'), 0) AS queued,
            coalesce(sum(state = 'sending'), 0) AS sending,
            coalesce(sum(state = 'unknown'), 0) AS unknown
     FROM versions WHERE version_id IN (
       SELECT l.version_id FROM runs r JOIN batches b USING (run_no) JOIN lines l USING (batch_no)
       WHERE r.books_id = ? AND r.run_id = ? AND b.sealed_at IS NOT NULL AND l.bucket IS NULL)`,
  );
  // One partial index for each state, as they stand.
  const unfinished = connection.prepare<[Readonly<Record<"booksId", number>>], UnfinishedRow>(
    `WITH open (version_id) AS (
       SELECT version_id FROM versions WHERE state = 'queued' AND books_id = @booksId
       UNION ALL SELECT version_id FROM versions WHERE state = 'sending' AND books_id = @booksId
       UNION ALL SELECT version_id FROM versions WHERE state = 'unknown' AND books_id = @booksId)
     SELECT DISTINCT r.run_id, r.result_folder
     FROM open JOIN lines l USING (version_id) JOIN batches b USING (batch_no)
       JOIN runs r USING (run_no)
     WHERE b.sealed_at IS NOT NULL AND l.bucket IS NULL ORDER BY r.run_id`,
  );
  const unfinishedRuns = (): Promise<readonly UnfinishedRun[]> =>
    connection.read(() =>
      unfinished
        .all({ booksId })
        .map((row) => ({ runId: row.run_id, resultFolder: row.result_folder })),
    );

  return {
    unfinishedRuns,
    outboxCountsOfRun: (runId) =>
      connection.read(() => count.get(booksId, runId) ?? { queued: 0, sending: 0, unknown: 0 }),
  };
}
