// Says that this copy of a ledger is the one that lives. What waits in it may have been sent from
// the other one since the copy was made, so CAS is asked about it before any of it is sent.
import { resolve } from "node:path";
import { openConnection, type Connection } from "./connection.ts";
import { homeOf, homes, isAtHome, type Home, type SettledHome } from "./ledger-home.ts";

const MAYBE_SENT =
  "The ledger was adopted from a copy, so the other one may have sent this message meanwhile";

export interface Adoption {
  /** False when it was at home already; then nothing was changed. */
  readonly changed: boolean;
  /** Where it was last sent from, which must not happen any more; null when nowhere. */
  readonly before: SettledHome | null;
  readonly home: Home;
  readonly generation: number;
  /** Messages that waited in the queue, and are asked about before they are sent. */
  readonly toBeAskedAbout: number;
}

/** @throws CasBatchError as openConnection() */
export async function adoptLedger(path: string, now: Date, who: string): Promise<Adoption> {
  const connection = openConnection(resolve(path), false);
  try {
    const { current, lastSendingHome, settle } = homes(connection);
    const doubt = doubtQueued(connection);
    return await connection.write(() => {
      const settled = current();
      const before = lastSendingHome();
      const home = homeOf(connection.location);
      if (settled !== null && isAtHome(settled, home)) {
        const { generation } = settled;
        return { changed: false, before, home, generation, toBeAskedAbout: 0 };
      }
      settle(home, "ledger", now, who);
      const generation = current()?.generation ?? 1;
      // Without a home nothing was ever sent from it, and nothing from a copy of it.
      const toBeAskedAbout = before === null ? 0 : doubt(now);
      return { changed: true, before, home, generation, toBeAskedAbout };
    });
  } finally {
    connection.close();
  }
}

/** The oldest waiting version of each shipment: newer ones wait until it is settled. */
function doubtQueued(connection: Connection): (now: Date) => number {
  const mark = connection.prepare<[string], { readonly version_id: number }>(
    `UPDATE versions SET state = 'unknown', attempts = attempts + 1, not_before = NULL, reason = ?
     WHERE state = 'queued' AND NOT EXISTS (
       SELECT 1 FROM versions o WHERE o.shipment_id = versions.shipment_id
         AND o.version_number < versions.version_number
         AND o.state IN ('queued', 'sending', 'unknown'))
     RETURNING version_id`,
  );
  // The other one may have sent it from the moment on at which it was queued.
  const insertAttempt = connection.prepare<[string, string, number]>(
    `INSERT INTO attempts (version_id, attempt_number, run_no, holder_id, started_at, deadline_at,
                           ended_at, outcome, reason)
     SELECT v.version_id, v.attempts, f.run_no, 'the other copy', f.sealed_at, f.sealed_at, ?,
            'unknown', ?
     FROM versions v JOIN batches f USING (batch_no) WHERE v.version_id = ?`,
  );
  return (now) => {
    const doubted = mark.all(MAYBE_SENT);
    for (const { version_id: versionId } of doubted) {
      insertAttempt.run(now.toISOString(), MAYBE_SENT, versionId);
    }
    return doubted.length;
  };
}
