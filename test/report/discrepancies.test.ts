// What our books and CAS do not agree about, shown by real ledgers: each with its age, a sentence and a next step,
// and beside it a calm ledger that has none.
import { expect, test } from "vitest";
import { actionCodes, type ActionCode } from "../../src/core/codes/action-codes.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { mergeWaiting } from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import { surveyBooks, type ReportInput } from "../../src/report/status-report.ts";
import { eventBody, statusChanged, type EventDraft } from "../notifications/events.ts";
import {
  acceptAll,
  batchEnd,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";

const containing = (text: string): string => expect.stringContaining(text) as string;
const HOUR = 60;
const DAY = 24 * HOUR;

/** A ledger of its own with one shipment, R-1, that CAS accepted at noon. */
async function withBooks(work: (books: LedgerBooks) => Promise<void>): Promise<void> {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  try {
    const books = ledger.books("acceptance", "ACME");
    await startRun(books);
    await queueFile(books, [lineDraft(1, "R-1")]);
    await acceptAll(books);
    await work(books);
  } finally {
    await ledger.close();
    await store.remove();
  }
}

async function surveyAt(books: LedgerBooks, minutes: number, changes: Partial<ReportInput> = {}) {
  const asOf = minutesAfterNoon(minutes);
  return surveyBooks({
    books,
    filter: { latest: true },
    runId: null,
    command: "reconcile",
    timeZone: "UTC",
    environment: "acceptance",
    tenant: "ACME",
    asOf,
    completeUpTo: asOf.toISOString(),
    simulated: false,
    sender: null,
    stoppedEarly: null,
    programVersion: "0.1.0",
    ...changes,
  });
}

async function actionsAt(books: LedgerBooks, minutes: number, changes: Partial<ReportInput> = {}) {
  const { actions, totals } = await surveyAt(books, minutes, changes);
  expect(totals.imbalances).toEqual([]);
  for (const { code, priority } of actions) expect(actionCodes[code].priority).toBe(priority);
  return actions;
}

async function codesAt(
  books: LedgerBooks,
  minutes: number,
  changes: Partial<ReportInput> = {},
): Promise<readonly ActionCode[]> {
  return (await actionsAt(books, minutes, changes)).map(({ code }) => code);
}

async function search(
  books: LedgerBooks,
  status: string,
  minutes: number,
  changes: Partial<DeclarationSummary> = {},
  declarationId = "D-1",
  reference: string | null = "R-1",
): Promise<void> {
  const [shipment] = reference === null ? [] : await books.findShipments([reference]);
  const lastUpdated = minutesAfterNoon(minutes).toISOString();
  await books.recordDeclarations([
    {
      summary: declarationSummary(declarationId, status, { lastUpdated, ...changes }),
      shipmentId: shipment?.shipmentId ?? null,
      observedAt: minutesAfterNoon(minutes),
      source: "search",
    },
  ]);
}

async function tell(books: LedgerBooks, minutes: number, ...events: EventDraft[]): Promise<void> {
  const receivedAt = minutesAfterNoon(minutes);
  await books.storeNotifications(
    events.map((event) =>
      receivedNotification(
        { headers: {}, body: Buffer.from(eventBody(event)), receivedAt },
        "ACME",
        null,
      ),
    ),
  );
  await mergeWaiting(books, { signal: new AbortController().signal });
}

const told = (status: string, minutes: number, data: object = {}, declarationId = "D-1") =>
  statusChanged(declarationId, status, minutesAfterNoon(minutes).toISOString(), {
    customsShipmentReference: "R-1",
    ...data,
  });

test("no-declaration: after the configured time, and not before CAS was searched so far", async () => {
  await withBooks(async (books) => {
    expect(await codesAt(books, 23 * HOUR)).toEqual([]);
    const [action] = await actionsAt(books, 25 * HOUR);
    expect(action).toMatchObject({
      code: "no-declaration",
      reason: containing("more than a day ago"),
      nextStep: containing("receipt of R-1"),
      since: NOON,
    });
    const afterTwo = { declarationAfterMs: 2 * 3_600_000 };
    expect(await codesAt(books, HOUR, afterTwo)).toEqual([]);
    expect(await actionsAt(books, 3 * HOUR, afterTwo)).toMatchObject([
      { code: "no-declaration", reason: containing("more than 2 h ago") },
    ]);
    expect(await codesAt(books, 25 * HOUR, { completeUpTo: NOON.toISOString() })).toEqual([]);
  });
});

test("status-backwards: a released declaration that is submitted again, until it has moved on", async () => {
  await withBooks(async (books) => {
    await search(books, "Submitted", 5);
    await search(books, "Released", 10);
    expect(await codesAt(books, 20)).toEqual([]);
    await search(books, "Submitted", 30);
    expect(await actionsAt(books, 40)).toMatchObject([
      {
        code: "status-backwards",
        reason: containing("It was Released on 2026-11-20 12:10 UTC"),
        nextStep: containing("D-1"),
        since: minutesAfterNoon(30),
        reference: "R-1",
        declarationId: "D-1",
      },
    ]);
    await search(books, "Released", 50);
    expect(await codesAt(books, 60)).toEqual([]);
  });
});

test.each([
  ["an amendment", ["Accepted", "Amending", "Submitted"]],
  ["a withdrawal", ["Released", "Invalidated"]],
  ["errors that were corrected", ["Submitted", "CustomsError", "Validated", "Submitted"]],
  ["errors corrected before a search saw them", ["Acknowledged", "Submitted", "Queued"]],
  ["business continuity", ["BcpReleased", "New", "Submitted"]],
  ["a status that is not known", ["Released", "Wondrous", "Submitted"]],
  ["a correction of what was refused", ["Submitted", "Rejected", "Queued"]],
])("status-backwards: %s is no way back", async (_name, statuses) => {
  await withBooks(async (books) => {
    for (const [at, status] of statuses.entries()) await search(books, status, at + 1);
    expect(await codesAt(books, 20)).not.toContain("status-backwards");
  });
});

test("status-backwards: an update that CAS took after it begins the way anew", async () => {
  await withBooks(async (books) => {
    await search(books, "Accepted", 5);
    await queueFile(books, [lineDraft(1, "R-1", "second")], { batchId: "batch-2" });
    await acceptAll(books, "run-1", minutesAfterNoon(10));
    await search(books, "Submitted", 15);
    expect(await codesAt(books, 20)).toEqual([]);
  });
});

test("siblings-missing: CAS says how many declarations there are, and one was never seen", async () => {
  await withBooks(async (books) => {
    const instance = (sequence: number) => ({
      customsFlowStep: "INBE_H1",
      customsFlowStepInstanceCount: "3",
      customsFlowStepInstanceSeq: String(sequence),
    });
    await search(books, "Released", 5, instance(1));
    await search(books, "Released", 5, instance(3), "D-3");
    expect(await codesAt(books, 23 * HOUR)).toEqual([]);
    expect(await actionsAt(books, 25 * HOUR)).toMatchObject([
      {
        code: "siblings-missing",
        reason: "CAS made 3 declarations of this shipment in step INBE_H1, and number 2 is missing",
        nextStep: containing("--external-reference R-1"),
        since: minutesAfterNoon(5),
      },
    ]);
    await search(books, "Released", 26 * HOUR, instance(2), "D-2");
    expect(await codesAt(books, 52 * HOUR)).toEqual([]);
  });
});

test.each([["0"], ["one"], ["1e99"], ["-3"], ["99999999"], [null]])(
  "siblings-missing: a count of %s says nothing",
  async (customsFlowStepInstanceCount) => {
    await withBooks(async (books) => {
      await search(books, "Released", 5, {
        customsFlowStepInstanceCount,
        customsFlowStepInstanceSeq: "1",
      });
      expect(await codesAt(books, 2 * DAY)).toEqual([]);
    });
  },
);

test("notification-differs: the search keeps showing an earlier status, until it shows the one told", async () => {
  await withBooks(async (books) => {
    await search(books, "Submitted", 1);
    await tell(books, 11, told("Released", 10));
    const stale = { lastUpdated: minutesAfterNoon(1).toISOString() };
    await search(books, "Submitted", 12, stale);
    // It may lag behind for a while.
    expect(await codesAt(books, 13)).toEqual([]);
    await search(books, "Submitted", 3 * HOUR, stale);
    expect(await actionsAt(books, 4 * HOUR)).toMatchObject([
      {
        code: "notification-differs",
        reason:
          "A notification told Released on 2026-11-20 12:10 UTC; the search showed Submitted on 2026-11-20 15:00 UTC",
        since: minutesAfterNoon(10),
        reference: "R-1",
      },
    ]);
    await search(books, "Released", 5 * HOUR, { lastUpdated: minutesAfterNoon(9).toISOString() });
    expect(await codesAt(books, 6 * HOUR)).toEqual([]);
  });
});

test("notification-differs: two searches that disagree are no matter of notifications", async () => {
  await withBooks(async (books) => {
    await search(books, "Released", 10);
    await search(books, "Submitted", 3 * HOUR, { lastUpdated: minutesAfterNoon(1).toISOString() });
    expect(await codesAt(books, 4 * HOUR)).toEqual([]);
  });
});

test.each(["told first", "searched first"])(
  "notifications-contradict: another MRN than the search shows, %s, for a week",
  async (order) => {
    await withBooks(async (books) => {
      const ways = [
        () => tell(books, 11, told("Accepted", 10, { mrn: "26BE000000000001J7" })),
        () => search(books, "Accepted", 20, { mrn: "26BE000000000002J5" }),
      ];
      for (const way of order === "told first" ? ways : ways.toReversed()) await way();
      const [action, ...others] = await actionsAt(books, HOUR);
      expect(others).toEqual([]);
      expect(action).toMatchObject({
        code: "notifications-contradict",
        priority: 4,
        what: "Notification and search differ in the MRN",
        reason: containing("told 26BE000000000001J7"),
        declarationId: "D-1",
      });
      expect(await codesAt(books, 8 * DAY)).toEqual([]);
    });
  },
);

test("notifications-contradict: two events of one id that say different things", async () => {
  await withBooks(async (books) => {
    const event = told("Accepted", 10);
    await tell(books, 11, event);
    await tell(books, 12, event);
    await search(books, "Accepted", 20);
    expect(await codesAt(books, HOUR)).toEqual([]);
    await tell(books, 30, { ...event, eventSubType: "Released" });
    expect(await actionsAt(books, HOUR)).toMatchObject([
      {
        code: "notifications-contradict",
        reason: containing("1 notification of the last days has the id of an earlier one"),
        since: minutesAfterNoon(30),
      },
    ]);
  });
});

test("learned-by-polling: a receiver that is down is noticed the same day, and forgotten when it is up", async () => {
  await withBooks(async (books) => {
    const listener = { hostName: "here", processId: 1, startedAt: NOON };
    const no = await books.startListener({ address: "http://127.0.0.1:8080", ...listener });
    await tell(books, 6, told("Released", 5));
    await books.recordListener(no, { aliveAt: minutesAfterNoon(60), hasEnded: false });
    await search(books, "Released", 10);
    expect(await codesAt(books, 2 * HOUR)).toEqual([]);
    await search(books, "Released", 3 * HOUR, {}, "D-2");
    // Less than an hour old: the notification may still come.
    expect(await codesAt(books, 3 * HOUR + 30)).toEqual([]);
    const [action, ...others] = await actionsAt(books, 5 * HOUR);
    expect(others).toEqual([]);
    expect(action).toMatchObject({
      code: "learned-by-polling",
      priority: 3,
      reason:
        "1 status (Released) since 2026-11-20 15:00 UTC was seen first by the search; the last notification came on 2026-11-20 12:06 UTC. The receiver at http://127.0.0.1:8080 was last alive on 2026-11-20 13:00 UTC",
      nextStep: containing("cas-batch listen"),
      since: minutesAfterNoon(3 * HOUR),
    });
    await books.recordListener(no, { aliveAt: minutesAfterNoon(5 * HOUR), hasEnded: false });
    expect((await actionsAt(books, 5 * HOUR))[0]?.nextStep).toContain("subscriptions list");
    await tell(books, 6 * HOUR, told("Released", 3 * HOUR - 1, {}, "D-2"));
    expect(await codesAt(books, 6 * HOUR)).toEqual([]);
  });
});

test("listener-ended: a receiver that was stopped is to know, one that missed statuses before is not", async () => {
  await withBooks(async (books) => {
    const listener = { hostName: "here", processId: 1, startedAt: NOON };
    const no = await books.startListener({ address: "http://127.0.0.1:8080", ...listener });
    await tell(books, 6, told("Released", 5));
    await books.recordListener(no, { aliveAt: minutesAfterNoon(60), hasEnded: true });
    await search(books, "Released", 3 * HOUR, {}, "D-2");
    expect(await actionsAt(books, 5 * HOUR)).toMatchObject([
      {
        code: "listener-ended",
        priority: 4,
        reason: containing("The receiver at http://127.0.0.1:8080 ended on 2026-11-20 13:00 UTC"),
        nextStep: containing("subscriptions delete"),
      },
    ]);
    await search(books, "Released", 20, {}, "D-3");
    expect(await codesAt(books, 5 * HOUR)).toEqual(["learned-by-polling"]);
  });
});

test("learned-by-polling: a notification that comes after the search is no loss, though CAS's clock is ahead", async () => {
  await withBooks(async (books) => {
    await tell(books, 2, told("Released", 2));
    await search(books, "Released", 10, { lastUpdated: null }, "D-2");
    await tell(books, 11, told("Released", 12, {}, "D-2"));
    expect(await codesAt(books, 5 * HOUR)).toEqual([]);
    await search(books, "Released", 20, {}, "D-3");
    expect(await codesAt(books, 5 * HOUR)).toEqual(["learned-by-polling"]);
  });
});

test("learned-by-polling: a receiver that is up again, where CAS's clock is ahead of ours", async () => {
  await withBooks(async (books) => {
    await tell(books, 2, told("Released", 2));
    await search(books, "Released", 3 * HOUR, {}, "D-2");
    await search(books, "Released", DAY, {}, "D-3");
    expect(await codesAt(books, DAY + 2 * HOUR)).toEqual(["learned-by-polling"]);
    await tell(books, DAY + 1, told("Released", DAY + 2, {}, "D-3"));
    expect(await codesAt(books, DAY + 2 * HOUR)).toEqual([]);
    await search(books, "Released", DAY + 5, {}, "D-4");
    expect(await actionsAt(books, DAY + 2 * HOUR)).toMatchObject([
      { code: "learned-by-polling", reason: containing("1 status (Released)") },
    ]);
  });
});

test("learned-by-polling: of what is not subscribed to, and without notifications, nothing is missed", async () => {
  await withBooks(async (books) => {
    await search(books, "Accepted", 10);
    expect(await codesAt(books, 5 * HOUR)).toEqual([]);
    await tell(books, 6 * HOUR, told("Released", 6 * HOUR));
    await search(books, "Accepted", 7 * HOUR, {}, "D-2");
    expect(await codesAt(books, 10 * HOUR)).toEqual([]);
    // Who used them long ago does not use them any more.
    await search(books, "Released", 40 * DAY, {}, "D-2");
    expect(await codesAt(books, 40 * DAY + 3 * HOUR)).toEqual([]);
  });
});

test("learned-by-polling: a receiver that never got anything", async () => {
  await withBooks(async (books) => {
    const listener = { hostName: "here", processId: 1, startedAt: NOON };
    const no = await books.startListener({ address: "http://127.0.0.1:8080", ...listener });
    await search(books, "Accepted", 10);
    expect(await actionsAt(books, 5 * HOUR)).toMatchObject([
      { code: "learned-by-polling", reason: containing("no notification has ever") },
    ]);
    // It was only tried out.
    await books.recordListener(no, { aliveAt: minutesAfterNoon(5), hasEnded: true });
    expect(await codesAt(books, 5 * HOUR)).toEqual([]);
  });
});

test("documents-not-fetched: of types that are fetched, after a day", async () => {
  await withBooks(async (books) => {
    await search(books, "Released", 5);
    const owner = { kind: "declaration", id: "D-1" } as const;
    const [ead, sad, later] = ["EAD", "SAD", "EAD"].map((documentType, at) => {
      return { id: `A-${String(at)}`, documentType, fileName: null };
    });
    if (ead === undefined || sad === undefined || later === undefined) throw new Error("three");
    await books.recordAttachments(owner, [ead, sad, later], { at: NOON, isFinal: true });
    // Who fetches none misses none.
    expect(await codesAt(books, 2 * DAY)).toEqual([]);
    const file = { path: "/ead.pdf", sha256: "0".repeat(64), bytes: 1, fetchedAt: NOON };
    await books.recordFetched({ owner, attachment: ead, file });
    expect(await codesAt(books, 23 * HOUR)).toEqual([]);
    expect(await actionsAt(books, 2 * DAY)).toMatchObject([
      {
        code: "documents-not-fetched",
        what: "1 document not fetched",
        nextStep: containing("--attachments DIR"),
        since: NOON,
      },
    ]);
    await books.recordFetched({ owner, attachment: later, file });
    expect(await codesAt(books, 2 * DAY)).toEqual([]);
  });
});

test("documents-not-fetched: announced by a notification, and never listed since", async () => {
  await withBooks(async (books) => {
    await search(books, "Released", 5, {}, "D-9");
    const owner = { kind: "declaration", id: "D-9" } as const;
    const attachment = { id: "A-9", documentType: "EAD", fileName: null };
    const file = { path: "/ead.pdf", sha256: "0".repeat(64), bytes: 1, fetchedAt: NOON };
    await books.recordFetched({ owner, attachment, file });
    await search(books, "Released", 5);
    const announced = { ...told("EAD", 10), eventType: "DeclarationPdfCreated" };
    await tell(books, 10, announced);
    expect(await codesAt(books, 20 * HOUR)).toEqual([]);
    expect(await actionsAt(books, 2 * DAY)).toMatchObject([
      { code: "documents-not-fetched", since: minutesAfterNoon(10) },
    ]);
    await books.recordAttachments({ kind: "declaration", id: "D-1" }, [], {
      ...{ at: NOON, isFinal: true },
    });
    expect(await codesAt(books, 2 * DAY)).toEqual([]);
  });
});

test("file-not-read: a file that was being read when its run died, until it is read again", async () => {
  await withBooks(async (books) => {
    await search(books, "Released", 5);
    await books.openBatch({
      ...{ batchId: "b-2", runId: "run-1", file: sourceFile("half.xlsx"), openedAt: NOON },
    });
    await books.addLines("b-2", [lineDraft(1, "R-2")], () => ({ kind: "queue" }));
    expect(await actionsAt(books, 10)).toMatchObject([
      {
        code: "file-not-read",
        file: "half.xlsx",
        reason: containing("run-1 ended while it read the file"),
        since: NOON,
      },
    ]);
    await books.dropUnsealedBatches();
    expect(await codesAt(books, 10)).toEqual([]);
  });
});

test("not-in-files: one notice for all, and one by one what is ours or waits for a person", async () => {
  await withBooks(async (books) => {
    await search(books, "Released", 5);
    expect(await codesAt(books, 10)).toEqual([]);
    await books.openBatch({
      ...{ batchId: "b-2", runId: "run-1", file: sourceFile("late.xlsx"), openedAt: NOON },
    });
    await books.addLines("b-2", [{ ...lineDraft(1, "R-2"), message: null }], () => ({
      kind: "queue",
    }));
    await books.sealBatch("b-2", batchEnd({ rowsRead: 1 }));
    const of = (externalReference: string) => ({ externalReference });
    await search(books, "Accepted", 6, of("R-2"), "D-2", null);
    await search(books, "Invalid", 7, of("FOREIGN-1"), "D-3", null);
    await search(books, "Released", 8, of("FOREIGN-2"), "D-4", null);
    const { actions, totals } = await surveyAt(books, 10);
    expect(actions).toMatchObject([
      { code: "errors-in-file", reference: "R-2" },
      {
        code: "sent-by-others",
        priority: 3,
        reference: "R-2",
        file: "late.xlsx",
        reason:
          "The shipment of late.xlsx was not sent (invalid), and CAS has a declaration of it that is Accepted",
        declarationId: "D-2",
      },
      {
        code: "not-in-files",
        priority: 4,
        what: "3 declarations in no file of ours",
        since: minutesAfterNoon(6),
      },
      { code: "not-in-files", priority: 4, reference: "FOREIGN-1", declarationId: "D-3" },
    ]);
    expect(totals).toMatchObject({ actionNeeded: 2, notices: 2, notInFiles: 3 });
  });
});

test("the report of a nightly run tells of what stands in no file of its own, that of another command does not", async () => {
  await withBooks(async (books) => {
    const [first] = await books.findShipments(["R-1"]);
    const told = declarationSummary("D-1", "CustomsError");
    const shipmentId = first?.shipmentId ?? null;
    const observation = { summary: told, shipmentId, source: "search" } as const;
    await books.recordDeclarations([{ ...observation, observedAt: minutesAfterNoon(5) }]);
    // Seen again, it has waited no shorter.
    await books.recordDeclarations([{ ...observation, observedAt: minutesAfterNoon(50) }]);
    await startRun(books, "run-2");
    const codesOf = async (runId: string, command: string) =>
      (await actionsAt(books, HOUR, { filter: { runId }, runId, command })).map(({ code }) => code);
    expect(await codesOf("run-1", "run")).toEqual(["declaration-waits"]);
    expect(await codesOf("run-2", "submit")).toEqual([]);
    const [row, ...more] = await actionsAt(books, HOUR, {
      ...{ filter: { runId: "run-2" }, runId: "run-2", command: "run" },
    });
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      code: "earlier-open",
      what: "1 of earlier files needs a person",
      reason: "In no file of this run: 1 with a declaration that waits for a person",
      since: minutesAfterNoon(5),
    });
  });
});
