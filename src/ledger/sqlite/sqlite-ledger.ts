// The ledger in one SQLite file, for one machine. Nothing of SQLite is seen outside this folder.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { systemClock, type Clock } from "../../core/time/clock.ts";
import type { Environment } from "../../core/shipment.ts";
import type { CurrentHolder } from "../contract/leases.ts";
import type { Ledger, LedgerBooks } from "../ledger.ts";
import { attachments } from "./books/attachments.ts";
import { changes } from "./books/changes.ts";
import { declarations } from "./books/declarations.ts";
import { evidence } from "./books/evidence.ts";
import { leases, livingHolder } from "./books/leases.ts";
import { notifications } from "./books/notifications.ts";
import { outbox } from "./books/outbox.ts";
import { readBackBooks } from "./books/read-back.ts";
import { references } from "./books/references.ts";
import { reports } from "./books/reports.ts";
import { runs } from "./books/runs.ts";
import { staging } from "./books/staging.ts";
import { unknownMessages } from "./books/unknown-messages.ts";
import { damageView } from "./care/damage-view.ts";
import { scratchCopy } from "./care/scratch-copy.ts";
import {
  openConnection,
  openReadingConnection,
  openSnapshotConnection,
  type Connection,
} from "./file/connection.ts";
import { ledgerFailure } from "./file/ledger-failure.ts";
import { readSendMark } from "./file/send-mark.ts";
import { fileSystemType, isNetworkFileSystem } from "./home/file-system.ts";
import { homeOf, homes, isAtHome } from "./home/ledger-home.ts";
import { missingMarkWarning, sendCount, sendMarkKeeper } from "./home/send-count.ts";
import { batchViews } from "./views/batch-view.ts";
import { declarationViews } from "./views/declaration-view.ts";
import { discrepancyViews } from "./views/discrepancy-view.ts";
import { flowView } from "./views/flow-view.ts";
import { identifiers } from "./views/identifiers.ts";
import { learnedViews } from "./views/learned-view.ts";
import { lineViews } from "./views/line-view.ts";
import { notificationViews } from "./views/notification-view.ts";
import { shipmentHistories } from "./views/shipment-history.ts";
import { statusViews } from "./views/status-view.ts";

interface SqliteLedgerOptions {
  /** Whether a ledger that is not there is begun; a command that only reads must not. */
  readonly createWhenMissing?: boolean;
  /** For a command that only reads: the file need not be writable, and every write fails. */
  readonly readOnly?: boolean;
  /** For a report: what others write while it is open is not seen. Implies `readOnly`. */
  readonly asOfNow?: boolean;
  /** By which leases run out. */
  readonly clock?: Clock;
}

/** A ledger that is a file: it has a place, and may be a copy of another one. */
export interface SqliteLedger extends Ledger {
  /** Absolute. */
  readonly location: string;
  /** What speaks against the place where it is, for the log. */
  readonly warnings: readonly string[];
  /**
   * Checks that this is the ledger that may be sent from, and not a copy of it. Opening a batch and
   * acquiring the right to send check it too.
   * @throws CasBatchError `ledger-moved`
   */
  readonly assertAtHome: () => Promise<void>;
}

/**
 * Opens the ledger at `path`, and creates it with its folder when there is none.
 * @throws CasBatchError `ledger-unusable`, `ledger-newer`
 */
export function openSqliteLedger(
  path: string,
  options: SqliteLedgerOptions = {},
): Promise<SqliteLedger> {
  return new Promise((resolvePromise) => {
    const { createWhenMissing = true, readOnly = false, asOfNow = false } = options;
    const location = resolve(path);
    const connection = asOfNow
      ? openSnapshotConnection(location)
      : readOnly
        ? openReadingConnection(location)
        : openConnection(location, createWhenMissing);
    try {
      resolvePromise(ledgerOn(connection, options.clock ?? systemClock));
    } catch (error) {
      connection.close();
      throw ledgerFailure(error, connection.location);
    }
  });
}

/**
 * Opens a copy of the ledger at `path`, in which a run can be tried; closing it removes the copy.
 * @throws CasBatchError as the ledger itself would be refused
 */
export async function openScratchLedger(
  path: string,
  { createWhenMissing = true }: Pick<SqliteLedgerOptions, "createWhenMissing"> = {},
): Promise<SqliteLedger> {
  const copy = await scratchCopy(path, createWhenMissing);
  try {
    const ledger = await openSqliteLedger(copy.path);
    const close = async (): Promise<void> => {
      await ledger.close();
      copy.remove();
    };
    return { ...ledger, close };
  } catch (error) {
    copy.remove();
    throw error;
  }
}

function ledgerOn(connection: Connection, clock: Clock): SqliteLedger {
  const { location } = connection;
  const booksOf = booksOpener(connection, clock);
  const opened = new Map<string, LedgerBooks>();
  const selectTenants = connection.prepare<[string], { readonly tenant: string }>(
    "SELECT tenant FROM books WHERE environment = ? ORDER BY tenant",
  );
  const { current, assertHere } = homes(connection);
  const home = current();
  const isSentFrom = home !== null && isAtHome(home, homeOf(location));
  const hasSent = isSentFrom && sendCount(connection).current().sendings > 0;
  return {
    location,
    warnings: [
      ...networkWarnings(location),
      ...(hasSent && readSendMark(location) === null ? [missingMarkWarning(location)] : []),
    ],
    assertAtHome: () => {
      const mark = readSendMark(location);
      return connection.read(() => {
        assertHere(mark);
      });
    },
    books: (environment, tenant) => {
      const name = `${environment} ${tenant}`;
      const books = opened.get(name) ?? booksOf(environment, tenant);
      opened.set(name, books);
      return books;
    },
    tenants: (environment) =>
      connection.read(() => selectTenants.all(environment).map(({ tenant }) => tenant)),
    close: () =>
      new Promise((resolvePromise) => {
        connection.close();
        resolvePromise();
      }),
  };
}

function networkWarnings(location: string): readonly string[] {
  const type = fileSystemType(realpathSync(location));
  if (!isNetworkFileSystem(type)) return [];
  return [
    `The ledger ${location} lies on a network file system (${type}), where its locks cannot be relied on: put it on a local disk, and let one machine alone use it`,
  ];
}

function booksOpener(
  connection: Connection,
  clock: Clock,
): (environment: Environment, tenant: string) => LedgerBooks {
  const keeper = sendMarkKeeper(connection.location, clock);
  const select = connection.prepare<[string, string], { readonly books_id: number }>(
    "SELECT books_id FROM books WHERE environment = ? AND tenant = ?",
  );
  const insert = connection.prepare<[string, string]>(
    "INSERT INTO books (environment, tenant) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const idOfBooks = (environment: Environment, tenant: string): number => {
    const row = select.get(environment, tenant);
    if (row !== undefined) return row.books_id;
    insert.run(environment, tenant);
    return idOfBooks(environment, tenant);
  };
  return (environment, tenant) => {
    try {
      const booksId = idOfBooks(environment, tenant);
      const holderAt = livingHolder(connection, booksId);
      const holder = (): CurrentHolder | null => holderAt(clock.now());
      return {
        environment,
        tenant,
        ...runs(connection, booksId),
        ...reports(connection, booksId),
        ...leases(connection, booksId, { clock, keeper }),
        ...staging(connection, booksId, clock),
        ...references(connection, booksId),
        ...readBackBooks(connection, booksId),
        ...outbox(connection, booksId, { clock, keeper }),
        ...unknownMessages(connection, booksId),
        ...declarations(connection, booksId),
        ...attachments(connection, booksId),
        ...notifications(connection, booksId),
        ...changes(connection, booksId, { keeper }),
        ...evidence(connection, booksId),
        ...batchViews(connection, booksId, holder),
        ...learnedViews(connection, booksId),
        ...lineViews(connection, booksId, holder),
        ...declarationViews(connection, booksId),
        ...flowView(connection, booksId),
        ...notificationViews(connection, booksId),
        ...discrepancyViews(connection, booksId),
        ...damageView(connection, booksId),
        ...shipmentHistories(connection, booksId, holder),
        ...identifiers(connection, booksId),
        ...statusViews(connection, booksId, holder),
      };
    } catch (error) {
      throw ledgerFailure(error, connection.location);
    }
  };
}
