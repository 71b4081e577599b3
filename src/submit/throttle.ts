// One rate limit for everything that talks to the tenant's CAS: calls start in the order they came,
// never more than the rate in any one second, and nobody starts while CAS has asked for a pause.
import type { Clock } from "../core/clock.ts";
import { CannotNowError } from "../core/errors.ts";
import { createPace } from "./pace.ts";
import { createStartSpacing, noSpacing } from "./start-spacing.ts";

export interface Throttle {
  /**
   * Calls when the turn has come. `signal` ends the waiting with its reason, not the call itself.
   * @throws CannotNowError `rate-limited` when CAS asked for a pause longer than `pauseWaitMaxMs`
   */
  readonly run: <T>(
    call: () => Promise<T>,
    signal?: AbortSignal,
    pauseWaitMaxMs?: number,
  ) => Promise<T>;
  /** Nobody starts for so long; a pause that ends later already stays. */
  readonly pause: (durationMs: number) => void;
  /** Zero when there is no pause. */
  readonly pausedForMs: () => number;
  /** CAS answered that there were too many requests: slower for a while. */
  readonly slowDown: () => void;
  /** The limit; Infinity when there is none. */
  readonly ratePerSecond: number;
}

interface Waiter {
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
  readonly pauseWaitMaxMs: number;
}

/** @param options.ratePerSecond starts per second; Infinity switches the limit off */
export function createThrottle(options: {
  readonly ratePerSecond: number;
  readonly clock: Clock;
}): Throttle {
  const { ratePerSecond, clock } = options;
  if (!(ratePerSecond > 0)) {
    throw new RangeError(`Cannot limit to ${ratePerSecond} requests per second: above 0 is needed`);
  }
  const spacing = ratePerSecond === Infinity ? noSpacing : createStartSpacing(ratePerSecond);
  const pace = createPace(clock);
  const waiting = new Set<Waiter>();
  let pausedUntilMs = -Infinity;
  let serving = false;
  let sleeping: AbortController | null = null;

  const startAtMs = (): number => Math.max(pausedUntilMs, spacing.nextStartMs());
  const pausedForMs = (): number => Math.max(0, pausedUntilMs - clock.monotonicMs());

  const sleepUntil = async (atMs: number, nowMs: number): Promise<void> => {
    const waking = new AbortController();
    sleeping = waking;
    try {
      await clock.sleep(atMs - nowMs, waking.signal);
    } catch (error) {
      // Woken because nobody waits any more; anything else is a fault of the clock.
      if (!waking.signal.aborted) throw error;
    } finally {
      sleeping = null;
    }
  };

  const serve = async (): Promise<void> => {
    serving = true;
    for (const waiter of waiting) {
      for (;;) {
        const nowMs = clock.monotonicMs();
        const atMs = startAtMs();
        if (!waiting.has(waiter)) break;
        if (atMs <= nowMs) {
          waiting.delete(waiter);
          spacing.started(nowMs, true, pace.share());
          waiter.start();
          break;
        }
        await sleepUntil(atMs, nowMs);
      }
    }
    serving = false;
  };

  const turn = (signal: AbortSignal | undefined, pauseWaitMaxMs: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (error: Error): void => {
        waiting.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
        // A sleep that nobody waits for would keep the process alive.
        if (waiting.size === 0) sleeping?.abort();
        reject(error);
      };
      const onAbort = (): void => {
        leave(signal?.reason as Error);
      };
      const waiter: Waiter = {
        start: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
        refuse: leave,
        pauseWaitMaxMs,
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.add(waiter);
      if (!serving) void serve();
    });

  return {
    run: async (call, signal, pauseWaitMaxMs = Infinity) => {
      signal?.throwIfAborted();
      const nowMs = clock.monotonicMs();
      if (pausedUntilMs - nowMs > pauseWaitMaxMs) throw pauseTooLong(pausedUntilMs - nowMs);
      if (waiting.size === 0 && startAtMs() <= nowMs) {
        spacing.started(nowMs, false, pace.share());
      } else {
        await turn(signal, pauseWaitMaxMs);
      }
      return call();
    },
    pause: (durationMs) => {
      pausedUntilMs = Math.max(pausedUntilMs, clock.monotonicMs() + durationMs);
      const forMs = pausedForMs();
      for (const waiter of [...waiting]) {
        if (forMs > waiter.pauseWaitMaxMs) waiter.refuse(pauseTooLong(forMs));
      }
    },
    pausedForMs,
    slowDown: pace.refused,
    ratePerSecond,
  };
}

function pauseTooLong(forMs: number): CannotNowError {
  const seconds = Math.ceil(forMs / 1_000);
  return new CannotNowError(
    "rate-limited",
    `The request was not sent: CAS asked for no requests for another ${seconds} s`,
    { retryAfterMs: forMs },
  );
}
