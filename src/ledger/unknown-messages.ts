// Messages of which nobody knows whether CAS has them. They leave this state only by evidence, or
// by a decision to send again that was made after asking.
import type { Direction, MessageType } from "../core/shipment.ts";
import type { Connection } from "./connection.ts";
import type { LedgerBooks, UnknownMessage } from "./ledger.ts";
import { readTexts } from "./stored-json.ts";

type UnknownMessages = Pick<
  LedgerBooks,
  "unknownMessages" | "recordEnquiry" | "leaveToPerson" | "settleUnknown"
>;
type Settlement = Parameters<LedgerBooks["settleUnknown"]>[1];

interface UnknownRow {
  readonly version_id: number;
  readonly version_number: number;
  readonly shipment_id: number;
  readonly direction: Direction;
  readonly external_reference: string;
  readonly message_type: MessageType;
  readonly payload: string;
  readonly attempted_at: string;
  readonly enquiries: number;
  readonly last_enquiry_at: string | null;
  readonly left_to_person_at: string | null;
  /** A JSON array of text. */
  readonly earlier_payloads: string;
}

/** More versions than this back, CAS has made of the shipment what it makes of it. */
const EARLIER_PAYLOADS_MAX = 20;

export function unknownMessages(connection: Connection, booksId: number): UnknownMessages {
  // An earlier attempt that stayed without an answer may be the one that arrives in the end, so
  // evidence counts from the first of them on. Enquiries count for the last attempt alone.
  const select = connection.prepare<[number, number, number], UnknownRow>(
    `SELECT v.version_id, v.version_number, v.shipment_id, s.direction, s.external_reference,
            v.message_type, v.payload,
            (SELECT min(a.started_at) FROM attempts a
             WHERE a.version_id = v.version_id AND a.outcome = 'unknown') AS attempted_at,
            (SELECT count(*) FROM enquiries e WHERE e.attempt_id = last.attempt_id) AS enquiries,
            (SELECT max(asked_at) FROM enquiries e
             WHERE e.attempt_id = last.attempt_id) AS last_enquiry_at,
            last.left_to_person_at,
            (SELECT json_group_array(payload) FROM (
               SELECT earlier.payload FROM versions earlier
               WHERE earlier.shipment_id = v.shipment_id AND earlier.state = 'accepted'
                 AND earlier.version_number < v.version_number
               ORDER BY earlier.version_number DESC
               LIMIT ${EARLIER_PAYLOADS_MAX})) AS earlier_payloads
     FROM versions v INDEXED BY versions_unknown
       JOIN shipments s USING (shipment_id)
       JOIN attempts last ON last.version_id = v.version_id AND last.attempt_number = v.attempts
     WHERE v.state = 'unknown' AND v.books_id = ? AND v.version_id > ?
     ORDER BY v.version_id LIMIT ?`,
  );
  const list = (limit: number, after?: string): Promise<readonly UnknownMessage[]> =>
    connection.read(() => select.all(booksId, Number(after ?? 0), limit).map(toUnknownMessage));

  const selectAttempt = connection.prepare<[number, string], { readonly attempt_id: number }>(
    `SELECT a.attempt_id FROM versions v
       JOIN attempts a ON a.version_id = v.version_id AND a.attempt_number = v.attempts
     WHERE v.books_id = ? AND v.version_id = ? AND v.state = 'unknown'`,
  );
  const unsettledAttempt = (versionId: string): number => {
    const row = selectAttempt.get(booksId, versionId);
    if (row === undefined) throw new Error(`The outcome of version ${versionId} is not unknown`);
    return row.attempt_id;
  };

  const insertEnquiry = connection.prepare<[number, string]>(
    "INSERT INTO enquiries (attempt_id, asked_at) VALUES (?, ?)",
  );
  const recordEnquiry = (versionId: string, askedAt: Date): Promise<void> =>
    connection.write(() => {
      insertEnquiry.run(unsettledAttempt(versionId), askedAt.toISOString());
    });

  const leaveAttempt = connection.prepare<[string, number]>(
    "UPDATE attempts SET left_to_person_at = ? WHERE attempt_id = ?",
  );
  const explain = connection.prepare<[string, string]>(
    "UPDATE versions SET reason = ? WHERE version_id = ?",
  );
  const leaveToPerson = (versionId: string, reason: string, at: Date): Promise<void> =>
    connection.write(() => {
      leaveAttempt.run(at.toISOString(), unsettledAttempt(versionId));
      explain.run(reason, versionId);
    });

  const settleAttempt = connection.prepare<[string, string, string, number]>(
    `UPDATE attempts SET settled_at = ?, settlement = ?, settlement_reason = ?
     WHERE attempt_id = ?`,
  );
  const accept = connection.prepare<[string, string, string]>(
    "UPDATE versions SET state = 'accepted', accepted_at = ?, reason = ? WHERE version_id = ?",
  );
  const acceptShipment = connection.prepare<[string, string]>(
    `UPDATE shipments SET accepted_at = ?
     WHERE shipment_id = (SELECT shipment_id FROM versions WHERE version_id = ?)`,
  );
  const requeue = connection.prepare<[string, string]>(
    "UPDATE versions SET state = 'queued', reason = ?, not_before = NULL WHERE version_id = ?",
  );
  const settleUnknown = (versionId: string, settlement: Settlement): Promise<void> =>
    connection.write(() => {
      const at = settlement.at.toISOString();
      const reason = settlement.kind === "arrived" ? settlement.evidence : settlement.reason;
      settleAttempt.run(at, settlement.kind, reason, unsettledAttempt(versionId));
      if (settlement.kind === "arrived") {
        accept.run(at, reason, versionId);
        acceptShipment.run(at, versionId);
      } else {
        requeue.run(reason, versionId);
      }
    });

  return { unknownMessages: list, recordEnquiry, leaveToPerson, settleUnknown };
}

function toUnknownMessage(row: UnknownRow): UnknownMessage {
  return {
    versionId: String(row.version_id),
    versionNumber: row.version_number,
    shipmentId: String(row.shipment_id),
    key: { direction: row.direction, externalReference: row.external_reference },
    messageType: row.message_type,
    payload: row.payload,
    attemptedAt: new Date(row.attempted_at),
    enquiries: row.enquiries,
    lastEnquiryAt: row.last_enquiry_at === null ? null : new Date(row.last_enquiry_at),
    leftToPersonAt: row.left_to_person_at === null ? null : new Date(row.left_to_person_at),
    earlierPayloads: readTexts(row.earlier_payloads),
  };
}
