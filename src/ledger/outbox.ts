// The queue of messages: what goes out next, and the record that it is going, made durable before
// anyone can send it. Must stay fast with a million settled messages beside the few that wait.
import type { Direction, MessageType } from "../core/shipment.ts";
import type { Connection } from "./connection.ts";
import { leaseCheck, livingHolder } from "./leases.ts";
import type { LedgerBooks, OutboxCounts, OutboxMessage } from "./ledger.ts";
import { runNumbers } from "./runs.ts";

type Outbox = Pick<LedgerBooks, "outboxCounts" | "claim" | "recoverInterrupted">;
type ClaimOptions = Parameters<LedgerBooks["claim"]>[0];

const INTERRUPTED =
  "The program ended after it had begun to send and before an answer was recorded";

interface QueuedRow {
  readonly version_id: number;
  readonly version_number: number;
  readonly attempts: number;
  readonly message_type: MessageType;
  readonly payload: string;
  readonly direction: Direction;
  readonly external_reference: string;
}

export function outbox(connection: Connection, booksId: number): Outbox {
  const runNumber = runNumbers(connection, booksId);
  const requireLease = leaseCheck(connection, booksId);
  const livingHolderAt = livingHolder(connection, booksId);

  const count = connection.prepare<[{ readonly booksId: number }], OutboxCounts>(
    `SELECT
       (SELECT count(*) FROM versions WHERE state = 'queued' AND books_id = @booksId) AS queued,
       (SELECT count(*) FROM versions WHERE state = 'sending' AND books_id = @booksId) AS sending,
       (SELECT count(*) FROM versions WHERE state = 'unknown' AND books_id = @booksId) AS unknown`,
  );
  const outboxCounts = (): Promise<OutboxCounts> =>
    connection.read(() => count.get({ booksId }) ?? { queued: 0, sending: 0, unknown: 0 });

  // The states are spelled out as in the partial indexes, else SQLite does not use these.
  const selectNext = connection.prepare<[number, string, number], QueuedRow>(
    `SELECT v.version_id, v.version_number, v.attempts, v.message_type, v.payload,
            s.direction, s.external_reference
     FROM versions v INDEXED BY versions_queued JOIN shipments s USING (shipment_id)
     WHERE v.state = 'queued' AND v.books_id = ?
       AND (v.not_before IS NULL OR v.not_before <= ?)
       AND NOT EXISTS (
         SELECT 1 FROM versions older INDEXED BY versions_unsettled
         WHERE older.shipment_id = v.shipment_id AND older.version_number < v.version_number
           AND older.state IN ('staged', 'queued', 'sending', 'unknown'))
     ORDER BY v.version_id LIMIT ?`,
  );
  const markSending = connection.prepare<[number, number]>(
    `UPDATE versions SET state = 'sending', attempts = ?, not_before = NULL, reason = NULL
     WHERE version_id = ?`,
  );
  const insertAttempt = connection.prepare<[number, number, number, string, string, string]>(
    `INSERT INTO attempts (version_id, attempt_number, run_no, holder_id, started_at, deadline_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const claim = (options: ClaimOptions): Promise<readonly OutboxMessage[]> =>
    connection.write(() => {
      requireLease(options.holder);
      const runNo = runNumber(options.runId);
      const startedAt = options.now.toISOString();
      const deadlineAt = options.deadlineAt.toISOString();
      return selectNext.all(booksId, startedAt, options.limit).map((row) => {
        const attemptNumber = row.attempts + 1;
        markSending.run(attemptNumber, row.version_id);
        const { lastInsertRowid: attemptId } = insertAttempt.run(
          row.version_id,
          attemptNumber,
          runNo,
          options.holder.holderId,
          startedAt,
          deadlineAt,
        );
        return {
          attemptId: String(attemptId),
          attemptNumber,
          versionId: String(row.version_id),
          versionNumber: row.version_number,
          key: { direction: row.direction, externalReference: row.external_reference },
          messageType: row.message_type,
          payload: row.payload,
        };
      });
    });

  const selectSending = connection.prepare<
    [number],
    { readonly version_id: number; readonly attempt_id: number; readonly holder_id: string }
  >(
    `SELECT v.version_id, a.attempt_id, a.holder_id
     FROM versions v INDEXED BY versions_sending
       JOIN attempts a ON a.version_id = v.version_id AND a.attempt_number = v.attempts
     WHERE v.state = 'sending' AND v.books_id = ?`,
  );
  const markUnknown = connection.prepare<[string, number]>(
    "UPDATE versions SET state = 'unknown', reason = ? WHERE version_id = ?",
  );
  const endAttempt = connection.prepare<[string, string, number]>(
    "UPDATE attempts SET ended_at = ?, outcome = 'unknown', reason = ? WHERE attempt_id = ?",
  );
  const recoverInterrupted = (now: Date): Promise<number> =>
    connection.write(() => {
      const livingHolderId = livingHolderAt(now);
      const interrupted = selectSending
        .all(booksId)
        .filter((attempt) => attempt.holder_id !== livingHolderId);
      for (const { version_id: versionId, attempt_id: attemptId } of interrupted) {
        markUnknown.run(INTERRUPTED, versionId);
        endAttempt.run(now.toISOString(), INTERRUPTED, attemptId);
      }
      return interrupted.length;
    });

  return { outboxCounts, claim, recoverInterrupted };
}
