// What a method has returned from is there, whatever happens to the process, and processes that
// work at the same time wait for each other instead of failing.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { openConnection } from "../../src/ledger/sqlite/file/connection.ts";
import { claimOptions, collected, leaseHolder, startRun } from "../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../support/ledger-store.ts";

const CHILD = fileURLToPath(new URL("../support/ledger-child.ts", import.meta.url));
/** Far more than any test waits for, so that a child that outlives its test ends all the same. */
const BATCHES_MAX = "3000";
const run = promisify(execFile);

let store: SqliteStore;

beforeEach(async () => {
  store = await makeSqliteStore();
  return () => store.remove();
});

/** Lets a child work, kills it after so many lines, and returns what it had said until then. */
async function killedAfter(lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [CHILD, "send", store.path, "child", BATCHES_MAX], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(line);
    if (said.length === lines) child.kill("SIGKILL");
  }
  return said;
}

const named = (said: readonly string[], verb: string): string[] =>
  said.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1));

test("a connection reads back that every commit waits for the disk", () => {
  const connection = openConnection(store.path, true);
  const pragma = (name: string): unknown => connection.prepare(`PRAGMA ${name}`).pluck().get();
  expect(pragma("synchronous")).toBe(2);
  expect(pragma("journal_mode")).toBe("wal");
  expect(pragma("foreign_keys")).toBe(1);
  expect(pragma("busy_timeout")).toBe(30_000);
  connection.close();
});

test("what a method returned from survives kill -9", async () => {
  const said = await killedAfter(17);
  expect(said.length).toBeGreaterThanOrEqual(17);
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await books.dropUnsealedBatches();
  const batches = await books.batches({ runId: "child" });
  const batchIds = batches.map((batch) => batch.batchId);
  expect(batchIds).toEqual(expect.arrayContaining(named(said, "sealed")));

  const lease = await startRun(books);
  const interrupted = await books.recoverInterrupted(new Date());
  const lines = await collected(books.lines({ runId: "child" }));
  const bucketOf = new Map(lines.map((line) => [line.key.externalReference, line.bucket]));
  for (const reference of named(said, "accepted")) expect(bucketOf.get(reference)).toBe("accepted");
  for (const reference of named(said, "claimed")) {
    expect(bucketOf.get(reference)).toMatch(/^(accepted|unknown)$/);
  }
  expect(lines.filter((line) => line.bucket === "unknown")).toHaveLength(interrupted);
  expect(await books.claim(claimOptions({ limit: 1_000_000, lease }))).toHaveLength(
    lines.filter((line) => line.bucket === "unsent").length,
  );
  await ledger.close();
});

test("a batch is dropped when the process that stages it is dead, and not before", async () => {
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const children = ["first", "second"].map((name) =>
    spawn(process.execPath, [CHILD, "hold", store.path, name], {
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const [first, second] = children.map((child) => ({
    child,
    said: createInterface(child.stdout)[Symbol.asyncIterator](),
  }));
  if (first === undefined || second === undefined) throw new Error("Two children were started");
  expect(await first.said.next()).toEqual({ done: false, value: "staged" });
  expect(await second.said.next()).toEqual({ done: false, value: "staged" });
  expect(await books.dropUnsealedBatches()).toBe(0);

  second.child.kill("SIGKILL");
  await once(second.child, "exit");
  expect(await books.dropUnsealedBatches()).toBe(1);
  first.child.stdin.end();
  expect(await first.said.next()).toEqual({ done: false, value: "sealed first-1" });
  expect(await books.outboxCounts()).toMatchObject({ queued: 2 });
  await ledger.close();
});

test("processes that write at the same time wait for each other", async () => {
  const names = ["one", "two", "three"];
  const children = await Promise.all(
    names.map((name) => run(process.execPath, [CHILD, "stage", store.path, name, "20"])),
  );
  for (const { stdout } of children) expect(stdout.trimEnd().split("\n").at(-1)).toBe("done");
  const ledger = await store.open();
  expect(await ledger.books("simulator", "ACME").outboxCounts()).toMatchObject({ queued: 120 });
  await ledger.close();
});

test("a full disk ends the work with ledger-write-failed, and what was there stays whole", async () => {
  // The limit on a file's size stands for the disk: SQLite gets the same failure of its write.
  const script = `ulimit -f 1500; exec "$0" "$@"`;
  const { stdout } = await run("bash", [
    "-c",
    script,
    process.execPath,
    CHILD,
    "stage",
    store.path,
    "child",
    BATCHES_MAX,
  ]);
  const said = stdout.trimEnd().split("\n");
  expect(said.at(-1)).toMatch(/^failed ledger-write-failed .*Cannot write the ledger/);
  const database = new Database(store.path, { readonly: true });
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  database.close();
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await books.dropUnsealedBatches();
  expect(await books.outboxCounts()).toMatchObject({ queued: 2 * named(said, "sealed").length });
  await ledger.close();
});

test("a lease of a process number that was given to another process is taken over", async () => {
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await books.acquireLease(leaseHolder("first"), 60_000);
  const database = new Database(store.path);
  database.exec("UPDATE leases SET process_start = 'another boot 1'");
  database.close();
  if (process.platform === "linux") await books.acquireLease(leaseHolder("second"), 60_000);
  else await expect(books.acquireLease(leaseHolder("second"), 60_000)).rejects.toThrow();
  await ledger.close();
});
