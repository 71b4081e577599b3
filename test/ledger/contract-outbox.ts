import type { Reason } from "../../src/core/reason.ts";
import { textReason } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { QueuedMessage } from "../../src/ledger/contract/outbox.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import {
  acceptAll,
  batchEnd,
  claimOptions,
  collected,
  declarationSummary,
  leaseHolder,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  refusal,
  sourceFile,
  startRun,
  leaseOf,
} from "../support/ledger-drafts.ts";
import { claimOne, makeUnknown } from "./contract-unknown.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const declare = async (books: LedgerBooks, reference: string, status: string): Promise<void> => {
  const [shipment] = await books.findShipments([reference]);
  if (shipment === undefined) throw new Error(`${reference} is not known`);
  const summary = declarationSummary(`D-${reference}`, status);
  const { shipmentId } = shipment;
  await books.recordDeclarations([{ summary, shipmentId, observedAt: NOON, source: "search" }]);
};

export function outboxContract(subject: () => ContractSubject): void {
  test("claim() hands out the oldest messages first, and each once", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2"), lineDraft(3, "S-3")]);
    const claimed = await books.claim(claimOptions({ limit: 2 }));
    expect(claimed).toMatchObject([
      {
        attemptNumber: 1,
        versionNumber: 1,
        key: { direction: "IN", externalReference: "S-1" },
        messageKind: "CustomsShipment",
        messageType: "Upsert",
        payload: lineDraft(1, "S-1").message?.payload,
      },
      { key: { externalReference: "S-2" } },
    ]);
    expect(await books.outboxCounts()).toEqual({ queued: 1, sending: 2, unknown: 0 });
    expect((await claimOne(books)).key.externalReference).toBe("S-3");
    expect(await books.claim(claimOptions())).toEqual([]);
  });

  test("claim() refuses a lease that is not in force", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const stranger = claimOptions({ lease: leaseOf(leaseHolder("stranger")) });
    await expect(books.claim(stranger)).rejects.toMatchObject({ code: "lock-held" });
    await books.releaseLease(leaseOf());
    await expect(books.claim(claimOptions())).rejects.toMatchObject({ code: "lock-held" });
    expect(await books.outboxCounts()).toEqual({ queued: 1, sending: 0, unknown: 0 });
  });

  test("releaseLeaseWhenIdle() keeps the lease while a message can be claimed, and only then", async () => {
    const { books, store } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    await queueFile(books, [lineDraft(1, "S-1", "second")], { batchId: "batch-2" });
    const ledger = await store.open();
    const others = ledger.books("simulator", "ACME");
    expect(await books.releaseLeaseWhenIdle(leaseOf(), NOON)).toBe(false);
    await makeUnknown(books);
    expect(await books.releaseLeaseWhenIdle(leaseOf(), NOON)).toBe(false);
    const { attemptId } = await claimOne(books);
    const notBefore = minutesAfterNoon(5);
    await books.recordOutcomes([
      { attemptId, at: NOON, kind: "returned", reason: textReason("503"), notBefore },
    ]);
    expect(await books.releaseLeaseWhenIdle(leaseOf(), notBefore)).toBe(false);
    expect(await others.currentHolder()).not.toBeNull();
    // One waits for its time, the other behind a version whose outcome is unknown.
    expect(await books.releaseLeaseWhenIdle(leaseOf(), NOON)).toBe(true);
    expect(await others.currentHolder()).toBeNull();
    await expect(books.claim(claimOptions())).rejects.toMatchObject({ code: "lock-held" });
    await ledger.close();
  });

  test("releaseLeaseWhenIdle() takes nobody else's lease away", async () => {
    const { books } = subject();
    await startRun(books);
    expect(await books.releaseLeaseWhenIdle(leaseOf(leaseHolder("stranger")), NOON)).toBe(true);
    expect(await books.currentHolder()).toMatchObject({ holderId: leaseHolder().holderId });
  });

  test("claim() never takes a version while an older one of its key is not settled", async () => {
    const { books } = subject();
    await startRun(books);
    for (const [index, content] of ["first", "second", "third"].entries()) {
      await queueFile(books, [lineDraft(1, "S-1", content)], { batchId: `batch-${index}` });
    }
    const first = await makeUnknown(books);
    expect(await books.claim(claimOptions())).toEqual([]);
    await books.settleUnknown(first.attemptId, {
      kind: "resend",
      reason: textReason("Not there"),
      at: NOON,
    });
    const again = await claimOne(books);
    expect(again).toMatchObject({ versionId: first.versionId, attemptNumber: 2 });
    expect(await books.claim(claimOptions())).toEqual([]);
    const { attemptId } = again;
    const notBefore = minutesAfterNoon(5);
    await books.recordOutcomes([
      { attemptId, at: NOON, kind: "returned", reason: textReason("503"), notBefore },
    ]);
    expect(await books.claim(claimOptions())).toEqual([]);
    const last = await claimOne(books, notBefore);
    expect(last).toMatchObject({ versionId: first.versionId, attemptNumber: 3 });
    await books.recordOutcomes([
      { attemptId: last.attemptId, at: notBefore, kind: "rejected", problem: refusal },
    ]);
    expect((await claimOne(books)).versionNumber).toBe(2);
    expect(await books.claim(claimOptions())).toEqual([]);
  });

  test("claim() takes out of the queue what it is told to hold, asking only where CAS has the shipment", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    await acceptAll(books);
    await declare(books, "S-1", "Released");
    await queueFile(
      books,
      [lineDraft(1, "S-1", "second"), lineDraft(2, "S-2", "second"), lineDraft(3, "S-3")],
      { batchId: "batch-2" },
    );
    const asked: QueuedMessage[] = [];
    const holdReason = (message: QueuedMessage): Reason | null => {
      asked.push(message);
      return message.declarationStatuses.length > 0 ? textReason("Not now") : null;
    };
    const claimed = await books.claim(claimOptions({ limit: 2, holdReason }));
    expect(claimed.map(({ key }) => key.externalReference)).toEqual(["S-2", "S-3"]);
    const queued = { messageType: "Upsert", amendAllowed: false } as const;
    const key = { direction: "IN", externalReference: "S-1" } as const;
    expect(asked).toEqual([
      { ...queued, key, declarationStatuses: ["Released"] },
      { ...queued, key: { ...key, externalReference: "S-2" }, declarationStatuses: [] },
    ]);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 2, unknown: 0 });
    const [, , held] = await collected(books.lines({ runId: "run-1" }));
    expect(held).toMatchObject({ bucket: "held", reason: textReason("Not now"), attempts: 0 });
  });

  test("claim() tells whether amending was allowed when a message was queued", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    await acceptAll(books);
    await declare(books, "S-1", "Released");
    await books.openBatch({
      ...{ batchId: "batch-2", runId: "run-1", file: sourceFile("b.csv"), openedAt: NOON },
    });
    await books.addLines("batch-2", [lineDraft(1, "S-1", "second")], () => ({
      ...{ kind: "queue", amendAllowed: true },
    }));
    await books.sealBatch("batch-2", batchEnd());
    const asked: QueuedMessage[] = [];
    const holdReason = (message: QueuedMessage): null => {
      asked.push(message);
      return null;
    };
    expect(await books.claim(claimOptions({ holdReason }))).toHaveLength(1);
    expect(asked).toMatchObject([{ amendAllowed: true }]);
  });

  test("recordOutcomes() passes over an attempt that is over, and names it", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    const over = await makeUnknown(books);
    const open = await claimOne(books);
    const notBefore = minutesAfterNoon(1);
    const unrecorded = await books.recordOutcomes([
      { attemptId: open.attemptId, at: NOON, kind: "accepted", referenceId: "R-2" },
      {
        attemptId: over.attemptId,
        at: NOON,
        kind: "returned",
        reason: textReason("503"),
        notBefore,
      },
    ]);
    expect(unrecorded).toEqual([over.attemptId]);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 1 });
  });

  test("recordOutcomes() takes a receipt that comes after its attempt was given up", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    const unknown = await makeUnknown(books);
    const resent = await makeUnknown(books);
    await books.settleUnknown(resent.attemptId, {
      kind: "resend",
      reason: textReason("Not there"),
      at: NOON,
    });
    const receipts = [unknown, resent].map(({ attemptId }) => ({
      ...{ attemptId, at: NOON, kind: "accepted" as const, referenceId: "R" },
    }));
    expect(await books.recordOutcomes(receipts)).toEqual([]);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 0 });
    expect(await books.recordOutcomes(receipts)).toHaveLength(2);
  });

  test("recordOutcomes() takes no receipt of an attempt that a later one follows", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const first = await makeUnknown(books);
    await books.settleUnknown(first.attemptId, {
      kind: "resend",
      reason: textReason("Not there"),
      at: NOON,
    });
    await claimOne(books);
    const { attemptId } = first;
    const late = { attemptId, at: NOON, kind: "accepted" as const, referenceId: "R" };
    expect(await books.recordOutcomes([late])).toEqual([attemptId]);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 1, unknown: 0 });
  });

  test("recordOutcomes() takes of an older epoch only what says more than unknown, while no later one claimed", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2"), lineDraft(3, "S-3")]);
    const [first = "", second = "", third = ""] = (await books.claim(claimOptions())).map(
      ({ attemptId }) => attemptId,
    );
    expect(await books.recoverInterrupted(NOON)).toBe(0);
    // The same holder again: what its lost lease left being sent is not its own any more.
    const lease = await books.acquireLease(leaseHolder(), 60_000);
    await expect(books.claim(claimOptions())).rejects.toMatchObject({ code: "lock-held" });
    expect(await books.recoverInterrupted(NOON)).toBe(3);
    await books.settleUnknown(third, {
      kind: "resend",
      reason: textReason("CAS does not know it"),
      at: NOON,
    });
    expect(await books.claim(claimOptions({ lease }))).toHaveLength(1);

    const late = [first, third].map(
      (attemptId) => ({ attemptId, at: NOON, kind: "accepted", referenceId: "R" }) as const,
    );
    const returned = { kind: "returned", reason: textReason("503"), notBefore: NOON } as const;
    expect(
      await books.recordOutcomes([...late, { attemptId: second, at: NOON, ...returned }]),
    ).toEqual([third, second]);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 1, unknown: 1 });
  });

  test("recordOutcomes() records nothing for an attempt of other books", async () => {
    const { books, ledger } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { attemptId } = await claimOne(books);
    const others = ledger.books("production", "ACME");
    expect(
      await others.recordOutcomes([{ attemptId, at: NOON, kind: "accepted", referenceId: "R-1" }]),
    ).toEqual([attemptId]);
    expect(await books.outboxCounts()).toMatchObject({ sending: 1 });
  });

  test("every outcome shows in the line's bucket, with the reason", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(
      books,
      ["S-1", "S-2", "S-3", "S-4", "S-5"].map((reference, index) =>
        lineDraft(index + 1, reference),
      ),
    );
    const ids = (await books.claim(claimOptions())).map((message) => message.attemptId);
    const [accepted = "", rejected = "", unknown = "", returned = ""] = ids;
    const notBefore = minutesAfterNoon(1);
    await books.recordOutcomes([
      { attemptId: accepted, at: NOON, kind: "accepted", referenceId: "R-1" },
      { attemptId: rejected, at: NOON, kind: "rejected", problem: refusal },
      { attemptId: unknown, at: NOON, kind: "unknown", reason: textReason("Connection reset") },
      {
        attemptId: returned,
        at: NOON,
        kind: "returned",
        reason: textReason("CAS was busy"),
        notBefore,
      },
    ]);
    const lines = await collected(books.lines({ runId: "run-1" }));
    const { status, title, detail } = refusal;
    const refused = { code: "refused", status, title, detail };
    expect(
      lines.map(({ bucket, reason, referenceId, acceptedAt }) => [
        bucket,
        reason,
        referenceId,
        acceptedAt,
      ]),
    ).toEqual([
      ["accepted", null, "R-1", NOON],
      ["rejected", refused, null, null],
      ["unknown", textReason("Connection reset"), null, null],
      ["unsent", textReason("CAS was busy"), null, null],
      ["sending", { code: "being-sent" }, null, null],
    ]);
    const [batch] = await books.batches({ runId: "run-1" });
    expect(batch?.counts.buckets).toMatchObject({
      accepted: 1,
      rejected: 1,
      unknown: 1,
      sending: 1,
      unsent: 1,
    });
  });
}
