// Times as they are typed: with a zone, or so long ago.
import { CasBatchError } from "../../core/errors.ts";
import { parseDurationMs } from "../../core/time/duration.ts";

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Source: Data types, timestamp, with the seconds left out if wanted. */
const ZONED = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** In UTC. */
const utcDayBegin = (day: string): Date => new Date(day);

/**
 * @param flag with its hyphens
 * @param dayBegin when a date begins
 * @throws CasBatchError `usage`
 */
export function parseSince(flag: string, text: string, now: Date, dayBegin = utcDayBegin): Date {
  const time = timeOrNull(text, now, dayBegin);
  if (time !== null) return time;
  throw new CasBatchError(
    "usage",
    `${flag} ${text} is no time; write 2026-03-01, 2026-03-01T06:00:00Z or 26h`,
  );
}

/** A date, a time with a zone, or so long ago; null for any other text. */
export function timeOrNull(text: string, now: Date, dayBegin = utcDayBegin): Date | null {
  if (DATE.test(text) && dateOf(text, text) !== null) return dayBegin(text);
  return agoOrZoned(text, now);
}

/** A day begins at another time in each zone, so a date alone is none. @throws CasBatchError `usage` */
export function parseZonedTime(flag: string, text: string, now: Date): Date {
  const time = agoOrZoned(text, now);
  if (time !== null) return time;
  const why = DATE.test(text) ? "has no time and zone" : "is no time with a zone";
  throw new CasBatchError(
    "usage",
    `${flag} ${text} ${why}; write 2026-03-01T00:00:00+01:00, 2026-03-01T06:00:00Z, or 26h for so long ago`,
  );
}

function agoOrZoned(text: string, now: Date): Date | null {
  const ago = parseDurationMs(text);
  if (ago !== null) return new Date(now.getTime() - ago);
  const [, day] = ZONED.exec(text) ?? [];
  return day === undefined ? null : dateOf(text, day);
}

/** Null where the calendar has no such day, which `Date` takes for a later one, or the clock no such time. */
function dateOf(text: string, day: string): Date | null {
  const start = new Date(day);
  const isDay = !Number.isNaN(start.getTime()) && start.toISOString().startsWith(day);
  const date = new Date(text);
  return isDay && !Number.isNaN(date.getTime()) ? date : null;
}
