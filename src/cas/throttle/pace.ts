// Which share of the rate limit is used, as CAS may bear less than the limit. A 429 halves it, and it grows
// back steadily, so that sending recovers soon after a storm.
import type { Clock } from "../../core/time/clock.ts";

/** However often CAS refuses; slower than this, a nightly run would never end. */
const SHARE_MIN = 0.1;
/** Answers to requests that were under way together are one refusal. */
const REFUSAL_EVERY_MS = 1_000;
/** From the least share to the whole. */
const RECOVERY_MS = 30_000;

export interface Pace {
  /** From SHARE_MIN to 1. */
  readonly share: () => number;
  /** CAS answered that there were too many requests. */
  readonly refused: () => void;
}

export function createPace(clock: Clock): Pace {
  let shareThen = 1;
  let thenMs = -Infinity;
  const share = (): number => {
    if (shareThen === 1) return 1;
    const gained = ((1 - SHARE_MIN) * (clock.monotonicMs() - thenMs)) / RECOVERY_MS;
    return Math.min(1, shareThen + gained);
  };
  return {
    share,
    refused: () => {
      const nowMs = clock.monotonicMs();
      if (nowMs - thenMs < REFUSAL_EVERY_MS) return;
      shareThen = Math.max(SHARE_MIN, share() / 2);
      thenMs = nowMs;
    },
  };
}
