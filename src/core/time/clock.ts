// Time as an argument: stages never ask the machine for it, so tests can hold it still.

export interface Clock {
  /** Wall-clock time, for what people read and what CAS compares. */
  readonly now: () => Date;
  /** Unit: milliseconds that only ever grow, for intervals; unrelated to the wall clock. */
  readonly monotonicMs: () => number;
  /** Resolves after `delayMs`, or rejects with the signal's reason as soon as it is aborted. */
  readonly sleep: (delayMs: number, signal?: AbortSignal) => Promise<void>;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (delayMs, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, delayMs);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
