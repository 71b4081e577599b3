import { expect, test } from "vitest";
import { lookAtChange } from "../../src/change/look-at-change.ts";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import { minutesAfterNoon, NOON, startRun } from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";

test("pruneLedger() takes the content of changes that have ended, and keeps that they were made", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const lease = await startRun(books);
  const changes = {
    shown: [{ path: "a", cell: null, before: "1", after: "2" }],
    count: 1,
  };
  const intent = {
    ...({ runId: "run-1", kind: "update", itemId: null, action: null } as const),
    ...{ body: '{"a":"2"}', askedBy: "a clerk", recordedAt: NOON },
    was: { status: "Invalid", itemIds: [], changes },
  };
  const ended = await books.recordChange({ ...intent, targetId: "D-1" }, lease);
  await books.recordChangeEnd(ended, { state: "applied", at: NOON });
  await books.recordChange({ ...intent, targetId: "D-2" }, lease);
  const choice = { before: minutesAfterNoon(1), now: minutesAfterNoon(2) };
  expect(await pruneLedger(store.path, { ...choice, remove: false })).toMatchObject({ changes: 1 });
  expect(await pruneLedger(store.path, { ...choice, remove: true })).toMatchObject({ changes: 1 });
  const [kept, onItsWay] = await books.changesOf(["D-1", "D-2"]);
  expect(kept).toMatchObject({
    ...{ state: "applied", askedBy: "a clerk", body: null },
    was: { status: "Invalid", changes: null },
  });
  expect(onItsWay).toMatchObject({ state: "sending", body: intent.body, was: { changes } });
  await ledger.close();
  await store.remove();

  // What has lost its content is never taken for something that is seen.
  const shown = {
    status: "New",
    raw: "{}",
    attachmentIds: [],
    item: null,
    isActionFinished: false,
  };
  expect(kept === undefined ? undefined : lookAtChange(kept, shown)).toBeNull();
});
