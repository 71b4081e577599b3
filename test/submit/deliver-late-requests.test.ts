// What a delivery does when time passes between the turn of a request and its first byte.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock, type Clock } from "../../src/core/clock.ts";
import { openDeliveryDesk, references } from "./delivery-desk.ts";
import { startLoopbackCas } from "./loopback-cas.ts";

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

function fullestSecond(atMs: readonly number[]): number {
  return Math.max(
    ...atMs.map((from) => atMs.filter((at) => at >= from && at < from + 1_000).length),
  );
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

test("deliver() keeps to the rate after all have waited for a token", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({
    token: async (nth) => {
      if (nth === 2) await sleep(1_000);
      return { expiresInSeconds: nth === 1 ? 1 : 3_600 };
    },
  });
  await desk.queue(references(3 * RATE));
  await desk.deliver(cas.client, { ratePerSecond: RATE, settings: { concurrency: 2 * RATE } });
  expect(fullestSecond(cas.messages.map(({ atMs }) => atMs))).toBeLessThanOrEqual(RATE);
});

test("deliver() keeps to the rate when a token is refused to many requests at once", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({
    token: async (nth) => {
      if (nth === 2) await sleep(800);
      return { expiresInSeconds: 3_600 };
    },
    message: (_reference, nth, token) =>
      nth > RATE / 2 && token === "token-1" ? { status: 401 } : null,
  });
  await desk.queue(references(2 * RATE));
  await desk.deliver(cas.client, { ratePerSecond: RATE, settings: { concurrency: 2 * RATE } });
  expect(cas.messages.length).toBeGreaterThan(2 * RATE);
  expect(fullestSecond(cas.messages.map(({ atMs }) => atMs))).toBeLessThanOrEqual(RATE);
});
