// Files as reports show them, with counts taken from what is stored, so that the balance can fail
// when a row got lost on the way. Latest means: the newest sealed batch of every file path.
import type { Finding } from "../../../core/finding.ts";
import type { LineBucket } from "../../contract/staging.ts";
import type { BatchRecord, ViewBooks, ViewFilter } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import { LINE_BUCKET_SQL } from "../file/line-bucket.ts";
import { readDetected } from "../file/stored-json.ts";
import { PAGE_SIZE, pagesOf } from "./pages.ts";

interface BatchRecordRow {
  readonly batch_no: number;
  readonly batch_id: string;
  readonly run_id: string;
  readonly file_path: string;
  readonly file_name: string;
  readonly file_size_bytes: number;
  readonly file_sha256: string;
  readonly opened_at: string;
  readonly rejected: 0 | 1;
  readonly rows_read: number;
  readonly rows_blank: number;
  readonly rows_invalid: number;
  readonly rows_duplicate: number;
  readonly layout: string | null;
  readonly detected: string;
}

interface BucketRow {
  readonly bucket: LineBucket;
  readonly shipments: number;
  readonly rows: number;
}

type FindingRow = Finding & { readonly finding_id: number };

const BATCH_RECORDS = `
  SELECT b.batch_no, b.batch_id, r.run_id, b.file_path, b.file_name, b.file_size_bytes,
    b.file_sha256, b.opened_at, b.rejected, b.rows_read, b.rows_blank, b.layout, b.detected,
    (SELECT count(*) FROM batch_rows WHERE batch_rows.batch_no = b.batch_no
       AND bucket = 'invalid') AS rows_invalid,
    (SELECT count(*) FROM batch_rows WHERE batch_rows.batch_no = b.batch_no
       AND bucket = 'duplicate') AS rows_duplicate
  FROM batches b JOIN runs r USING (run_no)`;

export function batchViews(
  connection: Connection,
  booksId: number,
): Pick<ViewBooks, "batches" | "findings"> {
  const selectOfRun = connection.prepare<[number, string], BatchRecordRow>(
    `${BATCH_RECORDS}
     WHERE b.books_id = ? AND r.run_id = ? AND b.sealed_at IS NOT NULL AND b.pruned_at IS NULL
     ORDER BY b.batch_no`,
  );
  const selectLatest = connection.prepare<[number, number], BatchRecordRow>(
    `${BATCH_RECORDS}
     WHERE b.books_id = ? AND b.pruned_at IS NULL AND b.batch_no IN (
       SELECT max(batch_no) FROM batches
       WHERE books_id = ? AND sealed_at IS NOT NULL GROUP BY file_path)
     ORDER BY b.batch_no`,
  );
  const selectBuckets = connection.prepare<[number], BucketRow>(
    `SELECT ${LINE_BUCKET_SQL} AS bucket, count(*) AS shipments, sum(l.row_count) AS rows
     FROM lines l LEFT JOIN versions v USING (version_id)
     WHERE l.batch_no = ? GROUP BY 1`,
  );
  const rowsOf = (filter: ViewFilter): readonly BatchRecordRow[] =>
    "runId" in filter ? selectOfRun.all(booksId, filter.runId) : selectLatest.all(booksId, booksId);
  const batches = (filter: ViewFilter): Promise<readonly BatchRecord[]> =>
    connection.read(() =>
      rowsOf(filter).map((row) => toBatchRecord(row, selectBuckets.all(row.batch_no))),
    );

  const selectFindings = connection.prepare<[number, number, number], FindingRow>(
    `SELECT finding_id, code, severity, file, sheet, row, cell, header, path, value, message, hint
     FROM findings WHERE batch_no = ? AND finding_id > ? ORDER BY finding_id LIMIT ?`,
  );
  async function* findings(filter: ViewFilter): AsyncIterable<readonly Finding[]> {
    for (const { batch_no: batchNo } of await connection.read(() => rowsOf(filter))) {
      yield* pagesOf(
        connection,
        (after) => selectFindings.all(batchNo, after, PAGE_SIZE),
        (row) => row.finding_id,
        (rows) => rows.map(({ finding_id: _id, ...finding }) => finding),
      );
    }
  }

  return { batches, findings };
}

function toBatchRecord(row: BatchRecordRow, buckets: readonly BucketRow[]): BatchRecord {
  const shipmentsIn = (bucket: LineBucket): number =>
    buckets.find((found) => found.bucket === bucket)?.shipments ?? 0;
  return {
    batchId: row.batch_id,
    runId: row.run_id,
    file: {
      path: row.file_path,
      name: row.file_name,
      sizeBytes: row.file_size_bytes,
      sha256: row.file_sha256,
    },
    openedAt: new Date(row.opened_at),
    rejected: row.rejected === 1,
    layout: row.layout,
    detected: readDetected(row.detected),
    counts: {
      rowsRead: row.rows_read,
      rowsBlank: row.rows_blank,
      rowsInvalid: row.rows_invalid,
      rowsDuplicate: row.rows_duplicate,
      rowsInShipments: buckets.reduce((sum, { rows }) => sum + rows, 0),
      shipments: buckets.reduce((sum, { shipments }) => sum + shipments, 0),
      buckets: {
        invalid: shipmentsIn("invalid"),
        unchanged: shipmentsIn("unchanged"),
        held: shipmentsIn("held"),
        accepted: shipmentsIn("accepted"),
        rejected: shipmentsIn("rejected"),
        unknown: shipmentsIn("unknown"),
        unsent: shipmentsIn("unsent"),
        aborted: shipmentsIn("aborted"),
      },
    },
  };
}
