// Times as the report shows them: real dates in the zone of the user's choice, the zone named in the header. An hour
// that comes twice, when clocks are put back, shows which of the two it is.
import { minuteText } from "../../core/time/time-words.ts";
import { wallTime } from "../../core/time/wall-time.ts";

/** Unit: milliseconds. */
export const DAY_MS = 86_400_000;

// Excel counts days from 1900 on and ends with 9999.
const EARLIEST_MS = Date.UTC(1900, 2, 1);
const LATEST_MS = Date.UTC(9999, 11, 31);
const WITH_ZONE = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

/** Shape: `2026-11-21 06:00`; with the offset behind it where the local time comes twice. */
export function minuteIn(at: Date, timeZone: string): string {
  const { wall, mark } = wallTime(at, timeZone);
  return minuteText(wall) + mark;
}

/** Shape: `2026-11-21`. */
export function dayIn(at: Date, timeZone: string): string {
  return wallTime(at, timeZone).wall.toISOString().slice(0, 10);
}

/** When a day begins. @param day shape: `2026-11-21` */
export function dayBegin(day: string, timeZone: string): Date {
  const wallMs = Date.parse(day);
  const less = (at: number): number =>
    wallMs - (wallTime(new Date(at), timeZone).wall.getTime() - at);
  // The offset at the day's begin in UTC may be another one than at its begin in the zone.
  return new Date(less(less(wallMs)));
}

/** Shape: `2026-11-21 06:00 Europe/Brussels`. */
export function timeWords(at: Date, timeZone: string): string {
  return `${minuteIn(at, timeZone)} ${timeZone}`;
}

/** A time of CAS as a date when it names its zone and Excel can hold it, else the text as it is. */
export function timeCell(text: string | null): Date | string | null {
  if (text === null || !WITH_ZONE.test(text)) return text;
  const time = new Date(text);
  return time.getTime() >= EARLIEST_MS && time.getTime() <= LATEST_MS ? time : text;
}

/** Unit: days, one decimal; never negative, though clocks differ. */
export function daysBetween(since: Date, asOf: Date): number {
  return Math.max(0, Math.round((asOf.getTime() - since.getTime()) / (DAY_MS / 10)) / 10);
}

/** The later of two times; null counts as never. */
export function laterOf(left: Date | null, right: Date | null): Date | null {
  if (left === null || right === null) return left ?? right;
  return left.getTime() >= right.getTime() ? left : right;
}
