// Two files of one run with different content for the same shipment were both sent, every night
// anew: A, B, A, B.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { LineBucket } from "../../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { createLineDecider } from "../../src/submit/limits/decide-line.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";
import {
  acceptAll,
  batchEnd,
  collected,
  currentLease,
  lineDraft,
  NOON,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";

const decide = createLineDecider({
  allowAmend: false,
  retryRefused: false,
  acceptedAndBeyond: () => false,
});

async function stageNight(
  books: LedgerBooks,
  runId: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly LineBucket[]> {
  const buckets: LineBucket[] = [];
  for (const [name, content] of Object.entries(files)) {
    const batchId = `${runId} ${name}`;
    await books.openBatch({ batchId, runId, file: sourceFile(name), openedAt: NOON });
    buckets.push(...(await books.addLines(batchId, [lineDraft(1, "S-1", content)], decide)));
    await books.sealBatch(batchId, batchEnd({ rowsRead: 1 }));
  }
  return buckets;
}

test("of two files of a run with different content for a shipment the later one is held, every night", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const files = { "a.csv": "A", "b.csv": "B", "again-a.csv": "A", "c.csv": "C" };
  await startRun(books, "night-1");
  expect(await stageNight(books, "night-1", files)).toEqual([
    "unsent",
    "held",
    "unchanged",
    "held",
  ]);
  const [, second] = await collected(books.lines({ runId: "night-1" }));
  expect(wordsOf(second)).toContain("a.csv");
  await acceptAll(books, "night-1");

  await books.releaseLease(await currentLease(books));
  await startRun(books, "night-2");
  expect(await stageNight(books, "night-2", files)).toEqual([
    "unchanged",
    "held",
    "unchanged",
    "held",
  ]);
  expect(await books.outboxCounts()).toMatchObject({ queued: 0 });
  await ledger.close();
  await store.remove();
});

test("a change that comes alone in the next run is still sent", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books, "night-1");
  await stageNight(books, "night-1", { "a.csv": "A" });
  await acceptAll(books, "night-1");
  await books.releaseLease(await currentLease(books));
  await startRun(books, "night-2");
  expect(await stageNight(books, "night-2", { "a.csv": "B" })).toEqual(["unsent"]);
  await ledger.close();
  await store.remove();
});
