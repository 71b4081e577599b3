// Notifications: receiving them, showing them, merging them again.
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createCasClient } from "../cas/http-cas-client.ts";
import { CannotNowError, CasBatchError } from "../core/errors.ts";
import type { Environment } from "../core/shipment.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger, type SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import type {
  MergeCounts,
  MergeSelection,
  NotificationFilter,
  NotificationView,
} from "../ledger/contract/notifications.ts";
import type { MetricsServer } from "../metrics/metrics-server.ts";
import { mergeNotifications, mergeWaiting } from "../notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../notifications/receiver/keep-notification.ts";
import {
  startReceiver,
  type Receiver,
  type ReceiverCounts,
  type ReceiverOptions,
} from "../notifications/receiver/receiver.ts";
import {
  openLedger,
  type LedgerSettings,
  type PipelineSettings,
  type Surroundings,
} from "./session.ts";

type ListenSettings = LedgerSettings &
  Pick<ReceiverOptions, "host" | "port" | "protection" | "secretHeader"> & {
    readonly environment: Environment;
    /** Null: the one that the ledger knows. */
    readonly tenant: string | null;
    /** Where metrics are told to this machine; null where they are not, 0 for any port. */
    readonly metricsPort: number | null;
  };

export interface ListenStart {
  readonly address: string;
  readonly tenant: string;
  readonly ledger: string;
  /** Where metrics are told; null where they are not. */
  readonly metrics: string | null;
}

const HEARTBEAT_MS = 30_000;
/** How often it is looked whether what was of nothing known is of something now. */
const UNMATCHED_EVERY_MS = 60_000;
/** While deliveries come, a step of merging waits so long: CAS waits for its answers, nobody for merging. */
const YIELD_MS = 5_000;
const QUIET_MS = 100;
const LOOK_MS = 200;
/** What is left after so many steps is merged by the next command. */
const LAST_STEPS_MAX = 50;
const RETRY_MS = 10_000;

/**
 * Receives notifications until the signal, and merges them meanwhile.
 * @throws CasBatchError `tenant-unknown`, `address-unavailable`, `ledger-moved`
 */
export async function listen(
  settings: ListenSettings,
  surroundings: Surroundings,
  onListening: (start: ListenStart) => void,
): Promise<ReceiverCounts> {
  const ledger = await openLedger(settings);
  try {
    await ledger.assertAtHome();
    const metrics = await metricsServer(ledger, settings.metricsPort, surroundings);
    try {
      const books = await booksFor(ledger, settings);
      const address = metrics?.address ?? null;
      return await receive(settings, books, surroundings, (start) => {
        onListening({ ...start, ledger: ledger.location, metrics: address });
      });
    } finally {
      await metrics?.close();
    }
  } finally {
    await ledger.close();
  }
}

async function receive(
  settings: ListenSettings,
  books: LedgerBooks,
  { clock, log, signal }: Surroundings,
  onListening: (start: Pick<ListenStart, "address" | "tenant">) => void,
): Promise<ReceiverCounts> {
  const { tenant } = books;
  const receiver = await startReceiver({ ...settings, tenant, books, clock, log });
  const { address } = receiver;
  const process_ = { hostName: hostname(), processId: process.pid };
  const listenerNo = await books.startListener({ ...process_, address, startedAt: clock.now() });
  onListening({ address, tenant });
  const beat = setInterval(() => {
    void books
      .recordListener(listenerNo, { aliveAt: clock.now(), hasEnded: false })
      .catch((error: unknown) => {
        log("warn", "Cannot record that the receiver lives", { reason: String(error) });
      });
  }, HEARTBEAT_MS);
  try {
    await mergeWhileReceiving(receiver, books, { clock, log, signal });
  } finally {
    clearInterval(beat);
    await receiver.close();
  }
  const rest = { signal: new AbortController().signal, stepsMax: LAST_STEPS_MAX };
  await mergeWaiting(books, rest);
  await books.recordListener(listenerNo, { aliveAt: clock.now(), hasEnded: true });
  return receiver.counts();
}

/** Null where none is wanted. @throws CasBatchError `address-unavailable` */
async function metricsServer(
  ledger: SqliteLedger,
  port: number | null,
  made: Pick<Surroundings, "clock" | "log" | "programVersion">,
): Promise<MetricsServer | null> {
  if (port === null) return null;
  const { startMetricsServer } = await import("../metrics/metrics-server.ts");
  const { metricsOf } = await import("./metrics.ts");
  return startMetricsServer({ ...made, port, collect: () => metricsOf(ledger, made) });
}

type MergeSurroundings = Pick<Surroundings, "clock" | "log" | "signal">;

/** Ends with the signal. What cannot be merged now stays kept, and is tried again. */
async function mergeWhileReceiving(
  receiver: Receiver,
  books: LedgerBooks,
  { clock, log, signal }: MergeSurroundings,
): Promise<void> {
  const pause = async (): Promise<void> => {
    const untilMs = clock.monotonicMs() + YIELD_MS;
    while (receiver.quietMs() < QUIET_MS && clock.monotonicMs() < untilMs && !signal.aborted) {
      await sleepUnless(signal, QUIET_MS);
    }
  };
  let keptBefore = -1;
  let unmatchedMs = -Infinity;
  while (!signal.aborted) {
    try {
      const { kept } = receiver.counts();
      if (kept !== keptBefore) {
        await pause();
        told(await mergeNotifications(books, "received", { signal, pause }), log);
        keptBefore = kept;
      }
      if (clock.monotonicMs() - unmatchedMs >= UNMATCHED_EVERY_MS) {
        told(await mergeNotifications(books, "unmatched", { signal, pause }), log);
        unmatchedMs = clock.monotonicMs();
      }
      await sleepUnless(signal, LOOK_MS);
    } catch (error) {
      if (!(error instanceof CannotNowError)) throw error;
      log("warn", `Notifications are kept, and cannot be merged now: ${error.message}`);
      await sleepUnless(signal, RETRY_MS);
    }
  }
}

async function sleepUnless(signal: AbortSignal, delayMs: number): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}

function told(
  { merged, failedMessages, changedDeclarations }: MergeCounts,
  log: Surroundings["log"],
) {
  if (merged === 0) return;
  const level = failedMessages > 0 ? "warn" : "info";
  log(level, "Notifications were merged", { merged, changedDeclarations, failedMessages });
}

/** Who CAS says that we are; null when CAS cannot be asked now. */
export async function greetedTenant(
  { cas }: PipelineSettings,
  { clock, log, signal }: MergeSurroundings,
): Promise<string | null> {
  const client = createCasClient(cas, { clock, log });
  try {
    return (await client.authorizationStatus({ signal })).tenant;
  } catch (error) {
    if (!(error instanceof CannotNowError)) throw error;
    log("warn", `CAS cannot be asked for which tenant this is: ${error.message}`);
    return null;
  } finally {
    await client.close();
  }
}

async function booksFor(
  ledger: SqliteLedger,
  { environment, tenant }: Pick<ListenSettings, "environment" | "tenant">,
): Promise<LedgerBooks> {
  if (tenant !== null) return ledger.books(environment, tenant);
  const known = await ledger.tenants(environment);
  const [only] = known;
  if (only !== undefined && known.length === 1) return ledger.books(environment, only);
  throw new CasBatchError(
    "tenant-unknown",
    known.length === 0
      ? `Cannot tell for which tenant notifications are: the ledger ${ledger.location} knows none for ${environment}`
      : `Cannot tell for which tenant notifications are: the ledger ${ledger.location} knows ${known.join(", ")}`,
  );
}

interface NotificationsOfTenant {
  readonly tenant: string;
  readonly total: number;
  readonly notifications: readonly NotificationView[];
}

/** What the ledger holds, in all tenants of an environment; CAS is not asked. */
export async function listNotifications(
  ledgerPath: string,
  environment: Environment,
  filter: NotificationFilter,
): Promise<readonly NotificationsOfTenant[]> {
  const ledger = await openSqliteLedger(ledgerPath, { readOnly: true });
  try {
    const found: NotificationsOfTenant[] = [];
    for (const tenant of await ledger.tenants(environment)) {
      found.push({ tenant, ...(await ledger.books(environment, tenant).notifications(filter)) });
    }
    return found;
  } finally {
    await ledger.close();
  }
}

interface ReplayChoice {
  readonly which: MergeSelection["which"] | "waiting";
  /** Bodies that were kept elsewhere; they are taken in first. */
  readonly bodies: readonly Buffer[];
}

export interface ReplaySummary extends MergeCounts {
  readonly tenant: string;
  /** Of the bodies that were given: those that were not kept before. */
  readonly added: number;
}

/** Merges kept notifications again. @throws CasBatchError `notification-unknown`, `tenant-unknown` */
export async function replayNotifications(
  settings: LedgerSettings & Pick<ListenSettings, "environment" | "tenant">,
  { which, bodies }: ReplayChoice,
  { clock, signal, onProgress }: Pick<Surroundings, "clock" | "signal" | "onProgress">,
): Promise<ReplaySummary> {
  const ledger = await openSqliteLedger(settings.ledgerPath, {
    createWhenMissing: bodies.length > 0 && settings.ledgerMayBegin !== false,
  });
  try {
    await ledger.assertAtHome();
    const books = await booksFor(ledger, settings);
    const added = await takeIn(books, bodies, clock.now());
    if (typeof which === "object") {
      const { eventId } = which;
      const { total } = await books.notifications({ eventId, limit: 1 });
      if (total === 0) {
        throw new CasBatchError(
          "notification-unknown",
          `The ledger holds no notification ${eventId}`,
        );
      }
    }
    const onStep = (done: number): void => {
      onProgress({ phase: "reconciling", subject: "notifications", done, total: null });
    };
    const counts =
      which === "waiting"
        ? await mergeWaiting(books, { signal, onStep })
        : await mergeNotifications(books, which, { signal, onStep });
    signal.throwIfAborted();
    return { tenant: books.tenant, added, ...counts };
  } finally {
    await ledger.close();
  }
}

const BODIES_PER_WRITE = 500;

async function takeIn(
  books: LedgerBooks,
  bodies: readonly Buffer[],
  receivedAt: Date,
): Promise<number> {
  let added = 0;
  for (let at = 0; at < bodies.length; at += BODIES_PER_WRITE) {
    const received = bodies
      .slice(at, at + BODIES_PER_WRITE)
      .map((body) => receivedNotification({ headers: {}, body, receivedAt }, books.tenant, null));
    added += (await books.storeNotifications(received)).filter((as) => as !== "known").length;
  }
  return added;
}
