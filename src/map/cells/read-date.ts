// Calendar dates and points in time of columns named by a path. CAS takes `YYYY-MM-DD`, and times in UTC
// or with an offset. A text date whose day and month could change places is never guessed, and a local
// time without a zone is never sent; a profile can decide both.
import type { Report } from "../model/mapping-plan.ts";

// Source: Data types, date and timestamp: `2015-09-08`, `2015-09-08Z`, `2015-09-08T03:55:28+02:00`.
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})Z?$/;
const ISO_TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const CELL_DATE_MIDNIGHT = /^(\d{4}-\d{2}-\d{2})(?:T00:00(?::00(?:\.0+)?)?)?$/;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const EIGHT_DIGITS = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;

const LOCAL_TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,7})?)?$/;
const TIMES_HINT = "Write it with its zone, such as 2026-03-01T12:00:00+01:00";
const ISO_DAY = /^\d{4}-\d{2}-(\d{2})/;

const MONTHS = 12;
const CELL_ZONE = /(?:Z|T.+[+-]\d{2}:\d{2})$/;

/** Whether a date cell's value says its zone. */
function holdsZone(value: string): boolean {
  return CELL_ZONE.test(value);
}

type DateForm = "day-first" | "month-first" | "either" | "same" | "other";

/** How a text date is written: what one cell leaves open, the whole column may show. */
export function dateForm(text: string): DateForm {
  const [, first, second] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined || second === undefined) return "other";
  if (Number(first) > MONTHS) return "day-first";
  if (Number(second) > MONTHS) return "month-first";
  return Number(first) === Number(second) ? "same" : "either";
}

/** Whether a date stays one when its day and its month change places. Shape: ISO 8601. */
export function isSwappable(date: string): boolean {
  return Number(ISO_DAY.exec(date)?.[1] ?? MONTHS + 1) <= MONTHS;
}

/** What 03/04/2026 means. */
export type DateOrder = "dmy" | "mdy" | "ymd";

export type ZonedReading =
  /** Shape: `2026-03-01T12:34:56+01:00`. */
  | { readonly kind: "instant"; readonly text: string }
  /** The clock was put back: the time was there twice. */
  | { readonly kind: "twice" }
  /** The clock was put forward past it. */
  | { readonly kind: "never" };

/** What a profile says about dates. */
export interface DateSettings {
  /** Null: a date that can be read in two ways is an error. */
  readonly order: DateOrder | null;
  /** A time of day in the zone of the profile; null: such a time is an error. */
  readonly zoned: ((local: string) => ZonedReading) | null;
}

export const undecidedDates: DateSettings = { order: null, zoned: null };

/** A date cell's value: ISO 8601, with a zone only where the file states one. */
export function readDateCell(
  value: string,
  header: string,
  report: Report,
  { zoned }: DateSettings = undecidedDates,
): string | null {
  const date = CELL_DATE_MIDNIGHT.exec(value)?.[1];
  if (date !== undefined) return date;
  if (holdsZone(value)) return value;
  if (zoned === null) {
    report(
      "date-invalid",
      `${header} cannot be ${value}: it holds a time of day without a time zone, a date is needed`,
      "Write the date as YYYY-MM-DD, or as text with a time and a zone, such as 2026-03-01T12:00:00Z; a profile can name the zone of all dates with `timeZone`",
    );
    return null;
  }
  return inZone(zoned, value, value, header, report);
}

/** A local time with its offset; null when the clock shows it twice or never. */
function inZone(
  zoned: NonNullable<DateSettings["zoned"]>,
  local: string,
  written: string,
  header: string,
  report: Report,
): string | null {
  const reading = zoned(local);
  if (reading.kind === "instant") return reading.text;
  const [why, hint] =
    reading.kind === "twice"
      ? [
          "the clock was put back, and that time was there twice",
          "Write it as text with its offset, such as 2026-10-25T02:30:00+01:00",
        ]
      : [
          "the clock was put forward past that time",
          "Correct the time, or `timeZone` in the profile",
        ];
  report("timestamp-without-zone", `${header} cannot be ${written}: ${why}`, hint);
  return null;
}

export function readDateText(
  text: string,
  header: string,
  report: Report,
  { order }: DateSettings = undecidedDates,
): string | null {
  const iso = ISO_DATE.exec(text) ?? ISO_TIMESTAMP.exec(text);
  if (iso !== null) {
    return isoDate(iso[1], iso[2], iso[3]) === null ? refuse(text, header, report) : text;
  }
  const yearFirst = YEAR_FIRST.exec(text) ?? EIGHT_DIGITS.exec(text);
  if (yearFirst !== null) {
    return repaired(isoDate(yearFirst[1], yearFirst[2], yearFirst[3]), text, header, report);
  }
  const [, first, second, year] = YEAR_LAST.exec(text) ?? [];
  const dayFirst = isoDate(year, second, first);
  const monthFirst = isoDate(year, first, second);
  if (year !== undefined && (order === "dmy" || order === "mdy")) {
    return (order === "dmy" ? dayFirst : monthFirst) ?? refuse(text, header, report);
  }
  if (dayFirst !== null && monthFirst !== null && dayFirst !== monthFirst) {
    report(
      "date-ambiguous",
      `${header} cannot be "${text}": it may be ${dayFirst} or ${monthFirst}`,
    );
    return null;
  }
  return repaired(dayFirst ?? monthFirst, text, header, report);
}

export function readTimestampText(
  text: string,
  header: string,
  report: Report,
  settings: DateSettings,
): string | null {
  const iso = ISO_TIMESTAMP.exec(text);
  if (iso !== null && isoDate(iso[1], iso[2], iso[3]) !== null) return text;
  const [, year, month, day, minutes = "", seconds = "00"] = LOCAL_TIMESTAMP.exec(text) ?? [];
  const date = isoDate(year, month, day);
  if (date !== null) {
    return readLocal(`${date}T${minutes}:${seconds}`, text, header, report, settings);
  }
  report(
    "date-invalid",
    `${header} cannot be "${text}": a point in time with its zone is needed`,
    TIMES_HINT,
  );
  return null;
}

/** Shape: ISO 8601, with a zone only where the file states one; a number of days never knows its zone. */
export function readTimestampCell(
  value: string,
  header: string,
  report: Report,
  settings: DateSettings,
): string | null {
  if (holdsZone(value)) return value.includes("T") ? value : value.replace("Z", "T00:00:00Z");
  const local = value.includes("T") ? value : `${value}T00:00:00`;
  return readLocal(local, value, header, report, settings);
}

function readLocal(
  local: string,
  written: string,
  header: string,
  report: Report,
  { zoned }: DateSettings,
): string | null {
  if (zoned !== null) return inZone(zoned, local, written, header, report);
  const reason = "it has no time zone, and a local time is not accepted";
  report("timestamp-without-zone", `${header} cannot be ${written}: ${reason}`);
  return null;
}

function repaired(
  date: string | null,
  text: string,
  header: string,
  report: Report,
): string | null {
  if (date === null) return refuse(text, header, report);
  report("value-repaired", `${header} "${text}" was read as ${date}`);
  return date;
}

function refuse(text: string, header: string, report: Report): null {
  report("date-invalid", `${header} cannot be "${text}": a date that exists is needed`);
  return null;
}

/** Null when there is no such day. */
function isoDate(year = "", month = "", day = ""): string | null {
  const monthNumber = Number(month);
  const dayNumber = Number(day);
  if (year === "" || monthNumber < 1 || monthNumber > MONTHS || dayNumber < 1) return null;
  const lastDay = new Date(Date.UTC(Number(year), monthNumber, 0)).getUTCDate();
  if (dayNumber > lastDay) return null;
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}
