// Tries something a few times within a bound: a server that is down for a moment, not for the night.
import type { Clock } from "../core/time/clock.ts";

/** Before the second attempt and the third. Source: assumed; a restart of a service takes a few seconds. */
const DELAYS_MS = [1_000, 4_000] as const;

/** Trying again is of no use: it was refused, not missed. */
export class NotWorthRepeating extends Error {}

export interface Attempted {
  readonly attempts: number;
  /** Why the last one failed; null when it went well. */
  readonly failure: Error | null;
}

export interface Patience {
  readonly clock: Clock;
  /** Ends everything that hooks do. */
  readonly signal: AbortSignal;
  /** Of one attempt. */
  readonly attemptMs: number;
}

/** @param work has to end when its signal does */
export async function attempt(
  { clock, signal, attemptMs }: Patience,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<Attempted> {
  for (let attempts = 1; ; attempts += 1) {
    const failure = await once(signal, attemptMs, work);
    const delayMs = DELAYS_MS[attempts - 1];
    const isLast = delayMs === undefined || signal.aborted || failure instanceof NotWorthRepeating;
    if (failure === null || isLast) return { attempts, failure };
    try {
      await clock.sleep(delayMs, signal);
    } catch {
      return { attempts, failure };
    }
  }
}

async function once(
  signal: AbortSignal,
  attemptMs: number,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<Error | null> {
  const timed = AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]);
  try {
    await work(timed);
    return null;
  } catch (error) {
    if (timed.aborted) return new Error(`no answer within ${attemptMs / 1_000} s`);
    return error instanceof Error ? error : new Error(String(error));
  }
}
