// The file before SQLite sees it: SQLite would make it readable by others, would take a text file
// for an empty ledger's ruin only after it had begun to work on it, and takes an empty file for an
// empty database. An empty file where a ledger is expected is one that was lost, not one to begin.
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { CasBatchError } from "../../../core/errors.ts";
import { makeFolder } from "../../../core/make-folder.ts";
import { createLedgerFile } from "./create-ledger-file.ts";
import { sendMarkPath } from "./send-mark.ts";
import { cannotOpen, damagedLedger, emptyLedger } from "./ledger-failure.ts";

// Source: sqlite.org/fileformat.html, 1.3.1.
const SQLITE_MAGIC = "SQLite format 3\0";
const FOLDER_MODE = 0o700;

/**
 * Makes sure that there is a file that may be opened as a ledger: missing folders are created for
 * their owner alone, a missing file with the tables of a ledger in it.
 * @throws CasBatchError `ledger-missing` when it is not there and shall not be begun,
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

/** As prepareLedgerFile() for one that is only looked at, so it need not be writable. */
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

function missingLedger(location: string): CasBatchError {
  return new CasBatchError("ledger-missing", `There is no ledger ${location}`);
}

/** One that was sent from is not begun anew: that would know nothing of what was sent. */
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
