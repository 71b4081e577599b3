// Begins a ledger. It is made whole under another name first, so that a program that dies meanwhile
// leaves nothing in the ledger's place: what stands there is a ledger, or is damaged.
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { flush } from "./flush.ts";
import { migrate } from "./migrate.ts";

const FILE_MODE = 0o600;

/** Does nothing when another process is faster. */
export function createLedgerFile(location: string): void {
  const partial = `${location}.${process.pid}-${randomBytes(4).toString("hex")}.new`;
  // SQLite would make it readable by others.
  closeSync(openSync(partial, "wx", FILE_MODE));
  try {
    fill(partial);
    putInPlace(partial, location);
    flush(dirname(location));
  } finally {
    for (const end of ["", "-journal"]) rmSync(`${partial}${end}`, { force: true });
  }
}

function fill(path: string): void {
  const database = new Database(path);
  try {
    database.pragma("synchronous = FULL");
    database.transaction(() => {
      migrate(database);
    })();
  } finally {
    database.close();
  }
}

/** A link, other than a rename, never replaces the ledger that another process has begun. */
function putInPlace(partial: string, location: string): void {
  try {
    linkSync(partial, location);
  } catch (error) {
    if (existsSync(location)) return;
    // Some file systems know no links.
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(String(code))) throw error;
    renameSync(partial, location);
  }
}
