// How many messages to claim at once. A claim costs a durable write, so fast sending needs large
// ones; but what is claimed and not yet sent has to be asked about after a crash, so no more is
// claimed than is sent in a few hundredths of a second.
import type { Clock } from "../core/clock.ts";

export interface ClaimSize {
  readonly current: () => number;
  /** Fewer messages than this waiting for a place: time to claim. */
  readonly lowWater: () => number;
  /** Says that a full claim was made, so the size follows how long the one before lasted. */
  readonly claimed: () => void;
}

export function createClaimSize(
  clock: Clock,
  options: { readonly first: number; readonly max: number; readonly everyMs: number },
): ClaimSize {
  const { first, max, everyMs } = options;
  let size = Math.min(first, max);
  let lastMs = -Infinity;
  return {
    current: () => size,
    lowWater: () => Math.floor(size / 2),
    claimed: () => {
      const nowMs = clock.monotonicMs();
      const lastedMs = nowMs - lastMs;
      lastMs = nowMs;
      if (lastedMs < everyMs) size = Math.min(max, size * 2);
      else if (lastedMs > 4 * everyMs) size = Math.max(1, Math.floor(size / 2));
    },
  };
}
