// What can befall an event between CAS and a receiver, switched on share by share. The event decides, so
// a rehearsal repeats itself.
import { shareOf } from "./share-of.ts";

/** Unit: the share of events that it befalls, 0 to 1; left out is 0. */
export interface WebhookFaults {
  /** Delivered twice, also when the first delivery was acknowledged. */
  readonly duplicated?: number;
  /** Overtaken by events of the next ten steps. */
  readonly reordered?: number;
  /** First sent an hour after it happened. */
  readonly late?: number;
  /** Never sent. */
  readonly lost?: number;
  /** Followed by an event of a type that no page names. */
  readonly unknown?: number;
}

export const WEBHOOK_FAULTS = ["duplicated", "reordered", "late", "lost", "unknown"] as const;

const REORDERED_MS_MAX = 10_000;
const DUPLICATE_MS_MAX = 60_000;
const LATE_MS = 3_600_000;

/**
 * After how long each copy of an event is sent first; none for one that is lost.
 * Unit: milliseconds of the time of CAS.
 */
export function plannedDelaysMs(eventId: string, faults: WebhookFaults): readonly number[] {
  if (isBefallen(eventId, "lost", faults)) return [];
  let firstMs = 0;
  if (isBefallen(eventId, "reordered", faults)) {
    firstMs = REORDERED_MS_MAX * shareOf(`${eventId} overtaken`);
  }
  if (isBefallen(eventId, "late", faults)) firstMs = LATE_MS;
  return isBefallen(eventId, "duplicated", faults)
    ? [firstMs, firstMs + DUPLICATE_MS_MAX * shareOf(`${eventId} again`)]
    : [firstMs];
}

export function isBefallen(
  eventId: string,
  fault: (typeof WEBHOOK_FAULTS)[number],
  faults: WebhookFaults,
): boolean {
  const share = faults[fault] ?? 0;
  return share > 0 && shareOf(`${eventId} ${fault}`) < share;
}
