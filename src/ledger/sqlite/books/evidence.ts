// Evidence: the entries that go into it, and the folders that were written.
import { inflateSync } from "node:zlib";
import type { EvidenceBooks, WrittenEvidenceRecord } from "../../contract/evidence.ts";
import { restingStatuses } from "../../../core/codes/declaration-statuses.ts";
import { sameKeySql } from "../file/stored-key.ts";
import { IS_OPEN_SQL } from "../file/open-shipment.ts";
import type { Connection } from "../file/connection.ts";
import type { Stored } from "../file/stored-json.ts";
import { sendCount } from "../home/send-count.ts";
import { ledgerRecords } from "../views/ledger-records.ts";
import { runNumbers } from "./runs.ts";

export function evidence(connection: Connection, booksId: number): EvidenceBooks {
  const runNumber = runNumbers(connection, booksId);
  const selectFile = connection
    .prepare<[string], Buffer>("SELECT content FROM kept_files WHERE sha256 = ?")
    .pluck();
  const insert = connection.prepare<[object]>(
    `INSERT INTO evidence (books_id, run_id, path, written_at, manifest_sha256, redacted)
     VALUES (@booksId, @runId, @path, @writtenAt, @manifestSha256, @redacted)`,
  );
  const select = connection.prepare<[object], Stored<WrittenEvidenceRecord>>(
    `SELECT e.run_id AS runId, e.path, e.written_at AS writtenAt, e.manifest_sha256 AS manifestSha256,
       e.redacted, EXISTS (
         SELECT 1 FROM runs r JOIN batches b USING (run_no) JOIN lines l USING (batch_no)
           JOIN shipments s ON s.books_id = l.books_id AND ${sameKeySql("s", "l")}
         WHERE r.books_id = e.books_id AND r.run_id = e.run_id AND ${IS_OPEN_SQL}) AS isOpen
     FROM evidence e WHERE e.books_id = @booksId AND e.removed_at IS NULL ORDER BY e.evidence_no`,
  );
  const setGone = connection.prepare<[string, number, string]>(
    "UPDATE evidence SET removed_at = ? WHERE books_id = ? AND manifest_sha256 = ?",
  );
  return {
    records: (filter) =>
      ledgerRecords(connection, {
        booksId,
        runNo: "runId" in filter ? runNumber(filter.runId) : null,
      }),
    keptFile: (sha256) =>
      connection.read(() => {
        const content = selectFile.get(sha256);
        return content === undefined ? null : inflateSync(content);
      }),
    ledgerId: () => connection.read(() => sendCount(connection).current().ledgerId),
    recordEvidence: ({ writtenAt, redacted, ...record }) =>
      connection.write(() => {
        const at = writtenAt.toISOString();
        insert.run({ ...record, booksId, writtenAt: at, redacted: redacted ? 1 : 0 });
      }),
    writtenEvidence: () =>
      connection.read(() =>
        select.all({ booksId, resting: JSON.stringify(restingStatuses) }).map((row) => ({
          ...row,
          writtenAt: new Date(row.writtenAt),
          redacted: row.redacted === 1,
          isOpen: row.isOpen === 1,
        })),
      ),
    recordEvidenceGone: (manifestSha256, at) =>
      connection.write(() => {
        setGone.run(at.toISOString(), booksId, manifestSha256);
      }),
  };
}
