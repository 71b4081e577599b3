// Which files say what of a shipment, and since when: asked only where two contents differ. A file is as old as
// the first of the readings, without another content between them, in which it said the same. So a file that
// is copied, or gets other rows, is no newer for what it said before.
import type { ShipmentKey } from "../../../core/shipment.ts";
import type { FilesOfShipment, OtherFile, Statement } from "../../contract/staging.ts";
import type { Connection } from "../file/connection.ts";
import { hasKeySql, keyParameters } from "../file/stored-key.ts";

/**
 * The time of a file, for a query over `batches b`, as text that sorts by age. Of a file of an older ledger it
 * is only known that it was not saved later than it was opened.
 */
const FILE_TIME = "coalesce(b.file_date || ' ', '') || coalesce(b.file_time, b.opened_at)";
/**
 * The same of a file that an earlier run has read: it cannot have been saved later than that. A clock that was
 * ahead would else make every correction of it the older one.
 */
const KNOWN_TIME = `coalesce(b.file_date || ' ', '') || coalesce(
  min(b.file_time, (SELECT r.started_at FROM runs r WHERE r.run_no = b.run_no)), b.opened_at)`;

interface FileRow {
  readonly batchNo: number;
  readonly runNo: number;
  readonly fileName: string;
  readonly filePath: string;
  readonly time: string;
}

interface RivalRow extends FileRow {
  readonly contentHash: string | null;
  readonly queuedVersionId: string | null;
}

const FILE = `b.batch_no AS batchNo, b.run_no AS runNo, b.file_name AS fileName,
  b.file_path AS filePath, ${FILE_TIME} AS time`;
const CONTENT_HASH = "coalesce(l.content_hash, v.content_hash)";
const LINES = "lines l JOIN batches b USING (batch_no) LEFT JOIN versions v USING (version_id)";
const OF_SHIPMENT = `l.books_id = @booksId AND ${hasKeySql("l")}`;

/** To be called, and the questions to be asked, inside one transaction. */
export function filesOfShipments(
  connection: Connection,
  booksId: number,
): (batchNo: number) => (key: ShipmentKey, contentHash: string) => FilesOfShipment {
  const selectFile = connection.prepare<[number], FileRow & { readonly isAlone: 0 | 1 }>(
    `SELECT ${FILE}, NOT EXISTS (
       SELECT 1 FROM batches o WHERE o.run_no = b.run_no AND o.batch_no <> b.batch_no
         AND o.sealed_at IS NOT NULL) AS isAlone
     FROM batches b WHERE b.batch_no = ?`,
  );
  const selectEarlier = connection.prepare<
    [Readonly<Record<string, string | number>>],
    { readonly time: string; readonly contentHash: string | null; readonly inDoubt: 0 | 1 }
  >(
    `SELECT ${KNOWN_TIME} AS time, ${CONTENT_HASH} AS contentHash,
       iif(l.bucket = 'held' AND json_valid(l.reason),
           l.reason ->> '$.code' IS 'older-than-known', 0) AS inDoubt
     FROM ${LINES}
     WHERE ${OF_SHIPMENT} AND b.file_path = @filePath AND b.batch_no < @batchNo
       AND b.sealed_at IS NOT NULL
     ORDER BY l.line_id DESC`,
  );
  const selectInRun = connection.prepare<[Readonly<Record<string, string | number>>], RivalRow>(
    `SELECT ${FILE}, ${CONTENT_HASH} AS contentHash,
       iif(v.state = 'queued' AND v.attempts = 0 AND made.run_no = b.run_no,
           CAST(v.version_id AS TEXT), NULL) AS queuedVersionId
     FROM ${LINES} LEFT JOIN batches made ON made.batch_no = v.batch_no
     WHERE ${OF_SHIPMENT} AND l.is_latest = 1 AND b.run_no = @runNo AND b.batch_no <> @batchNo`,
  );
  // Asked of every new shipment of a run with several files, so it is as small as can be.
  const selectLatest = connection.prepare<
    [Readonly<Record<string, string | number>>],
    { readonly batch_no: number }
  >(
    `SELECT l.batch_no FROM lines l INDEXED BY lines_by_key WHERE ${OF_SHIPMENT} AND l.is_latest = 1`,
  );
  const selectSaying = connection.prepare<
    [Readonly<Record<string, string | number>>],
    Pick<OtherFile, "fileName" | "time" | "contentHash"> & { readonly firstRunNo: number }
  >(
    `SELECT b.file_name AS fileName, min(${KNOWN_TIME}) AS time, v.content_hash AS contentHash,
       (SELECT min(f.run_no) FROM batches f JOIN lines l USING (batch_no)
        WHERE l.version_id = v.version_id AND f.file_path = b.file_path) AS firstRunNo
     FROM versions v JOIN batches b ON b.batch_no = v.batch_no
       OR b.batch_no IN (SELECT l.batch_no FROM lines l WHERE l.version_id = v.version_id)
     WHERE v.version_id = CAST(@versionId AS INTEGER) AND b.file_path <> @filePath
     GROUP BY b.file_path ORDER BY time DESC LIMIT 1`,
  );

  const statement = (file: FileRow, key: ShipmentKey, contentHash: string | null): Statement => {
    const { fileName, filePath, batchNo } = file;
    let { time } = file;
    let isKnown = false;
    for (const earlier of selectEarlier.iterate({
      ...{ booksId, filePath, batchNo },
      ...keyParameters(key),
    })) {
      if (contentHash === null || earlier.contentHash !== contentHash) break;
      // That it was held once, because it is not known which file counts, decides nothing.
      if (earlier.inDoubt === 0) isKnown = true;
      if (earlier.time < time) ({ time } = earlier);
    }
    return { fileName, time, isKnown };
  };

  return (batchNo) => {
    const file = selectFile.get(batchNo);
    if (file === undefined) throw new Error(`There is no batch ${batchNo}`);
    const { runNo, filePath } = file;
    return (key, contentHash) => ({
      key,
      own: () => statement(file, key, contentHash),
      inRun: () => {
        if (file.isAlone === 1) return null;
        const ofKey = { booksId, ...keyParameters(key) };
        if (selectLatest.get(ofKey) === undefined) return null;
        const rival = selectInRun.get({ ...ofKey, runNo, batchNo });
        if (rival === undefined || rival.contentHash === contentHash) return null;
        const { contentHash: ofRival, queuedVersionId } = rival;
        return { ...statement(rival, key, ofRival), contentHash: ofRival, queuedVersionId };
      },
      saying: (versionId) => {
        const found = selectSaying.get({ versionId, filePath });
        if (found === undefined) return null;
        const { firstRunNo, ...said } = found;
        return { ...said, isKnown: firstRunNo !== runNo, queuedVersionId: null };
      },
    });
  };
}
