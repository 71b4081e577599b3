// How many messages to claim ahead of sending. A claim costs a durable write, so fast sending needs large
// claims; but after a crash CAS must be asked about every claimed message, so no more is claimed ahead than
// is sent in a few hundredths of a second.
import type { Clock } from "../../core/time/clock.ts";

/** How far one slow interval takes the size down at most. */
const SHRINK_TO = 0.75;

export interface ClaimSize {
  /** How many messages may wait, claimed, for a place. */
  readonly current: () => number;
  /** With no more than this waiting, it is time to claim. */
  readonly lowWater: () => number;
  /** Counts what a claim gave: the size follows from it how fast sending is. */
  readonly claimed: (count: number) => void;
}

export function createClaimSize(
  clock: Clock,
  options: { readonly first: number; readonly max: number; readonly everyMs: number },
): ClaimSize {
  const { first, max, everyMs } = options;
  let size = Math.min(first, max);
  let sinceMs: number | null = null;
  let claimedSince = 0;
  return {
    current: () => size,
    lowWater: () => Math.floor(size / 2),
    claimed: (count) => {
      const nowMs = clock.monotonicMs();
      // The first claim fills the places; how fast they empty shows from then on.
      if (sinceMs === null) {
        sinceMs = nowMs;
        return;
      }
      claimedSince += count;
      const lastedMs = nowMs - sinceMs;
      if (lastedMs < everyMs) return;
      // Twice what one interval takes: half of it is the low water at which the next claim comes.
      const wanted = Math.min(max, Math.ceil((2 * everyMs * claimedSince) / lastedMs));
      // One stall (a slow disk, a busy machine) does not make the next claims tiny.
      size = Math.max(1, wanted, Math.floor(size * SHRINK_TO));
      sinceMs = nowMs;
      claimedSince = 0;
    },
  };
}
