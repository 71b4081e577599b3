import { expect, onTestFinished, test, vi } from "vitest";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { RefusedError } from "../../src/core/errors.ts";
import type { ProgressEvent } from "../../src/core/progress.ts";
import { defaultReconcileSettings } from "../../src/reconcile/reconcile.ts";
import { CutShortError } from "../../src/reconcile/reconcile-settings.ts";
import { waitUntilAtRest, type Told } from "../../src/reconcile/wait-until-at-rest.ts";
import { openBooks } from "./accepted-shipments.ts";
import { manualClock, scriptedCas, type ScriptedCas } from "./scripted-cas.ts";

const START_MS = Date.parse("2026-11-20T12:00:00.000Z");
const NOT_GIVEN = { status: 400, title: null, detail: null, errors: [], rawBody: "" };
const NO_NAMES = {
  ...{ direction: null, externalReference: null },
  ...{ customsShipmentReference: null, traderReference: null },
};
const SETTINGS = { pollDelayMs: 1_000, quietMs: 10_000, waitMsMax: 60_000 };

/** Two shipments with one declaration each, and what CAS does on its own when it is asked. */
async function prepare(
  act: (cas: ScriptedCas, elapsedMs: number) => void,
  replace: (client: CasClient, elapsedMs: () => number) => Partial<CasClient> = () => ({}),
) {
  const clock = manualClock(START_MS);
  const opened = await openBooks(clock);
  onTestFinished(() => opened[Symbol.asyncDispose]());
  const keys = ["PO-1", "PO-2"].map((externalReference) => ({
    externalReference,
    direction: "IN" as const,
  }));
  await opened.accept(keys.map((key) => ({ key })));
  const cas: ScriptedCas = scriptedCas({
    clock,
    beforeAnswer: () => {
      act(cas, clock.monotonicMs());
    },
    replace: (client) => replace(client, clock.monotonicMs),
  });
  for (const key of keys) cas.put(key.externalReference, { ...key, currentStatus: "Submitted" });
  const progress: ProgressEvent[] = [];
  const stop = new AbortController();
  const wait = (settings = SETTINGS, told: Told | null = null) =>
    waitUntilAtRest(
      {
        ...{ client: cas.client, books: opened.books, clock, log: () => undefined },
        onProgress: (event) => {
          if (event.phase === "waiting") progress.push(event);
        },
      },
      { settings, reconcile: defaultReconcileSettings, signal: stop.signal, told },
    );
  /** CAS accepts a change to a shipment. */
  const change = (externalReference: string) => {
    const key = { externalReference, direction: "IN" as const };
    return opened.accept([{ key, body: { ...key, changedAt: clock.now().toISOString() } }]);
  };
  return { books: opened.books, change, clock, progress, stop, wait };
}

test("waitUntilAtRest() ends as soon as every declaration is at rest", async () => {
  const { clock, progress, wait } = await prepare((cas, elapsedMs) => {
    if (elapsedMs >= 2_000) cas.put("PO-1", { currentStatus: "Released" });
    if (elapsedMs >= 4_000) cas.put("PO-2", { currentStatus: "Invalid" });
  });
  expect(await wait()).toMatchObject({ stillMoving: 0, reason: "at-rest" });
  expect(clock.monotonicMs()).toBe(4_000);
  expect(progress.map(({ done, total }) => [done, total])).toEqual([
    ...[
      [0, 2],
      [0, 2],
      [1, 2],
      [1, 2],
      [2, 2],
    ],
  ]);
});

test("waitUntilAtRest() ends when nothing has changed for long enough", async () => {
  const { clock, wait } = await prepare((cas, elapsedMs) => {
    if (elapsedMs === 3_000) cas.put("PO-1", { currentStatus: "Released" });
  });
  expect(await wait()).toMatchObject({ stillMoving: 1, reason: "quiet" });
  expect(clock.monotonicMs()).toBe(13_000);
});

test("waitUntilAtRest() ends when its time is over, though things still move", async () => {
  const { clock, wait } = await prepare((cas, elapsedMs) => {
    cas.put("PO-1", { currentStatus: `Step${elapsedMs}` });
  });
  expect(await wait()).toMatchObject({ stillMoving: 2, reason: "time", summary: { gaps: [] } });
  expect(clock.monotonicMs()).toBe(60_000);
});

/** Slow enough that only what is told can end the wait soon. */
const SLOW_POLLS = { pollDelayMs: 30_000, quietMs: 50_000, waitMsMax: 60_000 };

test("waitUntilAtRest() polls at once when what was told leaves nothing open", async () => {
  const { books, clock, wait } = await prepare((cas, elapsedMs) => {
    if (elapsedMs < 3_000) return;
    for (const name of ["PO-1", "PO-2"]) cas.put(name, { currentStatus: "Released" });
  });
  const merge = async (): Promise<number> => {
    if (clock.monotonicMs() < 3_000) return 0;
    vi.spyOn(books, "countOpenShipments").mockResolvedValueOnce({ count: 0, askedSince: null });
    return Promise.resolve(2);
  };
  const ended = await wait(SLOW_POLLS, { merge, lookDelayMs: 1_000 });
  expect(ended).toMatchObject({ stillMoving: 0, reason: "at-rest" });
  expect(clock.monotonicMs()).toBe(3_000);
});

test("waitUntilAtRest() does not end as quiet while changes are told", async () => {
  const { clock, wait } = await prepare(() => undefined);
  const merge = (): Promise<number> => Promise.resolve(clock.monotonicMs() < 20_000 ? 1 : 0);
  const quick = { ...SLOW_POLLS, pollDelayMs: 5_000, quietMs: 10_000 };
  expect(await wait(quick, { merge, lookDelayMs: 1_000 })).toMatchObject({ reason: "quiet" });
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(25_000);
});

test("waitUntilAtRest() begins no reconcile that would not end in time", async () => {
  const clock = { advance: (_ms: number): void => undefined };
  const slow = await prepare((cas, elapsedMs) => {
    clock.advance(3_000);
    cas.put("PO-1", { currentStatus: `Step${elapsedMs}` });
  });
  clock.advance = slow.clock.advance;
  expect(await slow.wait()).toMatchObject({ reason: "time", summary: { gaps: [] } });
  expect(slow.clock.monotonicMs()).toBeGreaterThan(40_000);
  expect(slow.clock.monotonicMs()).toBeLessThanOrEqual(60_000);
});

test("waitUntilAtRest() keeps what the last reconcile could not read, though its time was over", async () => {
  const clock = { advance: (_ms: number): void => undefined };
  const odd = { declarationId: null, fault: "declarationId: is missing", names: NO_NAMES };
  const moving = await prepare(
    (cas, elapsedMs) => {
      cas.put("PO-1", { currentStatus: `Step${elapsedMs}` });
      if (elapsedMs >= 55_000) clock.advance(10_000);
    },
    (client, elapsedMs) => ({
      searchDeclarations: async (...asked) => {
        const page = await client.searchDeclarations(...asked);
        return elapsedMs() >= 60_000 ? { ...page, unread: [odd] } : page;
      },
    }),
  );
  clock.advance = moving.clock.advance;
  const { reason, summary } = await moving.wait();
  expect(reason).toBe("time");
  expect(summary.gaps).toMatchObject([{ code: "declarations-unread", count: 1 }]);
});

test("waitUntilAtRest() ends in time although errors cannot be fetched", async () => {
  const clock = { advance: (_ms: number): void => undefined };
  const moving = await prepare(
    (cas, elapsedMs) => {
      cas.put("PO-1", { currentStatus: `Step${elapsedMs}` });
      if (elapsedMs === 0) cas.put("PO-2", { currentStatus: "Invalid" });
      if (elapsedMs >= 55_000) clock.advance(6_000);
    },
    (client, elapsedMs) => ({
      declaration: () =>
        Promise.reject(new RefusedError("request-refused", "Not given", NOT_GIVEN)),
      searchDeclarations: async (...asked) => {
        const page = await client.searchDeclarations(...asked);
        if (elapsedMs() >= 60_000) throw new CutShortError("time");
        return page;
      },
    }),
  );
  clock.advance = moving.clock.advance;
  const { reason, summary } = await moving.wait();
  expect(reason).toBe("time");
  expect(summary.gaps).toEqual([{ code: "errors-not-fetched", count: 1 }]);
});

test("waitUntilAtRest() stops when it is told to", async () => {
  const { stop, wait } = await prepare((_cas, elapsedMs) => {
    if (elapsedMs >= 2_000) stop.abort(new Error("Stopped"));
  });
  await expect(wait()).rejects.toThrow("Stopped");
});

test("waitUntilAtRest() waits for what CAS makes of a change, though the old declaration rests", async () => {
  let restsFromMs = 0;
  const { change, clock, wait } = await prepare((cas, elapsedMs) => {
    if (elapsedMs < restsFromMs) return;
    cas.put("PO-1", { currentStatus: "Released" });
    cas.put("PO-2", { currentStatus: "Released" });
  });
  expect(await wait()).toMatchObject({ stillMoving: 0, reason: "at-rest" });
  clock.advance(3_600_000);
  await change("PO-1");
  const changedAtMs = clock.monotonicMs();
  restsFromMs = changedAtMs + 4_000;
  expect(await wait()).toMatchObject({ stillMoving: 0, reason: "at-rest" });
  expect(clock.monotonicMs() - changedAtMs).toBeGreaterThanOrEqual(4_000);
});

test("waitUntilAtRest() does not wait for ever for a declaration that a change leaves as it is", async () => {
  const { change, clock, wait } = await prepare((cas, elapsedMs) => {
    if (elapsedMs > 0) return;
    cas.put("PO-1", { currentStatus: "Released" });
    cas.put("PO-2", { currentStatus: "Released" });
  });
  await wait();
  clock.advance(3_600_000);
  await change("PO-1");
  expect(await wait()).toMatchObject({ stillMoving: 1, reason: "quiet" });
  clock.advance(25 * 3_600_000);
  expect(await wait()).toMatchObject({ stillMoving: 0, reason: "at-rest" });
});
