// Whether a change would amend what customs has accepted was decided by the books alone. A shipment
// released since they were last brought up to date was amended without anybody having allowed it,
// and so was one whose change waited in the queue while customs accepted the declaration.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { ShipmentKey } from "../../src/core/shipment.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { csvOf, openRehearsal } from "../submit/rehearsed-run.ts";
import { createScriptedCas, declarationOf } from "../submit/scripted-cas.ts";

test("a change to a shipment that was released since the last run is held, until amending is allowed", async () => {
  await using rehearsal = await openRehearsal();
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts") });
  await rehearsal.untilStatus("Released");

  const second = await rehearsal.run({ "a.csv": csvOf("S-1", "Nuts") });
  expect(second.result.stoppedBy).toBeNull();
  expect(second.result.delivery).toMatchObject({ accepted: 0, held: 1, requests: 0 });
  expect(second.lines).toMatchObject([{ bucket: "held" }]);
  expect(wordsOf(second.lines[0])).toMatch(/Released.*"Bolts" → "Nuts".*--allow-amend/);
  expect(rehearsal.acceptedOf("S-1")).toBe(1);

  const third = await rehearsal.run({ "a.csv": csvOf("S-1", "Nuts") });
  expect(third.lines).toMatchObject([{ bucket: "held" }]);
  const allowed = await rehearsal.run({ "a.csv": csvOf("S-1", "Nuts") }, { allowAmend: true });
  expect(allowed.lines).toMatchObject([{ bucket: "accepted" }]);
  expect(rehearsal.acceptedOf("S-1")).toBe(2);
});

const only =
  (reference: string) =>
  ({ externalReference }: ShipmentKey): boolean =>
    externalReference === reference;

test.each([
  ["held, as amending was not allowed", { allowAmend: false, sent: 0, held: 1 }],
  ["sent, as amending is allowed now", { allowAmend: true, sent: 1, held: 0 }],
  ["sent, as that of this shipment is", { allowAmend: only("S-1"), sent: 1, held: 0 }],
  ["held, as that of another one is", { allowAmend: only("S-2"), sent: 0, held: 1 }],
])(
  "a change left in the queue whose declaration customs has accepted meanwhile is %s",
  async (_what, { allowAmend, sent, held }) => {
    await using desk = await openDeliveryDesk();
    await desk.queue([{ reference: "S-1", content: "first" }]);
    await desk.deliver(createScriptedCas());
    await desk.queue([{ reference: "S-1", content: "second" }]);
    const [shipment] = await desk.books.findShipments(["S-1"]);
    await desk.books.recordDeclarations([
      {
        summary: declarationOf("S-1", { currentStatus: "Accepted" }),
        shipmentId: shipment?.shipmentId ?? null,
        observedAt: desk.clock.now(),
        source: "search",
      },
    ]);
    const cas = createScriptedCas();
    expect(await desk.deliver(cas, { allowAmend })).toMatchObject({ held, unsent: 0 });
    expect(cas.sent).toHaveLength(sent);
  },
);
