// Notifications in the care of the ledger: exported whole, and emptied by retention without counting twice.
import { expect, test } from "vitest";
import { exportLedger } from "../../src/ledger/sqlite/care/export-ledger.ts";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import { verifyLedger } from "../../src/ledger/sqlite/care/verify-ledger.ts";
import {
  mergeNotifications,
  mergeWaiting,
} from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import { collected, minutesAfterNoon, NOON } from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";
import { eventBody, statusChanged, type EventDraft } from "./events.ts";

const signal = new AbortController().signal;
const received = (draft: EventDraft) =>
  receivedNotification(
    { headers: { host: "x" }, body: Buffer.from(eventBody(draft)), receivedAt: NOON },
    "ACME",
    null,
  );

test("exportLedger() writes notifications with their bodies; pruneLedger() empties them, and none counts twice", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const early = {
    ...statusChanged("D-1", "New", "2026-11-20T11:00:00Z", { mrn: "26BE" }),
    id: "E-1",
  };
  const late = { ...statusChanged("D-1", "Released", "2026-11-20T11:30:00Z"), id: "E-2" };
  await books.storeNotifications([received(early)]);
  await mergeWaiting(books, { signal });
  const exported = [...exportLedger(store.path, NOON)].map(
    (line) => JSON.parse(line) as Record<string, unknown>,
  );
  expect(exported.find(({ kind }) => kind === "notification")).toMatchObject({
    eventId: "E-1",
    body: eventBody(early),
    headers: { host: "x" },
    declarationId: "D-1",
  });

  const choice = { before: minutesAfterNoon(1), now: minutesAfterNoon(60) };
  expect(await pruneLedger(store.path, { ...choice, remove: false })).toMatchObject({
    notifications: 1,
  });
  expect(await pruneLedger(store.path, { ...choice, remove: true })).toMatchObject({
    notifications: 1,
  });
  expect(await pruneLedger(store.path, { ...choice, remove: true })).toMatchObject({
    notifications: 0,
  });
  const { notifications } = await books.notifications({ limit: 1 });
  expect(JSON.parse(notifications[0]?.body.toString() ?? "")).toMatchObject({
    id: "E-1",
    eventSubType: "New",
  });
  const other = { ...early, data: { id: "D-1", currentStatus: "Cancelled" } };
  expect(await books.storeNotifications([received(other), received(late)])).toEqual([
    "known",
    "new",
  ]);
  await mergeNotifications(books, "all", { signal });
  await mergeWaiting(books, { signal });
  const [view] = await collected(books.unexplainedDeclarations());
  expect(view?.summary).toMatchObject({ currentStatus: "Released", mrn: "26BE" });
  expect(view?.history.map(({ status }) => status)).toEqual(["New", "Released"]);
  await ledger.close();
  expect(verifyLedger(store.path).damages).toEqual([]);
  await store.remove();
});
