import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { systemClock, type Clock } from "../../src/core/clock.ts";
import { leaseHolder, minutesAfterNoon, NOON, startRun } from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const MINUTE_MS = 60_000;

export function leaseContract(subject: () => ContractSubject): void {
  test("run() gives back what startRun() and finishRun() recorded", async () => {
    const { books } = subject();
    await startRun(books);
    await books.finishRun("run-1", { finishedAt: minutesAfterNoon(5), exitCode: 4 });
    expect(await books.run("run-1")).toEqual({
      runId: "run-1",
      command: "cas-batch run inbox",
      startedAt: NOON,
      programVersion: "0.1.0",
      finishedAt: minutesAfterNoon(5),
      exitCode: 4,
    });
    expect(await books.run("run-2")).toBeNull();
  });

  test("books() keeps tenants and environments apart", async () => {
    const { books, ledger } = subject();
    await startRun(books);
    expect(await ledger.books("simulator", "OTHER").run("run-1")).toBeNull();
    expect(await ledger.books("production", "ACME").run("run-1")).toBeNull();
  });

  test("acquireLease() refuses a second holder and names the first", async () => {
    const { books } = subject();
    await books.acquireLease(leaseHolder("first"), MINUTE_MS);
    const second = books.acquireLease(leaseHolder("second"), MINUTE_MS);
    await expect(second).rejects.toMatchObject({ code: "lock-held" });
    await expect(second).rejects.toThrow(/`cas-batch run inbox` \(process \d+ on .+, since 2/);
  });

  test("acquireLease() lets each tenant have a holder", async () => {
    const { books, ledger } = subject();
    await books.acquireLease(leaseHolder("first"), MINUTE_MS);
    await ledger.books("simulator", "OTHER").acquireLease(leaseHolder("second"), MINUTE_MS);
  });

  test("acquireLease() takes over from a process that is dead", async () => {
    const { books } = subject();
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    await books.acquireLease(leaseHolder("first", dead), MINUTE_MS);
    await books.acquireLease(leaseHolder("second"), MINUTE_MS);
    await expect(books.renewLease(leaseHolder("first", dead), MINUTE_MS)).rejects.toMatchObject({
      code: "lock-held",
    });
  });

  test("acquireLease() takes over a lease that has run out, also from a living process", async () => {
    const { store } = subject();
    let now = NOON;
    const clock: Clock = { ...systemClock, now: () => now };
    const ledger = await store.open(clock);
    try {
      const books = ledger.books("simulator", "ACME");
      await books.acquireLease(leaseHolder("first"), MINUTE_MS);
      await books.renewLease(leaseHolder("first"), 2 * MINUTE_MS);
      now = minutesAfterNoon(1.9);
      await expect(books.acquireLease(leaseHolder("second"), MINUTE_MS)).rejects.toMatchObject({
        code: "lock-held",
      });
      now = minutesAfterNoon(2);
      await books.acquireLease(leaseHolder("second"), MINUTE_MS);
    } finally {
      await ledger.close();
    }
  });

  test("releaseLease() gives only one's own lease back", async () => {
    const { books } = subject();
    await books.acquireLease(leaseHolder("first"), MINUTE_MS);
    await books.releaseLease(leaseHolder("second"));
    await expect(books.acquireLease(leaseHolder("second"), MINUTE_MS)).rejects.toThrow();
    await books.releaseLease(leaseHolder("first"));
    await books.acquireLease(leaseHolder("second"), MINUTE_MS);
  });
}
