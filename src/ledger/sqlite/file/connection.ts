// One connection to the ledger file, with the settings that make a write durable when it returns.
// Every write is one BEGIN IMMEDIATE transaction: a deferred one that reads first fails at once when
// another process has written meanwhile.
//
// STRICT tables and their CHECKs guarantee the row types named in `prepare`; text that holds JSON is
// parsed in stored-json.ts.
import Database from "better-sqlite3";
import { CasBatchError } from "../../../core/errors.ts";
import { copyForReading, isWritable } from "./copy-for-reading.ts";
import { ledgerFailure, ledgerOpenFailure } from "./ledger-failure.ts";
import { prepareLedgerFile, requireReadableLedgerFile } from "./ledger-file.ts";
import { isOlderSchema, migrate, refuseForeignFile, refuseForeignSchema } from "./migrate.ts";

/** How long a write waits for another process to finish its own. */
const BUSY_TIMEOUT_MS = 30_000;
/** Source: sqlite.org/pragma.html#pragma_synchronous. */
const SYNCHRONOUS_FULL = 2;

export interface Connection {
  readonly location: string;
  readonly prepare: Database.Database["prepare"];
  /** Runs `action` as one durable transaction; when it throws, nothing of it has happened. */
  readonly write: <T>(action: () => T) => Promise<T>;
  /** Runs `action` on one consistent state of the ledger. */
  readonly read: <T>(action: () => T) => Promise<T>;
  readonly close: () => void;
}

/** @throws CasBatchError `ledger-unusable`, `ledger-newer` */
export function openConnection(location: string, createWhenMissing: boolean): Connection {
  prepareLedgerFile(location, createWhenMissing);
  let database: Database.Database | null = null;
  try {
    database = new Database(location, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    refuseForeignFile(database, location);
    setUp(database, location);
    return connect(database, location);
  } catch (error) {
    database?.close();
    throw ledgerOpenFailure(error, location);
  }
}

/** A connection whose `write` fails. @throws CasBatchError as openConnection() */
export function openReadingConnection(location: string): Connection {
  const database = openCurrentReadOnly(location);
  try {
    return {
      ...connectionOn(database, location).reading,
      write: () => Promise.reject(new Error(`The ledger ${location} was opened to be read`)),
    };
  } catch (error) {
    database.close();
    throw ledgerOpenFailure(error, location);
  }
}

/**
 * A connection that shows one state of the ledger until it is closed, whatever others write meanwhile.
 * @throws CasBatchError as openConnection()
 */
export function openSnapshotConnection(location: string): Connection {
  const database = openCurrentReadOnly(location);
  try {
    database.exec("BEGIN");
    // The first reading settles which state it is.
    database.prepare("SELECT count(*) FROM books").get();
    return {
      ...connectionOn(database, location).reading,
      read: (action) => Promise.resolve().then(action),
      write: () => Promise.reject(new Error(`The ledger ${location} was opened to be read`)),
    };
  } catch (error) {
    database.close();
    throw ledgerOpenFailure(error, location);
  }
}

/**
 * Opens the ledger to read it, and changes nothing; it need not be writable.
 * @throws CasBatchError as openConnection()
 */
export function openReadOnly(location: string): Database.Database {
  requireReadableLedgerFile(location);
  try {
    return openedReadOnly(location, location);
  } catch (error) {
    if (!needsFolder(error) || isWritable(location)) throw ledgerOpenFailure(error, location);
    return openCopy(location, () => undefined);
  }
}

/** As openReadOnly(), after migrating a ledger of an older schema. */
export function openCurrentReadOnly(location: string): Database.Database {
  const database = openReadOnly(location);
  try {
    if (!isOlderSchema(database)) {
      refuseForeignSchema(database, location);
      return database;
    }
    database.close();
    const migrateFile = (path: string): void => {
      openConnection(path, false).close();
    };
    if (!isWritable(location)) return openCopy(location, migrateFile);
    migrateFile(location);
    return openReadOnly(location);
  } catch (error) {
    database.close();
    throw ledgerOpenFailure(error, location);
  }
}

function openedReadOnly(path: string, location: string): Database.Database {
  const database = new Database(path, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    refuseForeignFile(database, location);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Closing it removes the copy. */
function openCopy(location: string, prepare: (path: string) => void): Database.Database {
  const copy = copyForReading(location);
  try {
    prepare(copy.path);
    const database = openedReadOnly(copy.path, location);
    const close = database.close.bind(database);
    database.close = () => {
      close();
      copy.remove();
      return database;
    };
    return database;
  } catch (error) {
    copy.remove();
    throw ledgerOpenFailure(error, location);
  }
}

/** Whether SQLite failed because it can keep no file beside the ledger. */
function needsFolder(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(READONLY|CANTOPEN)/.test(error.code);
}

function setUp(database: Database.Database, location: string): void {
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  requireSetting(database, location, "journal_mode", "wal");
  requireSetting(database, location, "synchronous", SYNCHRONOUS_FULL);
}

function requireSetting(
  database: Database.Database,
  location: string,
  name: string,
  expected: string | number,
): void {
  const found = database.pragma(name, { simple: true });
  if (found !== expected) {
    throw new CasBatchError(
      "ledger-unusable",
      `Cannot use ${location} as ledger: SQLite answers ${name} = ${String(found)} instead of ${expected}, so a write could be lost`,
      { hint: "Put the ledger on a local disk" },
    );
  }
}

function connect(database: Database.Database, location: string): Connection {
  const { reading, transact, inTransaction } = connectionOn(database, location);
  const beginImmediate = database.prepare("BEGIN IMMEDIATE");
  // Also shows at once whether the file can be written at all. SQLite takes the setting only outside of a
  // transaction.
  database.pragma("foreign_keys = OFF");
  transact(beginImmediate, () => {
    migrate(database);
    refuseForeignSchema(database, location);
  });
  database.pragma("foreign_keys = ON");
  requireSetting(database, location, "foreign_keys", 1);
  return { ...reading, write: (action) => inTransaction(beginImmediate, action) };
}

function connectionOn(database: Database.Database, location: string) {
  const begin = database.prepare("BEGIN");
  const commit = database.prepare("COMMIT");
  const rollback = database.prepare("ROLLBACK");

  const transact = <T>(start: Database.Statement, action: () => T): T => {
    start.run();
    try {
      const result = action();
      commit.run();
      return result;
    } finally {
      // SQLite itself rolls back after some failures, such as a full disk.
      if (database.inTransaction) rollback.run();
    }
  };
  const inTransaction = <T>(start: Database.Statement, action: () => T): Promise<T> =>
    new Promise((resolve) => {
      try {
        resolve(transact(start, action));
      } catch (error) {
        throw ledgerFailure(error, location);
      }
    });
  const reading: Omit<Connection, "write"> = {
    location,
    prepare: database.prepare.bind(database),
    read: (action) => inTransaction(begin, action),
    close: () => {
      database.close();
    },
  };
  return { reading, transact, inTransaction };
}
