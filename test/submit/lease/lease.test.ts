import { expect, test } from "vitest";
import {
  LEASE_DURATION_MS as durationMs,
  RENEW_EVERY_MS as renewEveryMs,
  withLease,
} from "../../../src/submit/lease/lease.ts";
import { holder, openDeliveryDesk } from "../delivery-desk.ts";

const log = (): void => undefined;
const signal = new AbortController().signal;

test("withLease() renews once per interval, and gives back what it took", async () => {
  await using desk = await openDeliveryDesk();
  let renewals = 0;
  const books: typeof desk.books = {
    ...desk.books,
    renewLease: (lease, forMs) => {
      renewals += 1;
      return desk.books.renewLease(lease, forMs);
    },
  };
  await withLease({ books, clock: desk.clock, log, signal }, holder, async (lease) => {
    await desk.clock.sleep(10 * renewEveryMs + 1);
    lease.assertHeld();
  });
  expect(renewals).toBe(1 + 10);
  await desk.books.acquireLease({ ...holder, holderId: "next" }, 1_000);
});

test("withLease() lets no request start once its lease may have run out", async () => {
  await using desk = await openDeliveryDesk();
  await withLease({ books: desk.books, clock: desk.clock, log, signal }, holder, (lease) => {
    desk.clock.skip(0.9 * durationMs - 1);
    lease.assertHeld();
    desk.clock.skip(1);
    expect(lease.assertHeld).toThrow(/so another process may have it by now/);
    return Promise.resolve();
  });
});

test("withLease() aborts the work when somebody else has taken the lease", async () => {
  await using desk = await openDeliveryDesk();
  await withLease({ books: desk.books, clock: desk.clock, log, signal }, holder, async (lease) => {
    await desk.books.releaseLease(lease);
    await desk.books.acquireLease({ ...holder, holderId: "successor" }, durationMs);
    await desk.clock.sleep(renewEveryMs + 1);
    expect(lease.signal.reason).toMatchObject({ code: "lock-held" });
  });
});

test("withLease() does not start while another process holds the lease", async () => {
  await using desk = await openDeliveryDesk();
  let started = false;
  const stranger = { ...holder, holderId: "stranger" };
  const work = withLease({ books: desk.books, clock: desk.clock, log, signal }, stranger, () => {
    started = true;
    return Promise.resolve();
  });
  await expect(work).rejects.toMatchObject({ code: "lock-held", exitCode: 7 });
  expect(started).toBe(false);
});
