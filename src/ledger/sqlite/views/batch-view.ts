// Files as reports show them, with counts taken from what is stored, so that the balance can fail
// when a row got lost on the way. Latest means: the newest sealed batch of every file path.
import type { SourceFile } from "../../../core/cell.ts";
import type { Finding } from "../../../core/finding.ts";
import type { LineBucket } from "../../contract/staging.ts";
import type { CurrentHolder } from "../../contract/leases.ts";
import type { BatchCounts, BatchRecord, ViewBooks, ViewFilter } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import { LINE_BUCKET_SQL, SENDING_EPOCH_SQL, shownBucket } from "../file/line-bucket.ts";
import { readDetected, readFileForm, type Stored } from "../file/stored-json.ts";
import { PAGE_SIZE, pagesOf } from "./pages.ts";

type BatchRecordRow = Stored<BatchRecord, "file" | "counts"> &
  SourceFile &
  Omit<BatchCounts, "rowsInShipments" | "shipments" | "buckets"> & { readonly batchNo: number };

interface BucketRow {
  readonly bucket: LineBucket;
  readonly sendingEpoch: number | null;
  readonly shipments: number;
  readonly rows: number;
}

type FindingRow = Finding & { readonly finding_id: number };

const NO_SHIPMENTS = {
  invalid: 0,
  unchanged: 0,
  held: 0,
  superseded: 0,
  accepted: 0,
  rejected: 0,
  unknown: 0,
  sending: 0,
  unsent: 0,
  aborted: 0,
};

const BATCH_RECORDS = `
  SELECT b.batch_no AS batchNo, b.batch_id AS batchId, r.run_id AS runId, b.file_path AS path,
    b.file_name AS name, b.file_size_bytes AS sizeBytes, b.file_sha256 AS sha256,
    b.opened_at AS openedAt, b.rejected, b.layout, b.detected, b.form,
    b.rows_read AS rowsRead,
    b.rows_blank AS rowsBlank,
    (SELECT count(*) FROM batch_rows WHERE batch_rows.batch_no = b.batch_no
       AND bucket = 'invalid') AS rowsInvalid,
    (SELECT count(*) FROM batch_rows WHERE batch_rows.batch_no = b.batch_no
       AND bucket = 'duplicate') AS rowsDuplicate
  FROM batches b JOIN runs r USING (run_no)`;

export function batchViews(
  connection: Connection,
  booksId: number,
  holder: () => CurrentHolder | null,
): Pick<ViewBooks, "batches" | "findings"> {
  const selectOfRun = connection.prepare<[number, string], BatchRecordRow>(
    `${BATCH_RECORDS}
     WHERE b.books_id = ? AND r.run_id = ? AND b.sealed_at IS NOT NULL AND b.pruned_at IS NULL
     ORDER BY b.position, b.batch_no`,
  );
  const selectLatest = connection.prepare<[number, number], BatchRecordRow>(
    `${BATCH_RECORDS}
     WHERE b.books_id = ? AND b.pruned_at IS NULL AND b.batch_no IN (
       SELECT max(batch_no) FROM batches
       WHERE books_id = ? AND sealed_at IS NOT NULL GROUP BY file_path)
     ORDER BY b.run_no, b.position, b.batch_no`,
  );
  const selectBuckets = connection.prepare<[number], BucketRow>(
    `SELECT ${LINE_BUCKET_SQL} AS bucket, ${SENDING_EPOCH_SQL} AS sendingEpoch,
       count(*) AS shipments, sum(l.row_count) AS rows
     FROM lines l LEFT JOIN versions v USING (version_id)
     WHERE l.batch_no = ? GROUP BY 1, 2`,
  );
  const rowsOf = (filter: ViewFilter): readonly BatchRecordRow[] =>
    "runId" in filter ? selectOfRun.all(booksId, filter.runId) : selectLatest.all(booksId, booksId);
  const batches = (filter: ViewFilter): Promise<readonly BatchRecord[]> =>
    connection.read(() => {
      const livingEpoch = holder()?.epoch ?? null;
      return rowsOf(filter).map((row) =>
        toBatchRecord(row, selectBuckets.all(row.batchNo), livingEpoch),
      );
    });

  const selectFindings = connection.prepare<[number, number, number], FindingRow>(
    `SELECT finding_id, code, severity, file, sheet, row, cell, header, path, value, message, hint
     FROM findings WHERE batch_no = ? AND finding_id > ? ORDER BY finding_id LIMIT ?`,
  );
  async function* findings(filter: ViewFilter): AsyncIterable<readonly Finding[]> {
    for (const { batchNo } of await connection.read(() => rowsOf(filter))) {
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

function toBatchRecord(
  row: BatchRecordRow,
  buckets: readonly BucketRow[],
  livingEpoch: number | null,
): BatchRecord {
  const { batchId, runId, path, name, sizeBytes, sha256, layout } = row;
  const { rowsRead, rowsBlank, rowsInvalid, rowsDuplicate } = row;
  const shipmentsIn: Record<LineBucket, number> = { ...NO_SHIPMENTS };
  for (const found of buckets) shipmentsIn[shownBucket(found, livingEpoch)] += found.shipments;
  return {
    batchId,
    runId,
    file: { path, name, sizeBytes, sha256 },
    openedAt: new Date(row.openedAt),
    rejected: row.rejected === 1,
    layout,
    detected: readDetected(row.detected),
    form: row.form === null ? null : readFileForm(row.form),
    counts: {
      rowsRead,
      rowsBlank,
      rowsInvalid,
      rowsDuplicate,
      rowsInShipments: buckets.reduce((sum, { rows }) => sum + rows, 0),
      shipments: buckets.reduce((sum, { shipments }) => sum + shipments, 0),
      buckets: shipmentsIn,
    },
  };
}
