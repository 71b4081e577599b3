// The queue of messages: what goes out next, and the record that it is going, made durable before
// it can be sent. Must stay fast with a million finished messages beside the few that wait.
import { contentChanges } from "../../../core/content-changes.ts";
import { UNREADABLE_STATUS } from "../../../core/declaration.ts";
import type { MessageKind } from "../../../core/message-kind.ts";
import { withChanges, type Reason } from "../../../core/reason.ts";
import type { Clock } from "../../../core/time/clock.ts";
import type {
  ClaimOptions,
  OutboxBooks,
  OutboxCounts,
  OutboxMessage,
  QueuedMessage,
} from "../../contract/outbox.ts";
import type { Connection } from "../file/connection.ts";
import { readSources, readTexts, writeReason } from "../file/stored-json.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { sendCount, type SendMarkKeeper } from "../home/send-count.ts";
import { leaseCheck } from "./leases.ts";
import { outcomes } from "./outcomes.ts";
import { CLAIMABLE, CLEAR_ASKING } from "./queue.ts";
import { runNumbers } from "./runs.ts";
import { waits } from "./waits.ts";

type QueuedRow = Omit<OutboxMessage, "attemptId" | "attemptNumber" | "versionId" | "key"> &
  StoredKey & {
    readonly versionNo: number;
    readonly shipmentNo: number;
    readonly amendAllowed: 0 | 1;
    /** Whether CAS accepted a version of this shipment from this ledger. */
    readonly isOurs: 0 | 1;
    /** A JSON array of text; null when CAS has nothing of the shipment that a change could touch. */
    readonly statuses: string | null;
  };

/** The last attempt of a queued version that stayed without an answer. */
interface UnansweredRow {
  readonly attempt_id: number;
  readonly started_at: string;
  /** A declaration that changed since it was decided to send again, and its status. */
  readonly declaration_id: string | null;
  readonly current_status: string | null;
}

interface AttemptRow {
  readonly attemptId: string;
  readonly versionNo: number;
  readonly attemptNumber: number;
}

export function outbox(
  connection: Connection,
  booksId: number,
  { clock, keeper }: { readonly clock: Clock; readonly keeper: SendMarkKeeper },
): OutboxBooks {
  const runNumber = runNumbers(connection, booksId);
  const requireLease = leaseCheck(connection, booksId);

  type CountParameters = Readonly<{ booksId: number; withoutKinds: string }>;
  const count = connection.prepare<[CountParameters], OutboxCounts>(
    `SELECT
       (SELECT count(*) FROM versions WHERE state = 'queued' AND books_id = @booksId
          AND message_kind NOT IN (SELECT value FROM json_each(@withoutKinds))) AS queued,
       (SELECT count(*) FROM versions WHERE state = 'sending' AND books_id = @booksId) AS sending,
       (SELECT count(*) FROM versions WHERE state = 'unknown' AND books_id = @booksId) AS unknown`,
  );
  const outboxCounts: OutboxBooks["outboxCounts"] = (withoutKinds = []) =>
    connection.read(() => {
      const given = { booksId, withoutKinds: JSON.stringify([...withoutKinds]) };
      return count.get(given) ?? { queued: 0, sending: 0, unknown: 0 };
    });

  const selectNext = connection.prepare<[number, number, string, string, number], QueuedRow>(
    `SELECT v.version_id AS versionNo, v.version_number AS versionNumber,
            v.message_kind AS messageKind, v.message_type AS messageType, v.payload,
            v.amend_allowed AS amendAllowed, v.shipment_id AS shipmentNo, ${keySql("s")},
            s.accepted_at IS NOT NULL AS isOurs,
            iif(s.has_declaration OR s.accepted_at IS NOT NULL,
                (SELECT json_group_array(status) FROM (
                   SELECT d.current_status AS status FROM declarations d
                   WHERE d.shipment_id = s.shipment_id
                   UNION ALL
                   SELECT '${UNREADABLE_STATUS}' FROM unread_declarations u
                   WHERE u.shipment_id = s.shipment_id)), NULL) AS statuses
     FROM ${CLAIMABLE} ORDER BY v.version_id LIMIT ?`,
  );
  const hold = connection.prepare<[string, number]>(
    "UPDATE versions SET state = 'held', reason = ?, not_before = NULL WHERE version_id = ?",
  );
  const selectBefore = connection.prepare<
    [Pick<QueuedRow, "versionNo">],
    { readonly before: string | null; readonly sources: string }
  >(
    `SELECT v.sources,
       (SELECT o.payload FROM versions o
        WHERE o.shipment_id = v.shipment_id AND o.version_number < v.version_number
          AND o.state NOT IN ('staged', 'rejected', 'held')
        ORDER BY o.version_number DESC LIMIT 1) AS before
     FROM versions v WHERE v.version_id = @versionNo`,
  );
  const holdBack = (row: QueuedRow, reason: Reason): void => {
    const stored = selectBefore.get(row);
    const sources = readSources(stored?.sources ?? "{}");
    const changes = contentChanges(stored?.before ?? "{}", row.payload, sources);
    hold.run(writeReason(withChanges(reason, changes)), row.versionNo);
  };
  // Of its declarations, only one that changed since the decision to send again counts.
  const lastUnanswered = connection.prepare<[Pick<QueuedRow, "versionNo">], UnansweredRow>(
    `SELECT a.attempt_id, a.started_at, d.declaration_id, d.current_status
     FROM attempts a JOIN versions v USING (version_id)
       LEFT JOIN declarations d ON d.declaration_no = (
         SELECT news.declaration_no FROM declarations news
           JOIN declaration_statuses h USING (declaration_no)
         WHERE news.shipment_id = v.shipment_id
           AND h.observed_at > coalesce(a.settled_at, a.started_at)
         ORDER BY h.observed_at DESC LIMIT 1)
     WHERE a.version_id = @versionNo AND a.outcome = 'unknown'
     ORDER BY a.attempt_number DESC LIMIT 1`,
  );
  const markUnknown = connection.prepare<[string, number]>(
    "UPDATE versions SET state = 'unknown', reason = ? WHERE version_id = ?",
  );
  const takeFromPerson = connection.prepare<[number]>(
    "UPDATE attempts SET left_to_person_at = NULL WHERE attempt_id = ?",
  );
  /** CAS is asked about it again, and then a person where CAS does not know. */
  const makeUnknown = (row: QueuedRow, unanswered: ChangedRow): void => {
    markUnknown.run(reasonForDoubt(row, unanswered), row.versionNo);
    takeFromPerson.run(unanswered.attempt_id);
  };
  /** Held messages leave room for more, so the queue is read until `limit` of them may go. */
  const nextMessages = (options: ClaimOptions): readonly QueuedRow[] => {
    const { now, limit, withoutKinds = [], holdReason } = options;
    const left = JSON.stringify([...withoutKinds]);
    const due: QueuedRow[] = [];
    for (let after = 0, wanted = limit; wanted > 0; wanted = limit - due.length) {
      const rows = selectNext.all(booksId, after, now.toISOString(), left, wanted);
      for (const row of rows) {
        const unanswered = row.statuses === null ? null : (lastUnanswered.get(row) ?? null);
        const reason =
          row.statuses === null ? null : holdReason(queuedMessage(row, row.statuses, unanswered));
        if (reason === null) due.push(row);
        else if (mayHaveArrived(unanswered)) makeUnknown(row, unanswered);
        else holdBack(row, reason);
      }
      if (rows.length < wanted) break;
      after = rows.at(-1)?.versionNo ?? after;
    }
    return due;
  };

  const markSending = connection.prepare<[string]>(
    `UPDATE versions SET state = 'sending', attempts = attempts + 1, not_before = NULL, reason = NULL
     WHERE version_id IN (SELECT value FROM json_each(?))`,
  );
  const insertAttempts = connection.prepare<
    [number, string, number, string, string, string],
    AttemptRow
  >(
    `INSERT INTO attempts (version_id, attempt_number, run_no, holder_id, epoch, started_at,
                           deadline_at)
     SELECT version_id, attempts, ?, ?, ?, ?, ? FROM versions
     WHERE version_id IN (SELECT value FROM json_each(?))
     RETURNING CAST(attempt_id AS TEXT) AS attemptId, version_id AS versionNo,
               attempt_number AS attemptNumber`,
  );
  const clearAsking = connection.prepare<[number]>(CLEAR_ASKING);
  const sendings = sendCount(connection);
  const claim = async (options: ClaimOptions): Promise<readonly OutboxMessage[]> => {
    const { messages, counted } = await connection.write(() => {
      requireLease(options.lease);
      const due = nextMessages(options);
      const versionIds = JSON.stringify(due.map((row) => row.versionNo));
      markSending.run(versionIds);
      for (const row of due) if (row.isOurs === 0) clearAsking.run(row.shipmentNo);
      const attempts = insertAttempts.all(
        runNumber(options.runId),
        options.lease.holderId,
        options.lease.epoch,
        options.now.toISOString(),
        options.deadlineAt.toISOString(),
        versionIds,
      );
      const attemptOf = new Map(attempts.map((attempt) => [attempt.versionNo, attempt]));
      const messages = due.map((row) => outboxMessage(row, attemptOf.get(row.versionNo)));
      return { messages, counted: due.length === 0 ? null : sendings.add() };
    });
    if (counted !== null) keeper.note(counted);
    return messages;
  };

  const explain = connection.prepare<[string, number, MessageKind]>(
    "UPDATE versions SET reason = ? WHERE state = 'queued' AND books_id = ? AND message_kind = ?",
  );
  const explainQueued: OutboxBooks["explainQueued"] = (kind, reason) =>
    connection.write(() => explain.run(writeReason(reason), booksId, kind).changes);

  return {
    outboxCounts,
    claim,
    explainQueued,
    recordOutcomes: outcomes(connection, booksId),
    ...waits(connection, booksId, clock),
  };
}

type ChangedRow = UnansweredRow & {
  readonly declaration_id: string;
  readonly current_status: string;
};

function mayHaveArrived(unanswered: UnansweredRow | null): unanswered is ChangedRow {
  return unanswered !== null && unanswered.declaration_id !== null;
}

function reasonForDoubt(row: QueuedRow, changed: ChangedRow): string {
  return writeReason({
    code: "may-have-arrived",
    externalReference: row.externalReference,
    attemptedAt: changed.started_at,
    declarationId: changed.declaration_id,
    status: changed.current_status,
  });
}

function queuedMessage(
  row: QueuedRow,
  statuses: string,
  unanswered: UnansweredRow | null,
): QueuedMessage {
  const before = mayHaveArrived(unanswered) ? "may-have-arrived" : "decided";
  return {
    key: keyOf(row),
    messageType: row.messageType,
    amendAllowed: row.amendAllowed === 1,
    declarationStatuses: readTexts(statuses),
    ...(unanswered === null ? {} : { before }),
    ...(unanswered === null && row.isOurs === 0 ? { isFromElsewhere: true } : {}),
  };
}

function outboxMessage(row: QueuedRow, attempt: AttemptRow | undefined): OutboxMessage {
  if (attempt === undefined) throw new Error(`Version ${row.versionNo} was claimed twice`);
  const { versionNumber, messageKind, messageType, payload } = row;
  return {
    attemptId: attempt.attemptId,
    attemptNumber: attempt.attemptNumber,
    versionId: String(row.versionNo),
    versionNumber,
    key: keyOf(row),
    messageKind,
    messageType,
    payload,
  };
}
