// Keeps the sole right to send alive while some work lasts. A process that was asleep past its
// lease must not send another request: a successor may have started. So the lease is not only
// renewed, its age can also be looked at right before every single request.
import type { Clock } from "../../core/clock.ts";
import { CasBatchError } from "../../core/errors.ts";
import type { Lease, LeaseBooks } from "../../ledger/contract/leases.ts";

/** A request is not started in the last part of a lease: it would outlive it on the wire. */
const SAFETY_SHARE = 0.1;

export interface KeptLease {
  /** @throws CasBatchError `lock-held` when the lease may have run out */
  readonly assertHeld: () => void;
  /** Stops renewing; the lease itself stays. */
  readonly end: () => Promise<void>;
}

/** @throws CasBatchError `lock-held` when the lease was lost */
export async function keepLease(
  dependencies: { readonly books: LeaseBooks; readonly clock: Clock },
  options: {
    readonly lease: Lease;
    readonly durationMs: number;
    readonly renewEveryMs: number;
    /** Told once, when the lease could not be renewed. */
    readonly onLost: (error: unknown) => void;
  },
): Promise<KeptLease> {
  const { books, clock } = dependencies;
  const { lease, durationMs, renewEveryMs, onLost } = options;
  const usableMs = durationMs * (1 - SAFETY_SHARE);
  const ended = new AbortController();

  const renewed = async (): Promise<{ readonly monotonicMs: number; readonly wallMs: number }> => {
    const from = { monotonicMs: clock.monotonicMs(), wallMs: clock.now().getTime() };
    await books.renewLease(lease, durationMs);
    return from;
  };

  let heldFrom = await renewed();

  const keepRenewing = async (): Promise<void> => {
    try {
      while (!ended.signal.aborted) {
        await clock.sleep(renewEveryMs, ended.signal);
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
