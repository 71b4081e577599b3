import type { TimeOfDay } from "./time-of-day.ts";

const DAYS_MAX = 366;

/**
 * The next day on which the clock of this machine is put forward over a time of day; null when there is none within
 * a year. Shape: `2027-03-28`.
 */
export function dayWithout({ hour, minute }: TimeOfDay, now: Date): string | null {
  for (let days = 0; days <= DAYS_MAX; days += 1) {
    const day = [now.getFullYear(), now.getMonth(), now.getDate() + days] as const;
    // A time that the clock leaves out is read as another one.
    const at = new Date(...day, hour, minute);
    if (at.getHours() === hour && at.getMinutes() === minute) continue;
    return new Date(Date.UTC(...day)).toISOString().slice(0, 10);
  }
  return null;
}
