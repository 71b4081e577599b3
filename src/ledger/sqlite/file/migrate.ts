// Brings a ledger file up to the schema of this program, or refuses it. The numbered files in
// migrations/ are the only description of the schema; one that has been released is never edited.
import { readdirSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { CasBatchError } from "../../../core/errors.ts";
import { emptyLedger } from "./ledger-failure.ts";

/** "CASb", so that a SQLite file of another program is never taken for a ledger. */
const APPLICATION_ID = 0x43415362;

const FOLDER = new URL("../migrations/", import.meta.url);

interface Migration {
  readonly schemaNumber: number;
  readonly sql: string;
}

/**
 * Changes nothing, so that a file of another program stays as it is.
 * @throws CasBatchError `ledger-unusable` for a file of another program, `ledger-newer`
 */
export function refuseForeignFile(database: Database.Database, location: string): void {
  const applicationId = readNumber(database, "application_id");
  const tables = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (applicationId === 0 && tables === 0) throw emptyLedger(location);
  if (applicationId !== APPLICATION_ID) {
    throw new CasBatchError(
      "ledger-unusable",
      `Cannot use ${location} as ledger: it is a SQLite file of another program`,
      { hint: "Name another place with --ledger" },
    );
  }
  const found = readNumber(database, "user_version");
  const newest = readMigrations().length;
  if (found > newest) {
    throw new CasBatchError(
      "ledger-newer",
      `Cannot use the ledger ${location}: its schema is number ${found}, this program knows ${newest}`,
    );
  }
}

/** Whether migrate() would change the file. */
export function isOlderSchema(database: Database.Database): boolean {
  return readNumber(database, "user_version") < readMigrations().length;
}

/**
 * Applies what is missing; to be called in a write transaction, with foreign keys off: a table that others refer
 * to can only be written anew so. That all of them still hold is checked before it counts.
 */
export function migrate(database: Database.Database): void {
  // Read again inside the transaction: another process may have been faster.
  const found = readNumber(database, "user_version");
  for (const { schemaNumber, sql } of readMigrations().slice(found)) {
    database.exec(sql);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${schemaNumber}`);
  }
  const isChanged = found < readMigrations().length;
  const broken = isChanged ? database.pragma("foreign_key_check") : [];
  if (Array.isArray(broken) && broken.length > 0) {
    throw new Error(`The migration from schema ${found} breaks ${broken.length} references`);
  }
}

/**
 * SQLite keeps the text of the schema in the file and runs it, so damage in it could do anything.
 * @throws CasBatchError `ledger-unusable` when it is not what the migrations make
 */
export function refuseForeignSchema(database: Database.Database, location: string): void {
  if (schemaText(database) === currentSchema()) return;
  throw new CasBatchError(
    "ledger-unusable",
    `Cannot use ${location} as ledger: its tables are not those of schema number ${readNumber(database, "user_version")}, so the file is damaged or was changed by another program`,
    { hint: "Put a backup of the ledger in its place, or name another place with --ledger" },
  );
}

let schemaMade: string | null = null;

function currentSchema(): string {
  if (schemaMade !== null) return schemaMade;
  const fresh = new Database(":memory:");
  try {
    migrate(fresh);
    schemaMade = schemaText(fresh);
    return schemaMade;
  } finally {
    fresh.close();
  }
}

/** Without SQLite's own tables, which its optimizer adds. */
function schemaText(database: Database.Database): string {
  const rows = database
    .prepare<[]>(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema
       WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name`,
    )
    .raw()
    .all();
  return JSON.stringify(rows);
}

function readMigrations(): readonly Migration[] {
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  return names.map((name, index) => {
    const schemaNumber = Number(name.slice(0, 4));
    if (schemaNumber !== index + 1) {
      throw new Error(`The migrations are not numbered 1, 2, 3 …: ${names.join(", ")}`);
    }
    return { schemaNumber, sql: readFileSync(new URL(name, FOLDER), "utf8") };
  });
}

function readNumber(database: Database.Database, pragma: string): number {
  return Number(database.pragma(pragma, { simple: true }));
}
