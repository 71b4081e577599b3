// Copies the ledger while it is in use, and verifies the copy before it counts. The copy is marked as
// one, so it is never sent from by mistake.
import { closeSync, existsSync, openSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { CasBatchError } from "../../../core/errors.ts";
import { makeFolder } from "../../../core/files/make-folder.ts";
import { openCurrentReadOnly } from "../file/connection.ts";
import { flush } from "../file/flush.ts";
import { ledgerFailure } from "../file/ledger-failure.ts";
import { homeOf, homes } from "../home/ledger-home.ts";
import { requireWhole, verifyLedger, type LedgerCounts } from "./verify-ledger.ts";

/** Between two steps, other work of this process runs. */
const PAGES_PER_STEP = 1_000;

interface LedgerBackup {
  readonly path: string;
  readonly sizeBytes: number;
  readonly counts: LedgerCounts | null;
}

/** The default place of a backup: beside the ledger, one file for each second. */
export function backupPathFor(location: string, now: Date): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
  return join(dirname(resolve(location)), "backups", `ledger-${time}.sqlite`);
}

/**
 * Writes beside the target first, so that a half-written backup never stands in a whole one's place.
 * @throws CasBatchError `file-not-writable`, `ledger-damaged`, and as openReadOnly()
 */
export async function backupLedger(
  ledgerPath: string,
  target: string,
  { force, now, who }: { readonly force: boolean; readonly now: Date; readonly who: string },
): Promise<LedgerBackup> {
  const location = resolve(ledgerPath);
  const path = resolve(target);
  const source = openCurrentReadOnly(location);
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.part`);
  try {
    prepareTarget(location, path, partial, force);
    // One state for the whole copy: otherwise every write of a running sender would restart it.
    source.exec("BEGIN");
    source.prepare("SELECT count(*) FROM sqlite_schema").get();
    await source.backup(partial, { progress: () => PAGES_PER_STEP });
    markAsBackup(partial, path, now, who);
    const verdict = verifyLedger(partial);
    requireWhole(verdict);
    flush(partial);
    renameSync(partial, path);
    flush(dirname(path));
    return { path, sizeBytes: verdict.sizeBytes, counts: verdict.counts };
  } catch (error) {
    if (error instanceof CasBatchError) throw error;
    if (error instanceof Database.SqliteError && !error.code.startsWith("SQLITE_IOERR")) {
      throw ledgerFailure(error, path);
    }
    const words = error instanceof Error ? error.message : String(error);
    throw new CasBatchError("file-not-writable", `Cannot write the backup ${path}: ${words}`, {
      cause: error,
    });
  } finally {
    source.close();
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${partial}${end}`, { force: true });
  }
}

function prepareTarget(location: string, path: string, partial: string, force: boolean): void {
  if (existsSync(path)) {
    if (realpathSync(path) === realpathSync(location)) {
      throw new CasBatchError("file-not-writable", `${path} is the ledger itself`, {
        hint: "Name another file for the backup",
      });
    }
    if (!force) {
      throw new CasBatchError("file-not-writable", `${path} is already there`, {
        hint: "Add --force to replace it, or name another file",
      });
    }
  }
  makeFolder(dirname(path), 0o700);
  // SQLite would make it readable by others.
  closeSync(openSync(partial, "wx", 0o600));
}

/** One file without a log, whose home is of the kind `backup`. */
function markAsBackup(partial: string, path: string, now: Date, who: string): void {
  const copy = new Database(partial);
  try {
    copy.pragma("journal_mode = DELETE");
    copy.pragma("synchronous = FULL");
    const { record } = homes({ prepare: copy.prepare.bind(copy), location: partial });
    record({ ...homeOf(partial), path }, "backup", now, who);
  } finally {
    copy.close();
  }
}
