import type { Clock } from "../core/time/clock.ts";
import { restingStatuses } from "../core/codes/declaration-statuses.ts";
import type { DeclarationBooks, ShipmentRef } from "../ledger/contract/declarations.ts";

const BATCH_SIZE = 500;
/**
 * When CAS has not updated a declaration for so long after it accepted a change, it is not waited for any
 * more: nothing had to change, or the clock of CAS is behind. Source: assumed.
 */
const CHANGE_SEEN_MAX_MS = 24 * 3_600_000;

/** The accepted shipments whose declarations can still move, oldest first, in batches. */
export async function* openShipments(
  books: DeclarationBooks,
  clock: Clock,
): AsyncGenerator<readonly ShipmentRef[]> {
  const changedSince = new Date(clock.now().getTime() - CHANGE_SEEN_MAX_MS);
  let after: string | undefined;
  // Ends with the last shipment: every batch begins after the one before.
  for (;;) {
    const page = { restingStatuses, changedSince, limit: BATCH_SIZE };
    const batch = await books.openShipments(after === undefined ? page : { ...page, after });
    if (batch.length > 0) yield batch;
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH_SIZE) return;
    after = last.shipmentId;
  }
}

export async function countOpenShipments(books: DeclarationBooks, clock: Clock): Promise<number> {
  let count = 0;
  for await (const batch of openShipments(books, clock)) count += batch.length;
  return count;
}

/** The open shipment that was accepted first; null when nothing is open. */
export async function oldestOpenShipment(
  books: DeclarationBooks,
  clock: Clock,
): Promise<ShipmentRef | null> {
  for await (const [oldest] of openShipments(books, clock)) return oldest ?? null;
  return null;
}
