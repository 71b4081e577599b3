// Times as the report shows them: real dates in the zone of the user's choice, the zone named in the header. An hour
// that comes twice, when clocks are put back, shows which of the two it is.
import { minuteText } from "../../core/time/time-words.ts";

/** Unit: milliseconds. */
export const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No zone has changed its offset within a quarter of an hour since 1972. */
const QUARTER_MS = 15 * MINUTE_MS;
/** About a year of a report's times. */
const QUARTERS_KEPT_MAX = 40_000;

// Excel counts days from 1900 on and ends with 9999.
const EARLIEST_MS = Date.UTC(1900, 2, 1);
const LATEST_MS = Date.UTC(9999, 11, 31);
const WITH_ZONE = /T.*(?:Z|[+-]\d{2}:?\d{2})$/;

interface Offset {
  /** Local time less UTC. */
  readonly ms: number;
  /** Shape: ` +02:00`; empty unless the local time comes twice. */
  readonly mark: string;
}

export interface WallTime {
  /** What the clock on the wall shows, as if it were UTC. */
  readonly wall: Date;
  /** Shape: ` +02:00`; empty unless the local time comes twice. */
  readonly mark: string;
}

type OffsetAt = (atMs: number) => Offset;
const zones = new Map<string, OffsetAt>();

/** @param timeZone IANA name */
export function wallTime(at: Date, timeZone: string): WallTime {
  let offsetAt = zones.get(timeZone);
  if (offsetAt === undefined) {
    offsetAt = offsetsOf(timeZone);
    zones.set(timeZone, offsetAt);
  }
  const { ms, mark } = offsetAt(at.getTime());
  return { wall: ms === 0 ? at : new Date(at.getTime() + ms), mark };
}

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

function offsetsOf(timeZone: string): OffsetAt {
  if (timeZone === "UTC") return () => ({ ms: 0, mark: "" });
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const offsetMs = (atMs: number): number => {
    const [, sign = "+", hours = "0", minutes = "0"] =
      /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(format.format(atMs)) ?? [];
    return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  };
  const known = new Map<number, Offset>();
  return (atMs) => {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const kept = known.get(quarter);
    if (kept !== undefined) return kept;
    if (known.size >= QUARTERS_KEPT_MAX) known.clear();
    const ms = offsetMs(atMs);
    const comesTwice = [offsetMs(atMs - DAY_MS), offsetMs(atMs + DAY_MS)].some(
      (other) => other !== ms && offsetMs(atMs + ms - other) === other,
    );
    const offset = { ms, mark: comesTwice ? ` ${offsetText(ms)}` : "" };
    known.set(quarter, offset);
    return offset;
  };
}

function offsetText(ms: number): string {
  const text = new Date(Math.abs(ms)).toISOString().slice(11, 16);
  return `${ms < 0 ? "-" : "+"}${text}`;
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
