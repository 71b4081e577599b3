// A clock whose time passes only while everybody sleeps: hours of waiting take milliseconds, and the
// same test always takes the same course.
import type { Clock } from "../../src/core/time/clock.ts";

export interface VirtualClock extends Clock {
  /** Unit: milliseconds since the clock was made. */
  readonly elapsedMs: () => number;
  /** Time passes although nobody slept: the process was stopped, the machine was busy. */
  readonly skip: (durationMs: number) => void;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** @param latenessMs how much too late each sleep ends, as timers do on a busy machine */
export function createVirtualClock(latenessMs: () => number = () => 0): VirtualClock {
  const startMs = Date.parse("2026-11-20T18:00:00Z");
  const sleepers = new Set<Sleeper>();
  let elapsedMs = 0;
  let ticking = false;

  const tick = (): void => {
    const [next] = [...sleepers].sort((left, right) => left.dueMs - right.dueMs);
    ticking = false;
    if (next === undefined) return;
    sleepers.delete(next);
    elapsedMs = Math.max(elapsedMs, next.dueMs);
    next.wake();
    keepTicking();
  };
  const keepTicking = (): void => {
    if (ticking || sleepers.size === 0) return;
    ticking = true;
    setImmediate(tick);
  };

  return {
    now: () => new Date(startMs + elapsedMs),
    monotonicMs: () => elapsedMs,
    elapsedMs: () => elapsedMs,
    skip: (durationMs) => {
      elapsedMs += durationMs;
    },
    sleep: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          dueMs: elapsedMs + delayMs + latenessMs(),
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.add(sleeper);
        keepTicking();
      }),
  };
}
