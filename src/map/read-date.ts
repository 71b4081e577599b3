// Calendar dates of JSON-path columns: `YYYY-MM-DD` for CAS. A text date whose day and month could
// change places is never guessed.
import type { Report } from "./mapping-plan.ts";

// Source: Data types, date and timestamp: `2015-09-08`, `2015-09-08Z`, `2015-09-08T03:55:28+02:00`.
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})Z?$/;
const ISO_TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const CELL_DATE_MIDNIGHT = /^(\d{4}-\d{2}-\d{2})(?:T00:00(?::00(?:\.0+)?)?)?$/;
const YEAR_FIRST = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/;
const EIGHT_DIGITS = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;

const MONTHS = 12;

/** A date cell's value: ISO 8601 without zone. */
export function readDateCell(value: string, header: string, report: Report): string | null {
  const date = CELL_DATE_MIDNIGHT.exec(value)?.[1];
  if (date === undefined) {
    report(
      "date-invalid",
      `${header} cannot be ${value}: it holds a time of day without a time zone, a date is needed`,
      "Write the date as YYYY-MM-DD, or as text with a time and a zone, such as 2026-03-01T12:00:00Z",
    );
    return null;
  }
  return date;
}

export function readDateText(text: string, header: string, report: Report): string | null {
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
  if (dayFirst !== null && monthFirst !== null && dayFirst !== monthFirst) {
    report(
      "date-ambiguous",
      `${header} cannot be "${text}": it may be ${dayFirst} or ${monthFirst}`,
    );
    return null;
  }
  return repaired(dayFirst ?? monthFirst, text, header, report);
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
