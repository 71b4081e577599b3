import { expect, onTestFinished, test } from "vitest";
import type { LedgerBooks } from "../../../../src/ledger/ledger.ts";
import {
  acceptAll,
  declarationSummary,
  minutesAfterNoon,
  NOON,
  queueFile,
  lineDraft,
  startRun,
} from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";

async function runWithResults(): Promise<LedgerBooks> {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  onTestFinished(async () => {
    await ledger.close();
    await store.remove();
  });
  const books = ledger.books("simulator", "ACME");
  await startRun(books, "run-1");
  await books.recordResultFolder("run-1", "/out/run-1");
  await queueFile(books, [lineDraft(1, "S-1")]);
  await acceptAll(books, "run-1");
  await books.finishRun("run-1", { finishedAt: NOON, exitCode: 0 });
  return books;
}

async function customsSays(books: LedgerBooks, currentStatus: string): Promise<void> {
  const [shipment] = await books.findShipments(["S-1"]);
  const summary = declarationSummary("D-1", currentStatus);
  await books.recordDeclarations([
    { summary, shipmentId: shipment?.shipmentId ?? null, observedAt: NOON, source: "search" },
  ]);
}

test("recordResults() of two commands at once counts what they showed once", async () => {
  const books = await runWithResults();
  await customsSays(books, "Validated");
  const [seen] = await books.runsBehind();
  if (seen === undefined) throw new Error("The run is not behind");
  await customsSays(books, "Accepted");
  await books.recordResults(seen, minutesAfterNoon(2));
  await books.recordResults(seen, minutesAfterNoon(4));
  expect(await books.runsBehind()).toMatchObject([{ behind: 1, resultsAt: minutesAfterNoon(2) }]);

  const [again] = await books.runsBehind();
  if (again === undefined) throw new Error("The run is not behind");
  await books.recordResults(again, minutesAfterNoon(6));
  expect(await books.runsBehind()).toEqual([]);
});

test("a copy that was not written stays behind its run, and keeps its own time", async () => {
  const books = await runWithResults();
  await customsSays(books, "Validated");
  const [behind] = await books.runsBehind();
  if (behind === undefined) throw new Error("The run is not behind");
  const [batch] = await books.batches({ runId: "run-1" });
  const copies = [batch?.batchId ?? ""];
  await books.recordResults(behind, minutesAfterNoon(2), { copies, isIncomplete: false });
  expect(await books.runsBehind(true)).toEqual([]);

  await customsSays(books, "Accepted");
  const [again] = await books.runsBehind();
  if (again === undefined) throw new Error("The run is not behind");
  await books.recordResults(again, minutesAfterNoon(4), { copies: [], isIncomplete: false });
  expect(await books.runsBehind()).toEqual([]);
  expect(await books.copyTimes("run-1")).toEqual(new Map([[copies[0], minutesAfterNoon(2)]]));
  expect(await books.runsBehind(true)).toMatchObject([{ runId: "run-1" }]);
});

test("results that could not be written leave their run behind", async () => {
  const books = await runWithResults();
  const results = await books.resultsOfRun("run-1");
  await books.recordResults(results, minutesAfterNoon(2), { copies: [], isIncomplete: true });
  expect(await books.runsBehind()).toMatchObject([{ behind: 1, resultsAt: minutesAfterNoon(2) }]);
});
