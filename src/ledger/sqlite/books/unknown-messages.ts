// Messages of which it is unknown whether CAS has them. They leave this state only by evidence, or
// by a decision to send again that was made after asking CAS.
import type { Settlement, UnknownBooks, UnknownMessage } from "../../contract/unknown-messages.ts";
import type { Connection } from "../file/connection.ts";
import {
  dateOrNull,
  readTexts,
  type Stored,
  readReason,
  readReasonsBefore,
  writeReason,
} from "../file/stored-json.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { livingHolder } from "./leases.ts";
import { shipmentAcceptance } from "./shipment-acceptance.ts";
import type { Reason } from "../../../core/reason.ts";

const INTERRUPTED = writeReason({ code: "interrupted" });

type UnknownRow = Stored<UnknownMessage, "key"> & StoredKey;

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

/** Older versions than these no longer show in what CAS has made of the shipment. Source: assumed. */
const EARLIER_PAYLOADS_MAX = 20;

/** An attempt that CAS certainly did not take may have followed it. */
const LAST_UNANSWERED = `(SELECT max(u.attempt_number) FROM attempts u
  WHERE u.version_id = v.version_id AND u.outcome = 'unknown')`;

/** A held version is never sent, but an earlier attempt may have stayed without an answer. */
function mayHaveArrived(version: string): string {
  return `(${version}.state = 'accepted' OR ${version}.state = 'held' AND EXISTS (
    SELECT 1 FROM attempts a WHERE a.version_id = ${version}.version_id AND a.outcome = 'unknown'))`;
}

export function unknownMessages(connection: Connection, booksId: number): UnknownBooks {
  const livingHolderAt = livingHolder(connection, booksId);
  const selectSending = connection.prepare<
    [number],
    { readonly version_id: number; readonly attempt_id: number; readonly epoch: number }
  >(
    `SELECT v.version_id, a.attempt_id, a.epoch
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
      const living = livingHolderAt(now)?.epoch ?? null;
      const interrupted = selectSending.all(booksId).filter(({ epoch }) => epoch !== living);
      for (const { version_id: versionId, attempt_id: attemptId } of interrupted) {
        markUnknown.run(INTERRUPTED, versionId);
        endAttempt.run(now.toISOString(), INTERRUPTED, attemptId);
      }
      return interrupted.length;
    });

  // An earlier attempt that stayed without an answer may be the one that arrives in the end, so
  // evidence counts from the first of them on. Enquiries count for the last of them alone.
  const select = connection.prepare<[number, number, number], UnknownRow>(
    `SELECT CAST(last.attempt_id AS TEXT) AS attemptId, CAST(v.version_id AS TEXT) AS versionId,
            v.version_number AS versionNumber, CAST(v.shipment_id AS TEXT) AS shipmentId,
            ${keySql("s")},
            v.message_kind AS messageKind, v.message_type AS messageType,
            v.amend_allowed AS amendAllowed, v.payload,
            (SELECT min(a.started_at) FROM attempts a
             WHERE a.version_id = v.version_id AND a.outcome = 'unknown') AS attemptedAt,
            (SELECT count(*) FROM enquiries e WHERE e.attempt_id = last.attempt_id) AS enquiries,
            (SELECT max(asked_at) FROM enquiries e
             WHERE e.attempt_id = last.attempt_id) AS lastEnquiryAt,
            last.left_to_person_at AS leftToPersonAt,
            (SELECT json_group_array(payload) FROM (
               SELECT earlier.payload FROM versions earlier
               WHERE earlier.shipment_id = v.shipment_id AND ${mayHaveArrived("earlier")}
                 AND earlier.version_number < v.version_number AND earlier.pruned_at IS NULL
               ORDER BY earlier.version_number DESC
               LIMIT ${EARLIER_PAYLOADS_MAX})) AS earlierPayloads,
            EXISTS (SELECT 1 FROM versions pruned
                    WHERE pruned.shipment_id = v.shipment_id AND ${mayHaveArrived("pruned")}
                      AND pruned.version_number < v.version_number
                      AND pruned.pruned_at IS NOT NULL) AS earlierPruned
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

  return {
    recoverInterrupted,
    unknownMessages: list,
    recordEnquiry,
    leaveToPerson,
    settleUnknown,
  };
}

function isOpen({ is_last: isLast, state }: AttemptRow): boolean {
  return isLast === 1 && state === "unknown";
}

function waitsToBeSentAgain({ state, settlement }: AttemptRow): boolean {
  return state === "queued" && settlement === "resend";
}

function toUnknownMessage({
  keyKind,
  direction,
  externalReference,
  ...row
}: UnknownRow): UnknownMessage {
  return {
    ...row,
    key: keyOf({ keyKind, direction, externalReference }),
    amendAllowed: row.amendAllowed === 1,
    attemptedAt: new Date(row.attemptedAt),
    lastEnquiryAt: dateOrNull(row.lastEnquiryAt),
    leftToPersonAt: dateOrNull(row.leftToPersonAt),
    earlierPayloads: readTexts(row.earlierPayloads),
    earlierPruned: row.earlierPruned === 1,
  };
}
