import fc from "fast-check";
import { expect, test } from "vitest";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import {
  mergeNotifications,
  mergeWaiting,
} from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import {
  acceptAll,
  collected,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";
import { verifyLedger } from "../../src/ledger/sqlite/care/verify-ledger.ts";
import { eventBody, failed, statusChanged, type EventDraft } from "./events.ts";

const signal = new AbortController().signal;

const receive = (
  books: LedgerBooks,
  events: readonly EventDraft[],
  receivedAt = minutesAfterNoon(60),
) =>
  books.storeNotifications(
    events.map((event) =>
      receivedNotification(
        { headers: {}, body: Buffer.from(eventBody(event)), receivedAt },
        "ACME",
        null,
      ),
    ),
  );

async function withBooks<Result>(
  references: readonly string[],
  work: (books: LedgerBooks) => Promise<Result>,
): Promise<Result> {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  try {
    const books = ledger.books("simulator", "ACME");
    await startRun(books);
    if (references.length > 0) {
      await queueFile(
        books,
        references.map((reference, at) => lineDraft(at + 1, reference)),
      );
      await acceptAll(books);
    }
    const result = await work(books);
    // The fingerprints of drafts are made up.
    const damages = verifyLedger(store.path).damages.filter(
      ({ what }) => !/fingerprint/.test(what),
    );
    expect(damages).toEqual([]);
    return result;
  } finally {
    await ledger.close();
    await store.remove();
  }
}

/** All that the books say, without what only counts. */
async function booksOf(books: LedgerBooks, references: readonly string[]): Promise<unknown> {
  const byId = (left: { declarationId: string }, right: { declarationId: string }) =>
    left.declarationId.localeCompare(right.declarationId);
  const { notifications } = await books.notifications({ limit: 1000 });
  return {
    declarations: (await collected(books.declarations({ latest: true }))).toSorted(byId),
    unexplained: (await collected(books.unexplainedDeclarations())).toSorted(byId),
    lines: (await collected(books.lines({ latest: true }))).map((line) => ({
      ...line,
      declarations: line.declarations.toSorted(byId),
    })),
    shipments: (await books.findShipments(references)).map((shipment) => ({
      ...shipment,
      declarationIds: shipment.declarationIds.toSorted(),
    })),
    notifications: notifications
      .map(({ eventId, standing, key }) => ({ eventId, standing, key }))
      .toSorted((left, right) => String(left.eventId).localeCompare(String(right.eventId))),
  };
}

/** A life with two declarations of one shipment, a failed message, a stranger, and times that are hard to tell apart. */
const LIFE: readonly EventDraft[] = [
  statusChanged("D-1", "New", "2026-11-20T12:01:00Z", {
    customsShipmentReference: "FQB1",
    traderReference: "S-1",
    lrn: "L1",
  }),
  statusChanged("D-1", "Validated", "2026-11-20T12:02:00.1234561Z", {
    traderReference: "S-1",
    direction: "IN",
    lrn: "L2",
  }),
  statusChanged("D-1", "Submitted", "2026-11-20T12:02:00.1234562Z", { traderReference: "S-1" }),
  statusChanged("D-1", "Validated", "2026-11-20T12:02:00.1239Z", {
    traderReference: "S-1",
    mrn: "26BE",
  }),
  statusChanged("D-1", "Released", "2026-11-20T12:05:00.5Z", { traderReference: "S-1" }),
  statusChanged("D-2", "Invalid", "2026-11-20T12:03:00.000Z", { customsShipmentReference: "S-1" }),
  statusChanged("D-9", "Released", "2026-11-20T12:03:00.000Z", {
    customsShipmentReference: "of-another",
  }),
  failed("receipt of S-2", ["SingleAdministrativeDocument.AddDeclType must be D", "too late"]),
  failed("receipt of S-2", ["something else"], "2026-11-20T12:41:00Z", "ReplaceUnsuccessful"),
  { eventType: "NobodyKnows", data: { id: "x" } },
].map((event, at) => ({ ...event, id: `event-${String(at)}` }));

test("mergeNotifications() ends in the same books for every order and every number of deliveries", async () => {
  const references = ["S-1", "S-2", "S-3"];
  const expected = await withBooks(references, async (books) => {
    await receive(books, LIFE);
    await mergeWaiting(books, { signal });
    return booksOf(books, references);
  });
  expect(expected).toMatchObject({
    declarations: [
      {
        declarationId: "D-1",
        summary: { currentStatus: "Released", lrn: "L2", mrn: "26BE" },
        history: ["New", "Validated", "Submitted", "Validated", "Released"].map((status) => ({
          status,
        })),
      },
      { declarationId: "D-2" },
    ],
    unexplained: [{ declarationId: "D-9" }],
  });
  const order = fc.array(fc.integer({ min: 0, max: LIFE.length - 1 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(
        LIFE.map((_, at) => at),
        { minLength: LIFE.length },
      ),
      order,
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 3, maxLength: 12 }),
      async (all, again, sizes) => {
        const deliveries = [...all, ...again].map((at) => LIFE[at] ?? {});
        const found = await withBooks(references, async (books) => {
          for (let at = 0, step = 0; at < deliveries.length; step += 1) {
            const size = sizes[step % sizes.length] ?? 1;
            await receive(books, deliveries.slice(at, at + size));
            if (step % 3 !== 2) await mergeWaiting(books, { signal });
            at += size;
          }
          await mergeWaiting(books, { signal });
          await mergeNotifications(books, "all", { signal });
          return booksOf(books, references);
        });
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test("a status that an event tells late does not move a declaration back, and gets its place in the history", async () => {
  await withBooks(["S-1"], async (books) => {
    const [shipment] = await books.findShipments(["S-1"]);
    const summary = declarationSummary("D-1", "Released", { externalReference: "S-1" });
    const shipmentId = shipment?.shipmentId ?? null;
    await books.recordDeclarations([
      { summary, shipmentId, observedAt: minutesAfterNoon(10), source: "search" },
    ]);
    const late = { traderReference: "S-1", mrn: "26BE" };
    await receive(books, [statusChanged("D-1", "Accepted", "2026-11-20T12:05:00Z", late)]);
    await mergeWaiting(books, { signal });
    const [view] = await collected(books.declarations({ latest: true }));
    expect(view?.summary).toMatchObject({ currentStatus: "Released", mrn: "26BE" });
    expect(view?.history.map(({ status }) => status)).toEqual(["Accepted", "Released"]);
    // Later than what the search showed, which gave no time of its own.
    await receive(books, [statusChanged("D-1", "Cancelled", "2026-11-20T12:20:00Z")]);
    await receive(books, [statusChanged("D-1", "Diverted", "2026-11-20T12:08:00Z")]);
    await mergeWaiting(books, { signal });
    const [after] = await collected(books.declarations({ latest: true }));
    expect(after?.summary.currentStatus).toBe("Cancelled");
    expect(after?.history.map(({ status }) => status)).toEqual([
      "Accepted",
      "Diverted",
      "Released",
      "Cancelled",
    ]);
  });
});

test("a message that CAS could not process counts as refused, with its reasons and its receipt", async () => {
  await withBooks(["S-1"], async (books) => {
    await books.recordResultFolder("run-1", "/out/run-1");
    await receive(books, [
      failed("receipt of S-1", ["externalReference is known already", "and more"]),
    ]);
    expect(await mergeWaiting(books, { signal })).toMatchObject({ matched: 1, failedMessages: 1 });
    const [line] = await collected(books.lines({ latest: true }));
    expect(line).toMatchObject({
      bucket: "rejected",
      referenceId: "receipt of S-1",
      reason: { code: "refused", status: 0, title: "CreationUnsuccessful" },
      refusedFields: [
        { message: "externalReference is known already", cell: "A2" },
        { message: "and more", path: null },
      ],
    });
    const [shipment] = await books.findShipments(["S-1"]);
    expect(shipment?.acceptedAt).toBeNull();
    expect(await books.resultsOfRun("run-1")).toMatchObject({ behind: 1 });
    expect(await mergeNotifications(books, "all", { signal })).toMatchObject({ failedMessages: 0 });
    expect(await books.resultsOfRun("run-1")).toMatchObject({ behind: 1 });
  });
});

test("an earlier version counts as accepted when a later one fails", async () => {
  await withBooks(["S-1"], async (books) => {
    await queueFile(books, [lineDraft(1, "S-1", "changed")], {
      batchId: "batch-2",
      fileName: "b.xlsx",
    });
    const [message] = await books.claim({
      limit: 1,
      runId: "run-1",
      lease: (await books.currentHolder()) ?? expect.unreachable(),
      now: NOON,
      deadlineAt: NOON,
      holdReason: () => null,
    });
    const at = minutesAfterNoon(5);
    const attemptId = message?.attemptId ?? "";
    await books.recordOutcomes([{ attemptId, at, kind: "accepted", referenceId: "R-2" }]);
    await receive(books, [failed("R-2", [], "2026-11-20T12:40:00Z", "ReplaceUnsuccessful")]);
    await mergeWaiting(books, { signal });
    const [shipment] = await books.findShipments(["S-1"]);
    expect(shipment).toMatchObject({ acceptedAt: NOON, referenceId: "receipt of S-1" });
  });
});

test("an event that comes before its message is merged when the message appears", async () => {
  await withBooks([], async (books) => {
    await receive(books, [
      failed("receipt of S-1", ["no"]),
      statusChanged("D-1", "New", "2026-11-20T12:01:00Z", { traderReference: "S-1" }),
    ]);
    expect(await mergeWaiting(books, { signal })).toMatchObject({ matched: 0, unmatched: 2 });
    const { notifications } = await books.notifications({ unmatched: true, limit: 10 });
    expect(notifications).toHaveLength(2);
    await queueFile(books, [lineDraft(1, "S-1")]);
    await acceptAll(books);
    expect(await mergeWaiting(books, { signal })).toMatchObject({ matched: 2, failedMessages: 1 });
    const [line] = await collected(books.lines({ latest: true }));
    expect(line).toMatchObject({ bucket: "rejected", declarations: [{ declarationId: "D-1" }] });
    expect((await books.notifications({ unmatched: true, limit: 10 })).total).toBe(0);
  });
});

test("an event names a shipment only where nothing contradicts it, and only one fits", async () => {
  await withBooks(["S-1"], async (books) => {
    await receive(books, [
      statusChanged("D-1", "New", "2026-11-20T12:01:00Z", {
        traderReference: "S-1",
        direction: "OUT",
      }),
    ]);
    expect(await mergeWaiting(books, { signal })).toMatchObject({ matched: 0, unmatched: 1 });
    expect(await collected(books.unexplainedDeclarations())).toHaveLength(1);
  });
});

test("what is of another tenant, contradicts, or is no event is kept and never merged", async () => {
  await withBooks(["S-1"], async (books) => {
    const event = {
      ...statusChanged("D-1", "New", "2026-11-20T12:01:00Z", { traderReference: "S-1" }),
      id: "E-1",
    };
    expect(await receive(books, [{ ...event, tenantId: "OTHER" }])).toEqual(["new"]);
    expect(await receive(books, [event, event])).toEqual(["new", "known"]);
    const forged = {
      ...event,
      data: { id: "D-1", currentStatus: "Released", traderReference: "S-1" },
    };
    expect(await receive(books, [forged, forged])).toEqual(["contradicting", "known"]);
    const respaced = Buffer.from(
      JSON.stringify({ ...(JSON.parse(eventBody(event)) as object) }, null, 2),
    );
    const odd = [
      respaced,
      Buffer.from("no json"),
      Buffer.from([0xff, 0xfe]),
      Buffer.from("[1]"),
      Buffer.from("{}"),
    ];
    const stored = await books.storeNotifications(
      odd.map((body) =>
        receivedNotification({ headers: {}, body, receivedAt: NOON }, "ACME", null),
      ),
    );
    expect(stored).toEqual(["known", "new", "new", "new", "new"]);
    await mergeNotifications(books, "all", { signal });
    const [view] = await collected(books.declarations({ latest: true }));
    expect(view?.summary.currentStatus).toBe("New");
    const { notifications } = await books.notifications({ limit: 20 });
    expect(notifications.map(({ standing }) => standing).sort()).toEqual([
      "contradicting",
      "matched",
      "other-tenant",
      "unreadable",
      "unreadable",
      "unreadable",
      "unreadable",
    ]);
  });
});

test.each([
  ["2026-11-20T12:30:00.123Z", true],
  ["2026-11-20T12:30:00Z", true],
  ["2026-11-20T12:29:59.999Z", false],
])("an action of 12:30:00.123 is ended by an event of %s: %s", async (eventTime, isEnded) => {
  await withBooks([], async (books) => {
    await receive(books, [
      { eventTime, eventType: "DeclarationActionFinished", data: { id: "D-1", action: "Submit" } },
    ]);
    await mergeNotifications(books, "received", { signal });
    const since = new Date("2026-11-20T12:30:00.123Z");
    expect(await books.isActionFinished("D-1", "submit", since)).toBe(isEnded);
  });
});
