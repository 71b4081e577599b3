// Real books with shipments in them that CAS has accepted.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/core/time/clock.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { contentHash } from "../../src/core/content-hash.ts";
import type { ShipmentKey, SourceTree } from "../../src/core/shipment.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";

export interface AcceptedShipment {
  readonly key: ShipmentKey;
  readonly body?: JsonObject;
  readonly sources?: SourceTree;
}

export interface OpenBooks extends AsyncDisposable {
  readonly books: LedgerBooks;
  /** Queues the shipments and records that CAS has accepted each. */
  readonly accept: (shipments: readonly AcceptedShipment[]) => Promise<void>;
}

export async function openBooks(clock: Clock): Promise<OpenBooks> {
  const folder = await mkdtemp(join(tmpdir(), "reconcile-"));
  const ledger = await openSqliteLedger(join(folder, "ledger.sqlite"), { clock });
  const books = ledger.books("simulator", "acme");
  const holder = { holderId: "test", processId: process.pid, hostName: "test", command: "test" };
  const startedAt = clock.now();
  await books.startRun({ runId: "run", command: "test", startedAt, programVersion: "0" });
  let batches = 0;
  return {
    books,
    accept: async (shipments) => {
      batches += 1;
      const batchId = `batch-${batches}`;
      const now = clock.now();
      const file = {
        path: "/in/night.xlsx",
        name: "night.xlsx",
        sizeBytes: 1,
        sha256: "0".repeat(64),
      };
      await books.openBatch({ batchId, runId: "run", file, openedAt: now });
      const drafts = shipments.map(({ key, body, sources }, at) => {
        const content = body ?? { ...key };
        return {
          lineNumber: at + 1,
          key,
          rows: [{ sheet: "Shipments", row: at + 2 }],
          message: {
            messageKind: "CustomsShipment" as const,
            messageType: "Upsert" as const,
            payload: JSON.stringify(content),
            contentHash: contentHash(content),
            sources: sources ?? {},
          },
        };
      });
      await books.addLines(batchId, drafts, () => ({ kind: "queue" }));
      await books.sealBatch(batchId, {
        ...{ sealedAt: now, rejected: false, rowsRead: drafts.length, rowsBlank: 0 },
        ...{ layout: "flat", detected: {} },
      });
      const deadlineAt = new Date(now.getTime() + 60_000);
      const lease = await books.acquireLease(holder, 60_000);
      const limit = shipments.length;
      const claimed = await books.claim({
        limit,
        runId: "run",
        lease,
        now,
        deadlineAt,
        holdReason: () => null,
      });
      await books.recordOutcomes(
        claimed.map(({ attemptId }) => {
          const referenceId = `reference-${attemptId}`;
          return { attemptId, at: now, kind: "accepted", referenceId };
        }),
      );
      await books.releaseLease(lease);
    },
    [Symbol.asyncDispose]: async () => {
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function collect<Element>(batches: AsyncIterable<readonly Element[]>) {
  const all: Element[] = [];
  for await (const batch of batches) all.push(...batch);
  return all;
}
