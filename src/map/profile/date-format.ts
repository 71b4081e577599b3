// Dates written in the one way that a profile names, such as `DD.MM.YYYY` or `YYYYMMDD HH:mm`.

/** Longer ones first, so that `DD` is not read as `D` twice. */
const tokens = {
  YYYY: { member: "year", pattern: "\\d{4}" },
  YY: { member: "shortYear", pattern: "\\d{2}" },
  MM: { member: "month", pattern: "\\d{2}" },
  M: { member: "month", pattern: "\\d{1,2}" },
  DD: { member: "day", pattern: "\\d{2}" },
  D: { member: "day", pattern: "\\d{1,2}" },
  HH: { member: "hour", pattern: "\\d{2}" },
  mm: { member: "minute", pattern: "\\d{2}" },
  ss: { member: "second", pattern: "\\d{2}" },
} as const;
type Token = keyof typeof tokens;
type Member = (typeof tokens)[Token]["member"];

export const DATE_FORMAT_TOKENS = Object.keys(tokens);

const TOKEN = new RegExp(DATE_FORMAT_TOKENS.join("|"), "g");
const LITERAL = /^[^A-Za-z0-9]*T?[^A-Za-z0-9]*$/;

/** Two digits of a year are of this century: shipments are not older. */
const CENTURY = "20";

/** Whether a format names year, month and day once each, and nothing twice. */
export function isDateFormat(format: string): boolean {
  const members = (format.match(TOKEN) ?? []).map(memberOf);
  const years = members.filter((member) => member === "year" || member === "shortYear");
  return (
    years.length === 1 &&
    members.includes("month") &&
    members.includes("day") &&
    new Set(members).size === members.length &&
    members.includes("hour") === members.includes("minute") &&
    (!members.includes("second") || members.includes("minute")) &&
    format.split(TOKEN).every((literal) => LITERAL.test(literal))
  );
}

/**
 * The reader of a date format.
 * Shape: `2026-03-01`, or `2026-03-01T12:34:56` with a time of day; null for text in another form.
 */
export function dateReader(format: string): (text: string) => string | null {
  return datePattern(format, (pattern) => `^${pattern}$`);
}

/** As dateReader(), for a date that stands anywhere in a text, next to no other digit. */
export function dateFinder(format: string): (text: string) => string | null {
  return datePattern(format, (pattern) => `(?<!\\d)${pattern}(?!\\d)`);
}

function datePattern(
  format: string,
  framed: (pattern: string) => string,
): (text: string) => string | null {
  const members = (format.match(TOKEN) ?? []).map(memberOf);
  const pattern = format
    .split(new RegExp(`(${TOKEN.source})`))
    .map((part) => (isToken(part) ? `(${tokens[part].pattern})` : escaped(part)))
    .join("");
  const form = new RegExp(framed(pattern));
  return (text) => {
    const written = form.exec(text);
    if (written === null) return null;
    const of = (member: Member): string | undefined =>
      members.includes(member) ? written[members.indexOf(member) + 1] : undefined;
    const shortYear = of("shortYear");
    const year = shortYear === undefined ? of("year") : `${CENTURY}${shortYear}`;
    return isoOf(
      { year: year ?? "", month: of("month") ?? "", day: of("day") ?? "" },
      members.includes("hour")
        ? { hour: of("hour") ?? "", minute: of("minute") ?? "", second: of("second") ?? "00" }
        : null,
    );
  };
}

interface Day {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}
interface TimeOfDay {
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

/** Null when there is no such day or time. */
function isoOf({ year, month, day }: Day, time: TimeOfDay | null): string | null {
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const text =
    time === null ? `${date}T00:00:00` : `${date}T${time.hour}:${time.minute}:${time.second}`;
  const parsed = new Date(`${text}Z`);
  const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
  if (!exists) return null;
  return time === null ? date : text;
}

function memberOf(token: string): Member {
  return tokens[token as Token].member;
}

function isToken(part: string): part is Token {
  return Object.hasOwn(tokens, part);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
