import { expect, test } from "vitest";
import { CannotNowError } from "../../src/core/errors.ts";
import { defaultDeliverSettings } from "../../src/submit/deliver.ts";
import { createPace } from "../../src/cas/throttle/pace.ts";
import { openDeliveryDesk, references } from "./delivery-desk.ts";
import { createScriptedCas } from "./scripted-cas.ts";
import { createVirtualClock } from "./virtual-clock.ts";

const RATE = 10;
const STORM_FROM_MS = 5_000;
const STORM_TO_MS = 25_000;

function mostInOneSecond(atMs: readonly number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < atMs.length; to += 1) {
    while ((atMs[to] ?? 0) - (atMs[from] ?? 0) >= 1_000) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

test.each([
  ["no Retry-After", null],
  ["Retry-After 1 s", 1_000],
  ["Retry-After 15 s", 15_000],
])(
  "deliver() after a storm of 429 with %s is back at nine tenths of the rate within 60 s, and never too early",
  async (_what, retryAfterMs) => {
    await using desk = await openDeliveryDesk();
    await desk.queue(references(950));
    const startedAtMs: number[] = [];
    const early: number[] = [];
    let silentUntilMs = -Infinity;
    const cas = createScriptedCas({
      send: () => {
        const nowMs = desk.clock.elapsedMs();
        startedAtMs.push(nowMs);
        // Sums of milliseconds differ in their last digit.
        if (nowMs < silentUntilMs - 0.001) early.push(nowMs);
        if (nowMs < STORM_FROM_MS || nowMs >= STORM_TO_MS) {
          return Promise.resolve({ referenceId: "r" });
        }
        if (retryAfterMs !== null) silentUntilMs = nowMs + retryAfterMs;
        const details = retryAfterMs === null ? {} : { retryAfterMs };
        return Promise.reject(new CannotNowError("rate-limited", "CAS answered 429", details));
      },
    });
    const summary = await desk.deliver(cas, { ratePerSecond: RATE });
    expect(summary).toMatchObject({ accepted: 950, unsent: 0 });
    expect(early).toEqual([]);
    expect(mostInOneSecond(startedAtMs)).toBeLessThanOrEqual(RATE);
    const fromMs = STORM_TO_MS + 60_000;
    const after = startedAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 5_000);
    expect(after.length).toBeGreaterThanOrEqual(0.9 * RATE * 5);
    const during = startedAtMs.filter((atMs) => atMs > STORM_FROM_MS && atMs < STORM_TO_MS);
    expect(during.length).toBeLessThan(0.2 * RATE * 20);
  },
);

test("deliver() parks the run when CAS asks for a huge wait", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(50));
  const cas = createScriptedCas({
    send: () =>
      Promise.reject(
        new CannotNowError("rate-limited", "CAS answered 429", { retryAfterMs: 86_400_000 }),
      ),
  });
  await expect(desk.deliver(cas, { settings: { concurrency: 1 } })).rejects.toMatchObject({
    code: "rate-limited",
    exitCode: 5,
  });
  expect(cas.sent).toHaveLength(1);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 50, sending: 0, unknown: 0 });
});

test("deliver() probes a CAS that is down at most once in 30 s", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(100));
  const atMs: number[] = [];
  const cas = createScriptedCas({
    send: () => {
      atMs.push(desk.clock.elapsedMs());
      return Promise.reject(new CannotNowError("server-error", "CAS answered 503"));
    },
  });
  const { outage } = defaultDeliverSettings;
  await expect(desk.deliver(cas)).rejects.toMatchObject({ exitCode: 5 });
  const probes = atMs.filter((at) => at > 0);
  expect(probes.length).toBeGreaterThanOrEqual(5);
  probes.forEach((at, index) => {
    const before = index === 0 ? 0 : (probes[index - 1] ?? 0);
    expect(at - before).toBeGreaterThanOrEqual(outage.probeEveryMs);
  });
});

test("createPace() halves once for requests refused together, keeps a tenth, and recovers in 30 s", async () => {
  const clock = createVirtualClock();
  const pace = createPace(clock);
  expect(pace.share()).toBe(1);
  pace.refused();
  pace.refused();
  expect(pace.share()).toBe(0.5);
  for (let second = 0; second < 20; second += 1) {
    await clock.sleep(1_000);
    pace.refused();
  }
  expect(pace.share()).toBeGreaterThanOrEqual(0.1);
  expect(pace.share()).toBeLessThan(0.2);
  await clock.sleep(30_000);
  expect(pace.share()).toBe(1);
});
