// Messages of which nobody knows whether CAS has them. They leave this state only by evidence, or
// by a decision to send again that was made after asking.
import type { Direction, MessageType } from "../../../core/shipment.ts";
import type { Connection } from "../file/connection.ts";
import type { LedgerBooks, UnknownMessage } from "../../ledger.ts";
import { shipmentAcceptance } from "./shipment-acceptance.ts";
import { readReason, readReasonsBefore, readTexts, writeReason } from "../file/stored-json.ts";
import type { Reason } from "../../../core/reason.ts";

type UnknownMessages = Pick<
  LedgerBooks,
  "unknownMessages" | "recordEnquiry" | "leaveToPerson" | "settleUnknown"
>;
type Settlement = Parameters<LedgerBooks["settleUnknown"]>[1];

interface UnknownRow {
  readonly attempt_id: number;
  readonly version_id: number;
  readonly version_number: number;
  readonly shipment_id: number;
  readonly direction: Direction;
  readonly external_reference: string;
  readonly message_type: MessageType;
  readonly amend_allowed: 0 | 1;
  readonly payload: string;
  readonly attempted_at: string;
  readonly enquiries: number;
  readonly last_enquiry_at: string | null;
  readonly left_to_person_at: string | null;
  /** A JSON array of text. */
  readonly earlier_payloads: string;
  readonly earlier_pruned: 0 | 1;
}

/** An attempt, and its version as it stands now. */
interface AttemptRow {
  readonly attempt_id: number;
  readonly version_id: number;
  readonly shipment_id: number;
  readonly outcome: "accepted" | "rejected" | "unknown" | "returned" | null;
  readonly settlement: Settlement["kind"] | null;
  readonly settlement_reason: string | null;
  readonly is_last: 0 | 1;
  readonly state: "staged" | "queued" | "sending" | "unknown" | "accepted" | "rejected" | "held";
}

/** More versions than this back, CAS has made of the shipment what it makes of it. */
const EARLIER_PAYLOADS_MAX = 20;

/** One that CAS certainly did not take may have followed it. */
const LAST_UNANSWERED = `(SELECT max(u.attempt_number) FROM attempts u
  WHERE u.version_id = v.version_id AND u.outcome = 'unknown')`;

/** One that is held is never sent any more, but an attempt without an answer may have come before. */
function mayHaveArrived(version: string): string {
  return `(${version}.state = 'accepted' OR ${version}.state = 'held' AND EXISTS (
    SELECT 1 FROM attempts a WHERE a.version_id = ${version}.version_id AND a.outcome = 'unknown'))`;
}

export function unknownMessages(connection: Connection, booksId: number): UnknownMessages {
  // An earlier attempt that stayed without an answer may be the one that arrives in the end, so
  // evidence counts from the first of them on. Enquiries count for the last of them alone.
  const select = connection.prepare<[number, number, number], UnknownRow>(
    `SELECT last.attempt_id, v.version_id, v.version_number, v.shipment_id, s.direction, s.external_reference,
            v.message_type, v.amend_allowed, v.payload,
            (SELECT min(a.started_at) FROM attempts a
             WHERE a.version_id = v.version_id AND a.outcome = 'unknown') AS attempted_at,
            (SELECT count(*) FROM enquiries e WHERE e.attempt_id = last.attempt_id) AS enquiries,
            (SELECT max(asked_at) FROM enquiries e
             WHERE e.attempt_id = last.attempt_id) AS last_enquiry_at,
            last.left_to_person_at,
            (SELECT json_group_array(payload) FROM (
               SELECT earlier.payload FROM versions earlier
               WHERE earlier.shipment_id = v.shipment_id AND ${mayHaveArrived("earlier")}
                 AND earlier.version_number < v.version_number AND earlier.pruned_at IS NULL
               ORDER BY earlier.version_number DESC
               LIMIT ${EARLIER_PAYLOADS_MAX})) AS earlier_payloads,
            EXISTS (SELECT 1 FROM versions pruned
                    WHERE pruned.shipment_id = v.shipment_id AND ${mayHaveArrived("pruned")}
                      AND pruned.version_number < v.version_number
                      AND pruned.pruned_at IS NOT NULL) AS earlier_pruned
     FROM versions v INDEXED BY versions_unknown
       JOIN shipments s USING (shipment_id)
       JOIN attempts last ON last.version_id = v.version_id
         AND last.attempt_number = ${LAST_UNANSWERED}
     WHERE v.state = 'unknown' AND v.books_id = ? AND v.version_id > ?
     ORDER BY v.version_id LIMIT ?`,
  );
  const list = (limit: number, after?: string): Promise<readonly UnknownMessage[]> =>
    connection.read(() => select.all(booksId, Number(after ?? 0), limit).map(toUnknownMessage));

  const selectAttempt = connection.prepare<[number, string], AttemptRow>(
    `SELECT a.attempt_id, v.version_id, v.shipment_id, a.outcome, a.settlement, a.settlement_reason,
            a.attempt_number IS ${LAST_UNANSWERED} AS is_last, v.state
     FROM attempts a JOIN versions v USING (version_id)
     WHERE v.books_id = ? AND a.attempt_id = CAST(? AS INTEGER)`,
  );
  const attemptOf = (attemptId: string): AttemptRow => {
    const attempt = selectAttempt.get(booksId, attemptId);
    if (attempt === undefined || attempt.outcome === null || attempt.outcome === "returned") {
      throw new Error(`The outcome of attempt ${attemptId} was never unknown`);
    }
    return attempt;
  };

  const insertEnquiry = connection.prepare<[number, string]>(
    "INSERT INTO enquiries (attempt_id, asked_at) VALUES (?, ?)",
  );
  const recordEnquiry = (attemptId: string, askedAt: Date): Promise<boolean> =>
    connection.write(() => {
      const attempt = attemptOf(attemptId);
      if (!isOpen(attempt)) return false;
      insertEnquiry.run(attempt.attempt_id, askedAt.toISOString());
      return true;
    });

  const leaveAttempt = connection.prepare<[string, number]>(
    "UPDATE attempts SET left_to_person_at = ? WHERE attempt_id = ?",
  );
  const explain = connection.prepare<[string, number]>(
    "UPDATE versions SET reason = ? WHERE version_id = ?",
  );
  const leaveToPerson = (attemptId: string, reason: Reason, at: Date): Promise<boolean> =>
    connection.write(() => {
      const attempt = attemptOf(attemptId);
      if (!isOpen(attempt)) return false;
      leaveAttempt.run(at.toISOString(), attempt.attempt_id);
      explain.run(writeReason(reason), attempt.version_id);
      return true;
    });

  const settleAttempt = connection.prepare<[string, string, string, number]>(
    "UPDATE attempts SET settled_at = ?, settlement = ?, settlement_reason = ? WHERE attempt_id = ?",
  );
  const accept = connection.prepare<[string, string, number]>(
    `UPDATE versions SET state = 'accepted', accepted_at = ?, reason = ?, not_before = NULL
     WHERE version_id = ?`,
  );
  const acceptShipment = shipmentAcceptance(connection);
  const requeue = connection.prepare<[string, number]>(
    "UPDATE versions SET state = 'queued', reason = ?, not_before = NULL WHERE version_id = ?",
  );
  const settleUnknown = (attemptId: string, settlement: Settlement): Promise<boolean> =>
    connection.write(() => {
      const attempt = attemptOf(attemptId);
      const { attempt_id: attemptNo, version_id: versionId, shipment_id: shipmentId } = attempt;
      const isArrived = settlement.kind === "arrived";
      if (!isOpen(attempt) && !(isArrived && waitsToBeSentAgain(attempt))) return false;
      const at = settlement.at.toISOString();
      const reason = writeReason(settlement.reason);
      // Why it was to be sent again stays in the books beside the proof that it need not.
      const before = attempt.settlement_reason;
      const reasonsBefore =
        before === null ? [] : [readReason(before), ...readReasonsBefore(before)];
      const all = writeReason(settlement.reason, reasonsBefore);
      settleAttempt.run(at, settlement.kind, all, attemptNo);
      if (isArrived) {
        accept.run(at, reason, versionId);
        acceptShipment(shipmentId, at);
      } else {
        requeue.run(reason, versionId);
      }
      return true;
    });

  return { unknownMessages: list, recordEnquiry, leaveToPerson, settleUnknown };
}

function isOpen({ is_last: isLast, state }: AttemptRow): boolean {
  return isLast === 1 && state === "unknown";
}

function waitsToBeSentAgain({ state, settlement }: AttemptRow): boolean {
  return state === "queued" && settlement === "resend";
}

function toUnknownMessage(row: UnknownRow): UnknownMessage {
  return {
    attemptId: String(row.attempt_id),
    versionId: String(row.version_id),
    versionNumber: row.version_number,
    shipmentId: String(row.shipment_id),
    key: { direction: row.direction, externalReference: row.external_reference },
    messageType: row.message_type,
    amendAllowed: row.amend_allowed === 1,
    payload: row.payload,
    attemptedAt: new Date(row.attempted_at),
    enquiries: row.enquiries,
    lastEnquiryAt: row.last_enquiry_at === null ? null : new Date(row.last_enquiry_at),
    leftToPersonAt: row.left_to_person_at === null ? null : new Date(row.left_to_person_at),
    earlierPayloads: readTexts(row.earlier_payloads),
    earlierPruned: row.earlier_pruned === 1,
  };
}
