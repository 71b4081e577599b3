// What a text names, and what is told of it.
import { expect, test } from "vitest";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { mergeWaiting } from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import { explain } from "../../src/runs/explain.ts";
import { timeline } from "../../src/cli/words/shipment-timeline.ts";
import { wrapped } from "../../src/cli/words/wrapped.ts";
import { eventBody, statusChanged, type EventDraft } from "../notifications/events.ts";
import {
  acceptAll,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  queueFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";

const NOW = minutesAfterNoon(600);

async function withBooks() {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  await queueFile(books, [lineDraft(1, "PO-1"), lineDraft(2, "PO-2"), lineDraft(3, "LRN-9")]);
  await acceptAll(books);
  const [first] = await books.findShipments(["PO-1"]);
  const observe = (id: string, shipmentId: string | null, more: object): Promise<unknown> =>
    books.recordDeclarations([
      {
        summary: { ...declarationSummary(id, "Released"), ...more },
        shipmentId,
        observedAt: minutesAfterNoon(5),
        source: "search",
      },
    ]);
  await observe("7001", first?.shipmentId ?? "", { lrn: "LRN-9", mrn: "26BE0000000000001" });
  await observe("7002", null, { externalReference: "FOREIGN-1", mrn: "26BE0000000000002" });
  await ledger.close();
  const change = async (work: (books: LedgerBooks) => Promise<unknown>): Promise<void> => {
    const opened = await store.open();
    await work(opened.books("simulator", "ACME"));
    await opened.close();
  };
  const observeStatus = (
    id: string,
    reference: string,
    status: string,
    observedAt = minutesAfterNoon(5),
  ): Promise<void> =>
    change(async (opened) => {
      const [found] = await opened.findShipments([reference]);
      const lastUpdated = minutesAfterNoon(4).toISOString();
      const summary = declarationSummary(id, status, { lastUpdated });
      const shipmentId = found?.shipmentId ?? null;
      await opened.recordDeclarations([{ summary, shipmentId, observedAt, source: "search" }]);
    });
  const tell = (event: EventDraft, receivedAt: Date): Promise<void> =>
    change(async (opened) => {
      const received = { headers: {}, body: Buffer.from(eventBody(event)), receivedAt };
      await opened.storeNotifications([receivedNotification(received, "ACME", null)]);
      await mergeWaiting(opened, { signal: new AbortController().signal });
    });
  const ask = (text: string, kind: "Formula" | null = null) =>
    explain(store.path, { text, kind, environment: "simulator", now: NOW });
  return {
    ...{ ask, tell, observe: observeStatus, path: store.path },
    referenceId: first?.referenceId ?? "",
    [Symbol.asyncDispose]: store.remove,
  };
}

test("explain() finds a shipment by each of its names, and tells which one it was", async () => {
  await using desk = await withBooks();
  const ways = [
    ["PO-1", "reference"],
    ["26BE0000000000001", "mrn"],
    ["7001", "declaration-id"],
    [desk.referenceId, "reference-id"],
    ["  PO-1 ", "reference"],
  ] as const;
  for (const [text, by] of ways) {
    const { shipments, strangers } = await desk.ask(text);
    expect([
      text,
      shipments.map(({ key, found }) => [key.externalReference, found[0]?.by]),
    ]).toEqual([text, [["PO-1", by]]]);
    expect(strangers).toEqual([]);
  }
});

test("explain() tells apart what one text names: a reference and the LRN of another shipment", async () => {
  await using desk = await withBooks();
  const { shipments } = await desk.ask("LRN-9");
  expect(
    shipments.map(({ key, found }) => [key.externalReference, found.map(({ by }) => by)]).sort(),
  ).toEqual([
    ["LRN-9", ["reference"]],
    ["PO-1", ["lrn"]],
  ]);
});

test("explain() knows declarations that no file explains, by each of their names", async () => {
  await using desk = await withBooks();
  for (const text of ["7002", "26BE0000000000002", "FOREIGN-1"]) {
    const { shipments, strangers } = await desk.ask(text);
    expect(shipments).toEqual([]);
    expect(strangers.map(({ declaration }) => declaration.declarationId)).toEqual(["7002"]);
  }
});

test("explain() names what is spelt nearly so, and where it looked", async () => {
  await using desk = await withBooks();
  await expect(desk.ask("26BE0000000000011")).rejects.toMatchObject({
    code: "reference-unknown",
    message: expect.stringMatching(/holds no .+ for simulator, tenant ACME$/) as string,
    hint: expect.stringContaining("26BE0000000000001") as string,
  });
  await expect(desk.ask("po-1")).rejects.toMatchObject({
    hint: expect.stringContaining("PO-1") as string,
  });
  await expect(desk.ask("PO-1", "Formula")).rejects.toMatchObject({
    message: expect.stringContaining("holds no formula PO-1") as string,
  });
});

test("explain() names what a declaration waits for, also when retention has removed its message", async () => {
  await using desk = await withBooks();
  await desk.observe("7003", "PO-2", "CustomsError");
  await desk.observe("7004", "LRN-9", "Released");
  await pruneLedger(desk.path, { before: minutesAfterNoon(500), now: NOW, remove: true });

  const [shipment] = (await desk.ask("PO-2")).shipments;

  expect(shipment?.lines).toEqual([]);
  expect(shipment?.actions).toMatchObject([
    { code: "declaration-waits", what: "Declaration CustomsError", reference: "PO-2" },
  ]);
});

test("explain() shows where a notification and the search differ, as the report does", async () => {
  await using desk = await withBooks();
  await desk.observe("7003", "PO-2", "Submitted");
  const event = statusChanged("7003", "Released", minutesAfterNoon(7).toISOString(), {
    customsShipmentReference: "PO-2",
  });
  await desk.tell(event, minutesAfterNoon(8));
  await desk.observe("7003", "PO-2", "Submitted", minutesAfterNoon(300));

  const [shipment] = (await desk.ask("PO-2")).shipments;

  expect(shipment?.actions.map(({ code }) => code)).toEqual(["notification-differs"]);
});

test("timeline() folds what repeats, and shows all of it when asked", () => {
  const declarations = Array.from({ length: 9 }, (_, at) => ({
    ...{ declarationId: String(at), shipmentId: "1", key: null, errors: [] },
    summary: declarationSummary(String(at), "Released"),
    ...{ firstSeenAt: minutesAfterNoon(1), lastSeenAt: minutesAfterNoon(2) },
    history: [
      { status: "Accepted", observedAt: minutesAfterNoon(1) },
      { status: "Released", observedAt: minutesAfterNoon(2) },
    ],
  }));
  const none = { tenant: "ACME", notifications: { total: 0, notifications: [] }, changes: [] };
  const life = { ...none, attachments: [], declarations };
  expect(timeline(life, false)).toEqual([
    expect.stringMatching(/Z 0 and 8 others Accepted$/) as string,
    expect.stringMatching(/Z 0 and 8 others Released$/) as string,
  ]);
  expect(timeline(life, true)).toHaveLength(18);
});

test("wrapped() breaks between words, below the text of a line, and no command", () => {
  const line = `  2026-11-29 09:38:24Z ${"word ".repeat(20)}end`;
  const lines = wrapped(line, 80);
  expect(lines.every(({ length }) => length <= 80)).toBe(true);
  expect(lines[1]).toMatch(/^ {23}word/);
  expect(lines.map((one) => one.trim()).join(" ")).toBe(line.trim());
  const command = `  cas-batch submit ${"FILE ".repeat(30)}`;
  expect(wrapped(command, 80)).toEqual([command]);
  expect(wrapped(line, null)).toEqual([line]);
});
