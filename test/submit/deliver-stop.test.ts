import { expect, test } from "vitest";
import { CannotNowError, CasBatchError, OutcomeUnknownError } from "../../src/core/errors.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { defaultDeliverSettings } from "../../src/submit/deliver.ts";
import { LEASE_DURATION_MS } from "../../src/submit/lease/lease.ts";
import { holder, openDeliveryDesk, references } from "./delivery-desk.ts";
import { createScriptedCas } from "./scripted-cas.ts";
import { currentLease } from "../support/ledger-drafts.ts";

const { concurrency, drainMaxMs } = defaultDeliverSettings;
const diskFull = (): CannotNowError =>
  new CannotNowError("ledger-write-failed", "The ledger could not be written: disk full");

test("deliver() finishes what is under way when it is stopped, and sends nothing more", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(100));
  const controller = new AbortController();
  const reason = new Error("SIGTERM");
  const cas = createScriptedCas({
    send: async (_body, nth) => {
      if (nth === 20) controller.abort(reason);
      await desk.clock.sleep(10_000);
      return { referenceId: "r" };
    },
  });
  await expect(desk.deliver(cas, { signal: controller.signal })).rejects.toMatchObject({
    code: "interrupted",
    exitCode: 5,
    cause: reason,
  });
  expect(cas.sent.length).toBeLessThan(20 + concurrency);
  const left = await desk.books.outboxCounts();
  expect(left).toEqual({ queued: 100 - cas.sent.length, sending: 0, unknown: 0 });
  expect((await desk.lines()).filter((line) => line.bucket === "accepted")).toHaveLength(
    cas.sent.length,
  );
});

test("deliver() cuts off what does not end within the drain time: its outcome is unknown", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(20));
  const controller = new AbortController();
  const cas = createScriptedCas({
    send: async (_body, nth, signal) => {
      if (nth === 4) controller.abort(new Error("SIGTERM"));
      try {
        await desk.clock.sleep(3_600_000, signal);
      } catch (error) {
        throw new OutcomeUnknownError("outcome-unknown", "Cut off", { cause: error });
      }
      return { referenceId: "r" };
    },
  });
  await expect(
    desk.deliver(cas, { signal: controller.signal, settings: { concurrency: 4 } }),
  ).rejects.toMatchObject({ code: "interrupted" });
  expect(desk.clock.elapsedMs()).toBeGreaterThanOrEqual(drainMaxMs);
  expect(desk.clock.elapsedMs()).toBeLessThan(drainMaxMs + 5_000);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 16, sending: 0, unknown: 4 });
});

test("deliver() ends although a request that was cut off never does", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(20));
  const controller = new AbortController();
  const cas = createScriptedCas({
    send: (_body, nth) => {
      if (nth === 4) controller.abort(new Error("SIGTERM"));
      return new Promise(() => undefined);
    },
  });
  await expect(
    desk.deliver(cas, { signal: controller.signal, settings: { concurrency: 4 } }),
  ).rejects.toMatchObject({ code: "interrupted" });
  expect(await desk.books.outboxCounts()).toEqual({ queued: 16, sending: 4, unknown: 0 });
});

test("deliver() sends nothing that waits for its turn when it is stopped", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(100));
  const controller = new AbortController();
  const cas = createScriptedCas({
    send: (_body, nth) => {
      if (nth === 5) controller.abort(new Error("SIGINT"));
      return Promise.resolve({ referenceId: "r" });
    },
  });
  await expect(
    desk.deliver(cas, { signal: controller.signal, ratePerSecond: 2 }),
  ).rejects.toMatchObject({ code: "interrupted" });
  expect(cas.sent).toHaveLength(5);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 95, sending: 0, unknown: 0 });
  expect(desk.clock.elapsedMs()).toBeLessThan(4_000);
});

test("deliver() sends nothing at all when it is stopped before it begins", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(10));
  const cas = createScriptedCas();
  const signal = AbortSignal.abort(new Error("SIGINT"));
  await expect(desk.deliver(cas, { signal })).rejects.toMatchObject({ code: "interrupted" });
  expect(cas.sent).toEqual([]);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 10, sending: 0, unknown: 0 });
});

test("deliver() passes on why its caller lost the right to send", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const lost = new CasBatchError("lock-held", "Another process has taken over");
  const signal = AbortSignal.abort(lost);
  await expect(desk.deliver(createScriptedCas(), { signal })).rejects.toBe(lost);
});

test("deliver() starts no request after an outcome could not be recorded", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(200));
  const sentWhenFailed: number[] = [];
  const cas = createScriptedCas({
    send: async () => {
      await desk.clock.sleep(20);
      return { referenceId: "r" };
    },
  });
  const books: LedgerBooks = {
    ...desk.books,
    recordOutcomes: (outcomes) => {
      if (cas.sent.length < 50) return desk.books.recordOutcomes(outcomes);
      sentWhenFailed.push(cas.sent.length);
      return Promise.reject(diskFull());
    },
  };
  await expect(desk.deliver(cas, { books })).rejects.toMatchObject({
    code: "ledger-write-failed",
    exitCode: 5,
  });
  expect(sentWhenFailed[0]).toBeGreaterThanOrEqual(50);
  expect(cas.sent).toHaveLength(sentWhenFailed[0] ?? 0);
});

test("deliver() records the receipts it holds when the ledger can be written again", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(200));
  let failures = 0;
  const books: LedgerBooks = {
    ...desk.books,
    recordOutcomes: (outcomes) => {
      failures += 1;
      return failures === 2 ? Promise.reject(diskFull()) : desk.books.recordOutcomes(outcomes);
    },
  };
  const cas = createScriptedCas({
    send: async () => {
      await desk.clock.sleep(20);
      return { referenceId: "r" };
    },
  });
  await expect(desk.deliver(cas, { books })).rejects.toMatchObject({ code: "ledger-write-failed" });
  const left = await desk.books.outboxCounts();
  expect(left).toEqual({ queued: 200 - cas.sent.length, sending: 0, unknown: 0 });
});

test("deliver() starts no request after a claim could not be recorded", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(200));
  const cas = createScriptedCas();
  const books: LedgerBooks = { ...desk.books, claim: () => Promise.reject(diskFull()) };
  await expect(desk.deliver(cas, { books })).rejects.toMatchObject({ code: "ledger-write-failed" });
  expect(cas.sent).toEqual([]);
});

test("deliver() stops when its lease is lost", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1_000));
  const successor = { ...holder, holderId: "run-2", command: "run" };
  const cas = createScriptedCas({
    send: async (_body, nth) => {
      if (nth === 50) {
        await desk.books.releaseLease(await currentLease(desk.books));
        await desk.books.acquireLease(successor, LEASE_DURATION_MS);
      }
      await desk.clock.sleep(20);
      return { referenceId: "r" };
    },
  });
  await expect(desk.deliver(cas)).rejects.toMatchObject({ code: "lock-held", exitCode: 7 });
  expect(cas.sent.length).toBeLessThan(50 + 4 * concurrency);
});

test("deliver() sends not one request more after it was asleep past its lease", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1_000));
  const cas = createScriptedCas({
    send: async (_body, nth) => {
      if (nth === 50) desk.clock.skip(LEASE_DURATION_MS + 1);
      await desk.clock.sleep(5);
      return { referenceId: "r" };
    },
  });
  // Renewing never gets its turn, as in a process that wakes up with its sockets first.
  const books: LedgerBooks = {
    ...desk.books,
    renewLease: (leaseHolder, durationMs) =>
      cas.sent.length < 50
        ? desk.books.renewLease(leaseHolder, durationMs)
        : new Promise(() => undefined),
  };
  const delivered = desk.deliver(cas, { books });
  await Promise.race([delivered.catch(() => undefined), desk.clock.sleep(3_600_000)]);
  expect(cas.sent).toHaveLength(50);
  expect((await desk.books.outboxCounts()).sending).toBeLessThanOrEqual(concurrency);
});

test("deliver() does not begin without the lease", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  await desk.books.releaseLease(await currentLease(desk.books));
  await desk.books.acquireLease({ ...holder, holderId: "stranger" }, 60_000);
  const cas = createScriptedCas();
  await expect(desk.deliver(cas)).rejects.toMatchObject({ code: "lock-held" });
  expect(cas.sent).toEqual([]);
});

test("deliver() keeps its lease through a night that is longer than it", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(30));
  const other = { ...holder, holderId: "run-2" };
  let turnedAway = 0;
  const cas = createScriptedCas({
    send: async () => {
      await desk.clock.sleep(25_000);
      await desk.books.acquireLease(other, 1_000).catch(() => (turnedAway += 1));
      return { referenceId: "r" };
    },
  });
  expect(await desk.deliver(cas, { settings: { concurrency: 1 } })).toMatchObject({
    accepted: 30,
  });
  expect(turnedAway).toBe(30);
  expect(desk.clock.elapsedMs()).toBeGreaterThan(10 * LEASE_DURATION_MS);
});

test("deliver() passes a fault of its own on and leaves the message's outcome unknown", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const bug = new TypeError("Cannot read properties of undefined");
  const cas = createScriptedCas({ send: () => Promise.reject(bug) });
  await expect(desk.deliver(cas)).rejects.toBe(bug);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 1 });
});
