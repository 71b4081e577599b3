// What time it is at CAS, as far as its answers prove it: too early does no harm, too late would call a window closed
// that is not. So of all Date headers of a walk the earliest counts, each with the time that has passed since; and one
// that is missing, or further ahead of our clock than allowed, counts for nothing beside the newest update that CAS
// shows: its clock is at least as late. Our own clock only tells which headers to doubt.
// Source: RFC 9110, 6.6.1, for the header: whole seconds, of the machine that answers, not the one that stamps.
import type { DeclarationPage } from "../cas/cas-client.ts";
import type { Clock } from "../core/time/clock.ts";

export interface ServerClock {
  readonly note: (page: DeclarationPage) => void;
  /** What CAS's clock showed at a time of our monotonic one. Unit: milliseconds since 1970; null when it is not known. */
  readonly at: (monotonicMs: number) => number | null;
  /** Whether `at` can go by a Date header. */
  readonly isTold: () => boolean;
}

export function createServerClock(clock: Clock, clockSkewMs: number): ServerClock {
  // Of CAS's clock to our monotonic one.
  let toldOffsetMs = Infinity;
  let stampedOffsetMs = -Infinity;
  const isTold = (): boolean =>
    toldOffsetMs + clock.monotonicMs() <= clock.now().getTime() + clockSkewMs;
  return {
    note: ({ serverTime, declarations }) => {
      const atMs = clock.monotonicMs();
      const toldMs = serverTime === null ? Number.NaN : Date.parse(serverTime);
      if (!Number.isNaN(toldMs)) toldOffsetMs = Math.min(toldOffsetMs, toldMs - atMs);
      if (isTold()) return;
      for (const { lastUpdated } of declarations) {
        const stampedMs = lastUpdated === null ? Number.NaN : Date.parse(lastUpdated);
        if (stampedMs - atMs > stampedOffsetMs) stampedOffsetMs = stampedMs - atMs;
      }
    },
    at: (monotonicMs) => {
      const offsetMs = isTold() ? toldOffsetMs : Math.min(toldOffsetMs, stampedOffsetMs);
      return Number.isFinite(offsetMs) ? offsetMs + monotonicMs : null;
    },
    isTold,
  };
}
