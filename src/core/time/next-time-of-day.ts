// The next moment at which the clock of this machine shows a time of day. Clocks that are put forward leave times out,
// and clocks that are put back show times twice, so the minutes are looked at one by one.
import type { TimeOfDay } from "./time-of-day.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** A day, and the longest that clocks have ever been put back by. */
const MINUTES_MAX = 2 * DAY_MINUTES;

/**
 * After `now`. Where clocks are put forward over the time, the moment at which they are; of two moments that show it,
 * the one that comes first.
 */
export function nextTimeOfDay({ hour, minute }: TimeOfDay, now: Date): Date {
  const wanted = hour * 60 + minute;
  const beginMs = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  let shown = minuteOfDay(new Date(beginMs));
  for (let minutes = 1; minutes <= MINUTES_MAX; minutes += 1) {
    const at = new Date(beginMs + minutes * MINUTE_MS);
    const next = minuteOfDay(at);
    // One, unless clocks are changed; most of a day where they are put back.
    const step = minutesFromTo(shown, next);
    const left = minutesFromTo(shown, wanted);
    if (left > 0 && left <= step && step <= DAY_MINUTES / 2) return at;
    shown = next;
  }
  throw new Error(`No clock shows ${hour}:${minute} after ${now.toISOString()}`);
}

function minuteOfDay(at: Date): number {
  return at.getHours() * 60 + at.getMinutes();
}

function minutesFromTo(from: number, to: number): number {
  return (to - from + DAY_MINUTES) % DAY_MINUTES;
}
