// How long to wait before asking again: exponential with full jitter, so that many callers who
// failed together do not come back together.

export interface BackoffSettings {
  /** The upper bound of the first delay; each further one is twice as high. */
  readonly baseDelayMs: number;
  readonly delayMaxMs: number;
}

/**
 * Unit: milliseconds.
 * @param failures how many tries have failed so far, at least 1
 */
export function fullJitterMs(
  failures: number,
  random: () => number,
  { baseDelayMs, delayMaxMs }: BackoffSettings,
): number {
  return random() * Math.min(delayMaxMs, baseDelayMs * 2 ** (failures - 1));
}
