// Follows another process that is sending: messages queued here are in the same outbox, and it sends them in
// turn. This process watches, and takes the lease as soon as it is free: however the other one ends, nothing
// that was queued is left behind.
import type { Clock } from "../core/time/clock.ts";
import { CasBatchError } from "../core/errors.ts";
import type { OnProgress } from "../core/progress.ts";
import type { RunBooks } from "../ledger/contract/runs.ts";
import type { LeaseBooks } from "../ledger/contract/leases.ts";

/** How often the ledger is read. */
const POLL_DELAY_MS = 500;
/** A process that sends for longer than this without getting to our messages will not. */
const FOLLOW_MAX_MS = 24 * 3_600_000;

/**
 * Returns what `takeOver` returned, or null: when another process has finished all messages of the run, or
 * after `followMs`.
 * @param takeOver sends under the lease; called when the lease is free
 * @throws CasBatchError `lock-held` when it takes too long; what the signal was aborted with
 */
export async function followSender<Result>(
  dependencies: {
    readonly books: RunBooks & LeaseBooks;
    readonly clock: Clock;
    readonly onProgress: OnProgress;
    readonly signal: AbortSignal;
  },
  runId: string,
  takeOver: () => Promise<Result>,
  followMs = Infinity,
): Promise<Result | null> {
  const { books, clock, onProgress, signal } = dependencies;
  const until = clock.monotonicMs() + Math.min(followMs, FOLLOW_MAX_MS);
  let total = 0;
  for (;;) {
    const { queued, sending, unknown } = await books.outboxCountsOfRun(runId);
    const left = queued + sending + unknown;
    total = Math.max(total, left);
    onProgress({ phase: "sending", subject: "messages", done: total - left, total });
    if (left === 0) return null;
    if ((await books.currentHolder()) === null) {
      try {
        return await takeOver();
      } catch (error) {
        if (!isLockHeld(error)) throw error;
        // Another process was faster.
      }
    }
    if (clock.monotonicMs() >= until) break;
    await clock.sleep(POLL_DELAY_MS, signal);
  }
  if (followMs <= FOLLOW_MAX_MS) return null;
  throw new CasBatchError(
    "lock-held",
    `Another process has been sending for ${FOLLOW_MAX_MS / 3_600_000} h without coming to what was queued here`,
    { hint: "Run `cas-batch resume` when it has finished; everything stays in the queue" },
  );
}

export function isLockHeld(error: unknown): error is CasBatchError {
  return error instanceof CasBatchError && error.code === "lock-held";
}
