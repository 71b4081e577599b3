// When the next request may start under a rate limit. Starts are evenly spaced, and besides a ring
// of the last ones proves that no one-second window ever holds more than the rate: spacing alone
// would break that when a late timer is caught up.

/** Slots lie this much wider than the rate asks, so that jitter on the way to CAS makes no window overfull. */
const SLOT_STRETCH = 1.005;
/** The same for the proof over the last starts; less than the slots', else it would slow them down. */
const WINDOW_STRETCH = 1.002;
/** How far a start that a busy event loop made late may be caught up. */
const CATCH_UP_MAX_MS = 100;

export interface StartSpacing {
  /** Unit: milliseconds of the monotonic clock. */
  readonly nextStartMs: () => number;
  /**
   * @param queued whether the start had to wait for its slot, so that lateness is not its own
   * @param share which share of the rate the next start may use
   */
  readonly started: (nowMs: number, queued: boolean, share: number) => void;
}

/**
 * At most `ratePerSecond` starts in any second; for a rate that is no whole number, the next whole
 * number, never faster than the rate on average.
 */
export function createStartSpacing(ratePerSecond: number): StartSpacing {
  const windowStarts = Math.max(1, Math.ceil(ratePerSecond));
  const windowMs = (windowStarts / ratePerSecond) * 1_000 * WINDOW_STRETCH;
  const slotMs = (1_000 / ratePerSecond) * SLOT_STRETCH;
  const lastStartsMs = new Float64Array(windowStarts).fill(-Infinity);
  let oldest = 0;
  let slotAtMs = -Infinity;
  return {
    nextStartMs: () => Math.max(slotAtMs, (lastStartsMs[oldest] ?? -Infinity) + windowMs),
    started: (nowMs, queued, share) => {
      const fromMs = Math.max(slotAtMs, queued ? nowMs - CATCH_UP_MAX_MS : nowMs);
      slotAtMs = fromMs + slotMs / share;
      lastStartsMs[oldest] = nowMs;
      oldest = (oldest + 1) % windowStarts;
    },
  };
}

/** For a limit that is switched off. */
export const noSpacing: StartSpacing = {
  nextStartMs: () => -Infinity,
  started: () => undefined,
};
