// What a delivery does when time passes between the turn of a request and its first byte.
import { expect, test } from "vitest";
import { systemClock, type Clock } from "../../src/core/time/clock.ts";
import { createThrottle, type Throttle } from "../../src/cas/throttle/throttle.ts";
import { openDeliveryDesk, references } from "./delivery-desk.ts";
import { startLoopbackCas, type LoopbackScript } from "./loopback-cas.ts";

const RATE = 20;

/** A clock that can be told that the process was stopped for a while. */
function stoppableClock(): Clock & { readonly stopFor: (durationMs: number) => void } {
  let stoppedMs = 0;
  return {
    ...systemClock,
    now: () => new Date(Date.now() + stoppedMs),
    monotonicMs: () => systemClock.monotonicMs() + stoppedMs,
    stopFor: (durationMs) => {
      stoppedMs += durationMs;
    },
  };
}

test.each([
  ["the first token is fetched", 1],
  ["a refused token is replaced", 2],
])(
  "deliver() writes no request after its lease has run out while %s, and says that nothing was sent",
  async (_what, stoppedAtToken) => {
    const clock = stoppableClock();
    await using desk = await openDeliveryDesk(clock);
    await using cas = await startLoopbackCas({
      token: (nth) => {
        if (nth === stoppedAtToken) clock.stopFor(3_600_000);
        return Promise.resolve({ expiresInSeconds: 36_000 });
      },
      message: (_reference, _nth, token) =>
        stoppedAtToken === 2 && token === "token-1" ? { status: 401 } : null,
    });
    await desk.queue(references(3));
    await expect(desk.deliver(cas.client)).rejects.toMatchObject({
      code: "lock-held",
      message: expect.stringContaining("nothing more was sent") as string,
    });
    expect(cas.messages).toHaveLength(stoppedAtToken === 2 ? 3 : 0);
    expect(await desk.books.outboxCounts()).toEqual({ queued: 3, sending: 0, unknown: 0 });
  },
);

/** Holds that a request is written when its turn begins, whatever it waits for after that. */
function naiveThrottle(clock: Clock): Throttle {
  const throttle = createThrottle({ ratePerSecond: RATE, clock });
  return {
    ...throttle,
    turn: async (...args) => {
      (await throttle.turn(...args)).written();
      return { written: () => undefined, over: () => undefined };
    },
  };
}

/** How many messages were written in the fullest second, by the clock that the throttle goes by. */
async function mostWrittenInOneSecond(
  messages: number,
  scriptOf: (clock: Clock) => LoopbackScript,
  throttleOf: (clock: Clock) => Throttle = (clock) =>
    createThrottle({ ratePerSecond: RATE, clock }),
): Promise<number> {
  await using desk = await openDeliveryDesk();
  const { clock } = desk;
  await using cas = await startLoopbackCas(scriptOf(clock), clock);
  await desk.queue(references(messages));
  const settings = { concurrency: 2 * RATE };
  await desk.deliver(cas.client, { throttle: throttleOf(clock), settings });
  const { writtenAtMs } = cas;
  expect(writtenAtMs.length).toBeGreaterThanOrEqual(messages);
  return Math.max(
    ...writtenAtMs.map(
      (from) => writtenAtMs.filter((at) => at >= from && at < from + 1_000).length,
    ),
  );
}

/** The first token lives for a second; the second one is given out after another two. */
const lateToken = (clock: Clock): LoopbackScript => ({
  token: async (nth) => {
    if (nth === 2) await clock.sleep(2_000);
    return { expiresInSeconds: nth === 1 ? 1 : 36_000 };
  },
});

/** The first token is refused from the 11th message on; the second one is given out after two seconds. */
const refusedToken = (clock: Clock): LoopbackScript => ({
  token: async (nth) => {
    if (nth === 2) await clock.sleep(2_000);
    return { expiresInSeconds: 36_000 };
  },
  message: (_reference, nth, token) =>
    nth > RATE / 2 && token === "token-1" ? { status: 401 } : null,
});

test("deliver() keeps to the rate over real connections", async () => {
  expect(await mostWrittenInOneSecond(5 * RATE, () => ({}))).toBe(RATE);
});

test("deliver() keeps to the rate after all have waited for a token", async () => {
  expect(await mostWrittenInOneSecond(3 * RATE, lateToken)).toBeLessThanOrEqual(RATE);
});

test("deliver() keeps to the rate when a token is refused to many requests at once", async () => {
  expect(await mostWrittenInOneSecond(2 * RATE, refusedToken)).toBeLessThanOrEqual(RATE);
});

test.each([
  ["after all have waited for a token", 3 * RATE, lateToken],
  ["when a token is refused to many requests at once", 2 * RATE, refusedToken],
])(
  "a throttle that counts turns in place of writes exceeds the rate %s",
  async (_, messages, script) => {
    expect(await mostWrittenInOneSecond(messages, script, naiveThrottle)).toBeGreaterThan(RATE);
  },
);
