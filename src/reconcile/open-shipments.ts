import { restingStatuses } from "../core/declaration-statuses.ts";
import type { LedgerBooks, ShipmentRef } from "../ledger/ledger.ts";

const BATCH_SIZE = 500;

/** The accepted shipments whose declarations can still move, oldest first, in batches. */
export async function* openShipments(books: LedgerBooks): AsyncGenerator<readonly ShipmentRef[]> {
  let after: string | undefined;
  // Ends with the last shipment: every batch begins after the one before.
  for (;;) {
    const batch = await books.openShipments({
      restingStatuses,
      limit: BATCH_SIZE,
      ...(after === undefined ? {} : { after }),
    });
    if (batch.length > 0) yield batch;
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH_SIZE) return;
    after = last.shipmentId;
  }
}

export async function countOpenShipments(books: LedgerBooks): Promise<number> {
  let count = 0;
  for await (const batch of openShipments(books)) count += batch.length;
  return count;
}
