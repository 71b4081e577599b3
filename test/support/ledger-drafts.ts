// Small, whole things to put into a ledger, so that a test names only what it is about.
import { hostname } from "node:os";
import type { SourceFile } from "../../src/core/cell.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import type { Problem } from "../../src/core/errors.ts";
import type { Finding } from "../../src/core/finding.ts";
import { sha256Hex } from "../../src/core/json.ts";
import type { Lease, LeaseBooks, LeaseHolder } from "../../src/ledger/contract/leases.ts";
import type { ClaimOptions } from "../../src/ledger/contract/outbox.ts";
import type { BatchEnd, LineDraft } from "../../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";

export const NOON = new Date("2026-11-20T12:00:00.000Z");

export function minutesAfterNoon(minutes: number): Date {
  return new Date(NOON.getTime() + minutes * 60_000);
}

export function sourceFile(name = "orders.xlsx"): SourceFile {
  return { path: `/inbox/${name}`, name, sizeBytes: 4711, sha256: sha256Hex(name) };
}

export function leaseHolder(holderId = "holder-1", processId = process.pid): LeaseHolder {
  return { holderId, processId, hostName: hostname(), command: "cas-batch run inbox" };
}

export function leaseOf(holder = leaseHolder(), epoch = 1): Lease {
  return { ...holder, epoch };
}

/** The lease that is in force. */
export async function currentLease(books: LeaseBooks): Promise<Lease> {
  const holder = await books.currentHolder();
  if (holder === null) throw new Error("Nobody holds the lease");
  return holder;
}

/** A shipment IN under `reference` whose message says `content`. */
export function lineDraft(lineNumber: number, reference: string, content = "first"): LineDraft {
  return {
    lineNumber,
    key: { direction: "IN", externalReference: reference },
    rows: [{ sheet: "Shipments", row: lineNumber + 1 }],
    message: {
      messageKind: "CustomsShipment",
      messageType: "Upsert",
      payload: JSON.stringify({ externalReference: reference, content }),
      contentHash: sha256Hex(`${reference} ${content}`),
      sources: { externalReference: `A${lineNumber + 1}` },
    },
  };
}

export function batchEnd(changes: Partial<BatchEnd> = {}): BatchEnd {
  return {
    sealedAt: NOON,
    rejected: false,
    rowsRead: 0,
    rowsBlank: 0,
    layout: "flat",
    detected: { encoding: "UTF-8" },
    ...changes,
  };
}

export function declarationSummary(
  declarationId: string,
  currentStatus: string,
  changes: Partial<DeclarationSummary> = {},
): DeclarationSummary {
  return {
    declarationId,
    currentStatus,
    direction: "IN",
    externalReference: null,
    customsShipmentReference: null,
    traderReference: null,
    lrn: null,
    mrn: null,
    jurisdiction: "BE",
    customsFlow: null,
    customsFlowStep: null,
    customsFlowStepInstanceCount: null,
    customsFlowStepInstanceSeq: null,
    storageLocation: null,
    creationDate: null,
    lastUpdated: null,
    ...changes,
  };
}

export const refusal: Problem = {
  status: 400,
  title: "Bad Request",
  detail: "declType is missing",
  errors: [{ path: "singleAdministrativeDocument.declType", message: "is required" }],
  rawBody: '{"title":"Bad Request"}',
};

export function finding(message: string, file = "orders.xlsx"): Finding {
  return {
    code: "number-invalid",
    severity: "error",
    file,
    sheet: "Shipments",
    row: 7,
    cell: "K7",
    header: "Gross mass (kg)",
    path: null,
    value: "heavy",
    message,
    hint: null,
  };
}

/** Starts a run that acquires the lease. */
export async function startRun(
  books: LedgerBooks,
  runId = "run-1",
  holder = leaseHolder(),
  startedAt = NOON,
): Promise<Lease> {
  await books.startRun({
    runId,
    command: "cas-batch run inbox",
    startedAt,
    programVersion: "0.1.0",
  });
  return books.acquireLease(holder, 3_600_000);
}

/** Queues every line of one file and seals it. */
export async function queueFile(
  books: LedgerBooks,
  lines: readonly LineDraft[],
  { runId = "run-1", batchId = "batch-1", fileName = "orders.xlsx" } = {},
): Promise<void> {
  await books.openBatch({ batchId, runId, file: sourceFile(fileName), openedAt: NOON });
  await books.addLines(batchId, lines, () => ({ kind: "queue" }));
  await books.sealBatch(batchId, batchEnd({ rowsRead: lines.length }));
}

export function claimOptions(changes: Partial<ClaimOptions> = {}): ClaimOptions {
  return {
    limit: 100,
    runId: "run-1",
    lease: leaseOf(),
    now: NOON,
    deadlineAt: minutesAfterNoon(1),
    holdReason: () => null,
    ...changes,
  };
}

/** Sends everything that can be claimed, and has CAS accept it. */
export async function acceptAll(books: LedgerBooks, runId = "run-1", at = NOON): Promise<void> {
  const lease = await currentLease(books);
  const messages = await books.claim(claimOptions({ runId, now: at, lease }));
  await books.recordOutcomes(
    messages.map(({ attemptId, key }) => ({
      attemptId,
      at,
      kind: "accepted",
      referenceId: `receipt of ${key.externalReference}`,
    })),
  );
}

export async function pagesOf<T>(pages: AsyncIterable<readonly T[]>): Promise<(readonly T[])[]> {
  const all: (readonly T[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

export async function collected<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  return (await pagesOf(pages)).flat();
}
