import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { systemClock, type Clock } from "../../src/core/time/clock.ts";
import {
  leaseHolder,
  leaseOf,
  minutesAfterNoon,
  NOON,
  startRun,
} from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const MINUTE_MS = 60_000;

export function leaseContract(subject: () => ContractSubject): void {
  test("finishRun() is for a run of these books only", async () => {
    const { books, ledger } = subject();
    await startRun(books);
    const end = { finishedAt: minutesAfterNoon(5), exitCode: 4 };
    await books.finishRun("run-1", end);
    await expect(books.finishRun("run-2", end)).rejects.toThrow("There is no run run-2");
    for (const others of [ledger.books("simulator", "OTHER"), ledger.books("production", "ACME")]) {
      await expect(others.finishRun("run-1", end)).rejects.toThrow("There is no run run-1");
    }
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
    const lost = await books.acquireLease(leaseHolder("first", dead), MINUTE_MS);
    await books.acquireLease(leaseHolder("second"), MINUTE_MS);
    await expect(books.renewLease(lost, MINUTE_MS)).rejects.toMatchObject({
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
      const lease = await books.acquireLease(leaseHolder("first"), MINUTE_MS);
      await books.renewLease(lease, 2 * MINUTE_MS);
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

  test("acquireLease() cuts a lease of a clock that was ahead, so that it blocks for a minute", async () => {
    const { store } = subject();
    let now = minutesAfterNoon(365 * 1_440);
    const clock: Clock = { ...systemClock, now: () => now };
    const ledger = await store.open(clock);
    try {
      const books = ledger.books("simulator", "ACME");
      const lease = await books.acquireLease(leaseHolder("first"), MINUTE_MS);
      now = NOON;
      const second = books.acquireLease(leaseHolder("second"), MINUTE_MS);
      await expect(second).rejects.toMatchObject({
        code: "lock-held",
        hint: expect.stringContaining("again in 1 min") as string,
      });
      // A holder that lives keeps it.
      now = minutesAfterNoon(0.5);
      await books.renewLease(lease, MINUTE_MS);
      now = minutesAfterNoon(1.4);
      await expect(books.acquireLease(leaseHolder("second"), MINUTE_MS)).rejects.toThrow();
      now = minutesAfterNoon(1.5);
      await books.acquireLease(leaseHolder("second"), MINUTE_MS);
    } finally {
      await ledger.close();
    }
  });

  test("releaseLease() gives only one's own lease back", async () => {
    const { books } = subject();
    const lease = await books.acquireLease(leaseHolder("first"), MINUTE_MS);
    await books.releaseLease(leaseOf(leaseHolder("second"), lease.epoch));
    await expect(books.acquireLease(leaseHolder("second"), MINUTE_MS)).rejects.toThrow();
    await books.releaseLease(lease);
    await books.acquireLease(leaseHolder("second"), MINUTE_MS);
  });

  test("acquireLease() gives every acquisition a higher epoch, and ends the one before", async () => {
    const { books, ledger } = subject();
    const first = await books.acquireLease(leaseHolder(), MINUTE_MS);
    expect(await books.currentHolder()).toMatchObject(first);
    const second = await books.acquireLease(leaseHolder(), MINUTE_MS);
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await expect(books.renewLease(first, MINUTE_MS)).rejects.toMatchObject({ code: "lock-held" });
    await books.releaseLease(first);
    await books.renewLease(second, MINUTE_MS);
    await books.releaseLease(second);
    const third = await books.acquireLease(leaseHolder("other"), MINUTE_MS);
    expect(third.epoch).toBeGreaterThan(second.epoch);
    const others = ledger.books("simulator", "OTHER");
    expect((await others.acquireLease(leaseHolder(), MINUTE_MS)).epoch).toBe(first.epoch);
  });
}
