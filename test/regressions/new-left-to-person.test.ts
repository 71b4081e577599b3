// A `New` whose outcome stayed unknown was a dead end: exit code 6 for ever, and the only step that
// was named led nowhere.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { Receipt } from "../../src/cas/cas-client.ts";
import { OutcomeUnknownError } from "../../src/core/errors.ts";
import { settleByHand, type HandSettlement } from "../../src/submit/settle-by-hand.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas } from "../submit/scripted-cas.ts";

const lostAnswer = (): Promise<Receipt> =>
  Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"));

const settlement = (outcome: "arrived" | "resend", more: Partial<HandSettlement> = {}) => ({
  ...{ externalReference: "S 1", direction: null, outcome },
  ...more,
});

async function deskWithUnknownNew() {
  const desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S 1", messageType: "New" }]);
  const summary = await desk.deliver(createScriptedCas({ send: lostAnswer }));
  return { desk, summary };
}

test("a New that stays unknown is left to a person, who is told what to look up and how to settle it", async () => {
  const { desk, summary } = await deskWithUnknownNew();
  await using _closed = desk;
  expect(summary).toMatchObject({
    unknown: 1,
    leftToPeople: [{ direction: "IN", externalReference: "S 1" }],
  });
  const [line] = await desk.lines();
  expect(line?.bucket).toBe("unknown");
  expect(wordsOf(line)).toMatch(/ingestion history/);
  expect(wordsOf(line)).toContain('cas-batch resume --env simulator --settle "IN:S 1=arrived"');
  const [told] = desk.logged.filter((message) => message.includes("ingestion history"));
  expect(told).toContain("IN S 1");
});

test("a New that a person has found in CAS is accepted, and the books say who found it", async () => {
  const { desk } = await deskWithUnknownNew();
  await using _closed = desk;
  await settleByHand(desk, [settlement("arrived")], "ada on desk-7");
  const cas = createScriptedCas();
  expect(await desk.deliver(cas)).toMatchObject({ unknown: 0, leftToPeople: [], requests: 0 });
  const [line] = await desk.lines();
  expect(line).toMatchObject({
    bucket: "accepted",
    reason: { code: "person-found", by: "ada on desk-7" },
  });
  const [history] = await desk.books.shipmentHistories("S 1");
  expect(history?.versions[0]?.attempts[0]?.settlement).toMatchObject({
    kind: "arrived",
    reason: { code: "person-found", by: "ada on desk-7" },
  });
});

test("a New that a person has not found in CAS is sent again", async () => {
  const { desk } = await deskWithUnknownNew();
  await using _closed = desk;
  await settleByHand(desk, [settlement("resend", { direction: "IN" })], "ada on desk-7");
  const cas = createScriptedCas();
  expect(await desk.deliver(cas)).toMatchObject({ accepted: 1, unknown: 0, requests: 1 });
});

test.each([
  ["a reference that nobody knows", [{ externalReference: "S-2" }]],
  ["the other direction", [{ direction: "OUT" as const }]],
  ["one that is known and one that is not", [{}, { externalReference: "S-2" }]],
])("settleByHand() refuses %s, and settles nothing", async (_what, changes) => {
  const { desk } = await deskWithUnknownNew();
  await using _closed = desk;
  const settlements = changes.map((change) => settlement("resend", change));
  await expect(settleByHand(desk, settlements, "ada")).rejects.toMatchObject({
    code: "reference-unknown",
    exitCode: 2,
  });
  expect(await desk.books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 1 });
});

test("settleByHand() asks for the direction when both have such a message", async () => {
  const { desk } = await deskWithUnknownNew();
  await using _closed = desk;
  const books: typeof desk.books = {
    ...desk.books,
    unknownMessages: async (limit, after) => {
      const messages = await desk.books.unknownMessages(limit, after);
      const mirrored = messages.map((message) => ({
        ...message,
        key: { ...message.key, direction: "OUT" as const },
      }));
      return [...messages, ...mirrored];
    },
  };
  const settling = settleByHand({ ...desk, books }, [settlement("resend")], "ada");
  await expect(settling).rejects.toMatchObject({
    code: "usage",
    hint: expect.stringContaining('"OUT:S 1=resend"') as string,
  });
});
