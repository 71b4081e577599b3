// Everything a delivery needs, on a real ledger in a folder of its own and under a virtual clock.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CasClient } from "../../src/cas/cas-client.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { contentHash } from "../../src/core/content-hash.ts";
import type { MessageKind } from "../../src/core/message-kind.ts";
import { messageKey, type MessageType, type OtherKind } from "../../src/core/shipment.ts";
import type { Log, ProgressEvent } from "../../src/core/progress.ts";
import type { LeaseHolder } from "../../src/ledger/contract/leases.ts";
import type { LineView } from "../../src/ledger/contract/views.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { createWaitKeeper } from "../../src/submit/limits/asked-wait.ts";
import type { AllowAmend } from "../../src/submit/limits/decide-line.ts";
import {
  defaultDeliverSettings,
  deliver,
  type DeliverSettings,
  type DeliverySummary,
} from "../../src/submit/deliver.ts";
import { LEASE_DURATION_MS, withLease } from "../../src/submit/lease/lease.ts";
import { createThrottle, type Throttle } from "../../src/cas/throttle/throttle.ts";
import { throttledClient } from "../../src/cas/throttle/throttled-client.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export const holder: LeaseHolder = {
  holderId: "run-1",
  processId: process.pid,
  hostName: "test",
  command: "submit",
};

export interface MessageToQueue {
  readonly reference: string;
  readonly content?: string;
  /** The members of its document. */
  readonly document?: JsonObject;
  readonly messageType?: MessageType;
  /** A customs shipment unless told. */
  readonly kind?: OtherKind;
  /** Whether CAS is asked about it first, when it was never sent; false unless told. */
  readonly askFirst?: boolean;
  /** Whether it may change what customs has accepted; false unless told. */
  readonly amendAllowed?: boolean;
}

interface DeliverChanges {
  readonly settings?: Partial<DeliverSettings>;
  readonly ratePerSecond?: number;
  /** In place of one with that rate. */
  readonly throttle?: Throttle;
  readonly signal?: AbortSignal;
  /** Another view of the same books: one that fails, or that tells what it is asked. */
  readonly books?: LedgerBooks;
  readonly random?: () => number;
  readonly allowAmend?: AllowAmend;
  readonly deadline?: Date;
}

export interface DeliveryDesk<DeskClock extends Clock> extends AsyncDisposable {
  readonly ledgerPath: string;
  readonly books: LedgerBooks;
  readonly clock: DeskClock;
  readonly log: Log;
  readonly progress: readonly ProgressEvent[];
  readonly logged: readonly string[];
  readonly queue: (messages: readonly MessageToQueue[]) => Promise<void>;
  readonly deliver: (client: CasClient, changes?: DeliverChanges) => Promise<DeliverySummary>;
  readonly lines: () => Promise<readonly LineView[]>;
}

export function openDeliveryDesk(): Promise<DeliveryDesk<VirtualClock>>;
export function openDeliveryDesk(clock: Clock): Promise<DeliveryDesk<Clock>>;
export async function openDeliveryDesk(
  clock: Clock = createVirtualClock(),
): Promise<DeliveryDesk<Clock>> {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-submit-"));
  const ledgerPath = join(folder, "ledger.sqlite");
  const ledger = await openSqliteLedger(ledgerPath, { clock });
  const books = ledger.books("simulator", "tenant");
  const runId = "20261120T180000Z-0001";
  await books.startRun({
    runId,
    command: "submit",
    startedAt: clock.now(),
    programVersion: "0.0.0",
  });
  await books.acquireLease(holder, LEASE_DURATION_MS);
  const progress: ProgressEvent[] = [];
  const logged: string[] = [];
  const log: Log = (_level, message) => {
    logged.push(message);
  };
  let batches = 0;
  return {
    ledgerPath,
    books,
    clock,
    log,
    progress,
    logged,
    queue: async (messages) => {
      batches += 1;
      const batchId = `batch-${String(batches)}`;
      const name = `${batchId}.csv`;
      const file = { path: join(folder, name), name, sizeBytes: 1, sha256: "0".repeat(64) };
      await books.openBatch({ batchId, runId, file, openedAt: clock.now() });
      const drafts = messages.map((message, index) => {
        const { reference, content = "", document = {}, messageType = "Upsert", kind } = message;
        const messageKind: MessageKind = kind ?? "CustomsShipment";
        const shipment = { messageType, direction: "IN", externalReference: reference };
        const body = { ...shipment, singleAdministrativeDocument: { content, ...document } };
        return {
          lineNumber: index + 1,
          key: messageKey(messageKind, kind === undefined ? "IN" : null, reference),
          rows: [{ sheet: "", row: index + 2 }],
          message: {
            messageKind,
            messageType,
            payload: JSON.stringify(body),
            contentHash: contentHash(body, messageKind),
            sources: {},
          },
        };
      });
      const asking = new Set(
        messages.filter(({ askFirst }) => askFirst === true).map(({ reference }) => reference),
      );
      const amending = new Set(
        messages.filter((one) => one.amendAllowed === true).map(({ reference }) => reference),
      );
      await books.addLines(batchId, drafts, ({ payload }) => ({
        kind: "queue",
        askFirst: asking.has(referenceOf(payload)),
        amendAllowed: amending.has(referenceOf(payload)),
      }));
      await books.sealBatch(batchId, {
        sealedAt: clock.now(),
        rejected: false,
        rowsRead: messages.length,
        rowsBlank: 0,
        layout: "flat",
        detected: {},
      });
    },
    deliver: async (client, changes = {}) => {
      const { ratePerSecond = Infinity, random = () => 0.5, deadline = null } = changes;
      const throttle = changes.throttle ?? createThrottle({ ratePerSecond, clock });
      const dependencies = {
        client: throttledClient(client, {
          ...{ throttle, clock, random, log },
          onWait: createWaitKeeper({ books, clock, log }),
        }),
        books: changes.books ?? books,
        ...{ clock, random, log },
        onProgress: (event: ProgressEvent) => {
          progress.push(event);
        },
      };
      const signal = changes.signal ?? new AbortController().signal;
      return withLease({ ...dependencies, signal }, holder, (lease) =>
        deliver(dependencies, {
          ...{ runId, lease, deadline },
          settings: { ...defaultDeliverSettings, ...changes.settings },
          amending: {
            allowAmend: changes.allowAmend ?? false,
            acceptedAndBeyond: (status) => status === "Accepted",
          },
        }),
      );
    },
    lines: async () => {
      const lines: LineView[] = [];
      for await (const batch of books.lines({ runId })) lines.push(...batch);
      return lines;
    },
    [Symbol.asyncDispose]: async () => {
      await ledger.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function references(count: number): readonly MessageToQueue[] {
  return Array.from({ length: count }, (_, index) => ({ reference: `S-${String(index + 1)}` }));
}

export function referenceOf(body: string): string {
  return (JSON.parse(body) as { readonly externalReference: string }).externalReference;
}
