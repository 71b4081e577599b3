// Wakes a loop that waits. A wake-up that comes while the loop is busy is kept, so none is missed.
import type { Clock } from "./clock.ts";

export interface WakeUp {
  readonly wake: () => void;
  /** Returns at the next wake-up (at once after one since the last wait), or after `waitMaxMs`. */
  readonly wait: (waitMaxMs: number) => Promise<void>;
}

export function createWakeUp(clock: Clock): WakeUp {
  let isDue = false;
  let endSleep: (() => void) | null = null;
  return {
    wake: () => {
      isDue = true;
      endSleep?.();
    },
    wait: async (waitMaxMs) => {
      if (!isDue) {
        const waking = new AbortController();
        endSleep = () => {
          waking.abort();
        };
        try {
          await clock.sleep(waitMaxMs, waking.signal);
        } catch (error) {
          // A wake-up ends the sleep early; anything else is a fault of the clock.
          if (!waking.signal.aborted) throw error;
        } finally {
          endSleep = null;
        }
      }
      isDue = false;
    },
  };
}
