// Which batches and lines a view shows, one place for all views. For a run: the sealed batches of
// the run, with all their lines. For the latest state: the newest sealed line of every shipment key.
import type { LineView, ViewFilter } from "../../contract/views.ts";
import type { ShipmentKey } from "../../../core/shipment.ts";
import type { Connection } from "../file/connection.ts";
import { LINE_BUCKET_SQL, SENDING_EPOCH_SQL, type StoredState } from "../file/line-bucket.ts";
import type { Stored } from "../file/stored-json.ts";
import { READ_BACK_SQL, type ReadBackRow } from "../file/stored-read-back.ts";
import {
  hasKeySql,
  keyParameters,
  keySql,
  sameKeySql,
  type StoredKey,
} from "../file/stored-key.ts";

export type LineRow = Stored<
  LineView,
  "key" | "messageKind" | "attempts" | "reason" | "refusedFields" | "declarations" | "readBack"
> &
  ReadBackRow &
  StoredKey & {
    readonly lineNo: number;
    readonly batchNo: number;
    readonly shipmentNo: number | null;
    readonly versionNo: number | null;
    readonly state: StoredState | null;
    readonly sendingEpoch: number | null;
    readonly attempts: number | null;
    readonly lineReason: string | null;
    readonly versionReason: string | null;
    /** When the message was refused, where that was before the line's file was read. */
    readonly refusedSince: string | null;
  };

/** The batches that hold such lines, oldest first; to be called inside a transaction. */
export function selectedBatches(
  connection: Connection,
  booksId: number,
): (filter: ViewFilter) => readonly number[] {
  const selectOfRun = connection.prepare<[number, string], { readonly batch_no: number }>(
    `SELECT b.batch_no FROM runs r JOIN batches b USING (run_no)
     WHERE r.books_id = ? AND r.run_id = ? AND b.sealed_at IS NOT NULL
     ORDER BY b.position, b.batch_no`,
  );
  const selectLatest = connection.prepare<[number], { readonly batch_no: number }>(
    `SELECT b.batch_no FROM batches b
     WHERE b.books_id = ? AND EXISTS (
       SELECT 1 FROM lines l WHERE l.batch_no = b.batch_no AND l.is_latest = 1)
     ORDER BY b.run_no, b.position, b.batch_no`,
  );
  return (filter) => {
    const rows =
      "runId" in filter ? selectOfRun.all(booksId, filter.runId) : selectLatest.all(booksId);
    return rows.map((row) => row.batch_no);
  };
}

// No column of a version that stands behind its payload, which can be long: each would cost reading that.
const LINE_ROWS = `
  SELECT l.line_id AS lineNo, b.batch_no AS batchNo, b.batch_id AS batchId,
    b.file_name AS fileName, l.line_number AS lineNumber, ${keySql("l")},
    l.rows, ${LINE_BUCKET_SQL} AS bucket,
    l.reason AS lineReason, s.shipment_id AS shipmentNo, v.version_id AS versionNo,
    v.version_number AS versionNumber, v.state, ${SENDING_EPOCH_SQL} AS sendingEpoch,
    v.message_type AS messageType, v.reference_id AS referenceId, v.attempts,
    v.accepted_at AS acceptedAt, v.reason AS versionReason, v.problem,
    ${READ_BACK_SQL},
    iif(v.state = 'rejected',
        (SELECT iif(a.ended_at < b.opened_at, a.ended_at, NULL) FROM attempts a
         WHERE a.version_id = v.version_id ORDER BY a.attempt_number DESC LIMIT 1), NULL)
      AS refusedSince
  FROM lines l JOIN batches b USING (batch_no)
    LEFT JOIN versions v USING (version_id)
    LEFT JOIN shipments s ON s.books_id = l.books_id AND ${sameKeySql("s", "l")}`;

/** One page of a batch's lines, in the order of the file; to be called inside a transaction. */
export function selectedLines(
  connection: Connection,
): (filter: ViewFilter, batchNo: number, after: number, limit: number) => readonly LineRow[] {
  const select = (condition: string) =>
    connection.prepare<[number, number, number], LineRow>(
      `${LINE_ROWS} WHERE l.batch_no = ? AND l.line_number > ? ${condition}
       ORDER BY l.line_number LIMIT ?`,
    );
  const all = select("");
  const latest = select("AND l.is_latest = 1");
  return (filter, batchNo, after, limit) =>
    ("runId" in filter ? all : latest).all(batchNo, after, limit);
}

/** The newest line of a shipment; to be called inside a transaction. */
export function latestLineOf(
  connection: Connection,
  booksId: number,
): (key: ShipmentKey) => LineRow | null {
  const select = connection.prepare<[object], LineRow>(
    `${LINE_ROWS} WHERE l.books_id = @booksId AND ${hasKeySql("l")} AND l.is_latest = 1
       AND b.sealed_at IS NOT NULL`,
  );
  return (key) => select.get({ booksId, ...keyParameters(key) }) ?? null;
}

/**
 * The lines of other runs whose messages were sent, or tried, by a run; oldest first. Left out is a
 * message that stands in a file of the run itself.
 */
export function leftoverLines(
  connection: Connection,
  booksId: number,
): (runId: string, after: number, limit: number) => readonly LineRow[] {
  const select = connection.prepare<[number, string, number, number], LineRow>(
    `${LINE_ROWS}
     WHERE l.line_id IN (
         SELECT max(o.line_id) FROM runs r
           JOIN attempts a ON a.run_no = r.run_no
           JOIN lines o ON o.version_id = a.version_id
           JOIN batches ob ON ob.batch_no = o.batch_no
         WHERE r.books_id = ? AND r.run_id = ? AND o.bucket IS NULL AND ob.sealed_at IS NOT NULL
         GROUP BY a.version_id
         HAVING max(ob.run_no = r.run_no) = 0)
       AND l.line_id > ?
     ORDER BY l.line_id LIMIT ?`,
  );
  return (runId, after, limit) => select.all(booksId, runId, after, limit);
}
