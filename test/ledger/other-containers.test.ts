// A ledger on a volume that several containers use, under one host name even: the number of a process
// there says nothing here, so nobody is taken for dead who may live.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { beforeEach, expect, test } from "vitest";
import { systemClock, type Clock } from "../../src/core/time/clock.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { leaseHolder, NOON, sourceFile, startRun } from "../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../support/ledger-store.ts";

const MINUTE_MS = 60_000;
const CHILD = fileURLToPath(new URL("../support/ledger-child.ts", import.meta.url));
const inItsOwnSpace = (command: readonly string[]) => {
  const unshare = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
  const [program = "", ...words] = [...unshare, ...command];
  return spawnSync(program, words, { encoding: "utf8" });
};
const canUnshare = inItsOwnSpace(["true"]).status === 0;

let store: SqliteStore;
beforeEach(async () => {
  store = await makeSqliteStore();
  return () => store.remove();
});

/** Makes what this process has written look as if it came from another container. */
function moveToAnotherContainer(table: "leases" | "batches"): void {
  const database = new Database(store.path);
  // The number of no process here, as a number of there usually is.
  database.exec(`UPDATE ${table} SET process_space = 'a-boot pid:[1]', process_id = 4194303`);
  database.close();
}

/** Waits are over at once, and move the time. */
function fastClock(): Clock & { readonly waitedMs: () => number } {
  let waitedMs = 0;
  return {
    ...systemClock,
    now: () => new Date(NOON.getTime() + waitedMs),
    sleep: (delayMs) => {
      waitedMs += delayMs;
      return Promise.resolve();
    },
    waitedMs: () => waitedMs,
  };
}

const openBatch = (books: LedgerBooks): Promise<void> =>
  books.openBatch({ batchId: "b-1", runId: "run-1", file: sourceFile(), openedAt: NOON });

test("acquireLease() takes nothing over from a process of another container before the lease runs out", async () => {
  const clock = fastClock();
  const ledger = await store.open(clock);
  const books = ledger.books("simulator", "ACME");
  await books.acquireLease(leaseHolder("first"), MINUTE_MS);
  moveToAnotherContainer("leases");
  const second = books.acquireLease(leaseHolder("second"), MINUTE_MS);
  await expect(second).rejects.toMatchObject({ code: "lock-held" });
  expect(await books.currentHolder()).toMatchObject({ holderId: "first" });
  await clock.sleep(MINUTE_MS);
  await books.acquireLease(leaseHolder("second"), MINUTE_MS);
  await ledger.close();
});

test("dropUnsealedBatches() drops what another container left behind, once it has been silent", async () => {
  const clock = fastClock();
  const ledger = await store.open(clock);
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  await openBatch(books);
  moveToAnotherContainer("batches");
  expect(await books.dropUnsealedBatches()).toBe(1);
  expect(clock.waitedMs()).toBe(30_000);
  await ledger.close();
});

test("dropUnsealedBatches() leaves what another container says that it is staging", async () => {
  const fast = fastClock();
  const clock: Clock = {
    ...fast,
    sleep: async (delayMs) => {
      await fast.sleep(delayMs);
      if (fast.waitedMs() !== 5_000) return;
      const database = new Database(store.path);
      database.exec("UPDATE batches SET alive_until = '2099-01-01T00:00:00.000Z'");
      database.close();
    },
  };
  const ledger = await store.open(clock);
  const books = ledger.books("simulator", "ACME");
  await startRun(books);
  await openBatch(books);
  moveToAnotherContainer("batches");
  expect(await books.dropUnsealedBatches()).toBe(0);
  expect(fast.waitedMs()).toBe(5_000);
  await ledger.close();
});

test.skipIf(!canUnshare)(
  "a process in a space of numbers of its own does not take over from one that lives outside",
  async () => {
    const ledger = await store.open();
    const books = ledger.books("simulator", "ACME");
    const outside: ChildProcess = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    await once(outside, "spawn");
    await books.acquireLease(leaseHolder("outside", outside.pid), MINUTE_MS);
    const inside = inItsOwnSpace([process.execPath, CHILD, "send", store.path, "inside"]);
    outside.kill();
    await once(outside, "exit");
    expect(inside.stdout).toContain("failed lock-held");
    await ledger.close();
  },
);
