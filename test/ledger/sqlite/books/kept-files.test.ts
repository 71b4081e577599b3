import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { NOON, sourceFile, startRun } from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";

const NIGHTS = 20;
const LOOKUP_BYTES = 500_000;

test("keptFile() gives back each night's lookup file, and the ledger grows by far less than their size", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  try {
    const books = ledger.books("simulator", "ACME");
    await startRun(books);
    const contentOf = (night: number): Buffer => {
      const line = `ART-1;73181500;Bolts, price list of night ${String(night)}\n`;
      return Buffer.from(line.repeat(Math.ceil(LOOKUP_BYTES / line.length)));
    };
    for (let night = 0; night < NIGHTS; night += 1) {
      const batch = { runId: "run-1", file: sourceFile("a.xlsx"), openedAt: NOON };
      const kept = {
        name: "lookup.csv",
        sha256: `night-${String(night)}`,
        content: contentOf(night),
      };
      await books.openBatch({ batchId: `batch-${String(night)}`, ...batch, profile: [kept] });
      // The next file of the night is read by the same.
      await books.openBatch({ batchId: `next-${String(night)}`, ...batch, profile: [kept] });
    }

    expect(await books.keptFile("night-7")).toEqual(contentOf(7));
    expect(await books.keptFile("of nobody")).toBeNull();
    const bytes = statSync(store.path).size + statSync(`${store.path}-wal`).size;
    expect(bytes).toBeLessThan((NIGHTS * LOOKUP_BYTES) / 2);
  } finally {
    await ledger.close();
    await store.remove();
  }
});
