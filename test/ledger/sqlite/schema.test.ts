// src/ledger/sqlite/schema.sql shows what the migrations add up to. After a new migration, write it anew:
// npx vitest run test/ledger/sqlite/schema.test.ts -u
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { makeSqliteStore } from "../../support/ledger-store.ts";

test("src/ledger/sqlite/schema.sql equals what the migrations make", async () => {
  const store = await makeSqliteStore();
  await (await store.open()).close();
  const database = new Database(store.path, { readonly: true });
  const statements = database
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name",
    )
    .pluck()
    .all();
  const schemaNumber = database.pragma("user_version", { simple: true });
  database.close();
  await store.remove();

  const head = [
    "-- Generated from src/ledger/sqlite/migrations by: npx vitest run test/ledger/sqlite/schema.test.ts -u",
    `PRAGMA user_version = ${String(schemaNumber)};`,
  ];
  const dump = [...head, ...statements.map((sql) => `${String(sql)};`)].join("\n\n");
  await expect(`${dump}\n`).toMatchFileSnapshot("../../../src/ledger/sqlite/schema.sql");
});
