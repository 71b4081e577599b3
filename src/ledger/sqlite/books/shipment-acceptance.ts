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

/** Records that a declaration of the shipment was updated; to be called inside a transaction. */
export function updateRecord(
  connection: Connection,
): (shipmentId: number, updatedAt: string) => void {
  const note = connection.prepare<[number, string]>(
    `UPDATE shipments SET change_accepted_at = NULL
     WHERE shipment_id = ? AND change_accepted_at <= ?`,
  );
  return (shipmentId, updatedAt) => {
    note.run(shipmentId, updatedAt);
  };
}
