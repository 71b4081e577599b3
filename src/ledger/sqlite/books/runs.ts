// Runs: which command worked on the books, when, how it ended, and what it left unsent.
import type { OutboxCounts } from "../../contract/outbox.ts";
import type { RunBooks, UnfinishedRun } from "../../contract/runs.ts";
import type { Connection } from "../file/connection.ts";

export function runs(connection: Connection, booksId: number): RunBooks {
  const insert = connection.prepare<[number, string, string, string, string]>(
    `INSERT INTO runs (books_id, run_id, command, started_at, program_version)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const setFolder = connection.prepare<[string, number, string]>(
    "UPDATE runs SET result_folder = ? WHERE books_id = ? AND run_id = ?",
  );
  const finish = connection.prepare<[string, number, number, string]>(
    "UPDATE runs SET finished_at = ?, exit_code = ? WHERE books_id = ? AND run_id = ?",
  );
  const count = connection.prepare<[number, string], OutboxCounts>(
    `SELECT coalesce(sum(state = 'queued'), 0) AS queued,
            coalesce(sum(state = 'sending'), 0) AS sending,
            coalesce(sum(state = 'unknown'), 0) AS unknown
     FROM versions WHERE version_id IN (
       SELECT l.version_id FROM runs r JOIN batches b USING (run_no) JOIN lines l USING (batch_no)
       WHERE r.books_id = ? AND r.run_id = ? AND b.sealed_at IS NOT NULL AND l.bucket IS NULL)`,
  );
  // One SELECT for each partial index, with the state spelled as in the index.
  const unfinished = connection.prepare<[Readonly<Record<"booksId", number>>], UnfinishedRun>(
    `WITH open (version_id) AS (
       SELECT version_id FROM versions WHERE state = 'queued' AND books_id = @booksId
       UNION ALL SELECT version_id FROM versions WHERE state = 'sending' AND books_id = @booksId
       UNION ALL SELECT version_id FROM versions WHERE state = 'unknown' AND books_id = @booksId)
     SELECT DISTINCT r.run_id AS runId, r.result_folder AS resultFolder
     FROM open JOIN lines l USING (version_id) JOIN batches b USING (batch_no)
       JOIN runs r USING (run_no)
     WHERE b.sealed_at IS NOT NULL AND l.bucket IS NULL ORDER BY r.run_id`,
  );
  return {
    startRun: ({ runId, command, startedAt, programVersion }) =>
      connection.write(() => {
        insert.run(booksId, runId, command, startedAt.toISOString(), programVersion);
      }),
    recordResultFolder: (runId, folder) =>
      connection.write(() => {
        const { changes } = setFolder.run(folder, booksId, runId);
        if (changes !== 1) throw new Error(`There is no run ${runId} to write result files`);
      }),
    finishRun: (runId, end) =>
      connection.write(() => {
        const { changes } = finish.run(end.finishedAt.toISOString(), end.exitCode, booksId, runId);
        if (changes !== 1) throw new Error(`There is no run ${runId} to finish`);
      }),
    outboxCountsOfRun: (runId) =>
      connection.read(() => count.get(booksId, runId) ?? { queued: 0, sending: 0, unknown: 0 }),
    unfinishedRuns: () => connection.read(() => unfinished.all({ booksId })),
  };
}

/** The run's number; to be called inside a transaction. */
export function runNumbers(connection: Connection, booksId: number): (runId: string) => number {
  const select = connection.prepare<[number, string], { readonly run_no: number }>(
    "SELECT run_no FROM runs WHERE books_id = ? AND run_id = ?",
  );
  return (runId) => {
    const row = select.get(booksId, runId);
    if (row === undefined) throw new Error(`There is no run ${runId}: call startRun first`);
    return row.run_no;
  };
}
