import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CannotNowError } from "../../../src/core/errors.ts";
import { createThrottle, type Throttle } from "../../../src/cas/throttle/throttle.ts";
import { createVirtualClock } from "../../submit/virtual-clock.ts";

/** The largest number of starts in any window of one second, both ends included. */
function fullestSecond(startsMs: readonly number[]): number {
  let fullest = 0;
  let from = 0;
  startsMs.forEach((startMs, index) => {
    while (startMs - (startsMs[from] ?? 0) > 1_000) from += 1;
    fullest = Math.max(fullest, index - from + 1);
  });
  return fullest;
}

/** Calls when the turn has come, and uses the turn at once. */
async function run<Result>(
  throttle: Throttle,
  call: () => Promise<Result>,
  signal?: AbortSignal,
  pauseWaitMaxMs?: number,
): Promise<Result> {
  const turn = await throttle.turn(signal, pauseWaitMaxMs);
  turn.written();
  return call();
}

/** A small generator of its own, so that lateness is the same for the same seed. */
function lateness(seed: number, mostMs: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271 + 1) % 2_147_483_647;
    return (state / 2_147_483_647) * mostMs;
  };
}

test("fullestSecond() sees an overfull second (control)", () => {
  expect(fullestSecond([0, 500, 1_000, 1_001])).toBe(3);
});

test("throttle.turn() never starts more calls in any second than the rate, and uses at least 98 % of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.integer({ min: 0, max: 8 }),
      async (ratePerSecond, seed, mostMs) => {
        const clock = createVirtualClock(lateness(seed, mostMs));
        const throttle = createThrottle({ ratePerSecond, clock });
        const startsMs: number[] = [];
        const calls = ratePerSecond * 5;
        await Promise.all(
          Array.from({ length: calls }, () =>
            run(throttle, () => {
              startsMs.push(clock.monotonicMs());
              return Promise.resolve();
            }),
          ),
        );
        expect(fullestSecond(startsMs)).toBeLessThanOrEqual(ratePerSecond);
        const tookMs = (startsMs.at(-1) ?? 0) - (startsMs[0] ?? 0);
        // The lateness of the very last timer is not the throttle's.
        const idealMs = ((calls - 1) / ratePerSecond) * 1_000;
        expect(idealMs).toBeGreaterThanOrEqual(0.98 * (tookMs - mostMs));
      },
    ),
    { numRuns: 40 },
  );
});

test("throttle.turn() keeps the limit when calls come in bursts with idle time between", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.record({ idleMs: fc.integer({ min: 0, max: 3_000 }), size: fc.nat(30) }), {
        maxLength: 8,
      }),
      async (ratePerSecond, bursts) => {
        const clock = createVirtualClock();
        const throttle = createThrottle({ ratePerSecond, clock });
        const startsMs: number[] = [];
        const calls: Promise<void>[] = [];
        for (const { idleMs, size } of bursts) {
          await clock.sleep(idleMs);
          for (let call = 0; call < size; call += 1) {
            calls.push(
              run(throttle, () => {
                startsMs.push(clock.monotonicMs());
                return Promise.resolve();
              }),
            );
          }
        }
        await Promise.all(calls);
        expect(startsMs).toHaveLength(bursts.reduce((sum, burst) => sum + burst.size, 0));
        expect(fullestSecond(startsMs)).toBeLessThanOrEqual(ratePerSecond);
      },
    ),
    { numRuns: 40 },
  );
});

test("throttle.turn() starts calls in the order they came", async () => {
  const throttle = createThrottle({ ratePerSecond: 50, clock: createVirtualClock() });
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      run(throttle, () => Promise.resolve(order.push(index))),
    ),
  );
  expect(order).toEqual(Array.from({ length: 60 }, (_, index) => index));
});

test("throttle.turn() starts everything at once when the limit is off", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: Infinity, clock });
  await Promise.all(Array.from({ length: 1_000 }, () => run(throttle, () => Promise.resolve())));
  expect(clock.elapsedMs()).toBe(0);
});

test("throttle.pause() holds everyone, also with the limit off, and ends without a burst", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: 10, clock });
  throttle.pause(30_000);
  const startsMs: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, () =>
      run(throttle, () => Promise.resolve(startsMs.push(clock.monotonicMs()))),
    ),
  );
  expect(startsMs[0]).toBe(30_000);
  expect(fullestSecond(startsMs)).toBeLessThanOrEqual(10);
  expect(throttle.pausedForMs()).toBe(0);
});

test("throttle.pause() reaches calls that are waiting already", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: 1, clock });
  await run(throttle, () => Promise.resolve());
  const second = run(throttle, () => Promise.resolve(clock.monotonicMs()));
  throttle.pause(5_000);
  expect(await second).toBe(5_000);
});

test("throttle.turn() refuses a call that will not wait so long, with the time left", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: 1, clock });
  await run(throttle, () => Promise.resolve());
  let called = false;
  const waiting = run(
    throttle,
    () => {
      called = true;
      return Promise.resolve();
    },
    undefined,
    2_000,
  );
  throttle.pause(60_000);
  await expect(waiting).rejects.toMatchObject({ code: "rate-limited", retryAfterMs: 60_000 });
  await expect(run(throttle, () => Promise.resolve(), undefined, 2_000)).rejects.toBeInstanceOf(
    CannotNowError,
  );
  expect(called).toBe(false);
});

test("throttle.turn() ends the waiting of an aborted call with the signal's reason, and others go on", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: 1, clock });
  await run(throttle, () => Promise.resolve());
  const controller = new AbortController();
  const aborted = run(throttle, () => Promise.reject(new Error("was called")), controller.signal);
  const other = run(throttle, () => Promise.resolve("ran"));
  controller.abort(new Error("not wanted any more"));
  await expect(aborted).rejects.toThrow("not wanted any more");
  expect(await other).toBe("ran");
  expect(clock.elapsedMs()).toBeLessThan(1_100);
});

test("throttle.turn() leaves no timer behind when the last waiting call is aborted", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: 1, clock });
  throttle.pause(3_600_000);
  const controller = new AbortController();
  const aborted = run(throttle, () => Promise.resolve(), controller.signal);
  controller.abort(new Error("not wanted any more"));
  await expect(aborted).rejects.toThrow();
  await clock.sleep(1);
  expect(clock.elapsedMs()).toBe(1);
});

test("createThrottle() refuses a rate of zero", () => {
  expect(() => createThrottle({ ratePerSecond: 0, clock: createVirtualClock() })).toThrow(
    RangeError,
  );
});

test("throttle.turn() never lets more requests be written in any second than the rate, however long connections take", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.record({ connectMs: fc.integer({ min: 0, max: 3_000 }), fails: fc.boolean() }), {
        minLength: 1,
        maxLength: 200,
      }),
      async (ratePerSecond, requests) => {
        const clock = createVirtualClock();
        const throttle = createThrottle({ ratePerSecond, clock });
        const writesMs: number[] = [];
        await Promise.all(
          requests.map(async ({ connectMs, fails }) => {
            const turn = await throttle.turn();
            await clock.sleep(connectMs);
            if (!fails) {
              turn.written();
              writesMs.push(clock.monotonicMs());
            }
            turn.over();
          }),
        );
        expect(writesMs).toHaveLength(requests.filter(({ fails }) => !fails).length);
        expect(fullestSecond(writesMs)).toBeLessThanOrEqual(ratePerSecond);
      },
    ),
    { numRuns: 40 },
  );
});

test("throttle.turn() counts a turn once, also when its request is over after it was written", async () => {
  const clock = createVirtualClock();
  const throttle = createThrottle({ ratePerSecond: 2, clock });
  const writesMs: number[] = [];
  for (let request = 0; request < 10; request += 1) {
    const turn = await throttle.turn();
    turn.written();
    writesMs.push(clock.monotonicMs());
    turn.over();
    turn.over();
  }
  expect(fullestSecond(writesMs)).toBeLessThanOrEqual(2);
  expect(clock.elapsedMs()).toBeGreaterThanOrEqual(4_000);
});
