// The file before SQLite opens it. SQLite would make it readable by others, would take a text file for
// a damaged database only after it had begun to work on it, and takes an empty file for an empty
// database; an empty file in a ledger's place is a ledger that was lost, not one to begin.
//
// A new ledger is made whole under another name first, so that a program that dies meanwhile leaves
// nothing in the ledger's place: what is there is a ledger, or is damaged.
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { linkSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { CasBatchError } from "../../../core/errors.ts";
import { makeFolder } from "../../../core/files/make-folder.ts";
import { sendMarkPath } from "./send-mark.ts";
import { flush } from "./flush.ts";
import { cannotOpen, damagedLedger, emptyLedger } from "./ledger-failure.ts";
import { migrate } from "./migrate.ts";

// Source: sqlite.org/fileformat.html, 1.3.1.
const SQLITE_MAGIC = "SQLite format 3\0";
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Makes sure that there is a file that may be opened as a ledger: a missing file is created with the
 * tables of a ledger in it, and with its folders, for their owner alone.
 * @throws CasBatchError `ledger-missing` when it is not there and must not be created,
 *   `ledger-unusable` when it cannot be read and written, is empty, or is no SQLite file
 */
export function prepareLedgerFile(location: string, createWhenMissing: boolean): void {
  const isMissing = !existsSync(location);
  if (isMissing && !createWhenMissing) throw missingLedger(location);
  if (isMissing && existsSync(sendMarkPath(location))) throw lostLedger(location);
  try {
    if (isMissing) {
      makeFolder(dirname(location), FOLDER_MODE);
      createLedgerFile(location);
    }
    requireLedgerFile(location, "r+");
  } catch (error) {
    if (error instanceof CasBatchError) throw error;
    throw cannotOpen(location, "for writing", error);
  }
}

/** As prepareLedgerFile() for a file that is only read: it need not be writable. */
export function requireReadableLedgerFile(location: string): void {
  if (!existsSync(location)) throw missingLedger(location);
  try {
    requireLedgerFile(location, "r");
  } catch (error) {
    if (error instanceof CasBatchError) throw error;
    throw cannotOpen(location, "for reading", error);
  }
}

function requireLedgerFile(location: string, flags: "r" | "r+"): void {
  const start = firstBytes(location, flags);
  if (start === "") throw emptyLedger(location);
  if (start !== SQLITE_MAGIC) throw damagedLedger(location);
}

function firstBytes(location: string, flags: "r" | "r+"): string {
  const descriptor = openSync(location, flags);
  try {
    const bytes = Buffer.alloc(SQLITE_MAGIC.length);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes.toString("latin1", 0, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Does nothing when another process is faster. */
function createLedgerFile(location: string): void {
  const partial = `${location}.${process.pid}-${randomBytes(4).toString("hex")}.new`;
  // SQLite would make it readable by others.
  closeSync(openSync(partial, "wx", FILE_MODE));
  try {
    writeTables(partial);
    putInPlace(partial, location);
    flush(dirname(location));
  } finally {
    for (const end of ["", "-journal"]) rmSync(`${partial}${end}`, { force: true });
  }
}

function writeTables(path: string): void {
  const database = new Database(path);
  try {
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = OFF");
    database.transaction(() => {
      migrate(database);
    })();
  } finally {
    database.close();
  }
}

/** A link, unlike a rename, never replaces the ledger that another process has begun. */
function putInPlace(partial: string, location: string): void {
  try {
    linkSync(partial, location);
  } catch (error) {
    if (existsSync(location)) return;
    // Some file systems have no links.
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(String(code))) throw error;
    renameSync(partial, location);
  }
}

function missingLedger(location: string): CasBatchError {
  return new CasBatchError("ledger-missing", `There is no ledger ${location}`);
}

/** A ledger that was sent from is not begun anew: the new one would not know what was sent. */
function lostLedger(location: string): CasBatchError {
  const mark = sendMarkPath(location);
  return new CasBatchError(
    "ledger-missing",
    `There is no ledger ${location}, but there was one: the mark ${mark} says that it was sent from`,
    {
      hint: `Put the ledger back, with its -wal file, or its newest backup; to begin a new ledger that knows nothing of what was sent, delete ${mark} too`,
    },
  );
}
