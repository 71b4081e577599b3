// Reading a ledger in a folder that this process may not write. SQLite needs to keep a file beside a
// ledger that has a log, so a copy in a temporary folder is read instead.
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdtempSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { CasBatchError } from "../../../core/errors.ts";

/** Whether both the file and its folder may be written. */
export function isWritable(location: string): boolean {
  try {
    accessSync(location, constants.W_OK);
    accessSync(dirname(location), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Readable by its owner alone.
 * @throws CasBatchError `ledger-unusable` when the log holds what is not in the file yet
 */
export function copyForReading(location: string): {
  readonly path: string;
  readonly remove: () => void;
} {
  refuseLog(location);
  const before = stateOf(location);
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-"));
  const path = join(folder, basename(location));
  const remove = (): void => {
    process.off("exit", remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", remove);
  try {
    copyFileSync(location, path, constants.COPYFILE_FICLONE);
    chmodSync(path, 0o600);
    // Another process may have begun to write it meanwhile.
    refuseLog(location);
    if (stateOf(location) !== before) throw inUse(location);
    return { path, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function stateOf(location: string): string {
  const { size, mtimeNs } = statSync(location, { bigint: true });
  return `${size} ${mtimeNs}`;
}

function refuseLog(location: string): void {
  const log = statSync(`${location}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) throw inUse(location);
}

function inUse(location: string): CasBatchError {
  return new CasBatchError(
    "ledger-unusable",
    `Cannot read the ledger ${location}: it is in use, or was left in use, so ${location}-wal holds what is not in the file yet, and its folder cannot be written`,
    {
      hint: "Run the command as the owner of the ledger, or read a copy that `cas-batch ledger backup` has made",
    },
  );
}
