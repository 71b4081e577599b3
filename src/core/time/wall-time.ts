// What the clock on the wall shows in a time zone. An hour that comes twice, when clocks are put back, shows which of
// the two it is.

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No zone has changed its offset within a quarter of an hour since 1972. */
const QUARTER_MS = 15 * MINUTE_MS;
/** About a year of a report's times. */
const QUARTERS_KEPT_MAX = 40_000;

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
