// The sole right to send, held while some work lasts: taken before the work starts, renewed while it runs,
// given back at its end. Losing it aborts the work, because another run may be sending. A process that was
// asleep past its lease must not send another request, so the age of the lease is also checked right before
// every request.
import type { Clock } from "../../core/time/clock.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import { CasBatchError } from "../../core/errors.ts";
import type { Log } from "../../core/progress.ts";
import type { LeaseHolder, Lease, LeaseBooks } from "../../ledger/contract/leases.ts";

/** A crashed holder blocks other runs for this long at most. */
export const LEASE_DURATION_MS = 60_000;
export const RENEW_EVERY_MS = 15_000;
/** A request is not started in the last part of a lease: it would outlive it on the wire. */
const SAFETY_SHARE = 0.1;

export interface HeldLease extends Lease {
  /** Aborted when the caller's signal is, or when the lease is lost. */
  readonly signal: AbortSignal;
  /** To be called right before every request. @throws CasBatchError `lock-held` when it may have run out */
  readonly assertHeld: () => void;
  /** Gives the lease back for good, unless a message waits that can be sent: then returns false. */
  readonly giveBackWhenIdle: (withoutKinds?: Iterable<MessageKind>) => Promise<boolean>;
}

interface LeaseDependencies {
  readonly books: LeaseBooks;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

interface Renewal {
  readonly assertHeld: () => void;
  /** Stops renewing; the lease itself stays. */
  readonly end: () => Promise<void>;
}

/**
 * Runs `work` under the lease.
 * @throws CasBatchError `lock-held` when another process has it, before `work` starts
 */
export async function withLease<Result>(
  dependencies: LeaseDependencies,
  holder: LeaseHolder,
  work: (lease: HeldLease) => Promise<Result>,
): Promise<Result> {
  const { books, clock, log, signal } = dependencies;
  const lease = await books.acquireLease(holder, LEASE_DURATION_MS);
  try {
    const lost = new AbortController();
    const onLost = (error: unknown): void => {
      log("error", "The right to send was lost, so sending stops");
      lost.abort(error);
    };
    let renewal = await startRenewing(dependencies, lease, onLost);
    try {
      return await work({
        ...lease,
        signal: AbortSignal.any([signal, lost.signal]),
        assertHeld: () => {
          renewal.assertHeld();
        },
        giveBackWhenIdle: async (withoutKinds) => {
          // A renewal that crosses the release would take it for a loss.
          await renewal.end();
          const isGivenBack = await books.releaseLeaseWhenIdle(lease, clock.now(), withoutKinds);
          if (!isGivenBack) renewal = await startRenewing(dependencies, lease, onLost);
          return isGivenBack;
        },
      });
    } finally {
      await renewal.end();
    }
  } finally {
    await giveBack(books, lease, log);
  }
}

/**
 * @param onLost called once, when the lease could not be renewed
 * @throws CasBatchError `lock-held` when the lease was lost
 */
async function startRenewing(
  { books, clock }: LeaseDependencies,
  lease: Lease,
  onLost: (error: unknown) => void,
): Promise<Renewal> {
  const usableMs = LEASE_DURATION_MS * (1 - SAFETY_SHARE);
  const ended = new AbortController();
  const renewed = async (): Promise<{ readonly monotonicMs: number; readonly wallMs: number }> => {
    const from = { monotonicMs: clock.monotonicMs(), wallMs: clock.now().getTime() };
    await books.renewLease(lease, LEASE_DURATION_MS);
    return from;
  };
  let heldFrom = await renewed();
  const keepRenewing = async (): Promise<void> => {
    try {
      while (!ended.signal.aborted) {
        await clock.sleep(RENEW_EVERY_MS, ended.signal);
        heldFrom = await renewed();
      }
    } catch (error) {
      if (!ended.signal.aborted) onLost(error);
    }
  };
  const renewing = keepRenewing();
  return {
    assertHeld: () => {
      // The monotonic clock stands still while a machine is suspended; the wall clock does not.
      const ageMs = Math.max(
        clock.monotonicMs() - heldFrom.monotonicMs,
        clock.now().getTime() - heldFrom.wallMs,
      );
      if (ageMs < usableMs) return;
      throw new CasBatchError(
        "lock-held",
        `The right to send was last renewed ${Math.round(ageMs / 1_000)} s ago, so another process may have it by now; nothing more was sent`,
        { hint: "Run `cas-batch resume`" },
      );
    },
    end: async () => {
      ended.abort();
      await renewing;
    },
  };
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
