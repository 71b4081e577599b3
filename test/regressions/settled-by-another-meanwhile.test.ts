// A run that settled an unknown message which another process had just settled ended with exit code 1:
// it took the other's word for a fault of its own.
import { textReason } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { Receipt } from "../../src/cas/cas-client.ts";
import { OutcomeUnknownError } from "../../src/core/errors.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { settleByHand } from "../../src/submit/settle-by-hand.ts";
import { openDeliveryDesk, type MessageToQueue } from "../submit/delivery-desk.ts";
import { createScriptedCas, type CasScript } from "../submit/scripted-cas.ts";

type Settle = (others: LedgerBooks, attemptId: string) => Promise<unknown>;

const AT = new Date("2026-11-20T18:00:00Z");
const lostAnswer = (): Promise<Receipt> =>
  Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"));

const arrived: Settle = (others, attemptId) =>
  others.settleUnknown(attemptId, {
    kind: "arrived",
    reason: textReason("The other run saw it"),
    at: AT,
  });
const receipt: Settle = (others, attemptId) =>
  others.recordOutcomes([{ attemptId, at: AT, kind: "accepted", referenceId: "late" }]);

/** Another process, with a ledger handle of its own, settles while this one asks CAS. */
async function deliverBeside(message: MessageToQueue, settle: Settle) {
  const desk = await openDeliveryDesk();
  await desk.queue([message]);
  const other = await openSqliteLedger(desk.ledgerPath);
  const others = other.books("simulator", "tenant");
  let isSettled = false;
  const search: CasScript["search"] = async () => {
    const [unknown] = await others.unknownMessages(1);
    // At the end of the schedule, so that each of the ways to be second is gone.
    if (unknown?.enquiries !== 3 && message.messageType !== undefined) return [];
    if (unknown !== undefined && !isSettled) await settle(others, unknown.attemptId);
    isSettled = true;
    return [];
  };
  const cas = createScriptedCas({ send: lostAnswer, search });
  const summary = await desk.deliver(cas);
  const lines = await desk.lines();
  await other.close();
  await desk[Symbol.asyncDispose]();
  return { summary, lines, sent: cas.sent };
}

test.each<[by: string, what: string, message: MessageToQueue, settle: Settle]>([
  ["another run", "an Upsert", { reference: "S-1" }, arrived],
  ["another run", "a New", { reference: "S-1", messageType: "New" }, arrived],
  ["a late receipt", "an Upsert", { reference: "S-1", messageType: "Upsert" }, receipt],
])(
  "a run goes on when %s has settled %s that it was asking about, and sends nothing again",
  async (_by, _what, message, settle) => {
    const { summary, lines, sent } = await deliverBeside(message, settle);
    expect(sent).toHaveLength(1);
    expect(summary).toMatchObject({
      ...{ unknown: 0, unsent: 0, requests: 1, leftToPeople: [] },
      settled: { arrived: 0, resent: 0 },
    });
    expect(lines).toMatchObject([{ bucket: "accepted", attempts: 1 }]);
  },
);

test("a person who settles what was settled meanwhile is told that it changed nothing", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", messageType: "New" }]);
  await desk.deliver(createScriptedCas({ send: lostAnswer }));
  const books: LedgerBooks = {
    ...desk.books,
    unknownMessages: async (limit, after) => {
      const messages = await desk.books.unknownMessages(limit, after);
      for (const { attemptId } of messages) await arrived(desk.books, attemptId);
      return messages;
    },
  };
  const settlement = { externalReference: "S-1", direction: null, outcome: "resend" as const };
  await settleByHand({ ...desk, books }, [settlement], "ada");
  expect(desk.logged.at(-1)).toMatch(/IN S-1 was settled meanwhile/);
  expect(await desk.lines()).toMatchObject([
    { bucket: "accepted", reason: textReason("The other run saw it") },
  ]);
});
