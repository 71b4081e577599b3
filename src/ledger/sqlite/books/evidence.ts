// Evidence: the entries that go into it, and the folders that were written.
import type { EvidenceBooks, EvidenceRecord } from "../../contract/evidence.ts";
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
  const select = connection.prepare<[number], Stored<EvidenceRecord>>(
    `SELECT run_id AS runId, path, written_at AS writtenAt, manifest_sha256 AS manifestSha256, redacted
     FROM evidence WHERE books_id = ? AND removed_at IS NULL ORDER BY evidence_no`,
  );
  return {
    records: (filter) =>
      ledgerRecords(connection, {
        booksId,
        runNo: "runId" in filter ? runNumber(filter.runId) : null,
      }),
    keptFile: (sha256) => connection.read(() => selectFile.get(sha256) ?? null),
    ledgerId: () => connection.read(() => sendCount(connection).current().ledgerId),
    recordEvidence: ({ writtenAt, redacted, ...record }) =>
      connection.write(() => {
        const at = writtenAt.toISOString();
        insert.run({ ...record, booksId, writtenAt: at, redacted: redacted ? 1 : 0 });
      }),
    writtenEvidence: () =>
      connection.read(() =>
        select.all(booksId).map((row) => ({
          ...row,
          writtenAt: new Date(row.writtenAt),
          redacted: row.redacted === 1,
        })),
      ),
  };
}
