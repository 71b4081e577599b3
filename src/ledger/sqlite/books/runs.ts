// Runs: who worked on the ledger, when, and how it ended.
import type { Connection } from "../file/connection.ts";
import type { LedgerBooks, RunEnd, RunRecord, RunStart } from "../../ledger.ts";

type Runs = Pick<LedgerBooks, "startRun" | "recordResultFolder" | "finishRun" | "run">;

interface RunRow {
  readonly run_id: string;
  readonly command: string;
  readonly started_at: string;
  readonly program_version: string;
  readonly finished_at: string | null;
  readonly exit_code: number | null;
}

export function runs(connection: Connection, booksId: number): Runs {
  const insert = connection.prepare<[number, string, string, string, string]>(
    `INSERT INTO runs (books_id, run_id, command, started_at, program_version)
     VALUES (?, ?, ?, ?, ?)`,
  );
  const startRun = (run: RunStart): Promise<void> =>
    connection.write(() => {
      const { runId, command, startedAt, programVersion } = run;
      insert.run(booksId, runId, command, startedAt.toISOString(), programVersion);
    });

  const setFolder = connection.prepare<[string, number, string]>(
    "UPDATE runs SET result_folder = ? WHERE books_id = ? AND run_id = ?",
  );
  const recordResultFolder = (runId: string, folder: string): Promise<void> =>
    connection.write(() => {
      const { changes } = setFolder.run(folder, booksId, runId);
      if (changes !== 1) throw new Error(`There is no run ${runId} to write result files`);
    });

  const finish = connection.prepare<[string, number, number, string]>(
    "UPDATE runs SET finished_at = ?, exit_code = ? WHERE books_id = ? AND run_id = ?",
  );
  const finishRun = (runId: string, end: RunEnd): Promise<void> =>
    connection.write(() => {
      const { changes } = finish.run(end.finishedAt.toISOString(), end.exitCode, booksId, runId);
      if (changes !== 1) throw new Error(`There is no run ${runId} to finish`);
    });

  const select = connection.prepare<[number, string], RunRow>(
    `SELECT run_id, command, started_at, program_version, finished_at, exit_code
     FROM runs WHERE books_id = ? AND run_id = ?`,
  );
  const run = (runId: string): Promise<RunRecord | null> =>
    connection.read(() => {
      const row = select.get(booksId, runId);
      if (row === undefined) return null;
      return {
        runId: row.run_id,
        command: row.command,
        startedAt: new Date(row.started_at),
        programVersion: row.program_version,
        finishedAt: row.finished_at === null ? null : new Date(row.finished_at),
        exitCode: row.exit_code,
      };
    });

  return { startRun, recordResultFolder, finishRun, run };
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
