// Whether an unsealed batch is still being staged. A process that can be seen is asked for; one in
// another container cannot be seen, so whoever stages says every few seconds that it lives.
import { setInterval } from "node:timers";
import type { Clock } from "../../../core/clock.ts";
import type { Connection } from "../file/connection.ts";
import {
  isCertainlyDead,
  isVisible,
  markOfThisProcess,
  type ProcessMark,
} from "../home/process-mark.ts";

/** How long a batch counts as being staged after its process last said so. */
export const STAGING_ALIVE_MS = 30_000;
const SAY_SO_EVERY_MS = 5_000;

export interface OpenBatch {
  readonly batchNo: number;
  readonly mark: ProcessMark;
  readonly aliveUntil: string | null;
}

export function aliveUntil(now: Date): string {
  return new Date(now.getTime() + STAGING_ALIVE_MS).toISOString();
}

/** Says from time to time that the batch is being staged, until it is open no more. */
export function batchesKeptAlive(
  connection: Connection,
  booksId: number,
  clock: Clock,
): (batchId: string) => void {
  const prolong = connection.prepare<[string, number, string]>(
    `UPDATE batches SET alive_until = ?
     WHERE books_id = ? AND batch_id = ? AND sealed_at IS NULL`,
  );
  const sayOnce = (batchId: string): Promise<boolean> =>
    connection.write(() => prolong.run(aliveUntil(clock.now()), booksId, batchId).changes === 1);
  return (batchId) => {
    const timer = setInterval(() => {
      // A ledger that is closed, or cannot be written, is told of by whoever stages.
      sayOnce(batchId).then(
        (isOpen) => {
          if (!isOpen) clearInterval(timer);
        },
        () => {
          clearInterval(timer);
        },
      );
    }, SAY_SO_EVERY_MS);
    timer.unref();
  };
}

export type BatchLife = "staged" | "abandoned" | "not seen from here";

/** This process itself is not staging: it stages one run at a time and asks before it begins. */
export function batchLife({ mark }: OpenBatch): BatchLife {
  if (!isVisible(mark)) return "not seen from here";
  const isOwn = mark.processId === markOfThisProcess().processId;
  return isOwn || isCertainlyDead(mark) ? "abandoned" : "staged";
}
