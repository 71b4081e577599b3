// Times as the report shows them: real dates in UTC, the zone named in the header.

/** Unit: milliseconds. */
export const DAY_MS = 86_400_000;

// Excel counts days from 1900 on and ends with 9999.
const EARLIEST_MS = Date.UTC(1900, 2, 1);
const LATEST_MS = Date.UTC(9999, 11, 31);
const WITH_ZONE = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

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
