// What a ledger is as a file: for support, so only versions, sizes and counts, nothing of what it holds.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type Database from "better-sqlite3";
import { openReadOnly } from "../file/connection.ts";

export interface LedgerDescription {
  readonly schemaNumber: number;
  readonly sqliteVersion: string;
  readonly sizeBytes: number;
  /** Of the log beside it. */
  readonly logBytes: number;
  readonly journalMode: string;
  readonly pageSizeBytes: number;
  readonly freePages: number;
  /** Rows, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Whatever its schema is, it stays. @throws CasBatchError `ledger-missing`, `ledger-unusable`, `ledger-newer` */
export function describeLedger(path: string): LedgerDescription {
  const location = resolve(path);
  const database = openReadOnly(location);
  try {
    database.exec("BEGIN");
    return {
      schemaNumber: Number(database.pragma("user_version", { simple: true })),
      sqliteVersion: textOf(database, "SELECT sqlite_version()"),
      sizeBytes: statSync(location).size,
      logBytes: statSync(`${location}-wal`, { throwIfNoEntry: false })?.size ?? 0,
      journalMode: String(database.pragma("journal_mode", { simple: true })),
      pageSizeBytes: Number(database.pragma("page_size", { simple: true })),
      freePages: Number(database.pragma("freelist_count", { simple: true })),
      rows: rowsByTable(database),
    };
  } finally {
    database.close();
  }
}

function textOf(database: Database.Database, sql: string): string {
  return String(database.prepare(sql).pluck().get());
}

function rowsByTable(database: Database.Database): Readonly<Record<string, number>> {
  const tables = database
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .pluck()
    .all();
  return Object.fromEntries(
    tables.map((name) => [name, Number(textOf(database, `SELECT count(*) FROM "${name}"`))]),
  );
}
