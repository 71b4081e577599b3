import { expect, onTestFinished, test } from "vitest";
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
