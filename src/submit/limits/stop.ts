// The end of a delivery, normal or not, for all its parts: first no request starts any more, then the
// requests under way get their time, then they are cut off.
import type { Clock } from "../../core/time/clock.ts";
import { CannotNowError } from "../../core/errors.ts";
import { minuteWords } from "../../core/time/time-words.ts";

/** Timers count no further than 2^31 ms; and a clock that is set is noticed within this time. */
const SLEEP_MAX_MS = 60_000;

/** How long a request that was cut off may take to end; one that takes longer is left behind. */
const CUT_MAX_MS = 2_000;

export interface Stop {
  /** Aborted as soon as no request may start any more. */
  readonly signal: AbortSignal;
  readonly isStopped: () => boolean;
  /** Aborted when requests under way have had their time. */
  readonly cutSignal: AbortSignal;
  /** Stops because of an error; the first one is the delivery's end, later ones are its echo. */
  readonly fail: (error: unknown) => void;
  /** Stops because all is done. */
  readonly end: () => void;
  /** Waits for what is under way, and cuts it off when that takes longer than `drainMaxMs`. */
  readonly drain: (underWay: Promise<unknown>, drainMaxMs: number) => Promise<void>;
  /** @throws what it was stopped with, if anything */
  readonly throwFailure: () => void;
}

export function createStop(clock: Clock): Stop {
  const starts = new AbortController();
  const cut = new AbortController();
  let failure: { readonly error: unknown } | null = null;
  return {
    signal: starts.signal,
    isStopped: () => starts.signal.aborted,
    cutSignal: cut.signal,
    fail: (error) => {
      failure ??= { error };
      starts.abort(error);
    },
    end: () => {
      starts.abort(new Error("The delivery is done"));
    },
    drain: async (underWay, drainMaxMs) => {
      if (await endsWithin(clock, underWay, drainMaxMs)) return;
      cut.abort(new Error("The request was cut off because the run was stopped"));
      await endsWithin(clock, underWay, CUT_MAX_MS);
    },
    throwFailure: () => {
      if (failure !== null) throw failure.error;
    },
  };
}

/** @param done aborted when the delivery has ended before */
export async function stopAtDeadline(
  stop: Stop,
  deadline: Date,
  clock: Clock,
  done: AbortSignal,
): Promise<void> {
  try {
    for (let leftMs = Infinity; leftMs > 0;) {
      leftMs = deadline.getTime() - clock.now().getTime();
      if (leftMs > 0) await clock.sleep(Math.min(leftMs, SLEEP_MAX_MS), done);
    }
  } catch (error) {
    if (!done.aborted) stop.fail(error);
    return;
  }
  const words = `Sending stopped at its deadline, ${minuteWords(deadline)}, before its end`;
  stop.fail(new CannotNowError("deadline-reached", words));
}

async function endsWithin(
  clock: Clock,
  work: Promise<unknown>,
  durationMs: number,
): Promise<boolean> {
  const over = new AbortController();
  const ended = work.then(() => {
    over.abort();
    return true;
  });
  const timedOut = clock.sleep(durationMs, over.signal).then(
    () => false,
    () => true,
  );
  return Promise.race([ended, timedOut]);
}
