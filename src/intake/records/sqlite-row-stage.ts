// Brings together the rows of a shipment that do not stand together in the file: rows go into a scratch
// database as they are read and come out grouped, so that half a million of them need no memory. The
// database may vanish with the process: no journal, no waiting for the disk, and where the system allows
// it its file has no name from the start.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { CannotNowError } from "../../core/errors.ts";
import type { GroupBound, KeyedRecord, RowGroup } from "./record-batch.ts";

interface RowStage {
  /** Rows in reading order. */
  readonly add: (rows: readonly KeyedRecord[]) => Promise<void>;
  /** All rows, grouped, groups in the order of their first rows, in batches of whole groups. */
  readonly groups: (bound?: GroupBound) => AsyncIterable<readonly RowGroup[]>;
  readonly close: () => Promise<void>;
}

const ROWS_PER_TRANSACTION = 50_000;
/** A batch of groups ends with the group that reaches one of these. */
const BATCH_ROWS_MAX = 2_000;
const BATCH_CHARACTERS_MAX = 4_000_000;
/** Unit: KiB, negative as SQLite wants it. */
const CACHE_SIZE = -32_768;

/**
 * Opens an empty stage below `directory`, by default the system's folder for temporary files.
 * @throws CannotNowError `ledger-write-failed` when nothing can be written there
 */
export function openRowStage(directory: string = tmpdir()): Promise<RowStage> {
  return attempt(directory, () => {
    // mkdtemp makes a folder that only its owner can read.
    const folder = mkdtempSync(join(directory, "cas-batch-"));
    try {
      return stageOn(openScratch(join(folder, "rows.sqlite")), directory, folder);
    } finally {
      removeIfPossible(folder);
    }
  });
}

interface StoredRow {
  readonly group_key: string;
  readonly group_no: number;
  readonly content: string;
}

function stageOn(database: Database.Database, directory: string, folder: string): RowStage {
  const selectGroup = database.prepare<[string], { readonly group_no: number }>(
    "SELECT group_no FROM groups WHERE group_key = ?",
  );
  const insertGroup = database.prepare<[string]>("INSERT INTO groups (group_key) VALUES (?)");
  const insertRow = database.prepare<[number, string]>(
    "INSERT INTO rows (group_no, content) VALUES (?, ?)",
  );

  let lastKey: string | null = null;
  let lastGroupNo = 0;
  let isScattered = false;
  let rowsInTransaction = 0;

  const groupNumber = (groupKey: string): number => {
    if (groupKey === lastKey) return lastGroupNo;
    const known = selectGroup.get(groupKey);
    if (known !== undefined) isScattered = true;
    lastGroupNo = known?.group_no ?? Number(insertGroup.run(groupKey).lastInsertRowid);
    lastKey = groupKey;
    return lastGroupNo;
  };
  const commit = (): void => {
    if (database.inTransaction) database.exec("COMMIT");
    rowsInTransaction = 0;
  };

  const add = (rows: readonly KeyedRecord[]): Promise<void> =>
    attempt(directory, () => {
      if (!database.inTransaction) database.exec("BEGIN");
      for (const { groupKey, content } of rows) insertRow.run(groupNumber(groupKey), content);
      rowsInTransaction += rows.length;
      if (rowsInTransaction >= ROWS_PER_TRANSACTION) commit();
    });

  async function* groups(bound: GroupBound = () => undefined): AsyncIterable<readonly RowGroup[]> {
    await attempt(directory, () => {
      commit();
      if (isScattered) database.exec("CREATE INDEX IF NOT EXISTS rows_by_group ON rows (group_no)");
    });
    const rows = database
      .prepare<[], StoredRow>(
        `SELECT g.group_key, r.group_no, r.content FROM rows r JOIN groups g USING (group_no)
         ORDER BY ${isScattered ? "r.group_no, r.row_no" : "r.row_no"}`,
      )
      .iterate();
    yield* inBatches(rows, bound);
  }

  const close = (): Promise<void> =>
    attempt(directory, () => {
      database.close();
      removeIfPossible(folder);
    });

  return { add, groups, close };
}

/** Group numbers grow in the order of the first rows, and rows come sorted by them. */
function* inBatches(rows: Iterable<StoredRow>, bound: GroupBound): Iterable<readonly RowGroup[]> {
  let batch: RowGroup[] = [];
  let batchRows = 0;
  let batchCharacters = 0;
  let groupNo = 0;
  let groupCharacters = 0;
  let contents: string[] = [];
  for (const row of rows) {
    if (row.group_no !== groupNo) {
      if (batchRows >= BATCH_ROWS_MAX || batchCharacters >= BATCH_CHARACTERS_MAX) {
        yield batch;
        batch = [];
        batchRows = 0;
        batchCharacters = 0;
      }
      groupNo = row.group_no;
      contents = [];
      groupCharacters = 0;
      batch.push({ groupKey: row.group_key, contents });
    }
    contents.push(row.content);
    batchRows += 1;
    batchCharacters += row.content.length;
    groupCharacters += row.content.length;
    bound(groupCharacters);
  }
  if (batch.length > 0) yield batch;
}

function openScratch(path: string): Database.Database {
  const database = new Database(path);
  database.pragma("journal_mode = OFF");
  database.pragma("synchronous = OFF");
  database.pragma("locking_mode = EXCLUSIVE");
  database.pragma(`cache_size = ${CACHE_SIZE}`);
  database.exec(`
    CREATE TABLE groups (group_no INTEGER PRIMARY KEY, group_key TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE rows (
      row_no INTEGER PRIMARY KEY,
      group_no INTEGER NOT NULL,
      content TEXT NOT NULL
    ) STRICT;`);
  return database;
}

/** Windows keeps the name of an open file; there it is removed at the end. */
function removeIfPossible(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (process.platform !== "win32") throw error;
  }
}

function attempt<T>(directory: string, action: () => T): Promise<T> {
  return new Promise((resolve) => {
    try {
      resolve(action());
    } catch (error) {
      const isOurs = !(error instanceof Database.SqliteError || isSystemError(error));
      if (isOurs) throw error;
      throw new CannotNowError(
        "ledger-write-failed",
        `Cannot put rows aside below ${directory}: ${error.message}`,
        {
          cause: error,
          hint: "Free space on the disk, or set TMPDIR to a folder on another one",
        },
      );
    }
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}
