// The file before SQLite sees it: SQLite would make it readable by others, and would take a text
// file for an empty ledger's ruin only after it had begun to work on it.
import { closeSync, existsSync, mkdirSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { CasBatchError } from "../core/errors.ts";
import { damagedLedger } from "./ledger-failure.ts";

// Source: sqlite.org/fileformat.html, 1.3.1.
const SQLITE_MAGIC = "SQLite format 3\0";
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Makes sure that there is a file that may be opened as a ledger: missing folders are created for
 * their owner alone, a missing file as an empty one.
 * @throws CasBatchError `ledger-missing` when it is not there and shall not be begun,
 *   `ledger-unusable` when it cannot be read and written, or is no SQLite file
 */
export function prepareLedgerFile(location: string, createWhenMissing: boolean): void {
  if (!createWhenMissing && !existsSync(location)) {
    throw new CasBatchError("ledger-missing", `There is no ledger ${location}`);
  }
  let start: string;
  try {
    mkdirSync(dirname(location), { recursive: true, mode: FOLDER_MODE });
    start = firstBytes(location);
  } catch (error) {
    throw new CasBatchError(
      "ledger-unusable",
      `Cannot open the ledger ${location} for writing: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        hint: "Give yourself the right to write the file and its folder, or name another place with --ledger",
      },
    );
  }
  if (start !== "" && start !== SQLITE_MAGIC) throw damagedLedger(location);
}

function firstBytes(location: string): string {
  // `a+` creates a missing file and never cuts an existing one short.
  const descriptor = openSync(location, "a+", FILE_MODE);
  try {
    const bytes = Buffer.alloc(SQLITE_MAGIC.length);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes.toString("latin1", 0, length);
  } finally {
    closeSync(descriptor);
  }
}
