// Excel stores a moment as the number of days since its day zero. Two calendars exist, and the common
// one believes that 1900 was a leap year; what Excel shows is what we say, also where it is wrong. A
// time of day alone and a duration are stored alike and are no dates: only the format differs.
// Strict workbooks hold moments as ISO 8601 texts instead.
// Source: ECMA-376-1, 18.17.4.
import type { FormatKind } from "./number-formats.ts";

/** What is no plain number. Shape of the value: that of a cell. */
interface Moment {
  readonly type: "date" | "time" | "duration";
  readonly value: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);
/** Day 1 is 1 January 1900. */
const EPOCH_1900_MS = Date.UTC(1899, 11, 31);
/** The day that never was: 29 February 1900. Every later day is counted one too high. */
const FALSE_LEAP_DAY = 60;
/** 31 December 9999, the last day that Excel shows. */
const DAY_MAX_1900 = 2_958_465;
const DAYS_BETWEEN_CALENDARS = 1_462;
/** Under a format that hides the day, days of the calendar's first year are a sum of times. */
const DAYS_OF_SUMS = 366;

/**
 * What a stored number of days is under a format that shows no plain number. Null when Excel shows
 * nothing for it.
 */
export function excelMoment(serial: number, shows: FormatKind, date1904: boolean): Moment | null {
  const dayMax = date1904 ? DAY_MAX_1900 - DAYS_BETWEEN_CALENDARS : DAY_MAX_1900;
  if (!(Math.abs(serial) < dayMax + 1)) return null;
  if (shows === "duration") return duration(serial);
  if (serial < 0) return null;
  let day = Math.floor(serial);
  let timeMs = Math.round((serial - day) * DAY_MS);
  if (timeMs === DAY_MS) {
    day += 1;
    timeMs = 0;
  }
  const time = timeText(timeMs);
  if (day === 0 && (shows === "time" || !date1904 || timeMs > 0)) {
    return { type: "time", value: time };
  }
  if (shows === "time" && day < DAYS_OF_SUMS) return duration(serial);
  const date = dateText(day, date1904);
  return { type: "date", value: timeMs === 0 ? date : `${date}T${time}` };
}

function dateText(day: number, date1904: boolean): string {
  if (date1904) return isoDate(EPOCH_1904_MS + day * DAY_MS);
  if (day === FALSE_LEAP_DAY) return "1900-02-29";
  return isoDate(EPOCH_1900_MS + (day > FALSE_LEAP_DAY ? day - 1 : day) * DAY_MS);
}

function isoDate(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

/** Shape: `12:34:56.789`, without a fraction that is zero. */
function timeText(timeMs: number): string {
  return new Date(timeMs)
    .toISOString()
    .slice(11, 23)
    .replace(/\.000$/, "");
}

/** Shape: `PT36H`, `-PT1H30M`, `PT0.5S`. */
function duration(days: number): Moment {
  const ms = Math.round(Math.abs(days) * DAY_MS);
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
  const seconds = (ms % MINUTE_MS) / 1_000;
  const parts = [hours, "H", minutes, "M", seconds, "S"] as const;
  const text = [0, 2, 4].map((at) => (parts[at] === 0 ? "" : `${parts[at]}${parts[at + 1]}`));
  const sign = days < 0 && ms > 0 ? "-" : "";
  return { type: "duration", value: `${sign}PT${ms === 0 ? "0S" : text.join("")}` };
}

const ZONE = "(Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)?";
const TIME = "([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d(?:\\.\\d+)?))?";
const ISO_TIME = new RegExp(`^T?${TIME}${ZONE}$`);
const ISO_MOMENT = new RegExp(`^(\\d{4}-\\d{2}-\\d{2})(?:T${TIME}${ZONE}|(Z))?$`);
const NUMBER = "\\d+(?:\\.\\d+)?";
const ISO_DURATION = new RegExp(
  `^-?P(?=[\\dT])(?:${NUMBER}[YMWD])*(?:T(?=\\d)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);

/**
 * What an ISO text that a cell holds as such is; null when it is none, or says a day that never was.
 * Rounded to milliseconds, because programs write the noise of binary fractions: a time of
 * 23:59:59.9999999 is the next day. A zone is kept, because without it the day may be another one.
 */
export function isoMoment(text: string, shows: FormatKind): Moment | null {
  if (ISO_DURATION.test(text)) return { type: "duration", value: text };
  const time = ISO_TIME.exec(text);
  if (time !== null) {
    const [, hours, minutes, seconds, zone = ""] = time;
    return { type: "time", value: timeText(timeOfDayMs(hours, minutes, seconds) % DAY_MS) + zone };
  }
  const [, day, hours, minutes, seconds, timeZone, dayZone] = ISO_MOMENT.exec(text) ?? [];
  if (day === undefined) return null;
  const dayMs = Date.parse(day);
  if (Number.isNaN(dayMs) || isoDate(dayMs) !== day) return null;
  const timeMs = timeOfDayMs(hours, minutes, seconds);
  // Programs that keep every moment as a date give a time of day alone the day zero of a calendar.
  if (day < "1900" || (shows === "time" && day < "1905")) {
    return { type: "time", value: timeText(timeMs % DAY_MS) + (timeZone ?? "") };
  }
  const [date = "", rest = ""] = new Date(dayMs + timeMs).toISOString().split(/[TZ]/);
  if (date.length !== day.length) return null;
  if (timeZone === undefined && timeMs % DAY_MS === 0) {
    return { type: "date", value: date + (dayZone ?? "") };
  }
  return { type: "date", value: `${date}T${rest.replace(/\.000$/, "")}${timeZone ?? ""}` };
}

function timeOfDayMs(hours = "0", minutes = "0", seconds = "0"): number {
  return (
    Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Math.round(Number(seconds) * 1_000)
  );
}
