// Makes a copy of a ledger, or an older state that was put back, the one to send from. What is queued
// in it may have been sent from the other one since the copy was made, so CAS is asked about it before
// any of it is sent.
//
// Of several queued versions of a shipment, the other one may have sent all: whatever CAS says of an
// older one, sending it could put it after the newer. So only the newest is asked about and sent.
import { resolve } from "node:path";
import { openConnection, type Connection } from "../file/connection.ts";
import { homeOf, homes, isAtHome, type Home, type RecordedHome } from "../home/ledger-home.ts";
import { sendCount } from "../home/send-count.ts";
import { readSendMark, writeSendMark } from "../file/send-mark.ts";
import { writeReason } from "../file/stored-json.ts";

const MAYBE_SENT = writeReason({ code: "copy-may-have-sent" });
const SUPERSEDED = writeReason({ code: "copy-may-have-sent-newer" });

export interface Adoption {
  /** False when it was at home already; then nothing was changed. */
  readonly changed: boolean;
  /** Where it was last sent from, and must not be any more; null when it never was. */
  readonly before: RecordedHome | null;
  readonly home: Home;
  readonly generation: number;
  /** Queued messages that CAS is asked about before they are sent. */
  readonly toBeAskedAbout: number;
  /** Older versions of them, which are not sent any more. */
  readonly superseded: number;
}

/** @throws CasBatchError as openConnection() */
export async function adoptLedger(path: string, now: Date, who: string): Promise<Adoption> {
  const connection = openConnection(resolve(path), false);
  try {
    const { current, lastSendingHome, record } = homes(connection);
    const makeNew = connection.prepare<[string]>("UPDATE books SET new_since = ?");
    const count = sendCount(connection);
    const { adoption, counted } = await connection.write(() => {
      const mark = readSendMark(connection.location);
      const recorded = current();
      const before = lastSendingHome();
      const home = homeOf(connection.location);
      const isWhole = count.disagreement(mark) === null;
      if (recorded !== null && isAtHome(recorded, home) && isWhole) {
        const { generation } = recorded;
        const unchanged = { changed: false, generation, toBeAskedAbout: 0, superseded: 0 };
        return { adoption: { ...unchanged, before, home }, counted: null };
      }
      record(home, "ledger", now, who);
      const generation = current()?.generation ?? 1;
      // Without a home nothing was ever sent from it, and nothing from a copy of it.
      const isCopy = before !== null;
      // References that the other one has sent since are new to this one.
      if (isCopy) makeNew.run(now.toISOString());
      const superseded = isCopy ? holdOlder(connection, now) : 0;
      const toBeAskedAbout = isCopy ? doubtQueued(connection, now) : 0;
      return {
        adoption: { changed: true, before, home, generation, toBeAskedAbout, superseded },
        counted: count.raiseAbove(mark),
      };
    });
    if (counted !== null) {
      writeSendMark(connection.location, { ...counted, writtenAt: now.toISOString() });
    }
    return adoption;
  } finally {
    connection.close();
  }
}

/** Holds the versions that are queued or without an answer before a newer queued one. Returns how many. */
function holdOlder(connection: Connection, now: Date): number {
  const older = connection
    .prepare<[], { readonly version_id: number; readonly state: "queued" | "sending" | "unknown" }>(
      `SELECT v.version_id, v.state FROM versions v
       WHERE v.state IN ('queued', 'sending', 'unknown') AND EXISTS (
         SELECT 1 FROM versions newer WHERE newer.shipment_id = v.shipment_id
           AND newer.version_number > v.version_number AND newer.state = 'queued')`,
    )
    .all();
  const hold = connection.prepare<[string, "queued" | "sending" | "unknown", number]>(
    `UPDATE versions SET state = 'held', not_before = NULL, reason = ?,
       attempts = attempts + (? = 'queued') WHERE version_id = ?`,
  );
  const endAttempt = connection.prepare<[string, string, number]>(
    `UPDATE attempts SET ended_at = ?, outcome = 'unknown', reason = ?
     WHERE version_id = ? AND outcome IS NULL`,
  );
  const addAttempt = attemptOfTheOther(connection, now);
  for (const { version_id: versionId, state } of older) {
    hold.run(SUPERSEDED, state, versionId);
    endAttempt.run(now.toISOString(), SUPERSEDED, versionId);
    if (state === "queued") addAttempt(versionId);
  }
  return older.length;
}

/** Makes unknown what is queued. Returns how many. */
function doubtQueued(connection: Connection, now: Date): number {
  const doubted = connection
    .prepare<[string], { readonly version_id: number }>(
      `UPDATE versions SET state = 'unknown', attempts = attempts + 1, ask_first = 0,
         not_before = NULL, reason = ?
       WHERE state = 'queued' RETURNING version_id`,
    )
    .all(MAYBE_SENT);
  const addAttempt = attemptOfTheOther(connection, now);
  for (const { version_id: versionId } of doubted) addAttempt(versionId);
  return doubted.length;
}

/** The other one may have sent it at any time since it was queued. */
function attemptOfTheOther(connection: Connection, now: Date): (versionId: number) => void {
  const insert = connection.prepare<[string, string, number]>(
    `INSERT INTO attempts (version_id, attempt_number, run_no, holder_id, started_at, deadline_at,
                           ended_at, outcome, reason)
     SELECT v.version_id, v.attempts, f.run_no, 'the other copy', f.sealed_at, f.sealed_at, ?,
            'unknown', ?
     FROM versions v JOIN batches f USING (batch_no) WHERE v.version_id = ?`,
  );
  return (versionId) => {
    insert.run(now.toISOString(), MAYBE_SENT, versionId);
  };
}
