// Runs: which command worked on the books, when, how it ended, and what it left unsent.
import type { OutboxCounts } from "../../contract/outbox.ts";
import type { KnownRun, ResultsOfRun, RunBooks } from "../../contract/runs.ts";
import type { Connection } from "../file/connection.ts";
import { dateOrNull, type Stored } from "../file/stored-json.ts";
import { sameKeySql } from "../file/stored-key.ts";

type ResultsRow = Stored<ResultsOfRun>;

const RESULTS_COLUMNS = `r.run_id AS runId, r.result_folder AS resultFolder,
  r.results_at AS resultsAt, r.results_behind AS behind`;

export function runs(connection: Connection, booksId: number): RunBooks {
  const insert = connection.prepare<[number, string, string, string, string, number]>(
    `INSERT INTO runs (books_id, run_id, command, started_at, program_version, simulated)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const setFolder = connection.prepare<[string, number, string]>(
    "UPDATE runs SET result_folder = ? WHERE books_id = ? AND run_id = ?",
  );
  const finish = connection.prepare<[string, number, number, string]>(
    `UPDATE runs SET finished_at = ?, exit_code = ?, files = (
       SELECT count(*) FROM batches b WHERE b.run_no = runs.run_no AND b.sealed_at IS NOT NULL)
     WHERE books_id = ? AND run_id = ?`,
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
  const unfinished = connection.prepare<[Readonly<Record<"booksId", number>>], ResultsRow>(
    `WITH open (version_id) AS (
       SELECT version_id FROM versions WHERE state = 'queued' AND books_id = @booksId
       UNION ALL SELECT version_id FROM versions WHERE state = 'sending' AND books_id = @booksId
       UNION ALL SELECT version_id FROM versions WHERE state = 'unknown' AND books_id = @booksId)
     SELECT DISTINCT ${RESULTS_COLUMNS}
     FROM open JOIN lines l USING (version_id) JOIN batches b USING (batch_no)
       JOIN runs r USING (run_no)
     WHERE b.sealed_at IS NOT NULL AND l.bucket IS NULL ORDER BY r.run_id`,
  );
  const selectBehind = (isBehind: string) =>
    connection.prepare<[number], ResultsRow>(
      `SELECT ${RESULTS_COLUMNS} FROM runs r
     WHERE r.books_id = ? AND (${isBehind}) AND r.result_folder IS NOT NULL
       AND (r.finished_at IS NOT NULL OR r.results_at IS NOT NULL)
       AND NOT EXISTS (
         SELECT 1 FROM batches b WHERE b.run_no = r.run_no AND b.pruned_at IS NOT NULL)
     ORDER BY r.run_id`,
    );
  const behind = selectBehind("r.results_behind > 0");
  const behindInCopies = selectBehind(`r.results_behind > 0 OR EXISTS (
         SELECT 1 FROM batches b WHERE b.run_no = r.run_no AND b.copy_at < r.results_at)`);
  const ofRun = connection.prepare<[number, string], ResultsRow>(
    `SELECT ${RESULTS_COLUMNS} FROM runs r WHERE r.books_id = ? AND r.run_id = ?`,
  );
  const knownRuns = (condition: string) =>
    connection.prepare<[number, string | number], Stored<KnownRun>>(
      `SELECT run_id AS runId, command, started_at AS startedAt, finished_at AS finishedAt,
         exit_code AS exitCode, simulated,
         EXISTS (SELECT 1 FROM batches b
           WHERE b.run_no = runs.run_no AND b.pruned_at IS NOT NULL) AS isPruned
       FROM runs WHERE books_id = ? AND ${condition}`,
    );
  const known = knownRuns("run_id = ?");
  const withFiles = knownRuns(`(result_folder IS NOT NULL
    OR EXISTS (SELECT 1 FROM batches b WHERE b.run_no = runs.run_no AND b.sealed_at IS NOT NULL))
    ORDER BY coalesce(finished_at, started_at) DESC, run_no DESC LIMIT ?`);
  const setResults = connection.prepare<[string, number, number, number, string, string | null]>(
    `UPDATE runs SET results_at = ?, results_behind = max(?, results_behind - ?)
     WHERE books_id = ? AND run_id = ? AND results_at IS ?`,
  );
  const setCopies = connection.prepare<[string, number, string]>(
    `UPDATE batches SET copy_at = ?
     WHERE books_id = ? AND batch_id IN (SELECT value FROM json_each(?))`,
  );
  // Of a ledger from before the copies had times of their own.
  const setOthers = connection.prepare<[string | null, number, string]>(
    `UPDATE batches SET copy_at = ? WHERE copy_at IS NULL AND run_no IN (
       SELECT run_no FROM runs WHERE books_id = ? AND run_id = ?)`,
  );
  const selectCopies = connection.prepare<
    [number, string],
    { readonly batchId: string; readonly copyAt: string }
  >(
    `SELECT b.batch_id AS batchId, b.copy_at AS copyAt FROM batches b JOIN runs r USING (run_no)
     WHERE r.books_id = ? AND r.run_id = ? AND b.copy_at IS NOT NULL`,
  );
  return {
    startRun: ({ runId, command, startedAt, programVersion, simulated = false }) =>
      connection.write(() => {
        const mark = simulated ? 1 : 0;
        insert.run(booksId, runId, command, startedAt.toISOString(), programVersion, mark);
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
    unfinishedRuns: () => connection.read(() => unfinished.all({ booksId }).map(resultsOf)),
    runsBehind: (withCopies = false) =>
      connection.read(() => (withCopies ? behindInCopies : behind).all(booksId).map(resultsOf)),
    copyTimes: (runId) =>
      connection.read(
        () =>
          new Map(
            selectCopies
              .all(booksId, runId)
              .map(({ batchId, copyAt }) => [batchId, new Date(copyAt)]),
          ),
      ),
    runsOfFiles: (limit) => connection.read(() => withFiles.all(booksId, limit).map(knownRunOf)),
    knownRun: (runId) =>
      connection.read(() => {
        const row = known.get(booksId, runId);
        return row === undefined ? null : knownRunOf(row);
      }),
    resultsOfRun: (runId) =>
      connection.read(() => {
        const row = ofRun.get(booksId, runId);
        if (row === undefined) throw new Error(`There is no run ${runId}`);
        return resultsOf(row);
      }),
    recordResults: (
      { runId, behind: shown, resultsAt },
      writtenAt,
      { copies, isIncomplete } = { copies: [], isIncomplete: false },
    ) =>
      connection.write(() => {
        const [at, before] = [writtenAt.toISOString(), resultsAt?.toISOString() ?? null];
        const left = isIncomplete ? 1 : 0;
        const { changes } = setResults.run(at, left, shown, booksId, runId, before);
        if (changes !== 1) return;
        setCopies.run(at, booksId, JSON.stringify(copies));
        setOthers.run(before, booksId, runId);
      }),
  };
}

function resultsOf(row: ResultsRow): ResultsOfRun {
  return { ...row, resultsAt: dateOrNull(row.resultsAt) };
}

function knownRunOf(row: Stored<KnownRun>): KnownRun {
  return {
    ...row,
    startedAt: new Date(row.startedAt),
    finishedAt: dateOrNull(row.finishedAt),
    simulated: row.simulated === 1,
    isPruned: row.isPruned === 1,
  };
}

/**
 * Counts a change of shipments' declarations for the runs in whose files the shipments were last seen; to be called
 * inside a transaction.
 */
export function markRunsBehind(
  connection: Connection,
): (shipmentNumbers: ReadonlySet<number>) => void {
  const mark = connection.prepare<[string]>(
    `UPDATE runs SET results_behind = results_behind + 1
     WHERE result_folder IS NOT NULL AND run_no IN (
       SELECT run_no FROM batches WHERE batch_no IN (
         SELECT l.batch_no FROM json_each(?) changed
           CROSS JOIN shipments s ON s.shipment_id = changed.value
           CROSS JOIN lines l INDEXED BY lines_by_key
             ON l.books_id = s.books_id AND ${sameKeySql("l", "s")} AND l.is_latest = 1))`,
  );
  return (shipmentNumbers) => {
    if (shipmentNumbers.size > 0) mark.run(JSON.stringify([...shipmentNumbers]));
  };
}

/** Counts a change of messages for the runs whose files show them; to be called inside a transaction. */
export function markRunsOfMessages(
  connection: Connection,
): (versionIds: readonly number[]) => void {
  const mark = connection.prepare<[string]>(
    `UPDATE runs SET results_behind = results_behind + 1
     WHERE result_folder IS NOT NULL AND run_no IN (
       SELECT b.run_no FROM lines l JOIN batches b USING (batch_no)
       WHERE l.version_id IN (SELECT value FROM json_each(?)))`,
  );
  return (versionIds) => {
    if (versionIds.length > 0) mark.run(JSON.stringify(versionIds));
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
