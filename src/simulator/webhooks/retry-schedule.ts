// When an event that was not acknowledged is sent again. Source: Notifications: after 10 s, 30 s, 1 min,
// 5 min, 10 min, 30 min, 1 h, 3 h and 6 h, then every 12 h, for up to 24 h; a small random
// extra on every interval. The extra here follows from the event, so that a rehearsal repeats itself.
import { shareOf } from "./share-of.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const RETRY_DELAYS_MS = [
  10 * SECOND_MS,
  30 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
] as const;
const LAST_DELAY_MS = 12 * HOUR_MS;
const LIFETIME_MS = 24 * HOUR_MS;
/** Source: assumed; "small" is all that is said of the extra. */
const EXTRA_SHARE_MAX = 0.1;

/**
 * When a failed attempt is followed by the next one; null when the event expires before that.
 * @param attempt which one failed, counted from 1
 * @param key tells this delivery from every other one
 * @param timeScale how many times faster than usual the time of CAS passes
 */
export function nextAttemptAtMs(
  firstDueAtMs: number,
  attempt: number,
  failedAtMs: number,
  key: string,
  timeScale: number,
): number | null {
  const delayMs = RETRY_DELAYS_MS[attempt - 1] ?? LAST_DELAY_MS;
  const extra = 1 + EXTRA_SHARE_MAX * shareOf(`${key} ${attempt}`);
  const nextAtMs = failedAtMs + (delayMs * extra) / timeScale;
  return nextAtMs > firstDueAtMs + LIFETIME_MS / timeScale ? null : nextAtMs;
}
