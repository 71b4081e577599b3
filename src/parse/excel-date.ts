// Excel keeps a moment as days since a day zero. Two calendars exist, and the common one believes
// that 1900 was a leap year; what Excel shows is what we say, also where it is wrong.
// Source: ECMA-376-1, 18.17.4.

const DAY_MS = 86_400_000;
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);
/** Day 1 is 1 January 1900. */
const EPOCH_1900_MS = Date.UTC(1899, 11, 31);
/** The day that never was: 29 February 1900. Every later day is counted one too high. */
const FALSE_LEAP_DAY = 60;
/** 31 December 9999, the last day that Excel shows. */
const DAY_MAX_1900 = 2_958_465;
const DAYS_BETWEEN_CALENDARS = 1_462;

/**
 * The ISO text of a stored day number: `2026-03-01`, with `T12:34:56.789` when it has a time of
 * day, and the time alone (`12:34:56`) for day zero of the 1900 calendar. Null when Excel shows no
 * date for it.
 */
export function excelDateText(serial: number, date1904: boolean): string | null {
  const dayMax = date1904 ? DAY_MAX_1900 - DAYS_BETWEEN_CALENDARS : DAY_MAX_1900;
  if (!(serial >= 0 && serial < dayMax + 1)) return null;
  let day = Math.floor(serial);
  let timeMs = Math.round((serial - day) * DAY_MS);
  if (timeMs === DAY_MS) {
    day += 1;
    timeMs = 0;
  }
  const time = new Date(timeMs)
    .toISOString()
    .slice(11, 23)
    .replace(/\.000$/, "");
  if (!date1904 && day === 0) return time;
  const date = dateText(day, date1904);
  return timeMs === 0 ? date : `${date}T${time}`;
}

function dateText(day: number, date1904: boolean): string {
  if (date1904) return isoDate(EPOCH_1904_MS + day * DAY_MS);
  if (day === FALSE_LEAP_DAY) return "1900-02-29";
  return isoDate(EPOCH_1900_MS + (day > FALSE_LEAP_DAY ? day - 1 : day) * DAY_MS);
}

function isoDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Shape: `2026-03-01`, `2026-03-01T12:34:56.789` or the time alone, from an ISO text that a cell holds as such. */
export function plainIsoDate(text: string): string | null {
  if (/^\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(text)) return wholeTime(text);
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?:Z|[+-]\d{2}:\d{2})?)?$/.exec(
      text,
    );
  if (match === null) return null;
  const [, date = "", time = "00:00:00"] = match;
  const seconds = wholeTime(time);
  return seconds === "00:00:00" ? date : `${date}T${seconds}`;
}

function wholeTime(time: string): string {
  return (time.length === 5 ? `${time}:00` : time).replace(/\.0+$/, "");
}
