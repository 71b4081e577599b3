// A change to a shipment whose earlier content retention had removed was compared with nothing: each
// goods item of a declaration that was there before counted as proof that the change had arrived.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { Receipt } from "../../src/cas/cas-client.ts";
import { OutcomeUnknownError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import { settleByHand } from "../../src/submit/settle-by-hand.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf } from "../submit/scripted-cas.ts";

const EIGHT_YEARS_MS = 8 * 365 * 86_400_000;
const lostAnswer = (): Promise<Receipt> =>
  Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"));
const items = (mass: string): JsonObject => ({ items: [{ mass }, { mass: "7" }] });

test("a change whose answer is lost and whose earlier content was pruned is left to a person", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", document: items("1") }]);
  await desk.deliver(createScriptedCas());
  const [shipment] = await desk.books.findShipments(["S-1"]);
  const summary = declarationOf("S-1", { currentStatus: "Released" });
  const shipmentId = shipment?.shipmentId ?? null;
  await desk.books.recordDeclarations([
    { summary, shipmentId, observedAt: desk.clock.now(), source: "search" },
  ]);
  desk.clock.skip(EIGHT_YEARS_MS);
  const pruned = { before: desk.clock.now(), now: desk.clock.now(), remove: true };
  expect(await pruneLedger(desk.ledgerPath, pruned)).toMatchObject({ versions: 1 });

  await desk.queue([{ reference: "S-1", document: items("2") }]);
  const cas = createScriptedCas({
    send: lostAnswer,
    // The declaration moves on by itself, and shows the second item that was always there.
    search: (ref) =>
      Promise.resolve([declarationOf(ref, { lastUpdated: desk.clock.now().toISOString() })]),
    document: () => items("2"),
  });
  expect(await desk.deliver(cas)).toMatchObject({
    ...{ requests: 1, unknown: 1, settled: { arrived: 0, resent: 0 } },
    leftToPeople: [{ direction: "IN", externalReference: "S-1" }],
  });
  const line = (await desk.lines()).at(-1);
  expect(line).toMatchObject({ bucket: "unknown" });
  expect(wordsOf(line)).toMatch(/retention has removed .* --settle IN:S-1=arrived/u);
  expect(cas.read).toEqual([]);

  // Said once, and the same in every later run.
  const warnings = desk.logged.length;
  expect(await desk.deliver(cas)).toMatchObject({ unknown: 1, requests: 0 });
  expect(desk.logged).toHaveLength(warnings);
  const settlement = { externalReference: "S-1", direction: null, outcome: "resend" as const };
  await settleByHand(desk, [settlement], "ada");
  expect(await desk.deliver(createScriptedCas())).toMatchObject({ accepted: 1, unknown: 0 });
});
