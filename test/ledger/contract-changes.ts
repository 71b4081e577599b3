import { expect, test } from "vitest";
import type { ChangeIntent } from "../../src/ledger/contract/changes.ts";
import { leaseHolder, minutesAfterNoon, NOON, startRun } from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const intent = (changes: Partial<ChangeIntent> = {}): ChangeIntent => ({
  runId: "run-1",
  kind: "update",
  targetId: "D-1",
  itemId: null,
  action: null,
  body: '{"a":12345678901234567.8901}',
  askedBy: "a clerk",
  was: { status: "Invalid", itemIds: [], changes: null },
  recordedAt: NOON,
  ...changes,
});

export function changeContract(subject: () => ContractSubject): void {
  test("recordChange() keeps the intent, and recordChangeEnd() how it ended", async () => {
    const { books } = subject();
    const lease = await startRun(books);
    const changeId = await books.recordChange(intent(), lease);
    expect(await books.changesOf(["D-1", "D-2"])).toMatchObject([
      { ...intent(), changeId, state: "sending", answeredAt: null, endedAt: null },
    ]);
    const answer = { state: "accepted", answerStatus: 202, referenceId: "ref" } as const;
    await books.recordChangeEnd(changeId, { ...answer, at: minutesAfterNoon(1) });
    const end = { state: "applied", detail: "seen", at: minutesAfterNoon(2) } as const;
    await books.recordChangeEnd(changeId, end);
    expect(await books.changesOf(["D-1"])).toMatchObject([
      {
        ...{ state: "applied", detail: "seen", answerStatus: 202, referenceId: "ref" },
        ...{ answeredAt: minutesAfterNoon(1), endedAt: minutesAfterNoon(2) },
      },
    ]);
    await expect(books.recordChangeEnd("99", end)).rejects.toThrow("There is no change 99");
  });

  test("recordChange() records nothing without the right to send", async () => {
    const { books } = subject();
    const lease = await startRun(books);
    await books.releaseLease(lease);
    await books.acquireLease(leaseHolder("another"), 60_000);
    await expect(books.recordChange(intent(), lease)).rejects.toMatchObject({ code: "lock-held" });
    expect(await books.changesOf(["D-1"])).toEqual([]);
  });

  test("one change of a thing is on its way at a time", async () => {
    const { books } = subject();
    const lease = await startRun(books);
    const first = await books.recordChange(intent(), lease);
    await expect(books.recordChange(intent(), lease)).rejects.toThrow();
    await books.recordChange(intent({ targetId: "D-2" }), lease);
    await books.recordChangeEnd(first, { state: "abandoned", at: NOON });
    await books.recordChange(intent(), lease);
    expect(await books.changesOf(["D-1"])).toMatchObject([
      { state: "abandoned" },
      { state: "sending" },
    ]);
  });

  test("recoverInterruptedChanges() makes unknown what a dead process was sending", async () => {
    const { books, ledger } = subject();
    const lease = await startRun(books);
    await books.recordChange(intent(), lease);
    const others = ledger.books("production", "ACME");
    const otherLease = await startRun(others, "run-of-others");
    await others.recordChange(intent({ runId: "run-of-others" }), otherLease);
    expect(await books.recoverInterruptedChanges(lease, NOON)).toBe(1);
    expect(await books.recoverInterruptedChanges(lease, NOON)).toBe(0);
    expect(await books.changesOf(["D-1"])).toMatchObject([{ state: "unknown" }]);
    expect(await others.changesOf(["D-1"])).toMatchObject([{ state: "sending" }]);
  });

  test("createdSubscriptions() knows where the subscriptions made from here lead to", async () => {
    const { books } = subject();
    const lease = await startRun(books);
    const targetId = "CoOPDFCreated → https://hooks.example.com/cas";
    const kind = "create-subscription";
    const changeId = await books.recordChange(intent({ kind, targetId }), lease);
    expect([...(await books.createdSubscriptions())]).toEqual([]);
    await books.recordChangeEnd(changeId, { state: "applied", referenceId: "s1", at: NOON });
    expect([...(await books.createdSubscriptions())]).toEqual([["s1", targetId]]);
  });
}
