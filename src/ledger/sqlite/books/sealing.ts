// Seals batches, and drops those that never got so far.
import type { Clock } from "../../../core/time/clock.ts";
import type { BatchEnd, StagingBooks } from "../../contract/staging.ts";
import type { Connection } from "../file/connection.ts";
import { sealedCountsSql } from "../file/sealed-counts.ts";
import { sameKeySql } from "../file/stored-key.ts";
import { batchLife, OPEN_BATCH_SQL, type OpenBatch } from "../home/open-batch.ts";
import { openBatchNumbers, STAGING_ALIVE_MS } from "./batch-life.ts";

/** How often to check whether a process that cannot be seen has recorded that it lives. */
const CHECK_EVERY_MS = 500;

export function sealing(
  connection: Connection,
  booksId: number,
  clock: Clock,
): Pick<StagingBooks, "sealBatch" | "dropUnsealedBatches"> {
  const batchNumber = openBatchNumbers(connection, booksId);
  const withdraw = withdrawVersions(connection);
  const markLatest = markLatestLines(connection, booksId);

  const seal = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `UPDATE batches SET sealed_at = @sealedAt, rejected = @rejected, rows_read = @rowsRead,
       rows_blank = @rowsBlank, layout = @layout, detected = @detected, form = @form,
       sealed_counts = ${sealedCountsSql("@batchNo")}
     WHERE batch_no = @batchNo`,
  );
  const abortLines = connection.prepare<[number]>(
    `UPDATE lines SET bucket = 'aborted', version_id = NULL,
       content_hash = (SELECT content_hash FROM versions v WHERE v.version_id = lines.version_id)
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
        form: end.form === undefined ? null : JSON.stringify(end.form),
      });
      markLatest(batchNo);
    });

  const selectUnsealed = connection.prepare<[number], OpenBatch>(
    `SELECT ${OPEN_BATCH_SQL} FROM batches b WHERE b.books_id = ? AND b.sealed_at IS NULL`,
  );
  const deleteLines = connection.prepare<[number]>("DELETE FROM lines WHERE batch_no = ?");
  const deleteBatch = connection.prepare<[number]>("DELETE FROM batches WHERE batch_no = ?");
  const drop = (isAbandoned: (batch: OpenBatch) => boolean): Promise<number> =>
    connection.write(() => {
      const abandoned = selectUnsealed.all(booksId).filter(isAbandoned);
      for (const { batchNo } of abandoned) {
        deleteLines.run(batchNo);
        withdraw(batchNo);
        deleteBatch.run(batchNo);
      }
      return abandoned.length;
    });

  /** Batches of processes that cannot be seen, and that recorded no sign of life in time. */
  const silentBatches = async (): Promise<ReadonlyMap<number, string | null>> => {
    const notSeen = await connection.read(() =>
      selectUnsealed.all(booksId).filter((batch) => batchLife(batch) === "not seen from here"),
    );
    let silent = new Map(notSeen.map(({ batchNo, aliveUntil }) => [batchNo, aliveUntil]));
    const isOver = (): boolean => {
      const now = clock.now().toISOString();
      return [...silent.values()].every((until) => until === null || until <= now);
    };
    for (let waitedMs = 0; waitedMs < STAGING_ALIVE_MS && !isOver(); waitedMs += CHECK_EVERY_MS) {
      await clock.sleep(CHECK_EVERY_MS);
      const open = await connection.read(() => selectUnsealed.all(booksId));
      silent = new Map(
        [...silent].filter(([batchNo, until]) =>
          open.some((batch) => batch.batchNo === batchNo && batch.aliveUntil === until),
        ),
      );
    }
    return silent;
  };

  const dropUnsealedBatches = async (): Promise<number> => {
    const dropped = await drop((batch) => batchLife(batch) === "abandoned");
    const silent = await silentBatches();
    if (silent.size === 0) return dropped;
    return dropped + (await drop((batch) => silent.get(batch.batchNo) === batch.aliveUntil));
  };

  return { sealBatch, dropUnsealedBatches };
}

/**
 * Deletes the staged versions of a batch. One that a line of another batch relies on is handed over
 * to that batch instead: its content must not get lost.
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

/**
 * How a shipment stands is not said by what an older file says of it, nor by a file with nothing new beside
 * another one of the run: that one may hold what waits for a decision.
 */
const DECIDES = `bucket IS NOT 'superseded' AND (
  @isAlone OR bucket IS NOT 'unchanged' OR NOT EXISTS (
    SELECT 1 FROM lines o JOIN batches ob ON ob.batch_no = o.batch_no
    WHERE o.books_id = lines.books_id AND ${sameKeySql("o", "lines")}
      AND o.is_latest = 1 AND o.batch_no <> lines.batch_no
      AND ob.run_no = (SELECT run_no FROM batches WHERE batch_no = @batchNo)))`;

function markLatestLines(connection: Connection, booksId: number): (batchNo: number) => void {
  type Parameters = Readonly<Record<"booksId" | "batchNo" | "isAlone", number>>;
  const countOthers = connection.prepare<[number, number], { readonly isAlone: number }>(
    `SELECT NOT EXISTS (
       SELECT 1 FROM batches WHERE batch_no <> ? AND sealed_at IS NOT NULL
         AND run_no = (SELECT run_no FROM batches WHERE batch_no = ?)) AS isAlone`,
  );
  const unmark = connection.prepare<[Parameters]>(
    `UPDATE lines SET is_latest = 0
     WHERE is_latest = 1 AND books_id = @booksId
       AND (external_reference, direction, message_kind) IN (
         SELECT external_reference, direction, message_kind FROM lines
         WHERE batch_no = @batchNo AND ${DECIDES})`,
  );
  const mark = connection.prepare<[Omit<Parameters, "booksId">]>(
    `UPDATE lines SET is_latest = 1 WHERE line_id IN (
       SELECT max(line_id) FROM lines WHERE batch_no = @batchNo AND ${DECIDES}
       GROUP BY external_reference, direction, message_kind)`,
  );
  return (batchNo) => {
    const isAlone = countOthers.get(batchNo, batchNo)?.isAlone ?? 1;
    unmark.run({ booksId, batchNo, isAlone });
    mark.run({ batchNo, isAlone });
  };
}
