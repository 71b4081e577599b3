// A folder of its own for a SQLite ledger, gone after the test.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/core/time/clock.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";

export interface SqliteStore {
  readonly folder: string;
  readonly path: string;
  readonly open: (clock?: Clock) => Promise<SqliteLedger>;
  readonly remove: () => Promise<void>;
}

export async function makeSqliteStore(): Promise<SqliteStore> {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-ledger-"));
  const path = join(folder, "ledger", "cas-batch.sqlite");
  return {
    folder,
    path,
    open: (clock) => openSqliteLedger(path, clock === undefined ? {} : { clock }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
