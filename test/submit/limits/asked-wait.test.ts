import { expect, test } from "vitest";
import { CannotNowError } from "../../../src/core/errors.ts";
import { createWaitKeeper, applyEarlierWait } from "../../../src/submit/limits/asked-wait.ts";
import { createThrottle } from "../../../src/cas/throttle/throttle.ts";
import { throttledClient } from "../../../src/cas/throttle/throttled-client.ts";
import { openDeliveryDesk, references } from "../delivery-desk.ts";
import { createScriptedCas } from "../scripted-cas.ts";

const HOURS_2 = 7_200_000;
const limits = { waitMaxMs: 300_000, ignore: false };

/** A CAS that asks once, at the second message, to wait for so long. */
function askingFor(retryAfterMs: number) {
  return createScriptedCas({
    send: (_body, nth) =>
      nth === 2
        ? Promise.reject(new CannotNowError("rate-limited", "CAS answered 429", { retryAfterMs }))
        : Promise.resolve({ referenceId: "r" }),
  });
}

/** What the next run has: the same books, and a client that knows of nothing. */
async function parkedDesk(retryAfterMs: number) {
  const desk = await openDeliveryDesk();
  await desk.queue(references(5));
  const cas = askingFor(retryAfterMs);
  const delivery = desk.deliver(cas, { settings: { concurrency: 1 } });
  const end = await delivery.catch((error: unknown) => error);
  const { books, clock, log } = desk;
  const throttle = createThrottle({ ratePerSecond: Infinity, clock });
  const client = throttledClient(cas, { throttle, clock, random: () => 0, log });
  return { desk, cas, client, end, parts: { books, clock, log, client } };
}

test("deliver() says until when CAS asked to wait, and for how long", async () => {
  const { desk, end } = await parkedDesk(HOURS_2);
  await using _desk = desk;
  expect(end).toMatchObject({
    code: "rate-limited",
    exitCode: 5,
    message: "CAS answered 429; it asked to wait until 2026-11-20 20:00 UTC, 2 h from now",
    hint: expect.stringContaining("`cas-batch resume` after that time") as string,
  });
});

test("applyEarlierWait() ends the next run while a long wait lasts, and no longer", async () => {
  const { desk, client, parts } = await parkedDesk(HOURS_2);
  await using _desk = desk;
  desk.clock.skip(1_000);
  await expect(applyEarlierWait(parts, limits)).rejects.toMatchObject({
    code: "rate-limited",
    exitCode: 5,
    message:
      "Nothing was sent: in an earlier run CAS asked to wait until 2026-11-20 20:00 UTC, 2 h from now",
  });
  desk.clock.skip(HOURS_2);
  await applyEarlierWait(parts, limits);
  expect(client.pausedForMs()).toBe(0);
});

test("applyEarlierWait() has everyone wait out what is left, when it is short", async () => {
  const { desk, client, parts } = await parkedDesk(HOURS_2);
  await using _desk = desk;
  desk.clock.skip(HOURS_2 - 60_000);
  await applyEarlierWait(parts, limits);
  expect(client.pausedForMs()).toBeGreaterThan(59_000);
  expect(client.pausedForMs()).toBeLessThanOrEqual(60_000);
});

test("applyEarlierWait() forgets the wait when told, and what was put back until then goes too", async () => {
  const { desk, cas, parts } = await parkedDesk(HOURS_2);
  await using _desk = desk;
  await applyEarlierWait(parts, { ...limits, ignore: true });
  expect(await desk.deliver(cas)).toMatchObject({ accepted: 4, unsent: 0 });
  expect(desk.clock.elapsedMs()).toBeLessThan(HOURS_2);
  expect(await desk.books.waitAskedUntil()).toBeNull();
});

test("throttledClient() tells of a wait that a search is asked for", async () => {
  await using desk = await openDeliveryDesk();
  const { books, clock, log } = desk;
  const cas = createScriptedCas({
    search: () =>
      Promise.reject(
        new CannotNowError("server-error", "CAS answered 503", { retryAfterMs: HOURS_2 }),
      ),
  });
  const throttle = createThrottle({ ratePerSecond: Infinity, clock });
  const onWait = createWaitKeeper({ books, clock, log });
  const client = throttledClient(cas, { throttle, clock, random: () => 0, log, onWait });
  const page = { limit: 100, offset: 0 };
  await expect(client.searchDeclarations({}, page)).rejects.toMatchObject({ code: "server-error" });
  // What the pause itself refuses is no new wait.
  await expect(client.searchDeclarations({}, page)).rejects.toMatchObject({ code: "rate-limited" });
  expect(await books.waitAskedUntil()).toEqual(new Date("2026-11-20T20:00:00Z"));
});

test("deliver() records also a wait that it sits out, for whoever comes after a crash", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue(references(5));
  expect(await desk.deliver(askingFor(60_000), { settings: { concurrency: 1 } })).toMatchObject({
    accepted: 5,
  });
  expect(await desk.books.waitAskedUntil()).toEqual(new Date("2026-11-20T18:01:00Z"));
});
