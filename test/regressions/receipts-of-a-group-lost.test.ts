// Outcomes are recorded in groups. One attempt that was no longer being sent made the whole group
// fail, and with it the receipts of all the others.
import { textReason } from "../support/reasons.ts";
import { expect, test } from "vitest";
import { makeSqliteStore } from "../support/ledger-store.ts";
import { claimOptions, lineDraft, NOON, queueFile, startRun } from "../support/ledger-drafts.ts";

test("one attempt that is over costs no other attempt of its group its receipt", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2"), lineDraft(3, "S-3")]);
  const [first = "", over = "", last = ""] = (await books.claim(claimOptions())).map(
    ({ attemptId }) => attemptId,
  );
  await books.recordOutcomes([{ attemptId: over, at: NOON, kind: "accepted", referenceId: "R-2" }]);
  const unrecorded = await books.recordOutcomes([
    { attemptId: first, at: NOON, kind: "accepted", referenceId: "R-1" },
    { attemptId: over, at: NOON, kind: "unknown", reason: textReason("Too late") },
    { attemptId: last, at: NOON, kind: "accepted", referenceId: "R-3" },
  ]);
  expect(unrecorded).toEqual([over]);
  const receipts = (await books.findShipments(["S-1", "S-2", "S-3"])).map((s) => s.referenceId);
  expect(receipts).toEqual(["R-1", "R-2", "R-3"]);
  await ledger.close();
  await store.remove();
});
