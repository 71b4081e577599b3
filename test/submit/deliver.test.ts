import { expect, test } from "vitest";
import {
  CannotNowError,
  CasBatchError,
  OutcomeUnknownError,
  RefusedError,
} from "../../src/core/errors.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { defaultDeliverSettings } from "../../src/submit/deliver.ts";
import { openDeliveryDesk, referenceOf, references } from "./delivery-desk.ts";
import { createScriptedCas } from "./scripted-cas.ts";

const busy = (retryAfterMs: number | null = null): CannotNowError =>
  new CannotNowError("rate-limited", "Could not send: CAS answered 429", { retryAfterMs });

test("deliver() sends every message once and records each receipt", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(500));
  const cas = createScriptedCas();
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ accepted: 500, rejected: 0, unknown: 0, unsent: 0 });
  expect(summary).toMatchObject({ requests: 500, retries: 0 });
  expect(new Set(cas.sent.map(referenceOf)).size).toBe(500);
  const lines = await desk.lines();
  expect(lines.filter((line) => line.bucket === "accepted")).toHaveLength(500);
  expect(new Set(lines.map((line) => line.referenceId)).size).toBe(500);
  expect(desk.progress.at(-1)).toMatchObject({ phase: "sending", done: 500, total: 500 });
});

test("deliver() has each message recorded as being sent before its request begins", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(40));
  const claimed = new Set<string>();
  const unclaimed: string[] = [];
  const books: LedgerBooks = {
    ...desk.books,
    claim: async (options) => {
      const messages = await desk.books.claim(options);
      for (const message of messages) claimed.add(message.key.externalReference);
      return messages;
    },
  };
  const cas = createScriptedCas({
    send: async (body) => {
      if (!claimed.has(referenceOf(body))) unclaimed.push(body);
      const { sending } = await desk.books.outboxCounts();
      if (sending === 0) unclaimed.push(body);
      return { referenceId: body };
    },
  });
  await desk.deliver(cas, { books });
  expect(cas.sent).toHaveLength(40);
  expect(unclaimed).toEqual([]);
});

test("deliver() keeps a refusal as that shipment's result and sends the others", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(3));
  const problem = {
    status: 400,
    title: "Validation failed",
    detail: null,
    errors: [{ path: "direction", message: "must be IN or OUT" }],
    rawBody: "{}",
  };
  const cas = createScriptedCas({
    send: (body, nth) =>
      referenceOf(body) === "S-2"
        ? Promise.reject(new RefusedError("request-refused", "Could not send", problem))
        : Promise.resolve({ referenceId: `ref-${String(nth)}` }),
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ accepted: 2, rejected: 1, requests: 3 });
  const [, second] = await desk.lines();
  expect(second).toMatchObject({ bucket: "rejected", problem });
});

test("deliver() sends nothing and reports nothing to do for an empty outbox", async () => {
  await using desk = await openDeliveryDesk();
  const cas = createScriptedCas();
  expect(await desk.deliver(cas)).toMatchObject({ accepted: 0, requests: 0, unsent: 0 });
  expect(cas.sent).toEqual([]);
});

test("deliver() sends nobody anything before a Retry-After has passed, then all of it", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(30));
  const sentAtMs: number[] = [];
  const cas = createScriptedCas({
    send: (_body, nth) => {
      sentAtMs.push(desk.clock.elapsedMs());
      return nth === 5 ? Promise.reject(busy(90_000)) : Promise.resolve({ referenceId: "r" });
    },
  });
  const summary = await desk.deliver(cas, { ratePerSecond: 10 });
  expect(summary).toMatchObject({ accepted: 30, requests: 31, retries: 1 });
  const askedAtMs = sentAtMs[4] ?? 0;
  const later = sentAtMs.slice(5);
  expect(later).toHaveLength(26);
  expect(Math.min(...later) - askedAtMs).toBeGreaterThanOrEqual(90_000);
  expect(Math.min(...later) - askedAtMs).toBeLessThan(91_000);
});

test("deliver() ends resumable on a Retry-After that is too long to wait for", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(30));
  const cas = createScriptedCas({ send: () => Promise.reject(busy(86_400_000)) });
  await expect(desk.deliver(cas, { ratePerSecond: 10 })).rejects.toMatchObject({
    code: "rate-limited",
    exitCode: 5,
  });
  expect(cas.sent).toHaveLength(1);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 30, sending: 0, unknown: 0 });
  expect(desk.clock.elapsedMs()).toBeLessThan(60_000);
});

test("deliver() backs off after a 429 without Retry-After and tries the message again", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const sentAtMs: number[] = [];
  const cas = createScriptedCas({
    send: (_body, nth) => {
      sentAtMs.push(desk.clock.elapsedMs());
      return nth < 4 ? Promise.reject(busy()) : Promise.resolve({ referenceId: "r" });
    },
  });
  const summary = await desk.deliver(cas, { random: () => 1 });
  expect(summary).toMatchObject({ accepted: 1, requests: 4, retries: 3 });
  const delaysMs = sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0));
  [1_000, 2_000, 4_000].forEach((delayMs, index) => {
    expect(delaysMs[index]).toBeGreaterThanOrEqual(delayMs);
    expect(delaysMs[index]).toBeLessThan(delayMs + 2 * defaultDeliverSettings.idlePollMs);
  });
});

test("deliver() probes a CAS that is down instead of trying the whole outbox on it, and gives up", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1_000));
  const down = new CannotNowError("unreachable", "Could not send: nobody listens");
  const cas = createScriptedCas({ send: () => Promise.reject(down) });
  await expect(desk.deliver(cas)).rejects.toMatchObject({
    code: "unreachable",
    exitCode: 5,
    cause: down,
  });
  const { giveUpAfterMs } = defaultDeliverSettings.outage;
  expect(desk.clock.elapsedMs()).toBeGreaterThanOrEqual(giveUpAfterMs);
  expect(desk.clock.elapsedMs()).toBeLessThan(giveUpAfterMs + 60_000);
  expect(cas.sent.length).toBeLessThan(40);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 1_000, sending: 0, unknown: 0 });
});

test("deliver() does not turn the whole outbox into unknown outcomes when CAS answers 500", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1_000));
  const cas = createScriptedCas({
    send: () => Promise.reject(new OutcomeUnknownError("outcome-unknown", "CAS answered 500")),
  });
  await expect(desk.deliver(cas)).rejects.toBeInstanceOf(CannotNowError);
  const left = await desk.books.outboxCounts();
  expect(left.queued + left.unknown).toBe(1_000);
  expect(left.unknown).toBeLessThan(60);
});

test("deliver() goes on at full speed once a probe succeeds", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(200));
  const cas = createScriptedCas({
    send: () =>
      desk.clock.elapsedMs() < 100_000
        ? Promise.reject(new CannotNowError("server-error", "CAS answered 503"))
        : Promise.resolve({ referenceId: "r" }),
  });
  const summary = await desk.deliver(cas, { ratePerSecond: 10 });
  expect(summary).toMatchObject({ accepted: 200, unsent: 0 });
  expect(desk.clock.elapsedMs()).toBeLessThan(100_000 + 30_000 + 60_000 + 25_000);
});

test("deliver() keeps all repeats together within their quota of the requests", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(600));
  const tried = new Set<string>();
  const cas = createScriptedCas({
    send: (body, nth) => {
      // Every third message is refused for now the first time it comes: no outage, only load.
      if (nth % 3 === 0 && !tried.has(body)) {
        tried.add(body);
        return Promise.reject(busy());
      }
      return Promise.resolve({ referenceId: "r" });
    },
  });
  const { retry } = defaultDeliverSettings;
  const failing = await desk
    .deliver(cas, { settings: { retry: { ...retry, quotaFloor: 5, quotaShare: 0.1 } } })
    .catch((error: unknown) => error);
  expect(failing).toMatchObject({ code: "rate-limited" });
  const repeats = cas.sent.length - new Set(cas.sent).size;
  expect(tried.size).toBeGreaterThan(100);
  expect(repeats).toBeGreaterThan(5);
  expect(repeats).toBeLessThanOrEqual(5 + 0.1 * cas.sent.length + 1);
  expect((await desk.books.outboxCounts()).unknown).toBe(0);
});

test("deliver() sends a second version of a shipment only after the first one is settled", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", content: "first" }, ...references(20).slice(1)]);
  await desk.queue([{ reference: "S-1", content: "second" }]);
  await desk.queue([{ reference: "S-1", content: "third" }]);
  let underWay = 0;
  const contents: string[] = [];
  const cas = createScriptedCas({
    send: async (body, nth) => {
      if (referenceOf(body) !== "S-1") return { referenceId: "r" };
      expect(underWay).toBe(0);
      underWay += 1;
      await desk.clock.sleep(200);
      underWay -= 1;
      if (nth === 1) throw busy();
      const [content = ""] = /first|second|third/.exec(body) ?? [];
      contents.push(content);
      return { referenceId: "r" };
    },
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ accepted: 22, requests: 23 });
  expect(contents).toEqual(["first", "second", "third"]);
});

test("deliver() never has more requests under way than its concurrency", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(200));
  let underWay = 0;
  let most = 0;
  const cas = createScriptedCas({
    send: async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await desk.clock.sleep(20);
      underWay -= 1;
      return { referenceId: "r" };
    },
  });
  await desk.deliver(cas, { settings: { concurrency: 6 } });
  expect(most).toBe(6);
});

test("deliver() keeps to the rate limit and claims hardly more than it is about to send", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(100));
  let mostClaimed = 0;
  const cas = createScriptedCas({
    send: async () => {
      mostClaimed = Math.max(mostClaimed, (await desk.books.outboxCounts()).sending);
      await desk.clock.sleep(20);
      return { referenceId: "r" };
    },
  });
  await desk.deliver(cas, { ratePerSecond: 10 });
  expect(desk.clock.elapsedMs()).toBeGreaterThan(9_800);
  expect(desk.clock.elapsedMs()).toBeLessThan(10_500);
  expect(mostClaimed).toBeLessThanOrEqual(3 * defaultDeliverSettings.concurrency);
});

test("deliver() records outcomes in groups, and none later than the delay allows", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(640));
  const latenessMs: number[] = [];
  let writes = 0;
  const books: LedgerBooks = {
    ...desk.books,
    recordOutcomes: async (outcomes) => {
      writes += 1;
      const nowMs = desk.clock.now().getTime();
      for (const outcome of outcomes) latenessMs.push(nowMs - outcome.at.getTime());
      return desk.books.recordOutcomes(outcomes);
    },
  };
  const cas = createScriptedCas({
    send: async () => {
      await desk.clock.sleep(20);
      return { referenceId: "r" };
    },
  });
  await desk.deliver(cas, { books, settings: { concurrency: 64 } });
  expect(latenessMs).toHaveLength(640);
  expect(writes).toBeLessThanOrEqual(20);
  expect(Math.max(...latenessMs)).toBeLessThanOrEqual(defaultDeliverSettings.outcomeDelayMaxMs);
});

test("deliver() ends when the token is refused, and the rest stays queued", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(100));
  const refused = new CasBatchError("token-refused", "CAS answered 401, also to a fresh token");
  const cas = createScriptedCas({
    send: async (_body, nth) => {
      await desk.clock.sleep(20);
      if (nth > 10) throw refused;
      return { referenceId: "r" };
    },
  });
  await expect(desk.deliver(cas)).rejects.toBe(refused);
  expect(cas.sent.length).toBeLessThanOrEqual(10 + 2 * defaultDeliverSettings.concurrency);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 90, sending: 0, unknown: 0 });
});

const noRight = new CasBatchError("scope-missing", "CAS answered 403; it needs create:wms");

test("deliver() leaves a kind in the queue that the token may not send, says so, and sends the others", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([
    { reference: "MO-1", kind: "MovementOrder", messageType: "New" },
    ...references(30),
    { reference: "MO-2", kind: "MovementOrder", messageType: "New" },
  ]);
  const cas = createScriptedCas({
    send: (body, nth, _signal, kind) =>
      kind === "MovementOrder"
        ? Promise.reject(noRight)
        : Promise.resolve({ referenceId: `${body}${String(nth)}` }),
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ accepted: 30, rejected: 0, unknown: 0, unsent: 2 });
  expect(summary.notAllowed).toEqual([noRight.message]);
  expect(desk.logged.join("\n")).toContain(
    "Left in the queue: 2 movement orders. CAS answered 403",
  );
  const left = (await desk.lines()).filter(({ bucket }) => bucket === "unsent");
  expect(left.map(({ reason }) => reason)).toEqual([
    { code: "request-failed", errorCode: "scope-missing", message: noRight.message },
    { code: "request-failed", errorCode: "scope-missing", message: noRight.message },
  ]);
});

test("deliver() ends with the refusal when nothing else was to be sent", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "MO-1", kind: "MovementOrder", messageType: "New" }]);
  const cas = createScriptedCas({ send: () => Promise.reject(noRight) });
  await expect(desk.deliver(cas)).rejects.toBe(noRight);
  expect(cas.sent).toHaveLength(1);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 1, sending: 0, unknown: 0 });
});

test("deliver() sends other kinds when it may not ask about a shipment that waits for that", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([
    { reference: "PO-1", askFirst: true },
    { reference: "MO-1", kind: "MovementOrder", messageType: "New" },
  ]);
  const cas = createScriptedCas({ search: () => Promise.reject(noRight) });
  expect(await desk.deliver(cas)).toMatchObject({ accepted: 1, unsent: 1 });
  expect(cas.sent).toHaveLength(1);
});
