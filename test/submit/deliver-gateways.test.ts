// What a delivery makes of answers that gateways give in place of CAS, and of those it cannot tell
// from them.
import { expect, test } from "vitest";
import { systemClock } from "../../src/core/time/clock.ts";
import { openDeliveryDesk, references } from "./delivery-desk.ts";
import { startLoopbackCas } from "./loopback-cas.ts";

const PAGE = "<html>Go away</html>";
const settings = {
  settleDelaysMs: [20, 40],
  concurrency: 1,
  retry: {
    attemptsPerMessageMax: 12,
    baseDelayMs: 20,
    delayMaxMs: 50,
    retryAfterMaxMs: 300_000,
    quotaShare: 0.1,
    quotaFloor: 20,
  },
};

test.each([
  ["a page", { status: 503, body: PAGE }],
  ["its reason", { status: 503, body: { title: "Busy", status: 503 } }],
  ["Retry-After", { status: 503, body: PAGE, headers: { "retry-after": "0" } }],
])("deliver() never repeats a New after 503 with %s: it is asked about", async (_what, answer) => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({ message: () => answer });
  await desk.queue([{ reference: "N-1", messageType: "New" }]);
  const summary = await desk.deliver(cas.client, { settings });
  expect(cas.asked).toEqual(["N-1", "?N-1", "?N-1"]);
  expect(summary).toMatchObject({ unknown: 1, leftToPeople: [{ externalReference: "N-1" }] });
});

test("deliver() asks about an Upsert after a gateway's 503 before it sends it again", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({
    message: (_reference, nth) => (nth === 1 ? { status: 503, body: PAGE } : null),
  });
  await desk.queue([{ reference: "U-1" }]);
  expect(await desk.deliver(cas.client, { settings })).toMatchObject({ accepted: 1 });
  expect(cas.asked).toEqual(["U-1", "?U-1", "?U-1", "U-1"]);
});

test("deliver() sends an Upsert again after a 503 of CAS itself", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({
    message: (_reference, nth) => (nth === 1 ? { status: 503, body: { title: "Busy" } } : null),
  });
  await desk.queue([{ reference: "U-1" }]);
  expect(await desk.deliver(cas.client, { settings })).toMatchObject({ accepted: 1 });
  expect(cas.asked).toEqual(["U-1", "U-1"]);
});

test.each([404, 405, 407, 308])(
  "deliver() stops after %i and leaves every message in the queue",
  async (status) => {
    await using desk = await openDeliveryDesk(systemClock);
    await using cas = await startLoopbackCas({ message: () => ({ status, body: PAGE }) });
    await desk.queue(references(3));
    await expect(desk.deliver(cas.client, { settings })).rejects.toMatchObject({
      code: "address-wrong",
      exitCode: 2,
      hint: expect.stringContaining("CAS_API_URL") as string,
    });
    expect(cas.messages).toHaveLength(1);
    expect(await desk.books.outboxCounts()).toEqual({ queued: 3, sending: 0, unknown: 0 });
  },
);

test("deliver() stops after a redirect that may have been taken, which is asked about first", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({
    message: () => ({ status: 302, headers: { location: "https://login.test/page" } }),
  });
  await desk.queue(references(3));
  await expect(desk.deliver(cas.client, { settings })).rejects.toMatchObject({
    code: "address-wrong",
    message: expect.stringContaining("https://login.test/page") as string,
  });
  expect(cas.messages).toHaveLength(1);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 2, sending: 0, unknown: 1 });
});

test("deliver() refuses the one message that a firewall blocks, and sends the others", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({
    message: (reference) => (reference === "S-1" ? { status: 403, body: PAGE } : null),
  });
  await desk.queue(references(5));
  const summary = await desk.deliver(cas.client, { settings });
  expect(summary).toMatchObject({ accepted: 4, rejected: 1, unsent: 0 });
  const [first] = await desk.lines();
  expect(first).toMatchObject({ bucket: "rejected", key: { externalReference: "S-1" } });
  expect(JSON.stringify(first)).toContain("A gateway before CAS answered 403");
  expect(JSON.stringify(first)).toContain("Go away");
});

test("deliver() refuses a message that is blocked and alone, after three tries", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({ message: () => ({ status: 403, body: PAGE }) });
  await desk.queue(references(1));
  expect(await desk.deliver(cas.client, { settings })).toMatchObject({ rejected: 1 });
  expect(cas.messages).toHaveLength(3);
});

test("deliver() stops when a firewall blocks every message, and refuses none", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startLoopbackCas({ message: () => ({ status: 403, body: PAGE }) });
  await desk.queue(references(15));
  await expect(desk.deliver(cas.client, { settings })).rejects.toMatchObject({
    code: "gateway-blocked",
    message: expect.stringMatching(/several messages in a row, the last one .*S-\d+/) as string,
  });
  expect(cas.messages).toHaveLength(10);
  expect(await desk.books.outboxCounts()).toEqual({ queued: 15, sending: 0, unknown: 0 });
});
