// How fast a stage moves, and when it will be done. Only what has been measured is told: no time is given before
// the rate has held for a while, nor while the total still grows, nor across a wait. One meter is for one stage.
import type { ProgressEvent } from "../../core/progress.ts";

export interface ProgressFigures {
  /** Null until it is known, and when nothing has moved for as long as is looked back. */
  readonly perSecond: number | null;
  /** Until the stage is done. Null where it cannot be told. */
  readonly leftMs: number | null;
}

export interface ProgressMeter {
  readonly take: (event: ProgressEvent, nowMs: number) => void;
  /** Nothing moves meanwhile: what was measured before says nothing about afterwards. */
  readonly pause: () => void;
  readonly figures: (nowMs: number) => ProgressFigures;
}

/** So far is looked back. */
const WINDOW_MS = 30_000;
/** What is closer together is one sample. */
const SAMPLE_EVERY_MS = 500;
const RATE_AFTER_MS = 3_000;
const LEFT_AFTER_MS = 10_000;
/** Both halves of what is looked back at may differ by this factor at most, else the rate is not steady. */
const STEADY_FACTOR = 1.5;
/** Their end follows from their rate; waits, settling and searches end when CAS or customs have answered. */
const ENDS_BY_RATE: ReadonlySet<ProgressEvent["phase"]> = new Set([
  ...(["reading", "asking", "sending", "fetching", "reconciling", "reporting"] as const),
]);

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

export function createProgressMeter(): ProgressMeter {
  let samples: Sample[] = [];
  let last: ProgressEvent | null = null;
  /** Since when the total has been what it is. */
  let totalSinceMs = 0;
  return {
    take: (event, nowMs) => {
      // The stage has begun anew.
      if (last !== null && event.done < last.done) samples = [];
      if (last?.total !== event.total) totalSinceMs = nowMs;
      last = event;
      const newest = samples.at(-1);
      if (newest !== undefined && nowMs - newest.atMs < SAMPLE_EVERY_MS) return;
      samples.push({ atMs: nowMs, done: event.done });
      // One from before the window stays, so that the window is full.
      while ((samples[1]?.atMs ?? nowMs) <= nowMs - WINDOW_MS) samples.shift();
    },
    pause: () => {
      samples = [];
    },
    figures: (nowMs) => {
      const [first] = samples;
      if (first === undefined || last === null) return { perSecond: null, leftMs: null };
      const perSecond = rate(first, { atMs: nowMs, done: last.done });
      const isKnown = perSecond > 0 && nowMs - first.atMs >= RATE_AFTER_MS;
      if (!isKnown) return { perSecond: null, leftMs: null };
      const { phase, done, total } = last;
      const isTold =
        total !== null &&
        ENDS_BY_RATE.has(phase) &&
        nowMs - Math.max(first.atMs, totalSinceMs) >= LEFT_AFTER_MS &&
        isSteady(samples, { atMs: nowMs, done });
      const left = total === null ? 0 : Math.max(0, total - done);
      return { perSecond, leftMs: isTold ? (left / perSecond) * 1_000 : null };
    },
  };
}

/** Unit: per second. */
function rate(from: Sample, to: Sample): number {
  return to.atMs <= from.atMs ? 0 : ((to.done - from.done) * 1_000) / (to.atMs - from.atMs);
}

function isSteady(samples: readonly Sample[], now: Sample): boolean {
  const [first] = samples;
  if (first === undefined) return false;
  const middleMs = (first.atMs + now.atMs) / 2;
  const middle = samples.findLast(({ atMs }) => atMs <= middleMs) ?? first;
  const [slower = 0, faster = 0] = [rate(first, middle), rate(middle, now)].sort(
    (left, right) => left - right,
  );
  return slower > 0 && faster <= slower * STEADY_FACTOR;
}
