// The queue of messages: what goes out next, and the record that it is going, made durable before
// anyone can send it. Must stay fast with a million settled messages beside the few that wait.
import type { Direction, MessageType } from "../../../core/shipment.ts";
import type { Connection } from "../file/connection.ts";
import { leaseCheck, leaseRemoval, livingHolder } from "./leases.ts";
import type {
  LeaseHolder,
  LedgerBooks,
  OutboxCounts,
  OutboxMessage,
  QueuedMessage,
} from "../../ledger.ts";
import { CLEAR_ASKING, TO_ASK_ABOUT } from "./references-to-ask.ts";
import { runNumbers } from "./runs.ts";
import { sendCount, type SendMarkKeeper } from "../home/send-count.ts";
import { readTexts, writeReason } from "../file/stored-json.ts";

type Outbox = Pick<
  LedgerBooks,
  "outboxCounts" | "claim" | "releaseLeaseWhenIdle" | "recoverInterrupted"
>;
type ClaimOptions = Parameters<LedgerBooks["claim"]>[0];

const INTERRUPTED = writeReason({ code: "interrupted" });

interface QueuedRow {
  readonly version_id: number;
  readonly version_number: number;
  readonly message_type: MessageType;
  readonly payload: string;
  readonly amend_allowed: 0 | 1;
  readonly direction: Direction;
  readonly external_reference: string;
  readonly shipment_id: number;
  /** Whether CAS accepted a version of this shipment from this ledger. */
  readonly is_ours: 0 | 1;
  /** A JSON array of text; null when CAS has nothing of the shipment that a change could touch. */
  readonly statuses: string | null;
}

/** An attempt of a queued version that stayed without an answer. */
interface UnansweredRow {
  readonly attempt_id: number;
  readonly started_at: string;
  /** A declaration that has had news since it was decided to send again, and its status. */
  readonly declaration_id: string | null;
  readonly current_status: string | null;
}

interface AttemptRow {
  readonly attempt_id: number;
  readonly version_id: number;
  readonly attempt_number: number;
}

export function outbox(connection: Connection, booksId: number, keeper: SendMarkKeeper): Outbox {
  const runNumber = runNumbers(connection, booksId);
  const requireLease = leaseCheck(connection, booksId);
  const livingHolderAt = livingHolder(connection, booksId);
  const removeLease = leaseRemoval(connection, booksId);

  const count = connection.prepare<[{ readonly booksId: number }], OutboxCounts>(
    `SELECT
       (SELECT count(*) FROM versions WHERE state = 'queued' AND books_id = @booksId) AS queued,
       (SELECT count(*) FROM versions WHERE state = 'sending' AND books_id = @booksId) AS sending,
       (SELECT count(*) FROM versions WHERE state = 'unknown' AND books_id = @booksId) AS unknown`,
  );
  const outboxCounts = (): Promise<OutboxCounts> =>
    connection.read(() => count.get({ booksId }) ?? { queued: 0, sending: 0, unknown: 0 });

  // The states are spelled out as in the partial indexes, else SQLite does not use these.
  const selectNext = connection.prepare<[number, number, string, number], QueuedRow>(
    `SELECT v.version_id, v.version_number, v.message_type, v.payload,
            v.amend_allowed, v.shipment_id, s.direction, s.external_reference,
            s.accepted_at IS NOT NULL AS is_ours,
            iif(s.has_declaration OR s.accepted_at IS NOT NULL,
                (SELECT json_group_array(d.current_status ORDER BY d.declaration_no)
                 FROM declarations d WHERE d.shipment_id = s.shipment_id), NULL) AS statuses
     FROM versions v INDEXED BY versions_queued JOIN shipments s USING (shipment_id)
     WHERE v.state = 'queued' AND v.books_id = ? AND v.ask_first = 0 AND v.version_id > ?
       AND (v.not_before IS NULL OR v.not_before <= ?)
       AND NOT EXISTS (
         SELECT 1 FROM versions older INDEXED BY versions_unsettled
         WHERE older.shipment_id = v.shipment_id AND older.version_number < v.version_number
           AND older.state IN ('staged', 'queued', 'sending', 'unknown'))
     ORDER BY v.version_id LIMIT ?`,
  );
  const hold = connection.prepare<[string, number]>(
    "UPDATE versions SET state = 'held', reason = ?, not_before = NULL WHERE version_id = ?",
  );
  // Only what has happened at customs since the decision to send again is news.
  const lastUnanswered = connection.prepare<[Pick<QueuedRow, "version_id">], UnansweredRow>(
    `SELECT a.attempt_id, a.started_at, d.declaration_id, d.current_status
     FROM attempts a JOIN versions v USING (version_id)
       LEFT JOIN declarations d ON d.declaration_no = (
         SELECT news.declaration_no FROM declarations news
           JOIN declaration_statuses h USING (declaration_no)
         WHERE news.shipment_id = v.shipment_id
           AND h.observed_at > coalesce(a.settled_at, a.started_at)
         ORDER BY h.observed_at DESC LIMIT 1)
     WHERE a.version_id = @version_id AND a.outcome = 'unknown'
     ORDER BY a.attempt_number DESC LIMIT 1`,
  );
  const takeFromPerson = connection.prepare<[number]>(
    "UPDATE attempts SET left_to_person_at = NULL WHERE attempt_id = ?",
  );
  /** Whoever settles the unknown asks CAS again, and tells a person anew where that says nothing. */
  const doubt = (row: QueuedRow, unanswered: NewsRow): void => {
    markUnknown.run(reasonForDoubt(row, unanswered), row.version_id);
    takeFromPerson.run(unanswered.attempt_id);
  };
  /** What is held makes room for the next, so the queue is read on until enough may go. */
  const nextMessages = ({ now, limit, holdReason }: ClaimOptions): readonly QueuedRow[] => {
    const due: QueuedRow[] = [];
    for (let after = 0, wanted = limit; wanted > 0; wanted = limit - due.length) {
      const rows = selectNext.all(booksId, after, now.toISOString(), wanted);
      for (const row of rows) {
        const unanswered = row.statuses === null ? null : (lastUnanswered.get(row) ?? null);
        const reason =
          row.statuses === null ? null : holdReason(queuedMessage(row, row.statuses, unanswered));
        if (reason === null) due.push(row);
        else if (mayHaveArrived(unanswered)) doubt(row, unanswered);
        else hold.run(writeReason(reason), row.version_id);
      }
      if (rows.length < wanted) break;
      after = rows.at(-1)?.version_id ?? after;
    }
    return due;
  };

  const markSending = connection.prepare<[string]>(
    `UPDATE versions SET state = 'sending', attempts = attempts + 1, not_before = NULL, reason = NULL
     WHERE version_id IN (SELECT value FROM json_each(?))`,
  );
  const insertAttempts = connection.prepare<[number, string, string, string, string], AttemptRow>(
    `INSERT INTO attempts (version_id, attempt_number, run_no, holder_id, started_at, deadline_at)
     SELECT version_id, attempts, ?, ?, ?, ? FROM versions
     WHERE version_id IN (SELECT value FROM json_each(?))
     RETURNING attempt_id, version_id, attempt_number`,
  );
  const clearAsking = connection.prepare<[number]>(CLEAR_ASKING);
  const sendings = sendCount(connection);
  const claim = async (options: ClaimOptions): Promise<readonly OutboxMessage[]> => {
    const { messages, counted } = await connection.write(() => {
      requireLease(options.holder);
      const due = nextMessages(options);
      const versionIds = JSON.stringify(due.map((row) => row.version_id));
      markSending.run(versionIds);
      for (const row of due) if (row.is_ours === 0) clearAsking.run(row.shipment_id);
      const attempts = insertAttempts.all(
        runNumber(options.runId),
        options.holder.holderId,
        options.now.toISOString(),
        options.deadlineAt.toISOString(),
        versionIds,
      );
      const attemptOf = new Map(attempts.map((attempt) => [attempt.version_id, attempt]));
      const messages = due.map((row) => outboxMessage(row, attemptOf.get(row.version_id)));
      return { messages, counted: due.length === 0 ? null : sendings.add() };
    });
    if (counted !== null) keeper.note(counted);
    return messages;
  };

  const toAskAbout = connection.prepare<[number], { readonly count: number }>(
    `SELECT count(*) AS count FROM ${TO_ASK_ABOUT}`,
  );
  const releaseLeaseWhenIdle = async (holder: LeaseHolder, now: Date): Promise<boolean> => {
    const counted = await connection.write(() => {
      if (selectNext.all(booksId, 0, now.toISOString(), 1).length > 0) return null;
      if (toAskAbout.get(booksId)?.count !== 0) return null;
      removeLease(holder);
      return sendings.current();
    });
    if (counted !== null) keeper.conclude(counted);
    return counted !== null;
  };

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

  return { outboxCounts, claim, releaseLeaseWhenIdle, recoverInterrupted };
}

type NewsRow = UnansweredRow & {
  readonly declaration_id: string;
  readonly current_status: string;
};

function mayHaveArrived(unanswered: UnansweredRow | null): unanswered is NewsRow {
  return unanswered !== null && unanswered.declaration_id !== null;
}

function reasonForDoubt(row: QueuedRow, news: NewsRow): string {
  return writeReason({
    code: "may-have-arrived",
    externalReference: row.external_reference,
    attemptedAt: news.started_at,
    declarationId: news.declaration_id,
    status: news.current_status,
  });
}

function queuedMessage(
  row: QueuedRow,
  statuses: string,
  unanswered: UnansweredRow | null,
): QueuedMessage {
  const before = mayHaveArrived(unanswered) ? "may-have-arrived" : "decided";
  return {
    messageType: row.message_type,
    amendAllowed: row.amend_allowed === 1,
    declarationStatuses: readTexts(statuses),
    ...(unanswered === null ? {} : { before }),
    ...(unanswered === null && row.is_ours === 0 ? { isFromElsewhere: true } : {}),
  };
}

function outboxMessage(row: QueuedRow, attempt: AttemptRow | undefined): OutboxMessage {
  if (attempt === undefined) throw new Error(`Version ${row.version_id} was claimed twice`);
  return {
    attemptId: String(attempt.attempt_id),
    attemptNumber: attempt.attempt_number,
    versionId: String(row.version_id),
    versionNumber: row.version_number,
    key: { direction: row.direction, externalReference: row.external_reference },
    messageType: row.message_type,
    payload: row.payload,
  };
}
