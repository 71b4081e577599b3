// What a failure of SQLite means to the run. Only what another try, another disk or another file can
// cure gets a code; everything else (a violated constraint) is a bug of ours and passes on.
import { join } from "node:path";
import Database from "better-sqlite3";
import { CannotNowError, CasBatchError } from "../../../core/errors.ts";
import { pastablePath } from "../../../core/text/pastable-path.ts";

type SqliteError = InstanceType<typeof Database.SqliteError>;

const DISK_FAILURES = ["SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN"];
const DAMAGE = ["SQLITE_CORRUPT", "SQLITE_NOTADB"];

/** The error to throw for one that occurred while the open ledger was used. */
export function ledgerFailure(error: unknown, location: string): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (hasCode(error, DAMAGE)) return damagedLedger(location, error);
  if (hasCode(error, ["SQLITE_BUSY", "SQLITE_LOCKED"])) {
    return new CannotNowError(
      "ledger-write-failed",
      `Cannot write the ledger ${location}: another process has kept it locked for too long`,
      {
        cause: error,
        hint: "Wait until the other process has finished, then run `cas-batch resume`",
      },
    );
  }
  if (!hasCode(error, DISK_FAILURES)) return error;
  return new CannotNowError(
    "ledger-write-failed",
    `Cannot write the ledger ${location}: ${error.message} (${error.code})`,
    { cause: error },
  );
}

/** The error to throw for one that occurred while the ledger was being opened. */
export function ledgerOpenFailure(error: unknown, location: string): unknown {
  if (!(error instanceof Database.SqliteError) || !hasCode(error, DISK_FAILURES)) {
    return ledgerFailure(error, location);
  }
  return new CasBatchError(
    "ledger-unusable",
    `Cannot open the ledger ${location} for writing: ${error.message} (${error.code})`,
    {
      cause: error,
      hint: "Give yourself the right to write the file and its folder and check the free space on the disk, or name another place with --ledger",
    },
  );
}

/** For what fails before SQLite has the file. */
export function cannotOpen(
  location: string,
  purpose: "for reading" | "for writing",
  cause: unknown,
): CasBatchError {
  if (cause instanceof Error && "code" in cause && cause.code === "EISDIR") {
    const hint = `Name a file in it, such as ${pastablePath(join(location, "ledger.sqlite"))}`;
    return new CasBatchError("ledger-unusable", `The ledger ${location} is a folder`, {
      ...{ cause, hint },
    });
  }
  const words = cause instanceof Error ? cause.message : String(cause);
  const right = purpose === "for reading" ? "read" : "write";
  return new CasBatchError(
    "ledger-unusable",
    `Cannot open the ledger ${location} ${purpose}: ${words}`,
    {
      cause,
      hint: `Give yourself the right to ${right} the file and its folder${purpose === "for writing" ? " and check the free space on the disk" : ""}, or name another place with --ledger`,
    },
  );
}

/** No ledger is ever empty, not even a new one. */
export function emptyLedger(location: string): CasBatchError {
  return new CasBatchError(
    "ledger-unusable",
    `Cannot use ${location} as ledger: the file is empty or holds no tables, so what was sent is not in it`,
    {
      hint: "Put a backup of the ledger in its place and run `cas-batch ledger adopt`; only if nothing was ever sent from it, delete the file and begin a new ledger with --create-ledger",
    },
  );
}

export function damagedLedger(location: string, cause?: unknown): CasBatchError {
  return new CasBatchError(
    "ledger-unusable",
    `Cannot use ${location} as ledger: the file is damaged or is no SQLite file`,
    { cause, hint: "Put a backup of the ledger in its place, or name another place with --ledger" },
  );
}

/** Whether an error says that the file is damaged, as far as SQLite can say. */
export function isDamage(error: unknown): boolean {
  if (error instanceof Database.SqliteError) return hasCode(error, DAMAGE);
  return (
    error instanceof CasBatchError && error.code === "ledger-unusable" && isDamage(error.cause)
  );
}

function hasCode(error: SqliteError, codes: readonly string[]): boolean {
  return codes.some((code) => error.code === code || error.code.startsWith(`${code}_`));
}
