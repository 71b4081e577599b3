// The sole right to send, held for as long as some work takes: taken before it starts, prolonged
// while it runs, given back at the end. Losing it aborts the work: another run may be sending.
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/progress.ts";
import type { Lease, LeaseBooks, LeaseHolder } from "../../ledger/contract/leases.ts";
import { keepLease, type KeptLease } from "./keep-lease.ts";

export interface LeaseSettings {
  /** How long a lease lives unless it is prolonged; a crashed holder blocks others no longer. */
  readonly durationMs: number;
  readonly renewEveryMs: number;
}

export const defaultLeaseSettings: LeaseSettings = { durationMs: 60_000, renewEveryMs: 15_000 };

/** What work under the lease gets of it. */
export interface HeldLease extends Lease {
  /** Aborted when the caller's signal is, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** To be called right before every request. @throws CasBatchError `lock-held` when it may have run out */
  readonly assertHeld: () => void;
  /**
   * Gives the lease back, for good, unless a message waits that can be sent. Returns false when it
   * was kept.
   */
  readonly giveBackWhenIdle: () => Promise<boolean>;
}

/**
 * Runs `work` under the lease.
 * @throws CasBatchError `lock-held` when another process has it, before `work` starts
 */
export async function withLease<Result>(
  dependencies: {
    readonly books: LeaseBooks;
    readonly clock: Clock;
    readonly log: Log;
    readonly signal: AbortSignal;
    readonly settings?: LeaseSettings;
  },
  holder: LeaseHolder,
  work: (lease: HeldLease) => Promise<Result>,
): Promise<Result> {
  const { books, clock, log, signal, settings = defaultLeaseSettings } = dependencies;
  const lease = await books.acquireLease(holder, settings.durationMs);
  try {
    const lost = new AbortController();
    const keep = (): Promise<KeptLease> =>
      keepLease(dependencies, {
        lease,
        ...settings,
        onLost: (error) => {
          log("error", "The right to send was lost, so sending stops");
          lost.abort(error);
        },
      });
    let kept = await keep();
    const giveBackWhenIdle = async (): Promise<boolean> => {
      // A renewal that crosses the release would take it for a loss.
      await kept.end();
      const isGivenBack = await books.releaseLeaseWhenIdle(lease, clock.now());
      if (!isGivenBack) kept = await keep();
      return isGivenBack;
    };
    try {
      const assertHeld = (): void => {
        kept.assertHeld();
      };
      const ending = AbortSignal.any([signal, lost.signal]);
      return await work({ ...lease, assertHeld, giveBackWhenIdle, signal: ending });
    } finally {
      await kept.end();
    }
  } finally {
    await giveBack(books, lease, log);
  }
}

/** A lease that cannot be given back runs out by itself, and must not hide why the work ended. */
async function giveBack(books: LeaseBooks, lease: Lease, log: Log): Promise<void> {
  try {
    await books.releaseLease(lease);
  } catch (error) {
    log("warn", "The right to send could not be given back; it runs out by itself", {
      error: error instanceof Error ? error.message : String(error),
    });
  }
}
