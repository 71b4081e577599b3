// Keeps unsealed batches alive: a process in another container cannot be seen from here, so a staging process
// records every few seconds that it lives.
import { setInterval } from "node:timers";
import type { Clock } from "../../../core/time/clock.ts";
import type { Connection } from "../file/connection.ts";

/** How long a batch counts as being staged after its process last said so. */
export const STAGING_ALIVE_MS = 30_000;
const PROLONG_EVERY_MS = 5_000;

export function aliveUntil(now: Date): string {
  return new Date(now.getTime() + STAGING_ALIVE_MS).toISOString();
}

/** Records every few seconds that the batch is being staged, until it is sealed or dropped. */
export function batchesKeptAlive(
  connection: Connection,
  booksId: number,
  clock: Clock,
): (batchId: string) => void {
  const prolong = connection.prepare<[string, number, string]>(
    `UPDATE batches SET alive_until = ?
     WHERE books_id = ? AND batch_id = ? AND sealed_at IS NULL`,
  );
  return (batchId) => {
    const timer = setInterval(() => {
      const written = connection.write(
        () => prolong.run(aliveUntil(clock.now()), booksId, batchId).changes === 1,
      );
      // A ledger that is closed, or cannot be written, shows when the next lines are added.
      void written
        .catch(() => false)
        .then((isOpen) => {
          if (!isOpen) clearInterval(timer);
        });
    }, PROLONG_EVERY_MS);
    timer.unref();
  };
}

/** The number of a batch that is open; to be called inside a transaction. */
export function openBatchNumbers(
  connection: Connection,
  booksId: number,
): (batchId: string) => number {
  const select = connection.prepare<[number, string], { readonly batch_no: number }>(
    "SELECT batch_no FROM batches WHERE books_id = ? AND batch_id = ? AND sealed_at IS NULL",
  );
  return (batchId) => {
    const row = select.get(booksId, batchId);
    if (row === undefined) throw new Error(`There is no open batch ${batchId}`);
    return row.batch_no;
  };
}
