// Points in time of JSON-path columns, as CAS takes them: UTC or with an offset. A local time without
// a zone is never sent; a profile can name the zone of all of them.
// Source: Data types, timestamp: `2015-09-08T03:55:28Z`, `2015-09-08T05:55:28+02:00`.
import type { Report } from "../model/mapping-plan.ts";
import { holdsZone, type DateSettings } from "./read-date.ts";

const ISO_TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,7})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;
const LOCAL_TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,7})?)?$/;
const TIMES_HINT = "Write it with its zone, such as 2026-03-01T12:00:00+01:00";

export function readTimestampText(
  text: string,
  header: string,
  report: Report,
  settings: DateSettings,
): string | null {
  const date = ISO_TIMESTAMP.exec(text)?.[1];
  if (date !== undefined && isDay(date)) return text;
  const [, day, minutes, seconds = "00"] = LOCAL_TIMESTAMP.exec(text) ?? [];
  if (day !== undefined && minutes !== undefined && isDay(day)) {
    return readLocal(`${day}T${minutes}:${seconds}`, text, header, report, settings);
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
  const reading = zoned?.(local);
  if (reading?.kind === "instant") return reading.text;
  const reason =
    reading === undefined
      ? "it has no time zone, and a local time is not accepted"
      : reading.kind === "twice"
        ? "the clock was put back, and that time was there twice"
        : "the clock was put forward past that time";
  report("timestamp-without-zone", `${header} cannot be ${written}: ${reason}`);
  return null;
}

function isDay(date: string): boolean {
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
