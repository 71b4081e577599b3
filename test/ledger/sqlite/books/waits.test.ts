import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../../src/core/time/clock.ts";
import type { LedgerBooks } from "../../../../src/ledger/ledger.ts";
import { minutesAfterNoon } from "../../../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../../../support/ledger-store.ts";

async function openBooks(store: SqliteStore, tenant = "ACME"): Promise<LedgerBooks> {
  const ledger = await store.open();
  onTestFinished(() => ledger.close());
  return ledger.books("simulator", tenant);
}

async function makeStore(): Promise<SqliteStore> {
  const store = await makeSqliteStore();
  onTestFinished(() => store.remove());
  return store;
}

test("waitAskedUntil() outlives the process that was told, for this tenant alone", async () => {
  const store = await makeStore();
  await (await openBooks(store)).recordWait(minutesAfterNoon(30));
  expect(await (await openBooks(store)).waitAskedUntil()).toEqual(minutesAfterNoon(30));
  expect(await (await openBooks(store, "OTHER")).waitAskedUntil()).toBeNull();
});

test("recordWait() keeps the later of two times", async () => {
  const books = await openBooks(await makeStore());
  for (const minutes of [30, 10, 20]) await books.recordWait(minutesAfterNoon(minutes));
  expect(await books.waitAskedUntil()).toEqual(minutesAfterNoon(30));
  await books.forgetWait();
  expect(await books.waitAskedUntil()).toBeNull();
});

/** What a run leaves whose clock says that it is so many hours later. */
async function waitAskedAhead(store: SqliteStore, hoursAhead: number): Promise<void> {
  const clock = { ...systemClock, now: () => minutesAfterNoon(hoursAhead * 60) };
  const ledger = await store.open(clock);
  await ledger.books("simulator", "ACME").recordWait(minutesAfterNoon(hoursAhead * 60 + 10));
  await ledger.close();
}

test("correctTimesAhead() lets a wait that a clock ahead wrote count from now, once", async () => {
  const store = await makeStore();
  await waitAskedAhead(store, 5);
  const books = await openBooks(store);
  expect(await books.correctTimesAhead(minutesAfterNoon(0))).toEqual({ wait: true, messages: 0 });
  expect(await books.waitAskedUntil()).toEqual(minutesAfterNoon(10));
  expect(await books.correctTimesAhead(minutesAfterNoon(5))).toEqual({ wait: false, messages: 0 });
  expect(await books.waitAskedUntil()).toEqual(minutesAfterNoon(10));
});

test("correctTimesAhead() leaves a wait of a sound clock alone", async () => {
  const store = await makeStore();
  await waitAskedAhead(store, 0);
  const books = await openBooks(store);
  expect(await books.correctTimesAhead(minutesAfterNoon(1))).toEqual({ wait: false, messages: 0 });
  expect(await books.waitAskedUntil()).toEqual(minutesAfterNoon(10));
});

test("correctTimesAhead() forgets a wait of more than a day, as older versions kept it", async () => {
  const store = await makeStore();
  const ledger = await store.open({ ...systemClock, now: () => minutesAfterNoon(0) });
  await ledger.books("simulator", "ACME").recordWait(minutesAfterNoon(365 * 1_440));
  await ledger.close();
  const books = await openBooks(store);
  expect(await books.correctTimesAhead(minutesAfterNoon(1))).toEqual({ wait: true, messages: 0 });
  expect(await books.waitAskedUntil()).toBeNull();
});
