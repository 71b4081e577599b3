// What it means for a shipment that CAS accepted a version of it: declarations that it already has
// are of earlier versions, and what they show is out of date until one of them is updated.
import type { Connection } from "../file/connection.ts";

/** To be called inside a transaction. */
export function shipmentAcceptance(
  connection: Connection,
): (shipmentId: number, acceptedAt: string) => void {
  const accept = connection.prepare<[string, string, number]>(
    `UPDATE shipments SET accepted_at = ?, change_accepted_at = iif(has_declaration, ?, NULL)
     WHERE shipment_id = ?`,
  );
  return (shipmentId, acceptedAt) => {
    accept.run(acceptedAt, acceptedAt, shipmentId);
  };
}

/** A shipment, and when one of its declarations was updated. */
type ShipmentUpdate = readonly [shipmentId: number, updatedAt: string];

export interface UpdateRecord {
  /** Whether CAS accepted any change of which no update has been seen: else there is nothing to record. */
  readonly isWaiting: () => boolean;
  /** Records that declarations of shipments were updated. */
  readonly record: (updates: readonly ShipmentUpdate[]) => void;
}

/** To be called inside a transaction. */
export function updateRecord(connection: Connection, booksId: number): UpdateRecord {
  const waiting = connection.prepare<[number]>(
    "SELECT 1 FROM shipments WHERE books_id = ? AND change_accepted_at IS NOT NULL LIMIT 1",
  );
  const note = connection.prepare<[string]>(
    `UPDATE shipments SET change_accepted_at = NULL
     FROM (SELECT value ->> 0 AS shipment_id, max(value ->> 1) AS updated_at
           FROM json_each(?) GROUP BY 1) AS updated
     WHERE shipments.shipment_id = updated.shipment_id
       AND shipments.change_accepted_at <= updated.updated_at`,
  );
  return {
    isWaiting: () => waiting.get(booksId) !== undefined,
    record: (updates) => {
      if (updates.length > 0) note.run(JSON.stringify(updates));
    },
  };
}

/**
 * Records that CAS could not process a version that it had accepted; to be called inside a transaction.
 * Returns whether that is new.
 */
export function processingFailure(
  connection: Connection,
): (versionId: number, failedAt: string, problem: string) => boolean {
  const fail = connection.prepare<[string, string, number, string]>(
    `UPDATE versions SET state = 'rejected', failed_at = ?, problem = ?, reason = NULL
     WHERE version_id = ? AND (state = 'accepted' OR failed_at IS NOT NULL AND problem IS NOT ?)`,
  );
  // CAS has then what it accepted before, if anything.
  const takeBack = connection.prepare<[number]>(
    `UPDATE shipments SET
       accepted_at = (SELECT max(o.accepted_at) FROM versions o
         WHERE o.shipment_id = shipments.shipment_id AND o.state = 'accepted'),
       change_accepted_at = iif(change_accepted_at = v.accepted_at, NULL, change_accepted_at)
     FROM versions v WHERE v.version_id = ? AND shipments.shipment_id = v.shipment_id`,
  );
  return (versionId, failedAt, problem) => {
    if (fail.run(failedAt, problem, versionId, problem).changes === 0) return false;
    takeBack.run(versionId);
    return true;
  };
}
