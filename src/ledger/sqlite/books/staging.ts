// Opens batches, fills them and gives their rows and findings a place. Nothing of a batch counts
// before sealing.ts has sealed it.
import type { Clock } from "../../../core/clock.ts";
import type { Finding } from "../../../core/finding.ts";
import { aliveUntil, batchesKeptAlive } from "./batch-life.ts";
import type { Connection } from "../file/connection.ts";
import { homes } from "../home/ledger-home.ts";
import type { BatchRow, BatchStart, LedgerBooks } from "../../ledger.ts";
import { markOfThisProcess } from "../home/process-mark.ts";
import { runNumbers } from "./runs.ts";

type Staging = Pick<LedgerBooks, "openBatch" | "addRows" | "addFindings">;

export function staging(connection: Connection, booksId: number, clock: Clock): Staging {
  const runNumber = runNumbers(connection, booksId);
  const batchNumber = openBatchNumbers(connection, booksId);

  const insertBatch = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT INTO batches (books_id, batch_id, run_no, file_path, file_name, file_size_bytes,
                          file_sha256, opened_at, process_id, process_start, process_space,
                          host_name, alive_until)
     VALUES (@booksId, @batchId, @runNo, @path, @name, @sizeBytes, @sha256, @openedAt,
             @processId, @processStart, @processSpace, @hostName, @aliveUntil)`,
  );
  const { requireHere } = homes(connection);
  const keepAlive = batchesKeptAlive(connection, booksId, clock);
  const openBatch = async (batch: BatchStart): Promise<void> => {
    await connection.write(() => {
      requireHere(batch.openedAt, `run ${batch.runId}`);
      insertBatch.run({
        booksId,
        batchId: batch.batchId,
        runNo: runNumber(batch.runId),
        path: batch.file.path,
        name: batch.file.name,
        sizeBytes: batch.file.sizeBytes,
        sha256: batch.file.sha256,
        openedAt: batch.openedAt.toISOString(),
        ...markOfThisProcess(),
        aliveUntil: aliveUntil(clock.now()),
      });
    });
    keepAlive(batch.batchId);
  };

  const insertRow = connection.prepare<[number, string, string, number]>(
    "INSERT INTO batch_rows (batch_no, bucket, sheet, row) VALUES (?, ?, ?, ?)",
  );
  const addRows = (batchId: string, rows: readonly BatchRow[]): Promise<void> =>
    connection.write(() => {
      const batchNo = batchNumber(batchId);
      for (const { bucket, sheet, row } of rows) insertRow.run(batchNo, bucket, sheet, row);
    });

  const insertFinding = connection.prepare<[Finding & { readonly batchNo: number }]>(
    `INSERT INTO findings (batch_no, code, severity, file, sheet, row, cell, header, path, value,
                           message, hint)
     VALUES (@batchNo, @code, @severity, @file, @sheet, @row, @cell, @header, @path, @value,
             @message, @hint)`,
  );
  const addFindings = (batchId: string, findings: readonly Finding[]): Promise<void> =>
    connection.write(() => {
      const batchNo = batchNumber(batchId);
      for (const finding of findings) insertFinding.run({ ...finding, batchNo });
    });

  return { openBatch, addRows, addFindings };
}

/** The number of a batch that is open; to be called inside a transaction. */
export function openBatchNumbers(
  connection: Connection,
  booksId: number,
): (batchId: string) => number {
  const select = connection.prepare<[number, string], { readonly batch_no: number }>(
    "SELECT batch_no FROM batches WHERE books_id = ? AND batch_id = ? AND sealed_at IS NULL",
  );
  return (batchId) => {
    const row = select.get(booksId, batchId);
    if (row === undefined) throw new Error(`There is no open batch ${batchId}`);
    return row.batch_no;
  };
}
