// A shipment that another command queued in the last moment of a run was taken for one that the run
// had not managed to send: exit code 5, though all its own were sent. And one that `--no-wait` queued
// a moment later was left to a sender that was gone.
import { hostname } from "node:os";
import { expect, test } from "vitest";
import type { Lease, LeaseHolder } from "../../src/ledger/contract/leases.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { holder, openDeliveryDesk, referenceOf } from "../submit/delivery-desk.ts";
import { csvOf, openRehearsal } from "../submit/rehearsed-run.ts";
import { createScriptedCas } from "../submit/scripted-cas.ts";

test("what is queued after a run's last look, and before it gives the right to send back, is sent by it", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  const cas = createScriptedCas();
  let isQueued = false;
  const books: LedgerBooks = {
    ...desk.books,
    outboxCounts: async () => {
      const counts = await desk.books.outboxCounts();
      if (cas.sent.length === 1 && counts.queued + counts.sending === 0 && !isQueued) {
        isQueued = true;
        await desk.queue([{ reference: "S-2" }]);
      }
      return counts;
    },
  };
  expect(await desk.deliver(cas, { books })).toMatchObject({ accepted: 2, unsent: 0 });
  expect(cas.sent.map(referenceOf)).toEqual(["S-1", "S-2"]);
  expect(await desk.books.currentHolder()).toBeNull();
});

test("a run that goes on after its last look keeps renewing the right to send", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  const cas = createScriptedCas({
    send: async (_body, nth) => {
      if (nth === 2) await desk.clock.sleep(100_000);
      expect(await desk.books.currentHolder()).toMatchObject({ holderId: holder.holderId });
      return { referenceId: "r" };
    },
  });
  const books: LedgerBooks = {
    ...desk.books,
    releaseLeaseWhenIdle: async (...given) => {
      if (cas.sent.length === 1) await desk.queue([{ reference: "S-2" }]);
      return desk.books.releaseLeaseWhenIdle(...given);
    },
  };
  expect(await desk.deliver(cas, { books })).toMatchObject({ accepted: 2, unsent: 0 });
});

test("what is queued after a run has given the right to send back is none of its business", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  const cas = createScriptedCas();
  const books: LedgerBooks = {
    ...desk.books,
    releaseLeaseWhenIdle: async (...given) => {
      const isGivenBack = await desk.books.releaseLeaseWhenIdle(...given);
      await desk.queue([{ reference: "S-2" }]);
      return isGivenBack;
    },
  };
  expect(await desk.deliver(cas, { books })).toMatchObject({ accepted: 1, unsent: 0 });
  expect(cas.sent.map(referenceOf)).toEqual(["S-1"]);
  expect(await desk.books.outboxCounts()).toMatchObject({ queued: 1 });
});

const sender: LeaseHolder = {
  ...{ holderId: "run", processId: process.pid, hostName: hostname(), command: "run" },
};

test.each([
  ["is still there leaves its shipments to it", false, { accepted: 0, buckets: ["unsent"] }],
  ["has just ended sends them itself", true, { accepted: 1, buckets: ["accepted"] }],
])("submit --no-wait beside a sender that %s", async (_what, ends, expected) => {
  await using rehearsal = await openRehearsal();
  const booksOf = (books: LedgerBooks): LedgerBooks => ({
    ...books,
    acquireLease: async (taker, durationMs) => {
      // The other one is there first, and once.
      lease ??= await books.acquireLease(sender, 60_000);
      return books.acquireLease(taker, durationMs);
    },
    sealBatch: async (batchId, end) => {
      if (ends && lease !== null) {
        expect(await books.releaseLeaseWhenIdle(lease, new Date())).toBe(true);
      }
      await books.sealBatch(batchId, end);
    },
  });
  let lease: Lease | null = null;
  const { result, lines } = await rehearsal.run(
    { "day.csv": csvOf("S-1", "Bolts") },
    { followSenderMs: 0, booksOf },
  );
  expect(result.stoppedBy).toBeNull();
  expect(result.leftTo === null).toBe(ends);
  expect(lines.map(({ bucket }) => bucket)).toEqual(expected.buckets);
  expect(rehearsal.acceptedOf("S-1")).toBe(expected.accepted);
});
