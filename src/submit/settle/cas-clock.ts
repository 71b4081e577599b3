// How far the clock of CAS is ahead of ours, measured at every answer with a `Date` header: CAS wrote it at
// some moment between our question and its answer. The bounds cover everything that is not known, so that
// "after" never means "perhaps before".

/** Unit: ms; negative where CAS's clock is behind ours. */
export interface ClockOffset {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The header counts whole seconds. Source: RFC 9110, 6.6.1. */
const DATE_GRAIN_MS = 1_000;
/** The machine that writes the header need not be the one that stamps declarations. Source: assumed. */
const CAS_CLOCKS_APART_MAX_MS = 2_000;

interface TimedAnswer {
  readonly askedAt: Date;
  readonly answeredAt: Date;
  /** Shape: ISO 8601; null when CAS did not say. */
  readonly serverTime: string | null;
}

/** @param unmeasuredMaxMs how far the clocks may differ where an answer tells nothing of it */
export function clockOffset(
  { askedAt, answeredAt, serverTime }: TimedAnswer,
  unmeasuredMaxMs: number,
): ClockOffset {
  const serverMs = serverTime === null ? Number.NaN : Date.parse(serverTime);
  // Not when our clock was set back meanwhile.
  const isMeasurable = !Number.isNaN(serverMs) && answeredAt >= askedAt;
  if (!isMeasurable) return { minMs: -unmeasuredMaxMs, maxMs: unmeasuredMaxMs };
  return {
    minMs: serverMs - answeredAt.getTime() - CAS_CLOCKS_APART_MAX_MS,
    maxMs: serverMs + DATE_GRAIN_MS - askedAt.getTime() + CAS_CLOCKS_APART_MAX_MS,
  };
}
