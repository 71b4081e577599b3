import { parseDurationMs } from "./duration.ts";

/**
 * A time so long before another one. A year is one of the calendar: retention is counted so, and ends no day early
 * where the earlier year has no 29 February. Null for no duration.
 */
export function timeBefore(duration: string, now: Date): Date | null {
  const years = /^(\d{1,3})y$/.exec(duration.trim())?.[1];
  const before = new Date(now);
  if (years === undefined)
    before.setTime(now.getTime() - (parseDurationMs(duration) ?? Number.NaN));
  else before.setUTCFullYear(before.getUTCFullYear() - Number(years));
  if (Number.isNaN(before.getTime())) return null;
  if (years !== undefined && before.getUTCDate() !== now.getUTCDate()) before.setUTCDate(0);
  return before;
}
