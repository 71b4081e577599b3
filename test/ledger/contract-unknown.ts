// The part of the contract about messages of which nobody knows whether CAS has them.
import { textReason } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { OutboxMessage } from "../../src/ledger/contract/outbox.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import {
  acceptAll,
  claimOptions,
  collected,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  refusal,
  startRun,
} from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

export const claimOne = async (books: LedgerBooks, now = NOON): Promise<OutboxMessage> => {
  const [message] = await books.claim(claimOptions({ limit: 1, now }));
  if (message === undefined) throw new Error("Nothing could be claimed");
  return message;
};

export const makeUnknown = async (books: LedgerBooks, now = NOON): Promise<OutboxMessage> => {
  const message = await claimOne(books, now);
  const { attemptId } = message;
  await books.recordOutcomes([
    { attemptId, at: now, kind: "unknown", reason: textReason("No answer") },
  ]);
  return message;
};

export function unknownContract(subject: () => ContractSubject): void {
  test("unknownMessages() pages oldest first and counts enquiries", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    await acceptAll(books);
    await queueFile(books, [lineDraft(1, "S-1", "second"), lineDraft(2, "S-2")], {
      batchId: "batch-2",
    });
    const first = await makeUnknown(books, minutesAfterNoon(1));
    const second = await makeUnknown(books, minutesAfterNoon(2));
    await books.recordEnquiry(first.attemptId, minutesAfterNoon(3));
    await books.recordEnquiry(first.attemptId, minutesAfterNoon(4));

    expect(await books.unknownMessages(1)).toMatchObject([
      {
        versionId: first.versionId,
        versionNumber: 2,
        payload: first.payload,
        attemptedAt: minutesAfterNoon(1),
        enquiries: 2,
        lastEnquiryAt: minutesAfterNoon(4),
        leftToPersonAt: null,
        earlierPayloads: [lineDraft(1, "S-1").message?.payload],
      },
    ]);
    expect(await books.unknownMessages(10, first.versionId)).toMatchObject([
      {
        versionId: second.versionId,
        enquiries: 0,
        lastEnquiryAt: null,
        earlierPayloads: [],
      },
    ]);
  });

  test("an attempt without an answer counts as evidence's beginning also after a resend", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const first = await makeUnknown(books, minutesAfterNoon(1));
    await books.recordEnquiry(first.attemptId, minutesAfterNoon(2));
    await books.settleUnknown(first.attemptId, {
      kind: "resend",
      reason: textReason("Not there"),
      at: NOON,
    });
    await makeUnknown(books, minutesAfterNoon(3));
    expect(await books.unknownMessages(10)).toMatchObject([
      { attemptedAt: minutesAfterNoon(1), enquiries: 0 },
    ]);
  });

  test("leaveToPerson() keeps a message unknown, with the reason, until it is settled", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { attemptId } = await makeUnknown(books);
    const at = minutesAfterNoon(13);
    expect(await books.leaveToPerson(attemptId, textReason("Look it up"), at)).toBe(true);
    expect(await books.unknownMessages(10)).toMatchObject([{ attemptId, leftToPersonAt: at }]);
    expect(await collected(books.lines({ runId: "run-1" }))).toMatchObject([
      { bucket: "unknown", reason: textReason("Look it up") },
    ]);
    const [history] = await books.shipmentHistories("S-1");
    expect(history?.versions[0]?.attempts).toMatchObject([{ leftToPersonAt: at }]);
    await books.settleUnknown(attemptId, { kind: "resend", reason: textReason("Not there"), at });
    const again = await makeUnknown(books);
    expect(await books.unknownMessages(10)).toMatchObject([
      { attemptId: again.attemptId, leftToPersonAt: null },
    ]);
  });

  test("unknownMessages() names what earlier versions said, newest first", async () => {
    const { books } = subject();
    await startRun(books);
    const contents = ["one", "two", "three"];
    for (const content of contents) {
      await queueFile(books, [lineDraft(1, "S-1", content)], { batchId: content });
      if (content !== "three") await acceptAll(books);
    }
    await makeUnknown(books);
    const [unknown] = await books.unknownMessages(1);
    expect(unknown?.earlierPayloads).toEqual(
      ["two", "one"].map((content) => lineDraft(1, "S-1", content).message?.payload),
    );
  });

  test("settleUnknown() with arrived makes the message accepted, with the evidence", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { attemptId } = await makeUnknown(books);
    const at = minutesAfterNoon(9);
    await books.settleUnknown(attemptId, {
      kind: "arrived",
      reason: textReason("Declaration D-1"),
      at,
    });
    expect(await collected(books.lines({ runId: "run-1" }))).toMatchObject([
      {
        bucket: "accepted",
        reason: textReason("Declaration D-1"),
        referenceId: null,
        acceptedAt: at,
      },
    ]);
    expect(await books.findShipments(["S-1"])).toMatchObject([{ acceptedAt: at }]);
  });

  test.each<[by: string, settle: (books: LedgerBooks, attemptId: string) => Promise<unknown>]>([
    ["a receipt", (books, id) => books.recordOutcomes([receipt(id)])],
    ["a refusal", (books, id) => books.recordOutcomes([refused(id)])],
    ["evidence", (books, id) => books.settleUnknown(id, arrived("Declaration D-1"))],
  ])(
    "what was settled meanwhile by %s stands, and whoever comes second is told",
    async (_by, settle) => {
      const { books, store } = subject();
      await startRun(books);
      await queueFile(books, [lineDraft(1, "S-1")]);
      const { attemptId } = await makeUnknown(books);
      const ledger = await store.open();
      const others = ledger.books("simulator", "ACME");
      await settle(others, attemptId);
      const before = await others.shipmentHistories("S-1");

      expect(await books.recordEnquiry(attemptId, LATER)).toBe(false);
      expect(await books.leaveToPerson(attemptId, textReason("Look it up"), LATER)).toBe(false);
      expect(await books.settleUnknown(attemptId, resend("Not there"))).toBe(false);
      expect(await books.settleUnknown(attemptId, arrived("Declaration D-2"))).toBe(false);
      expect(await others.shipmentHistories("S-1")).toEqual(before);
      expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 0 });
      await ledger.close();
    },
  );

  test("settleUnknown() with resend puts a message back once, whoever says so first", async () => {
    const { books, store } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { attemptId } = await makeUnknown(books);
    const ledger = await store.open();
    const others = ledger.books("simulator", "ACME");
    const both = [books, others].map((some) => some.settleUnknown(attemptId, resend("Not there")));
    expect((await Promise.all(both)).sort()).toEqual([false, true]);
    expect(await books.recordEnquiry(attemptId, LATER)).toBe(false);
    expect(await books.outboxCounts()).toEqual({ queued: 1, sending: 0, unknown: 0 });
    await ledger.close();
  });

  test("settleUnknown() decides nothing about a later attempt than the one that was asked about", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const first = await makeUnknown(books);
    await books.settleUnknown(first.attemptId, resend("Not there"));
    const { attemptId } = await makeUnknown(books);
    expect(await books.recordEnquiry(first.attemptId, LATER)).toBe(false);
    expect(await books.settleUnknown(first.attemptId, resend("Not there"))).toBe(false);
    expect(await books.unknownMessages(10)).toMatchObject([{ attemptId, enquiries: 0 }]);
  });

  test("settleUnknown() with arrived takes out of the queue what was to be sent again", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { attemptId } = await makeUnknown(books);
    await books.settleUnknown(attemptId, resend("Ada: not there"));
    expect(await books.settleUnknown(attemptId, arrived("Declaration D-1"))).toBe(true);
    expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 0 });
    const [history] = await books.shipmentHistories("S-1");
    expect(history?.versions[0]).toMatchObject({
      state: "accepted",
      reason: textReason("Declaration D-1"),
    });
    expect(history?.versions[0]?.attempts[0]?.settlement).toMatchObject({
      kind: "arrived",
      reason: textReason("Declaration D-1"),
      reasonsBefore: [textReason("Ada: not there")],
    });
  });

  test.each<[what: string, attempt: (books: LedgerBooks) => Promise<string>]>([
    ["does not exist", () => Promise.resolve("4711")],
    ["is being sent", async (books) => (await claimOne(books)).attemptId],
    ["CAS sent back", (books) => returnedAttempt(books)],
  ])("settling an attempt that %s is a fault of the program, and loud", async (_what, attempt) => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const attemptId = await attempt(books);
    await expect(books.recordEnquiry(attemptId, LATER)).rejects.toThrow(attemptId);
    await expect(books.leaveToPerson(attemptId, textReason("Look"), LATER)).rejects.toThrow(
      attemptId,
    );
    await expect(books.settleUnknown(attemptId, resend("No"))).rejects.toThrow(attemptId);
  });

  test("settleUnknown() finds no attempt of other books", async () => {
    const { books, ledger } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { attemptId } = await makeUnknown(books);
    const others = ledger.books("production", "ACME");
    await expect(others.settleUnknown(attemptId, resend("No"))).rejects.toThrow(attemptId);
  });
}

const LATER = minutesAfterNoon(9);

const arrived = (text: string) => ({
  kind: "arrived" as const,
  reason: textReason(text),
  at: LATER,
});
const resend = (text: string) => ({ kind: "resend" as const, reason: textReason(text), at: LATER });
const receipt = (attemptId: string) => ({
  ...{ attemptId, at: LATER, kind: "accepted" as const, referenceId: "R-1" },
});
const refused = (attemptId: string) => ({
  ...{ attemptId, at: LATER, kind: "rejected" as const, problem: refusal },
});

async function returnedAttempt(books: LedgerBooks): Promise<string> {
  const { attemptId } = await claimOne(books);
  const back = { attemptId, at: NOON, kind: "returned" as const, notBefore: LATER };
  await books.recordOutcomes([{ ...back, reason: textReason("429") }]);
  return attemptId;
}
