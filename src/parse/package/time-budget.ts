// Limits the time that reading is busy or waited for. The time that its user spends between two pieces does
// not count, so that a slow database never counts as a slow file.

/** The time is used up. */
export class TimeUsedUpError extends Error {
  override readonly name = "TimeUsedUpError";
}

interface TimeBudget {
  /** @throws TimeUsedUpError when `pending` does not settle in the time left */
  readonly wait: <T>(pending: Promise<T>) => Promise<T>;
  /** @throws TimeUsedUpError when no time is left afterwards */
  readonly spend: (work: () => void) => void;
}

export function createTimeBudget(msMax: number): TimeBudget {
  let leftMs = msMax;
  const usedUp = (): TimeUsedUpError => new TimeUsedUpError(`${msMax} ms are over`);
  const charge = (fromMs: number): void => {
    leftMs -= performance.now() - fromMs;
    if (leftMs < 0) throw usedUp();
  };
  return {
    wait: async (pending) => {
      const fromMs = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          reject(usedUp());
        }, leftMs);
      });
      try {
        return await Promise.race([pending, timeout]);
      } finally {
        clearTimeout(timer);
        charge(fromMs);
      }
    },
    spend: (work) => {
      const fromMs = performance.now();
      work();
      charge(fromMs);
    },
  };
}
