// The moment from which a batch counts, and the end of batches that never came to it.
import type { Connection } from "./connection.ts";
import type { BatchEnd, LedgerBooks } from "./ledger.ts";
import { isCertainlyDead, markOfThisProcess, type ProcessMark } from "./process-mark.ts";
import { openBatchNumbers } from "./staging.ts";

type Sealing = Pick<LedgerBooks, "sealBatch" | "dropUnsealedBatches">;

interface OpenBatchRow {
  readonly batch_no: number;
  readonly process_id: number;
  readonly process_start: string | null;
  readonly host_name: string;
}

export function sealing(connection: Connection, booksId: number): Sealing {
  const batchNumber = openBatchNumbers(connection, booksId);
  const withdraw = withdrawVersions(connection);
  const markLatest = markLatestLines(connection, booksId);

  const seal = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `UPDATE batches SET sealed_at = @sealedAt, rejected = @rejected, rows_read = @rowsRead,
       rows_blank = @rowsBlank, layout = @layout, detected = @detected
     WHERE batch_no = @batchNo`,
  );
  const abortLines = connection.prepare<[number]>(
    `UPDATE lines SET bucket = 'aborted', version_id = NULL
     WHERE batch_no = ? AND bucket IS NULL
       AND version_id IN (SELECT version_id FROM versions WHERE state = 'staged')`,
  );
  const queueStaged = connection.prepare<[number]>(
    "UPDATE versions SET state = 'queued' WHERE batch_no = ? AND state = 'staged'",
  );
  const sealBatch = (batchId: string, end: BatchEnd): Promise<void> =>
    connection.write(() => {
      const batchNo = batchNumber(batchId);
      if (end.rejected) {
        abortLines.run(batchNo);
        withdraw(batchNo);
      } else {
        queueStaged.run(batchNo);
      }
      seal.run({
        batchNo,
        sealedAt: end.sealedAt.toISOString(),
        rejected: end.rejected ? 1 : 0,
        rowsRead: end.rowsRead,
        rowsBlank: end.rowsBlank,
        layout: end.layout,
        detected: JSON.stringify(end.detected),
      });
      markLatest(batchNo);
    });

  const selectUnsealed = connection.prepare<[number], OpenBatchRow>(
    `SELECT batch_no, process_id, process_start, host_name FROM batches
     WHERE books_id = ? AND sealed_at IS NULL`,
  );
  const deleteLines = connection.prepare<[number]>("DELETE FROM lines WHERE batch_no = ?");
  const deleteBatch = connection.prepare<[number]>("DELETE FROM batches WHERE batch_no = ?");
  const dropUnsealedBatches = (): Promise<number> =>
    connection.write(() => {
      const abandoned = selectUnsealed.all(booksId).filter(isAbandoned);
      for (const { batch_no: batchNo } of abandoned) {
        deleteLines.run(batchNo);
        withdraw(batchNo);
        deleteBatch.run(batchNo);
      }
      return abandoned.length;
    });

  return { sealBatch, dropUnsealedBatches };
}

/**
 * Another process of this machine that lives is still staging. This one is not: it stages one run
 * at a time and asks before it begins. Another machine cannot be: the write-ahead log that the
 * ledger uses works on one machine only, so that was a container that is gone.
 */
function isAbandoned(batch: OpenBatchRow): boolean {
  const { process_id: processId, process_start: processStart, host_name: hostName } = batch;
  const mark: ProcessMark = { processId, processStart, hostName };
  const own = markOfThisProcess();
  return hostName !== own.hostName || processId === own.processId || isCertainlyDead(mark);
}

/**
 * Takes the staged versions of a batch out of the queue for good. One that a line of another batch
 * relies on is handed over to that batch instead: its content must not get lost.
 */
function withdrawVersions(connection: Connection): (batchNo: number) => void {
  const handOver = connection.prepare<[number]>(
    `UPDATE versions SET (batch_no, state) = (
       SELECT b.batch_no, iif(b.sealed_at IS NULL, 'staged', 'queued')
       FROM lines l JOIN batches b USING (batch_no)
       WHERE l.version_id = versions.version_id AND b.batch_no <> versions.batch_no
       ORDER BY b.sealed_at IS NULL, b.batch_no LIMIT 1)
     WHERE batch_no = ? AND state = 'staged' AND EXISTS (
       SELECT 1 FROM lines l
       WHERE l.version_id = versions.version_id AND l.batch_no <> versions.batch_no)`,
  );
  const remove = connection.prepare<[number], { readonly shipment_id: number }>(
    "DELETE FROM versions WHERE batch_no = ? AND state = 'staged' RETURNING shipment_id",
  );
  const removeShipment = connection.prepare<[number]>(
    `DELETE FROM shipments WHERE shipment_id = ?
       AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.shipment_id = shipments.shipment_id)
       AND NOT EXISTS (SELECT 1 FROM declarations d WHERE d.shipment_id = shipments.shipment_id)`,
  );
  return (batchNo) => {
    handOver.run(batchNo);
    for (const row of remove.all(batchNo)) removeShipment.run(row.shipment_id);
  };
}

function markLatestLines(connection: Connection, booksId: number): (batchNo: number) => void {
  const unmark = connection.prepare<[number, number]>(
    `UPDATE lines SET is_latest = 0
     WHERE is_latest = 1 AND books_id = ? AND (external_reference, direction) IN (
       SELECT external_reference, direction FROM lines WHERE batch_no = ?)`,
  );
  const mark = connection.prepare<[number]>(
    `UPDATE lines SET is_latest = 1 WHERE line_id IN (
       SELECT max(line_id) FROM lines WHERE batch_no = ? GROUP BY external_reference, direction)`,
  );
  return (batchNo) => {
    unmark.run(booksId, batchNo);
    mark.run(batchNo);
  };
}
