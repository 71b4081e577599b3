// The sole right to send, held for as long as some work takes: taken before it starts, prolonged
// while it runs, given back at the end. Losing it aborts the work: another run may be sending.
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/progress.ts";
import type { LeaseHolder, LedgerBooks } from "../ledger/ledger.ts";
import { keepLease } from "./keep-lease.ts";

/** How long a lease lives unless it is prolonged; a crashed holder blocks others no longer. */
const LEASE_DURATION_MS = 60_000;
const LEASE_RENEWAL_MS = 15_000;

/**
 * Runs `work` under the lease. Its signal is aborted when the caller's is, or when the lease is lost.
 * @throws CasBatchError `lock-held` when another process has it, before `work` starts
 */
export async function withLease<Result>(
  dependencies: {
    readonly books: LedgerBooks;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
  },
  holder: LeaseHolder,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { books, log, signal } = dependencies;
  await books.acquireLease(holder, LEASE_DURATION_MS);
  try {
    const lost = new AbortController();
    const lease = await keepLease(dependencies, {
      holder,
      durationMs: LEASE_DURATION_MS,
      renewEveryMs: LEASE_RENEWAL_MS,
      onLost: (error) => {
        log("error", "The right to send was lost, so sending stops");
        lost.abort(error);
      },
    });
    try {
      return await work(AbortSignal.any([signal, lost.signal]));
    } finally {
      await lease.end();
    }
  } finally {
    await giveBack(books, holder, log);
  }
}

/** A lease that cannot be given back runs out by itself, and must not hide why the work ended. */
async function giveBack(books: LedgerBooks, holder: LeaseHolder, log: Log): Promise<void> {
  try {
    await books.releaseLease(holder);
  } catch (error) {
    log("warn", "The right to send could not be given back; it runs out by itself", {
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
