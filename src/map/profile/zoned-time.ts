// Times of day that a spreadsheet shows without a zone, in the zone that the profile names.
import { didYouMean } from "../../core/text/did-you-mean.ts";
import type { ZonedReading } from "../cells/read-date.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const OFFSET = /^GMT(?:([+-])(\d{2}):(\d{2}))?$/;

/** What is wrong with the name of a time zone, as the end of a sentence; null when nothing is. */
export function checkTimeZone(name: string): string | null {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return null;
  } catch {
    const known = Intl.supportedValuesOf("timeZone");
    return `"${name}" is no time zone such as Europe/Brussels${didYouMean(name, known)}`;
  }
}

/**
 * A local time with the offset that it had in a zone.
 * Shape: `2026-03-01T12:34:56` gives `2026-03-01T12:34:56+01:00`.
 */
export function zonedTimeReader(timeZone: string): (local: string) => ZonedReading {
  const zone = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const offsetMinutes = (atMs: number): number => {
    const part = zone.formatToParts(atMs).find(({ type }) => type === "timeZoneName");
    const [, sign, hours = "0", minutes = "0"] = OFFSET.exec(part?.value ?? "") ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  };
  return (local) => {
    const asUtcMs = Date.parse(`${local}Z`);
    // The offsets before and after any change of the clock near that time.
    const offsets = [asUtcMs - DAY_MS, asUtcMs + DAY_MS].map(offsetMinutes);
    const fitting = [...new Set(offsets)].filter(
      (minutes) => offsetMinutes(asUtcMs - minutes * MINUTE_MS) === minutes,
    );
    const [only, second] = fitting;
    if (only === undefined) return { kind: "never" };
    if (second !== undefined) return { kind: "twice" };
    return { kind: "instant", text: `${local}${offsetText(only)}` };
  };
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const hours = String(Math.floor(size / 60)).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${hours}:${String(size % 60).padStart(2, "0")}`;
}
