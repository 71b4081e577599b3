// Wakes a loop that waits: a ring that comes while nobody waits is kept, so none is ever missed.
import type { Clock } from "./clock.ts";

export interface Bell {
  readonly ring: () => void;
  /** Returns at the next ring (at once when it rang since the last wait), or after `waitMaxMs`. */
  readonly wait: (waitMaxMs: number) => Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    wait: async (waitMaxMs) => {
      if (!rung) {
        const waking = new AbortController();
        wake = () => {
          waking.abort();
        };
        try {
          await clock.sleep(waitMaxMs, waking.signal);
        } catch (error) {
          // A ring ends the sleep early; anything else is a fault of the clock.
          if (!waking.signal.aborted) throw error;
        } finally {
          wake = null;
        }
      }
      rung = false;
    },
  };
}
