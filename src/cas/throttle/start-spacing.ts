// When the next request may have its turn under a rate limit. Turns are evenly spaced, and besides a
// ring of the last writes proves that no one-second window ever holds more than the rate: spacing
// alone would break that when a late timer is caught up, or when connections that took their time
// let several requests go at once. So a turn that is not used yet counts as a write of this moment.

/** Slots lie this much wider than the rate asks, so that jitter on the way to CAS makes no window overfull. */
const SLOT_STRETCH = 1.014;
/** The same for the proof over the last writes; less than the slots', else it would slow them down. */
const WINDOW_STRETCH = 1.012;
/** How far a turn that a busy event loop made late may be caught up. */
const CATCH_UP_MAX_MS = 100;

export interface StartSpacing {
  /** Unit: milliseconds of the monotonic clock; Infinity until one of the open turns has ended. */
  readonly nextTurnMs: () => number;
  /**
   * A turn begins: its request will be written, or it will be given up.
   * @param queued whether it had to wait for its slot, so that lateness is not its own
   * @param share which share of the rate the next turn may use
   */
  readonly began: (nowMs: number, queued: boolean, share: number) => void;
  readonly written: (nowMs: number) => void;
  readonly givenUp: () => void;
}

/**
 * At most `ratePerSecond` writes in any second; for a rate that is no whole number, the next whole
 * number, never faster than the rate on average.
 */
export function createStartSpacing(ratePerSecond: number): StartSpacing {
  const windowWrites = Math.max(1, Math.ceil(ratePerSecond));
  const windowMs = (windowWrites / ratePerSecond) * 1_000 * WINDOW_STRETCH;
  const slotMs = (1_000 / ratePerSecond) * SLOT_STRETCH;
  const lastWritesMs = new Float64Array(windowWrites).fill(-Infinity);
  let oldest = 0;
  let openTurns = 0;
  let slotAtMs = -Infinity;
  return {
    nextTurnMs: () => {
      if (openTurns >= windowWrites) return Infinity;
      const mustBePast = lastWritesMs[(oldest + openTurns) % windowWrites] ?? -Infinity;
      return Math.max(slotAtMs, mustBePast + windowMs);
    },
    began: (nowMs, queued, share) => {
      const fromMs = Math.max(slotAtMs, queued ? nowMs - CATCH_UP_MAX_MS : nowMs);
      slotAtMs = fromMs + slotMs / share;
      openTurns += 1;
    },
    written: (nowMs) => {
      openTurns -= 1;
      lastWritesMs[oldest] = nowMs;
      oldest = (oldest + 1) % windowWrites;
    },
    givenUp: () => {
      openTurns -= 1;
    },
  };
}

/** For a limit that is switched off. */
export const noSpacing: StartSpacing = {
  nextTurnMs: () => -Infinity,
  began: () => undefined,
  written: () => undefined,
  givenUp: () => undefined,
};
