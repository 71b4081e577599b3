// `explain` said that a message had arrived, for CAS showed declaration 77, and below that no
// declaration had been seen so far.
import { expect, test } from "vitest";
import { OutcomeUnknownError } from "../../src/core/errors.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf } from "../submit/scripted-cas.ts";

test("the declaration that proves that a message has arrived stands in the books", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  const declaration = declarationOf("S-1", { currentStatus: "Accepted" });
  const cas = createScriptedCas({
    send: () => Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came")),
    search: () => Promise.resolve([declaration]),
  });
  expect(await desk.deliver(cas)).toMatchObject({ settled: { arrived: 1 } });
  const { declarationId } = declaration;
  expect(await desk.books.shipmentHistories("S-1")).toMatchObject([
    {
      versions: [{ state: "accepted", reason: { code: "declaration-found", declarationId } }],
      declarations: [{ declarationId, summary: { currentStatus: "Accepted" } }],
    },
  ]);
  expect(await desk.lines()).toMatchObject([{ declarations: [{ declarationId }] }]);
});
