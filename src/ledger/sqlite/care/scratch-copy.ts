// A copy of a ledger in which a run can be tried: it is not sent from, and is gone afterwards. The ledger itself
// is only read, also when its schema is older; so what is tried in the copy is decided by the same books.
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { openReadOnly } from "../file/connection.ts";
import { ledgerFailure } from "../file/ledger-failure.ts";
import { prepareLedgerFile } from "../file/ledger-file.ts";
import { isOlderSchema } from "../file/migrate.ts";
import { readSendMark, sendMarkPath } from "../file/send-mark.ts";
import { homes } from "../home/ledger-home.ts";

/** Between two steps, other work of this process runs. */
const PAGES_PER_STEP = 1_000;

interface ScratchCopy {
  /** Where a ledger may be opened; not there yet when the ledger is not. */
  readonly path: string;
  readonly remove: () => void;
}

/**
 * Readable by its owner alone.
 * @param mayBegin whether a ledger that is missing would be begun
 * @throws CasBatchError as the ledger would be refused: `ledger-missing`, `ledger-moved`, `ledger-unusable` …
 */
export async function scratchCopy(ledgerPath: string, mayBegin: boolean): Promise<ScratchCopy> {
  const location = resolve(ledgerPath);
  const isNew = !existsSync(location) && mayBegin && !existsSync(sendMarkPath(location));
  if (!isNew) prepareLedgerFile(location, false);
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-"));
  const remove = (): void => {
    process.off("exit", remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  const path = join(folder, "ledger.sqlite");
  try {
    if (!isNew) await copyInto(location, path);
    return { path, remove };
  } catch (error) {
    remove();
    throw ledgerFailure(error, location);
  }
}

async function copyInto(location: string, path: string): Promise<void> {
  const mark = readSendMark(location);
  const source = openReadOnly(location);
  try {
    // One state for the whole copy: otherwise every write of a running sender would restart it.
    source.exec("BEGIN");
    if (!isOlderSchema(source)) {
      homes({ prepare: source.prepare.bind(source), location }).assertHere(mark);
    }
    await source.backup(path, { progress: () => PAGES_PER_STEP });
  } finally {
    source.close();
  }
  chmodSync(path, 0o600);
  const copy = new Database(path);
  try {
    // Its home is elsewhere, and it is never sent from.
    copy.exec("DELETE FROM homes");
  } finally {
    copy.close();
  }
}
