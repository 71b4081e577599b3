import { join } from "node:path";
import { expect, it } from "vitest";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { writeStatusReport } from "../../src/report/status-report.ts";
import {
  batchEnd,
  claimOptions,
  declarationSummary,
  finding,
  lineDraft,
  minutesAfterNoon,
  NOON,
  refusal,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { temporaryFolder } from "./outside-programs.ts";
import { openWorkbook, summaryValue, tableRows } from "./read-workbook.ts";

/** One file of six rows: a blank one, one without reference, an invalid shipment, three sent. */
async function workNight(books: LedgerBooks, rowsRead: number): Promise<void> {
  await startRun(books);
  await books.openBatch({
    batchId: "batch-1",
    runId: "run-1",
    file: sourceFile(),
    openedAt: NOON,
  });
  await books.addRows("batch-1", [{ sheet: "Shipments", row: 9, bucket: "invalid" }]);
  await books.addLines(
    "batch-1",
    [
      lineDraft(1, "A-1"),
      lineDraft(2, "A-2"),
      lineDraft(3, "A-3"),
      { ...lineDraft(6, "A-6"), rows: [{ sheet: "Shipments", row: 7 }], message: null },
    ],
    () => ({ kind: "queue" }),
  );
  await books.addFindings("batch-1", [finding('Cannot read "heavy" as a number')]);
  await books.sealBatch("batch-1", batchEnd({ rowsRead, rowsBlank: 1 }));
  const [first, second] = await books.claim(claimOptions({ limit: 2 }));
  if (first === undefined || second === undefined) throw new Error("Two messages are queued");
  await books.recordOutcomes([
    { attemptId: first.attemptId, at: NOON, kind: "accepted", referenceId: "ref-1" },
    { attemptId: second.attemptId, at: NOON, kind: "rejected", problem: refusal },
  ]);
  const [shipment] = await books.findShipments(["A-1"]);
  await books.recordDeclarations([
    {
      summary: declarationSummary("D-1", "Released", { externalReference: "A-1", lrn: "0007" }),
      shipmentId: shipment?.shipmentId ?? null,
      observedAt: minutesAfterNoon(5),
      source: "search",
    },
    {
      summary: declarationSummary("D-9", "Accepted", { externalReference: "by hand" }),
      shipmentId: null,
      observedAt: minutesAfterNoon(5),
      source: "search",
    },
  ]);
}

async function reportOn(rowsRead: number) {
  const folder = temporaryFolder();
  const ledger = await openSqliteLedger(join(folder, "ledger.sqlite"));
  try {
    const books = ledger.books("acceptance", "tenant-one");
    await workNight(books, rowsRead);
    const path = join(folder, "status-report.xlsx");
    const { survey } = await writeStatusReport(path, {
      books,
      filter: { runId: "run-1" },
      runId: "run-1",
      command: "run",
      environment: "acceptance",
      tenant: "tenant-one",
      asOf: minutesAfterNoon(10),
      completeUpTo: minutesAfterNoon(9).toISOString(),
      simulated: false,
      sender: null,
      stoppedEarly: null,
      programVersion: "0.1.0",
      timeZone: "UTC",
    });
    return { totals: survey.totals, workbook: await openWorkbook(path) };
  } finally {
    await ledger.close();
  }
}

it("writeStatusReport() shows what the SQLite ledger holds", async () => {
  const { totals, workbook } = await reportOn(6);
  expect(totals).toMatchObject({
    balanced: true,
    rows: { read: 6, blank: 1, invalid: 1, duplicate: 0, inShipments: 4 },
    shipments: 4,
    buckets: { accepted: 1, rejected: 1, invalid: 1, unsent: 1 },
    declarationStatuses: { Released: 1 },
    findings: { error: 1, warning: 0, info: 0 },
    refusals: 1,
    notInFiles: 1,
    actionNeeded: 3,
  });
  expect(summaryValue(workbook, "Rows read")).toBe("6");
  const shipments = tableRows(workbook, "Shipments");
  expect(shipments.map((row) => [row["External reference"], row["Outcome"]])).toEqual([
    ["A-1", "accepted"],
    ["A-2", "rejected"],
    ["A-3", "unsent"],
    ["A-6", "invalid"],
  ]);
  expect(shipments[0]).toMatchObject({
    "Declaration status": "Released",
    LRN: "0007",
    "Reference id of CAS": "ref-1",
  });
  expect(tableRows(workbook, "Not in files")[0]?.["External reference"]).toBe("by hand");
});

it("writeStatusReport() does not balance when the SQLite ledger misses a row", async () => {
  expect((await reportOn(7)).totals.balanced).toBe(false);
});
