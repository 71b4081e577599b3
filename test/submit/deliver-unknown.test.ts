import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { Receipt } from "../../src/cas/cas-client.ts";
import { CannotNowError, CasBatchError, OutcomeUnknownError } from "../../src/core/errors.ts";
import { defaultDeliverSettings } from "../../src/submit/deliver.ts";
import { holder, openDeliveryDesk, referenceOf, references } from "./delivery-desk.ts";
import { createScriptedCas, declarationOf } from "./scripted-cas.ts";
import { currentLease } from "../support/ledger-drafts.ts";

const { settleDelaysMs } = defaultDeliverSettings;
const scheduleMs = settleDelaysMs.reduce((sum, delayMs) => sum + delayMs, 0);

const lostAnswer = (): Promise<Receipt> =>
  Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"));
const received = (): Promise<Receipt> => Promise.resolve({ referenceId: "r" });

test("deliver() asks about a lost answer, finds the declaration, and does not send again", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(3));
  const cas = createScriptedCas({
    send: (body) => (referenceOf(body) === "S-2" ? lostAnswer() : received()),
    search: (reference) => Promise.resolve([declarationOf(reference)]),
  });
  const summary = await desk.deliver(cas);
  expect(cas.sent.map(referenceOf).filter((reference) => reference === "S-2")).toHaveLength(1);
  expect(cas.searched).toEqual(["S-2"]);
  expect(summary).toMatchObject({ accepted: 2, unknown: 0, requests: 3 });
  expect(summary.settled).toEqual({ arrived: 1, resent: 0 });
  const [, second] = await desk.lines();
  expect(second).toMatchObject({ bucket: "accepted" });
  expect(wordsOf(second)).toContain("D-S-2");
});

test("deliver() asks along the whole schedule before it sends an unknown message again, once", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const askedAtMs: number[] = [];
  const sentAtMs: number[] = [];
  const cas = createScriptedCas({
    send: (_body, nth) => {
      sentAtMs.push(desk.clock.elapsedMs());
      return nth === 1 ? lostAnswer() : received();
    },
    search: () => {
      askedAtMs.push(desk.clock.elapsedMs());
      return Promise.resolve([]);
    },
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ accepted: 1, unknown: 0, requests: 2, retries: 1 });
  expect(summary.settled).toEqual({ arrived: 0, resent: 1 });
  expect(askedAtMs).toHaveLength(settleDelaysMs.length);
  let previousMs = sentAtMs[0] ?? 0;
  askedAtMs.forEach((atMs, index) => {
    expect(atMs - previousMs).toBeGreaterThanOrEqual(settleDelaysMs[index] ?? Infinity);
    previousMs = atMs;
  });
  expect(sentAtMs[1]).toBeGreaterThanOrEqual(scheduleMs);
});

test("deliver() sends a message that is lost every time once more, and then leaves it unknown", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const cas = createScriptedCas({ send: lostAnswer, search: () => Promise.resolve([]) });
  // A longer schedule would count as an outage first.
  const soon = { settings: { settleDelaysMs: [1_000] } };
  const first = await desk.deliver(cas, soon);
  expect(first).toMatchObject({ accepted: 0, unknown: 1, requests: 2, leftToPeople: [] });
  const [line] = await desk.lines();
  expect(line).toMatchObject({ bucket: "unknown", attempts: 2 });

  const later = await desk.deliver(cas, soon);
  expect(later).toMatchObject({ unknown: 1, requests: 1 });
});

test("deliver() sends the other shipments while an unknown one is being asked about", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(300));
  const doneAtMs: number[] = [];
  const cas = createScriptedCas({
    send: async (_body, nth) => {
      await desk.clock.sleep(50);
      if (nth === 1) return lostAnswer();
      doneAtMs.push(desk.clock.elapsedMs());
      return received();
    },
    search: (reference, nth) => Promise.resolve(nth < 3 ? [] : [declarationOf(reference)]),
  });
  const summary = await desk.deliver(cas, { ratePerSecond: 10 });
  expect(summary).toMatchObject({ accepted: 299, settled: { arrived: 1, resent: 0 } });
  expect(Math.max(...doneAtMs)).toBeLessThan(32_000);
  expect(desk.progress.some(({ phase }) => phase === "settling")).toBe(true);
});

test("deliver() never sends a New again: it stays unknown for a person", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", messageType: "New" }]);
  const cas = createScriptedCas({ send: lostAnswer });
  const summary = await desk.deliver(cas);
  expect(cas.sent).toHaveLength(1);
  expect(summary).toMatchObject({ accepted: 0, unknown: 1, settled: { arrived: 0, resent: 0 } });
  expect((await desk.lines())[0]).toMatchObject({ bucket: "unknown" });

  const later = createScriptedCas({ search: (ref) => Promise.resolve([declarationOf(ref)]) });
  expect(await desk.deliver(later)).toMatchObject({ unknown: 0, settled: { arrived: 1 } });
  expect(later.sent).toEqual([]);
});

test("deliver() ends soon beside a New that stays unknown and a version that stands behind it", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", messageType: "New", content: "first" }]);
  await desk.queue([{ reference: "S-1", content: "second" }]);
  const cas = createScriptedCas({ send: lostAnswer });
  expect(await desk.deliver(cas)).toMatchObject({ unknown: 1, unsent: 1, requests: 1 });
  expect(desk.clock.elapsedMs()).toBeLessThan(scheduleMs + 120_000);
});

test("deliver() leaves unknown outcomes to a later run when it is not to wait, which goes on with the schedule", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const first = createScriptedCas({ send: lostAnswer });
  expect(await desk.deliver(first, { settings: { settleWaitMaxMs: 6_000 } })).toMatchObject({
    unknown: 1,
  });
  expect(first.searched).toHaveLength(1);

  const second = createScriptedCas();
  expect(await desk.deliver(second)).toMatchObject({ accepted: 1, unknown: 0, requests: 1 });
  expect(second.searched).toHaveLength(settleDelaysMs.length - 1);
});

test("deliver() asks about what a crashed run left being sent, before anything of it is sent", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(2));
  const crashed = { ...holder, holderId: "crashed" };
  const now = desk.clock.now();
  await desk.books.releaseLease(await currentLease(desk.books));
  const lease = await desk.books.acquireLease(crashed, 1_000);
  await desk.books.claim({
    limit: 1,
    runId: "20261120T180000Z-0001",
    lease,
    now,
    deadlineAt: now,
    holdReason: () => null,
  });
  await desk.clock.sleep(2_000);
  await desk.books.acquireLease(holder, 60_000);
  const cas = createScriptedCas({ search: (ref) => Promise.resolve([declarationOf(ref)]) });
  const summary = await desk.deliver(cas);
  expect(cas.sent.map(referenceOf)).toEqual(["S-2"]);
  expect(summary).toMatchObject({ accepted: 1, settled: { arrived: 1, resent: 0 } });
});

test("deliver() takes an old declaration for no evidence of a new version", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", content: "first" }]);
  await desk.deliver(createScriptedCas());
  const acceptedAt = desk.clock.now().toISOString();
  await desk.clock.sleep(600_000);
  await desk.queue([{ reference: "S-1", content: "second" }]);
  const cas = createScriptedCas({
    send: (_body, nth) => (nth === 1 ? lostAnswer() : received()),
    search: (ref) => Promise.resolve([declarationOf(ref, { lastUpdated: acceptedAt })]),
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ requests: 2, settled: { arrived: 0, resent: 1 } });
});

test("deliver() takes a declaration with the new content, updated since the attempt, for evidence of a new version", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", content: "first" }]);
  await desk.deliver(createScriptedCas());
  await desk.clock.sleep(600_000);
  await desk.queue([{ reference: "S-1", content: "second" }]);
  const cas = createScriptedCas({
    send: lostAnswer,
    search: (ref) =>
      Promise.resolve([declarationOf(ref, { lastUpdated: desk.clock.now().toISOString() })]),
    document: () => ({ CONTENT: "second", deducedByCas: "1" }),
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ requests: 1, settled: { arrived: 1, resent: 0 } });
});

test.each([
  ["of the other direction", { direction: "OUT" }],
  ["of another reference", { externalReference: "S-99" }],
  ["made days before the message was sent", { creationDate: "2026-11-10T08:00:00Z" }],
])("deliver() takes a declaration %s for no evidence", async (_what, more) => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const cas = createScriptedCas({
    send: (_body, nth) => (nth === 1 ? lostAnswer() : received()),
    search: (ref) => Promise.resolve([declarationOf(ref, more)]),
  });
  expect((await desk.deliver(cas)).settled).toEqual({ arrived: 0, resent: 1 });
});

test("deliver() looks through all pages of the search", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const strangers = Array.from({ length: 100 }, () => declarationOf("S-99"));
  const cas = createScriptedCas({
    send: lostAnswer,
    search: (ref, _nth, offset) => Promise.resolve(offset < 200 ? strangers : [declarationOf(ref)]),
  });
  expect((await desk.deliver(cas)).settled).toEqual({ arrived: 1, resent: 0 });
  expect(cas.searched).toHaveLength(3);
});

test("deliver() counts a failed search for no enquiry", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const cas = createScriptedCas({
    send: (_body, nth) => (nth === 1 ? lostAnswer() : received()),
    search: (_ref, nth) =>
      nth <= 10
        ? Promise.reject(new CannotNowError("server-error", "CAS answered 503"))
        : Promise.resolve([]),
  });
  await desk.deliver(cas);
  expect(cas.searched).toHaveLength(10 + settleDelaysMs.length);
});

test("deliver() ends resumable when CAS cannot be asked for too long, and nothing is sent again", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const cas = createScriptedCas({
    send: lostAnswer,
    search: () => Promise.reject(new CannotNowError("unreachable", "Nobody listens")),
  });
  await expect(desk.deliver(cas)).rejects.toMatchObject({ code: "unreachable", exitCode: 5 });
  expect(cas.sent).toHaveLength(1);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 1 });
});

test("deliver() ends when it has no right to search", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const missing = new CasBatchError("scope-missing", "The scope read:declarations is missing");
  const cas = createScriptedCas({ send: lostAnswer, search: () => Promise.reject(missing) });
  await expect(desk.deliver(cas)).rejects.toBe(missing);
  expect(cas.sent).toHaveLength(1);
});

test("deliver() settles hundreds of unknown outcomes, each asked about before it is sent again", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(500));
  const lost = new Set<string>();
  const asked = new Map<string, number>();
  const tooEarly: string[] = [];
  const cas = createScriptedCas({
    send: (body, nth) => {
      const reference = referenceOf(body);
      if (lost.has(reference) && (asked.get(reference) ?? 0) < 4) tooEarly.push(reference);
      if (nth % 5 !== 0 || lost.has(reference)) return received();
      lost.add(reference);
      return lostAnswer();
    },
    search: (reference) => {
      asked.set(reference, (asked.get(reference) ?? 0) + 1);
      return Promise.resolve([]);
    },
  });
  const { retry } = defaultDeliverSettings;
  const summary = await desk.deliver(cas, { settings: { retry: { ...retry, quotaShare: 1 } } });
  expect(tooEarly).toEqual([]);
  expect(lost.size).toBeGreaterThanOrEqual(100);
  expect(summary).toMatchObject({ accepted: 500, unknown: 0, unsent: 0 });
  expect(summary.settled.resent).toBe(lost.size);
});

test("deliver() asks in time about an attempt that a clock recorded which was ahead", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(1));
  const hoursAheadMs = 5 * 3_600_000;
  desk.clock.skip(hoursAheadMs);
  const cas = createScriptedCas({ send: lostAnswer });
  expect(await desk.deliver(cas, { settings: { settleWaitMaxMs: 0 } })).toMatchObject({
    unknown: 1,
  });
  desk.clock.skip(-hoursAheadMs);
  const beganMs = desk.clock.elapsedMs();
  const later = createScriptedCas({ send: () => Promise.resolve(received()) });
  expect(await desk.deliver(later)).toMatchObject({ accepted: 1, settled: { resent: 1 } });
  expect(desk.clock.elapsedMs() - beganMs).toBeLessThan(scheduleMs + 60_000);
  expect(desk.logged.join("\n")).toContain("Waiting to learn what became of 1 message");
});

test("deliver() leaves a movement order unknown that it may not read, and sends the others", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "MO-1", kind: "MovementOrder", messageType: "New" }]);
  const noRight = new CasBatchError("scope-missing", "The scope read:wms is missing");
  const cas = {
    ...createScriptedCas({
      send: (_body, nth) => (nth === 1 ? lostAnswer() : Promise.resolve({ referenceId: "r" })),
    }),
    movementOrder: () => Promise.reject(noRight),
  };
  await desk.deliver(cas);
  await desk.queue(references(2));
  expect(await desk.deliver(cas)).toMatchObject({ accepted: 2, unknown: 1 });
  expect(cas.sent).toHaveLength(3);
});
