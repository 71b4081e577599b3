import { expect, test } from "vitest";
import { forecast } from "../../src/submit/sending/forecast.ts";
import { openDeliveryDesk, references } from "./delivery-desk.ts";
import { createScriptedCas } from "./scripted-cas.ts";

const now = new Date("2026-11-20T18:00:00Z");
const before = (time: string): Date => new Date(`2026-11-20T${time}:00Z`);

test.each([
  [4_120, 10, null, "4,120 messages to send, about 7 min at 10/s"],
  [1, 10, null, "1 message to send, about 1 s at 10/s"],
  [90_000, 10, null, "90,000 messages to send, about 2 h 30 min at 10/s"],
  [3, Infinity, null, "3 messages to send"],
  [
    4_120,
    10,
    before("19:00"),
    "4,120 messages to send, about 7 min at 10/s, before 2026-11-20 19:00 UTC",
  ],
  [
    4_120,
    10,
    before("18:05"),
    "4,120 messages to send, about 7 min at 10/s, which is more than fits before 2026-11-20 18:05 UTC",
  ],
])(
  "forecast() of %i messages at %f/s before %s: %s",
  (messages, ratePerSecond, deadline, words) => {
    expect(forecast({ messages, ratePerSecond, now, deadline }).words).toBe(words);
  },
);

test("deliver() says before it sends how much there is and how long it takes", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(50));
  await desk.deliver(createScriptedCas(), { ratePerSecond: 10 });
  expect(desk.logged).toContain("50 messages to send, about 5 s at 10/s");
  expect(desk.progress[0]).toMatchObject({ phase: "sending", done: 0, total: 50 });
});

test("deliver() sends nothing after its deadline, and the rest stays queued", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(200));
  const sentAtMs: number[] = [];
  const cas = createScriptedCas({
    send: async () => {
      sentAtMs.push(desk.clock.elapsedMs());
      await desk.clock.sleep(100);
      return { referenceId: "r" };
    },
  });
  const deadline = new Date(desk.clock.now().getTime() + 10_000);
  await expect(desk.deliver(cas, { ratePerSecond: 10, deadline })).rejects.toMatchObject({
    code: "deadline-reached",
    exitCode: 5,
  });
  expect(sentAtMs.length).toBeGreaterThanOrEqual(98);
  expect(Math.max(...sentAtMs)).toBeLessThanOrEqual(10_000);
  const queued = 200 - sentAtMs.length;
  expect(await desk.books.outboxCounts()).toEqual({ queued, sending: 0, unknown: 0 });
});

test("deliver() sends nothing at all after a deadline that has passed", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(5));
  const cas = createScriptedCas();
  const deadline = new Date(desk.clock.now().getTime() - 1);
  await expect(desk.deliver(cas, { deadline })).rejects.toMatchObject({ code: "deadline-reached" });
  expect(cas.sent).toEqual([]);
});

test("deliver() that ends before its deadline does not wait for it", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(5));
  const deadline = new Date(desk.clock.now().getTime() + 86_400_000);
  expect(await desk.deliver(createScriptedCas(), { deadline })).toMatchObject({ accepted: 5 });
  expect(desk.clock.elapsedMs()).toBeLessThan(60_000);
});
