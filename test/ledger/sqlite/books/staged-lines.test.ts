// A key of one kind never meets that of another.
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { standingType } from "../../../../src/core/message-kind.ts";
import type { OtherKind } from "../../../../src/core/shipment.ts";
import type { LineDraft } from "../../../../src/ledger/contract/staging.ts";
import {
  batchEnd,
  claimOptions,
  collected,
  lineDraft,
  NOON,
  queueFile,
  sourceFile,
  startRun,
} from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";

function kindDraft(kind: OtherKind, reference: string, content = "first"): LineDraft {
  const { message, ...line } = lineDraft(1, reference, content);
  if (message === null) throw new Error("The draft has no message");
  const messageType = standingType(kind) ?? "Upsert";
  const key = { kind, direction: null, externalReference: reference };
  return { ...line, key, message: { ...message, messageKind: kind, messageType } };
}

test("one reference in three kinds is three things, in every book", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const lease = await startRun(books);
  await queueFile(books, [lineDraft(1, "S-1")]);
  await books.openBatch({ batchId: "b-2", runId: "run-1", file: sourceFile(), openedAt: NOON });
  const known: unknown[] = [];
  const decide = (_draft: unknown, given: unknown): { readonly kind: "queue" } => {
    known.push(given);
    return { kind: "queue" };
  };
  const lines = [
    kindDraft("Formula", "S-1"),
    { ...kindDraft("MaterialList", "S-1"), lineNumber: 2 },
  ];
  await books.addLines("b-2", lines, decide);
  await books.sealBatch("b-2", batchEnd({ rowsRead: 2 }));
  expect(known).toEqual([null, null]);

  const claimed = await books.claim(claimOptions({ lease }));
  expect(claimed.map(({ key, messageKind }) => [key, messageKind])).toEqual([
    [{ direction: "IN", externalReference: "S-1" }, "CustomsShipment"],
    [{ kind: "Formula", direction: null, externalReference: "S-1" }, "Formula"],
    [{ kind: "MaterialList", direction: null, externalReference: "S-1" }, "MaterialList"],
  ]);
  const kinds = ["CustomsShipment", "Formula", "MaterialList"];
  const histories = await books.shipmentHistories("S-1");
  expect(histories.map(({ versions }) => versions[0]?.messageKind)).toEqual(kinds);
  const shown = await collected(books.lines({ latest: true }));
  expect(shown.map(({ key, messageKind }) => [key.kind ?? "CustomsShipment", messageKind])).toEqual(
    kinds.map((kind) => [kind, kind]),
  );
  // A declaration is of a customs shipment: what has the same reference by chance is no candidate.
  expect((await books.findShipments(["S-1"])).map(({ key }) => key)).toEqual([
    { direction: "IN", externalReference: "S-1" },
  ]);
  await ledger.close();
  await store.remove();
});

test("no message of another kind waits for declarations, or is asked about by them", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const lease = await startRun(books);
  await books.openBatch({ batchId: "b-1", runId: "run-1", file: sourceFile(), openedAt: NOON });
  await books.addLines("b-1", [kindDraft("ArticleDataItem", "A-1")], () => ({
    kind: "queue",
    askFirst: true,
  }));
  await books.sealBatch("b-1", batchEnd({ rowsRead: 1 }));
  expect(await books.countToAskAbout()).toBe(0);
  const [message] = await books.claim(claimOptions({ lease }));
  if (message === undefined) throw new Error("Nothing was claimed");
  const { attemptId } = message;
  await books.recordOutcomes([{ kind: "accepted", attemptId, at: NOON, referenceId: "r-1" }]);
  expect(await books.countOpenShipments({ restingStatuses: [], changedSince: NOON })).toEqual({
    count: 0,
    askedSince: null,
  });
  await ledger.close();
  const database = new Database(store.path, { readonly: true });
  expect(database.prepare("SELECT message_kind, direction FROM shipments").raw().all()).toEqual([
    ["ArticleDataItem", ""],
  ]);
  database.close();
  await store.remove();
});
