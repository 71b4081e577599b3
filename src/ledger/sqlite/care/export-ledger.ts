// Everything the ledger holds, as JSON lines: for an archive, an audit, or another program. It is one
// state of the ledger, however long it takes; the last line counts the lines of each kind, so that a
// file that was cut off can be recognised.
import { resolve } from "node:path";
import { openCurrentReadOnly } from "../file/connection.ts";
import { damagedLedger, ledgerOpenFailure } from "../file/ledger-failure.ts";
import { ledgerRecords } from "../views/ledger-records.ts";

/** Raised when a member changes its meaning or goes away. */
const FORMAT_NUMBER = 1;

/**
 * Shape: JSON texts without line breaks. The first is of kind `ledger`, the last of kind `end`.
 * @throws CasBatchError as openReadOnly()
 */
export function* exportLedger(path: string, now: Date): Iterable<string> {
  const location = resolve(path);
  const database = openCurrentReadOnly(location);
  const lines: Record<string, number> = {};
  try {
    database.exec("BEGIN");
    const exportedAt = now.toISOString();
    yield JSON.stringify({ kind: "ledger", formatNumber: FORMAT_NUMBER, location, exportedAt });
    for (const { kind, records } of ledgerRecords({ prepare: database.prepare.bind(database) })) {
      lines[kind] = 0;
      for (const record of records) {
        lines[kind] += 1;
        yield JSON.stringify({ kind, ...record });
      }
    }
    yield JSON.stringify({ kind: "end", lines });
  } catch (error) {
    throw error instanceof SyntaxError
      ? damagedLedger(location, error)
      : ledgerOpenFailure(error, location);
  } finally {
    database.close();
  }
}
