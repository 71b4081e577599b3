// The rate limit: at most so many requests in any second, counted to the millisecond.

export interface RequestLimit {
  /** Null lets the request pass and counts it; otherwise how long to wait. Unit: milliseconds. */
  readonly waitMs: (monotonicMs: number) => number | null;
}

const WINDOW_MS = 1000;

export function createRequestLimit(requestsPerSecondMax: number): RequestLimit {
  // The times of the latest requests, as many as the limit, overwritten in turn.
  const passedAtMs = new Array<number>(requestsPerSecondMax).fill(-Infinity);
  let oldest = 0;
  return {
    waitMs: (monotonicMs) => {
      const freeAtMs = (passedAtMs[oldest] ?? -Infinity) + WINDOW_MS;
      if (freeAtMs > monotonicMs) return freeAtMs - monotonicMs;
      passedAtMs[oldest] = monotonicMs;
      oldest = (oldest + 1) % requestsPerSecondMax;
      return null;
    },
  };
}
