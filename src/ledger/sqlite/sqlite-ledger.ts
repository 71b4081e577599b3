// The ledger in one SQLite file, for one machine. Nothing of SQLite is seen outside this folder.
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { systemClock, type Clock } from "../../core/clock.ts";
import type { Environment } from "../../core/shipment.ts";
import { batchViews } from "./views/batch-view.ts";
import { openConnection, openReadingConnection, type Connection } from "./file/connection.ts";
import { declarationViews } from "./views/declaration-view.ts";
import { declarations } from "./books/declarations.ts";
import { fileSystemType, isNetworkFileSystem } from "./home/file-system.ts";
import { leases } from "./books/leases.ts";
import { ledgerFailure } from "./file/ledger-failure.ts";
import { homeOf, homes, isAtHome, ledgerMoved } from "./home/ledger-home.ts";
import {
  missingMarkWarning,
  requireAgreement,
  sendCount,
  sendMarkKeeper,
} from "./home/send-count.ts";
import type { SendMarkKeeper } from "./home/send-count.ts";
import { readSendMark } from "./file/send-mark.ts";
import type { Ledger, LedgerBooks } from "../ledger.ts";
import { lineViews } from "./views/line-view.ts";
import { outbox } from "./books/outbox.ts";
import { outcomes } from "./books/outcomes.ts";
import { referencesToAsk } from "./books/references-to-ask.ts";
import { runOutbox } from "./books/run-outbox.ts";
import { runs } from "./books/runs.ts";
import { shipmentHistories } from "./views/shipment-history.ts";
import { sealing } from "./books/sealing.ts";
import { shipments } from "./books/shipments.ts";
import { stagedLines } from "./books/staged-lines.ts";
import { staging } from "./books/staging.ts";
import { unknownMessages } from "./books/unknown-messages.ts";
import { waits } from "./books/waits.ts";

export interface SqliteLedgerOptions {
  /** Whether a ledger that is not there is begun; a command that only reads must not. */
  readonly createWhenMissing?: boolean;
  /** Set by a command that only looks: the file need not be writable, and every write fails. */
  readonly readOnly?: boolean;
  /** By which leases run out. */
  readonly clock?: Clock;
}

/**
 * Opens the ledger at `path`, and creates it with its folder when there is none.
 * @throws CasBatchError `ledger-unusable`, `ledger-newer`
 */
export function openSqliteLedger(path: string, options: SqliteLedgerOptions = {}): Promise<Ledger> {
  return new Promise((resolvePromise) => {
    const { createWhenMissing = true, readOnly = false } = options;
    const location = resolve(path);
    const connection = readOnly
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

function ledgerOn(connection: Connection, clock: Clock): Ledger {
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

  const keeper = sendMarkKeeper(connection.location, clock);
  const opened = new Map<string, LedgerBooks>();
  const books = (environment: Environment, tenant: string): LedgerBooks => {
    const name = `${environment} ${tenant}`;
    let found = opened.get(name);
    if (found === undefined) {
      try {
        const booksId = idOfBooks(environment, tenant);
        found = booksOn({ connection, clock, keeper }, environment, tenant, booksId);
      } catch (error) {
        throw ledgerFailure(error, connection.location);
      }
      opened.set(name, found);
    }
    return found;
  };

  const selectTenants = connection.prepare<[string], { readonly tenant: string }>(
    "SELECT tenant FROM books WHERE environment = ? ORDER BY tenant",
  );
  const { current } = homes(connection);
  const count = sendCount(connection);
  const isSentFrom = (): boolean => {
    const settled = current();
    const isHome = settled !== null && isAtHome(settled, homeOf(connection.location));
    return isHome && count.current().sendings > 0;
  };
  return {
    location: connection.location,
    warnings: warningsOf(connection.location, isSentFrom()),
    assertAtHome: () => {
      const mark = readSendMark(connection.location);
      return connection.read(() => {
        const settled = current();
        const here = homeOf(connection.location);
        if (settled !== null && !isAtHome(settled, here)) throw ledgerMoved(settled, here);
        requireAgreement(here.path, count.disagreement(mark));
      });
    },
    books,
    tenants: (environment) =>
      connection.read(() => selectTenants.all(environment).map(({ tenant }) => tenant)),
    close: () =>
      new Promise((resolvePromise) => {
        connection.close();
        resolvePromise();
      }),
  };
}

function warningsOf(location: string, isSentFrom: boolean): readonly string[] {
  const missingMark = isSentFrom ? missingMarkWarning(location) : null;
  return [...networkWarnings(location), ...(missingMark === null ? [] : [missingMark])];
}

function networkWarnings(location: string): readonly string[] {
  const type = fileSystemType(realpathSync(location));
  if (!isNetworkFileSystem(type)) return [];
  return [
    `The ledger ${location} lies on a network file system (${type}), where its locks cannot be relied on: put it on a local disk, and let one machine alone use it`,
  ];
}

interface Surroundings {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly keeper: SendMarkKeeper;
}

function booksOn(
  { connection, clock, keeper }: Surroundings,
  environment: Environment,
  tenant: string,
  booksId: number,
): LedgerBooks {
  return {
    environment,
    tenant,
    ...runs(connection, booksId),
    ...shipmentHistories(connection, booksId),
    ...leases(connection, booksId, { clock, keeper }),
    ...staging(connection, booksId, clock),
    ...stagedLines(connection, booksId),
    ...sealing(connection, booksId, clock),
    ...referencesToAsk(connection, booksId),
    ...outbox(connection, booksId, keeper),
    ...runOutbox(connection, booksId),
    ...outcomes(connection, booksId),
    ...unknownMessages(connection, booksId),
    ...waits(connection, booksId),
    ...shipments(connection, booksId),
    ...declarations(connection, booksId),
    ...batchViews(connection, booksId),
    ...lineViews(connection, booksId),
    ...declarationViews(connection, booksId),
  };
}
