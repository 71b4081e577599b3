// A notification about nothing known was emptied by retention, and merged again once its shipment was known: what was
// read of it before, such as its declaration, was overwritten with nothing.
import { expect, test } from "vitest";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import { mergeWaiting } from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import { eventBody, statusChanged } from "../notifications/events.ts";
import {
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";

test("a notification that retention has emptied keeps what was read of it", async () => {
  const signal = new AbortController().signal;
  const store = await makeSqliteStore();
  const ledger = await store.open();
  try {
    const books = ledger.books("acceptance", "ACME");
    await startRun(books);
    const event = statusChanged("D-1", "Accepted", NOON.toISOString(), {
      customsShipmentReference: "R-1",
    });
    const body = Buffer.from(eventBody(event));
    const arrived = { headers: {}, body, receivedAt: NOON };
    await books.storeNotifications([receivedNotification(arrived, "ACME", null)]);
    await mergeWaiting(books, { signal });
    const before = minutesAfterNoon(10);
    const pruned = await pruneLedger(store.path, { before, now: before, remove: true });
    expect(pruned.notifications).toBe(1);
    await queueFile(books, [lineDraft(1, "R-1")]);
    await mergeWaiting(books, { signal });
    const about = { key: null, declarationIds: ["D-1"], referenceIds: [] };
    expect((await books.notificationsAbout(about, 10)).total).toBe(1);
    expect(await books.damages({ latest: true })).toEqual([]);
  } finally {
    await ledger.close();
    await store.remove();
  }
});
