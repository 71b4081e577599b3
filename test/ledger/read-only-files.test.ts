// Whoever may only read a ledger can look at it: an auditor, an archive on a disk that is mounted
// read-only.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { copyForReading } from "../../src/ledger/sqlite/file/copy-for-reading.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { makeSqliteStore, type SqliteStore } from "../support/ledger-store.ts";
import { fillLedger } from "../support/true-ledger.ts";

// The superuser may write anything, so the tests of rights run as somebody else.
const asOrdinaryUser =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534, cwd: "/" } : ({ cwd: "/" } as const);

let store: SqliteStore;
let folder: string;
let temporary: string;
beforeEach(async () => {
  store = await makeSqliteStore();
  folder = dirname(store.path);
  const ledger = await store.open();
  await fillLedger(ledger.books("simulator", "ACME"), 8);
  await ledger.close();
  chmodSync(store.folder, 0o755);
  temporary = mkdtempSync(join(tmpdir(), "cas-batch-test-"));
  chmodSync(temporary, 0o777);
  return async () => {
    chmodSync(folder, 0o700);
    rmSync(temporary, { recursive: true });
    await store.remove();
  };
});

const source = (name: string): string =>
  JSON.stringify(new URL(`../../src/${name}`, import.meta.url).href);

/** What somebody sees who may not write. */
function lookAsReader(): string {
  const path = JSON.stringify(store.path);
  const script = `
    import { explain } from ${source("runs/explain.ts")};
    import { exportLedger } from ${source("ledger/sqlite/care/export-ledger.ts")};
    import { verifyLedger } from ${source("ledger/sqlite/care/verify-ledger.ts")};
    const say = async (name, look) => {
      try { console.log(name, await look()); } catch (error) { console.log(name, error.code, error.message); }
    };
    await say("explain", async () => (await explain(${path}, { text: "S-1", kind: null, environment: "simulator", now: new Date() })).shipments.length);
    await say("verify", () => verifyLedger(${path}).damages.length);
    await say("export", () => [...exportLedger(${path}, new Date(0))].length > 10);`;
  const child = spawnSync(process.execPath, ["--input-type=module-typescript", "-e", script], {
    ...asOrdinaryUser,
    ...{ encoding: "utf8", env: { ...process.env, TMPDIR: temporary } },
  });
  return (child.stdout + child.stderr).trim();
}

const SEEN = "explain 1\nverify 0\nexport true";

test.each([
  ["file and folder", 0o555, 0o444],
  ["folder", 0o555, 0o666],
  ["file", 0o777, 0o444],
])("explain, verify and export read a ledger whose %s cannot be written", (_what, dir, file) => {
  chmodSync(store.path, file);
  chmodSync(folder, dir);
  const before = readFileSync(store.path);
  expect(lookAsReader()).toBe(SEEN);
  expect(readFileSync(store.path).equals(before)).toBe(true);
  expect(readdirSync(temporary)).toEqual([]);
});

test("an older ledger that cannot be written is read all the same, and stays as it is", () => {
  rmSync(store.path);
  const database = new Database(store.path);
  const migrations = new URL("../../src/ledger/sqlite/migrations/", import.meta.url);
  const [first = ""] = readdirSync(migrations).sort();
  database.exec(readFileSync(new URL(first, migrations), "utf8"));
  database.exec("INSERT INTO books VALUES (1, 'simulator', 'ACME', NULL)");
  database.exec("INSERT INTO shipments VALUES (1, 1, 'IN', 'S-1', NULL, 0)");
  database.pragma("application_id = 0x43415362");
  database.pragma("user_version = 1");
  database.pragma("journal_mode = WAL");
  database.close();
  chmodSync(store.path, 0o444);
  chmodSync(folder, 0o555);
  const before = readFileSync(store.path);
  expect(lookAsReader()).toBe("explain 1\nverify 0\nexport false");
  expect(readFileSync(store.path).equals(before)).toBe(true);
});

test("a log that cannot be read with the file is told, not passed over", () => {
  writeFileSync(`${store.path}-wal`, "not carried over yet");
  expect(() => copyForReading(store.path)).toThrow(
    `${store.path}-wal holds what is not in the file`,
  );
});

test("a ledger that was opened to be read writes nothing, and begins none", async () => {
  const ledger = await openSqliteLedger(store.path, { readOnly: true });
  const books = ledger.books("simulator", "ACME");
  expect(await books.shipmentHistories("S-1")).toHaveLength(1);
  await expect(books.recordSearchedUntil("2026-11-20T12:00:00Z")).rejects.toThrow("to be read");
  await ledger.close();
  const missing = join(store.folder, "missing.sqlite");
  await expect(openSqliteLedger(missing, { readOnly: true })).rejects.toMatchObject({
    code: "ledger-missing",
  });
  expect(existsSync(missing)).toBe(false);
});
