// What may be opened as a ledger, and what must be left alone.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  readdirSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { openSqliteLedger } from "../../../../src/ledger/sqlite/sqlite-ledger.ts";
import { lineDraft, queueFile, startRun } from "../../../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../../../support/ledger-store.ts";

let store: SqliteStore;

beforeEach(async () => {
  store = await makeSqliteStore();
  return () => store.remove();
});

const permissions = (path: string): number => statSync(path).mode & 0o777;

/** Makes another SQLite file in the ledger's place. */
const makeDatabase = (sql: string): void => {
  mkdirSync(dirname(store.path), { recursive: true });
  const database = new Database(store.path);
  database.exec(sql);
  database.close();
};

const migrations = new URL("../../../../src/ledger/sqlite/migrations/", import.meta.url);
const newestSchema = readdirSync(migrations).length;

test("openSqliteLedger() makes folder and files for their owner alone", async () => {
  const ledger = await store.open();
  await startRun(ledger.books("simulator", "ACME"));
  expect(permissions(dirname(store.path))).toBe(0o700);
  expect(permissions(store.path)).toBe(0o600);
  expect(permissions(`${store.path}-wal`)).toBe(0o600);
  await ledger.close();
});

test("openSqliteLedger() writes the settings that a second look can see into the file", async () => {
  await (await store.open()).close();
  const database = new Database(store.path, { readonly: true });
  const pragma = (name: string): unknown => database.pragma(name, { simple: true });
  expect(pragma("journal_mode")).toBe("wal");
  expect(pragma("application_id")).toBe(0x43415362);
  expect(pragma("user_version")).toBe(newestSchema);
  database.close();
});

test("openSqliteLedger() finds everything again", async () => {
  const first = await store.open();
  await startRun(first.books("simulator", "ACME"));
  await queueFile(first.books("simulator", "ACME"), [lineDraft(1, "S-1")]);
  await first.close();
  const second = await store.open();
  expect(await second.books("simulator", "ACME").outboxCounts()).toMatchObject({ queued: 1 });
  await second.close();
});

test("openSqliteLedger() refuses a newer schema and leaves it alone", async () => {
  await (await store.open()).close();
  const database = new Database(store.path);
  database.pragma("user_version = 999");
  database.close();
  await expect(store.open()).rejects.toMatchObject({
    code: "ledger-newer",
    message: `Cannot use the ledger ${store.path}: its schema is number 999, this program knows ${String(newestSchema)}`,
  });
});

test("openSqliteLedger() refuses a SQLite file of another program and leaves it alone", async () => {
  for (const sql of ["CREATE TABLE songs (title)", "PRAGMA application_id = 7"]) {
    makeDatabase(sql);
    const before = readFileSync(store.path);
    await expect(store.open()).rejects.toMatchObject({
      code: "ledger-unusable",
      message: `Cannot use ${store.path} as ledger: it is a SQLite file of another program`,
    });
    expect(readFileSync(store.path).equals(before)).toBe(true);
    makeDatabase("DROP TABLE IF EXISTS songs");
  }
});

test("openSqliteLedger() refuses a file that is no SQLite file and leaves it alone", async () => {
  mkdirSync(dirname(store.path));
  for (const text of ["short", "External reference;Direction\r\nS-1;IN\r\n"]) {
    writeFileSync(store.path, text);
    await expect(store.open()).rejects.toMatchObject({
      code: "ledger-unusable",
      message: `Cannot use ${store.path} as ledger: the file is damaged or is no SQLite file`,
    });
    expect(readFileSync(store.path, "utf8")).toBe(text);
  }
});

test("openSqliteLedger() refuses a ledger that was cut off", async () => {
  await (await store.open()).close();
  truncateSync(store.path, 8_192);
  await expect(store.open()).rejects.toMatchObject({ code: "ledger-unusable" });
});

test("openSqliteLedger() takes no empty file for a new ledger, nor a database without tables", async () => {
  mkdirSync(dirname(store.path));
  writeFileSync(store.path, "");
  const refusal = {
    ...{ code: "ledger-unusable", hint: expect.stringContaining("--create-ledger") as string },
    message: `Cannot use ${store.path} as ledger: the file is empty or holds no tables, so what was sent is not in it`,
  };
  await expect(store.open()).rejects.toMatchObject(refusal);
  expect(statSync(store.path).size).toBe(0);
  makeDatabase("CREATE TABLE gone (name); DROP TABLE gone");
  await expect(store.open()).rejects.toMatchObject(refusal);
  rmSync(store.path);
  await (await store.open()).close();
});

test("openSqliteLedger() leaves nothing in a ledger's place when it dies while it makes one", () => {
  const module = new URL("../../../../src/ledger/sqlite/file/ledger-file.ts", import.meta.url).href;
  mkdirSync(dirname(store.path));
  const script = `import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    fs.linkSync = () => process.kill(process.pid, "SIGKILL");
    syncBuiltinESMExports();
    const { prepareLedgerFile } = await import(${JSON.stringify(module)});
    prepareLedgerFile(${JSON.stringify(store.path)}, true);`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  expect(child.signal).toBe("SIGKILL");
  expect(existsSync(store.path)).toBe(false);
});

test("openSqliteLedger() says what stands in the way of a folder", async () => {
  writeFileSync(`${store.folder}/file`, "");
  await expect(openSqliteLedger(`${store.folder}/file/ledger`)).rejects.toMatchObject({
    code: "ledger-unusable",
    message: expect.stringContaining(
      `Cannot open the ledger ${store.folder}/file/ledger`,
    ) as string,
    hint: expect.stringContaining("--ledger") as string,
  });
  await expect(openSqliteLedger(store.folder)).rejects.toMatchObject({ code: "ledger-unusable" });
});

// The superuser may write anything, so the tests of rights run as somebody else.
const asOrdinaryUser =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534, cwd: "/" } : ({ cwd: "/" } as const);

test("openSqliteLedger() refuses a read-only file and a read-only folder", async () => {
  await (await store.open()).close();
  chmodSync(store.folder, 0o755);
  for (const [folderMode, fileMode] of [
    [0o755, 0o444],
    [0o555, 0o666],
  ] as const) {
    chmodSync(store.path, fileMode);
    chmodSync(dirname(store.path), folderMode);
    const module = new URL("../../../../src/ledger/sqlite/sqlite-ledger.ts", import.meta.url).href;
    const script = `import { openSqliteLedger } from ${JSON.stringify(module)};
      await openSqliteLedger(${JSON.stringify(store.path)}).then(
        () => console.log("opened"), (error) => console.log(error.code, "|", error.message));`;
    const child = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", script], {
      ...asOrdinaryUser,
      encoding: "utf8",
    });
    expect(child.stdout + child.stderr).toContain(
      `ledger-unusable | Cannot open the ledger ${store.path} for writing`,
    );
  }
  chmodSync(dirname(store.path), 0o700);
});
