// Message kinds: there is one so far, so the other one is written into the file.
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { KnownShipment } from "../../../../src/ledger/contract/staging.ts";
import {
  lineDraft,
  NOON,
  queueFile,
  sourceFile,
  startRun,
} from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";

test("addLines() compares content with versions of its own message kind only", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  await queueFile(books, [lineDraft(1, "S-1")]);
  const database = new Database(store.path);
  database.exec("UPDATE versions SET message_kind = 'Another'");
  database.close();

  await books.openBatch({ batchId: "b-2", runId: "run-1", file: sourceFile(), openedAt: NOON });
  let known: KnownShipment | null = null;
  await books.addLines("b-2", [lineDraft(1, "S-1")], (_draft, given) => {
    known = given;
    return { kind: "queue" };
  });
  expect(known).toMatchObject({ versions: [], neverSent: true });
  await ledger.close();
  const again = new Database(store.path, { readonly: true });
  expect(again.prepare("SELECT version_number, message_kind FROM versions").raw().all()).toEqual([
    [1, "Another"],
    [2, "CustomsShipment"],
  ]);
  again.close();
  await store.remove();
});
