// One rate limit for all requests to the tenant's CAS: they are written in the order they came, never more
// than the rate in any one second, and none while CAS has asked for a pause.
import { once } from "node:events";
import type { Clock } from "../../core/time/clock.ts";
import { PausedError } from "../../core/errors.ts";
import type { RequestTurn } from "../cas-client.ts";
import { createPace } from "./pace.ts";
import { createStartSpacing, noSpacing } from "./start-spacing.ts";

export interface Throttle {
  /**
   * Resolves when one request may be written. `signal` ends the waiting with its reason.
   * @throws PausedError when CAS asked for a pause longer than `pauseWaitMaxMs`
   */
  readonly turn: (signal?: AbortSignal, pauseWaitMaxMs?: number) => Promise<RequestTurn>;
  /** No request has a turn for so long; a pause that ends later already stays. */
  readonly pause: (durationMs: number) => void;
  /** Zero when there is no pause. */
  readonly pausedForMs: () => number;
  /** CAS answered that there were too many requests: slower for a while. */
  readonly slowDown: () => void;
  /** The limit; Infinity when there is none. */
  readonly ratePerSecond: number;
}

interface Waiter {
  readonly start: (turn: RequestTurn) => void;
  readonly refuse: (error: Error) => void;
  readonly pauseWaitMaxMs: number;
}

/** @param options.ratePerSecond starts per second; Infinity switches the limit off */
export function createThrottle(options: {
  readonly ratePerSecond: number;
  readonly clock: Clock;
  /** Called with how long no request has a turn, whenever that becomes longer. */
  readonly onPause?: (durationMs: number) => void;
}): Throttle {
  const { ratePerSecond, clock, onPause } = options;
  if (!(ratePerSecond > 0)) {
    throw new RangeError(`Cannot limit to ${ratePerSecond} requests per second: above 0 is needed`);
  }
  const spacing = ratePerSecond === Infinity ? noSpacing : createStartSpacing(ratePerSecond);
  const pace = createPace(clock);
  const waiting = new Set<Waiter>();
  let pausedUntilMs = -Infinity;
  let serving = false;
  let sleeping: AbortController | null = null;

  const turnAtMs = (): number => Math.max(pausedUntilMs, spacing.nextTurnMs());
  const pausedForMs = (): number => Math.max(0, pausedUntilMs - clock.monotonicMs());

  const sleepUntil = async (atMs: number, nowMs: number): Promise<void> => {
    const waking = new AbortController();
    sleeping = waking;
    try {
      await (atMs === Infinity
        ? once(waking.signal, "abort")
        : clock.sleep(atMs - nowMs, waking.signal));
    } catch (error) {
      // Woken to check again; anything else is a fault of the clock.
      if (!waking.signal.aborted) throw error;
    } finally {
      sleeping = null;
    }
  };

  const openTurn = (queued: boolean): RequestTurn => {
    spacing.began(clock.monotonicMs(), queued, pace.share());
    let isOpen = true;
    const close = (end: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      end();
      sleeping?.abort();
    };
    return {
      written: () => {
        close(() => {
          spacing.written(clock.monotonicMs());
        });
      },
      over: () => {
        close(spacing.givenUp);
      },
    };
  };

  const serve = async (): Promise<void> => {
    serving = true;
    for (const waiter of waiting) {
      for (;;) {
        const nowMs = clock.monotonicMs();
        const atMs = turnAtMs();
        if (!waiting.has(waiter)) break;
        if (atMs <= nowMs) {
          waiting.delete(waiter);
          waiter.start(openTurn(true));
          break;
        }
        await sleepUntil(atMs, nowMs);
      }
    }
    serving = false;
  };

  const waitForTurn = (
    signal: AbortSignal | undefined,
    pauseWaitMaxMs: number,
  ): Promise<RequestTurn> =>
    new Promise((resolve, reject) => {
      const leave = (error: Error): void => {
        waiting.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
        // A sleep for no waiter would keep the process alive.
        if (waiting.size === 0) sleeping?.abort();
        reject(error);
      };
      const onAbort = (): void => {
        leave(signal?.reason as Error);
      };
      const waiter: Waiter = {
        start: (turn) => {
          signal?.removeEventListener("abort", onAbort);
          resolve(turn);
        },
        refuse: leave,
        pauseWaitMaxMs,
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      waiting.add(waiter);
      if (!serving) void serve();
    });

  return {
    turn: async (signal, pauseWaitMaxMs = Infinity) => {
      signal?.throwIfAborted();
      const nowMs = clock.monotonicMs();
      if (pausedUntilMs - nowMs > pauseWaitMaxMs) throw pauseTooLong(pausedUntilMs - nowMs);
      if (waiting.size === 0 && turnAtMs() <= nowMs) return openTurn(false);
      return waitForTurn(signal, pauseWaitMaxMs);
    },
    pause: (durationMs) => {
      const untilMs = clock.monotonicMs() + durationMs;
      if (untilMs > pausedUntilMs) onPause?.(durationMs);
      pausedUntilMs = Math.max(pausedUntilMs, untilMs);
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

function pauseTooLong(forMs: number): PausedError {
  const seconds = Math.ceil(forMs / 1_000);
  return new PausedError(
    "rate-limited",
    `The request was not sent: CAS asked for no requests for another ${seconds} s`,
    { retryAfterMs: forMs },
  );
}
