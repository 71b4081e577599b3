// Fills a ledger with shipments that CAS has accepted, for the benches that begin there.
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { systemClock } from "../src/core/time/clock.ts";
import type { LineDraft } from "../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../src/ledger/ledger.ts";
import { openSqliteLedger } from "../src/ledger/sqlite/sqlite-ledger.ts";
import { shipmentBodies } from "./shipment-bodies.ts";

export const TENANT = "BENCH";
const RECORD_SIZE = 5_000;
const LEASE_MS = 3_600_000;

/**
 * Their references are `DONE-0` and so on.
 * @param then is given each part of them, once it is accepted
 * @param overMs during how long they were accepted, until now
 */
export async function recordAccepted(
  ledgerPath: string,
  count: number,
  then: (books: LedgerBooks, references: readonly string[], at: Date) => Promise<void>,
  overMs = 0,
): Promise<void> {
  await mkdir(dirname(ledgerPath), { recursive: true });
  const ledger = await openSqliteLedger(ledgerPath);
  const books = ledger.books("simulator", TENANT);
  const runId = "recorded";
  const holder = {
    ...{ holderId: runId, processId: process.pid, hostName: hostname(), command: "bench" },
  };
  const startedAt = systemClock.now();
  await books.startRun({ runId, command: "bench", startedAt, programVersion: "bench" });
  const lease = await books.acquireLease(holder, LEASE_MS);
  const payload = JSON.stringify(shipmentBodies(1)[0]);
  for (let from = 0; from < count; from += RECORD_SIZE) {
    await recordSome(books, runId, from, Math.min(RECORD_SIZE, count - from), payload);
    const messages = await books.claim({
      ...{ limit: RECORD_SIZE, runId, lease, now: systemClock.now() },
      deadlineAt: new Date(Date.now() + LEASE_MS),
      holdReason: () => null,
    });
    const ageMs = overMs * Math.max(0, 1 - (from + RECORD_SIZE) / count);
    const at = new Date(Date.now() - ageMs);
    await books.recordOutcomes(
      messages.map(({ attemptId }) => ({
        ...{ attemptId, at, kind: "accepted", referenceId: attemptId },
      })),
    );
    await then(
      books,
      messages.map(({ key }) => key.externalReference),
      at,
    );
  }
  await books.releaseLease(lease);
  await ledger.close();
}

async function recordSome(
  books: LedgerBooks,
  runId: string,
  from: number,
  count: number,
  payload: string,
): Promise<void> {
  const batchId = `recorded-${String(from)}`;
  const file = { path: `/${batchId}`, name: batchId, sizeBytes: 1, sha256: "0".repeat(64) };
  await books.openBatch({ batchId, runId, file, openedAt: systemClock.now() });
  const lines = Array.from({ length: count }, (_, index): LineDraft => {
    const externalReference = `DONE-${String(from + index)}`;
    return {
      lineNumber: index + 1,
      key: { direction: "IN", externalReference },
      rows: [{ sheet: "recorded", row: index + 2 }],
      message: {
        messageKind: "CustomsShipment",
        messageType: "Upsert",
        payload,
        contentHash: createHash("sha256").update(externalReference).digest("hex"),
        sources: {},
      },
    };
  });
  await books.addLines(batchId, lines, () => ({ kind: "queue" }));
  const end = { rejected: false, rowsRead: count, rowsBlank: 0, layout: "flat", detected: {} };
  await books.sealBatch(batchId, { ...end, sealedAt: systemClock.now() });
}
