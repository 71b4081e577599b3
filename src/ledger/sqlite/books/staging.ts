// Opens batches and fills them with rows and findings; staged-lines.ts adds the shipments, and
// nothing of a batch counts before sealing.ts has sealed it.
import { deflateSync } from "node:zlib";
import type { Clock } from "../../../core/time/clock.ts";
import type { Finding } from "../../../core/finding.ts";
import type { StagingBooks } from "../../contract/staging.ts";
import type { Connection } from "../file/connection.ts";
import { homes } from "../home/ledger-home.ts";
import { markOfThisProcess } from "../../../core/files/process-mark.ts";
import { aliveUntil, batchesKeptAlive, openBatchNumbers } from "./batch-life.ts";
import { runNumbers } from "./runs.ts";
import { sealing } from "./sealing.ts";
import { stagedLines } from "./staged-lines.ts";

export function staging(connection: Connection, booksId: number, clock: Clock): StagingBooks {
  const runNumber = runNumbers(connection, booksId);
  const batchNumber = openBatchNumbers(connection, booksId);
  const { requireHere } = homes(connection);
  const keepAlive = batchesKeptAlive(connection, booksId, clock);
  const insertBatch = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT INTO batches (books_id, batch_id, run_no, file_path, file_name, file_size_bytes,
                          file_sha256, opened_at, process_id, process_start, process_space,
                          host_name, alive_until, file_time, file_date, position, profile)
     VALUES (@booksId, @batchId, @runNo, @path, @name, @sizeBytes, @sha256, @openedAt,
             @processId, @processStart, @processSpace, @hostName, @aliveUntil, @fileTime, @fileDate,
             @position, @profile)`,
  );
  const isKept = connection.prepare<[string]>("SELECT 1 FROM kept_files WHERE sha256 = ?");
  const keepFile = connection.prepare<[string, Uint8Array]>(
    "INSERT INTO kept_files (sha256, content) VALUES (?, ?)",
  );
  const insertRow = connection.prepare<[number, string, string, number]>(
    "INSERT INTO batch_rows (batch_no, bucket, sheet, row) VALUES (?, ?, ?, ?)",
  );
  const insertFinding = connection.prepare<[Finding & { readonly batchNo: number }]>(
    `INSERT INTO findings (batch_no, code, severity, file, sheet, row, cell, header, path, value,
                           message, hint)
     VALUES (@batchNo, @code, @severity, @file, @sheet, @row, @cell, @header, @path, @value,
             @message, @hint)`,
  );
  return {
    openBatch: async ({
      batchId,
      runId,
      file,
      openedAt,
      fileTime,
      fileDate,
      position,
      profile,
    }) => {
      await connection.write(() => {
        requireHere(openedAt, `run ${runId}`);
        insertBatch.run({
          booksId,
          batchId,
          runNo: runNumber(runId),
          path: file.path,
          name: file.name,
          sizeBytes: file.sizeBytes,
          sha256: file.sha256,
          openedAt: openedAt.toISOString(),
          ...markOfThisProcess(),
          aliveUntil: aliveUntil(clock.now()),
          fileTime: fileTime?.toISOString() ?? null,
          fileDate: fileDate ?? null,
          position: position ?? null,
          profile:
            profile === undefined
              ? null
              : JSON.stringify(profile.map(({ name, sha256 }) => ({ name, sha256 }))),
        });
        for (const { sha256, content } of profile ?? []) {
          if (isKept.get(sha256) === undefined) keepFile.run(sha256, deflateSync(content));
        }
      });
      keepAlive(batchId);
    },
    addRows: (batchId, rows) =>
      connection.write(() => {
        const batchNo = batchNumber(batchId);
        for (const { bucket, sheet, row } of rows) insertRow.run(batchNo, bucket, sheet, row);
      }),
    addFindings: (batchId, findings) =>
      connection.write(() => {
        const batchNo = batchNumber(batchId);
        for (const finding of findings) insertFinding.run({ ...finding, batchNo });
      }),
    addLines: stagedLines(connection, booksId),
    ...sealing(connection, booksId, clock),
  };
}
