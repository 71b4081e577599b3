// A declaration of the first version moves on by itself; that was taken for proof that a changed
// version, whose answer was lost, had arrived. The change was then never sent again.
import { expect, test } from "vitest";
import type { Receipt } from "../../src/cas/cas-client.ts";
import { OutcomeUnknownError } from "../../src/core/errors.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf } from "../submit/scripted-cas.ts";

const lostAnswer = (): Promise<Receipt> =>
  Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"));
const received = (): Promise<Receipt> => Promise.resolve({ referenceId: "r" });

test("a changed version whose answer was lost is sent again while CAS shows the old content, however often its declaration moves on", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", content: "first" }]);
  await desk.deliver(createScriptedCas());
  await desk.clock.sleep(600_000);
  await desk.queue([{ reference: "S-1", content: "second" }]);
  let processed = "first";
  const cas = createScriptedCas({
    send: (_body, nth) => {
      if (nth === 1) return lostAnswer();
      processed = "second";
      return received();
    },
    search: (ref) =>
      Promise.resolve([declarationOf(ref, { lastUpdated: desk.clock.now().toISOString() })]),
    document: () => ({ content: processed }),
  });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ requests: 2, accepted: 1, settled: { arrived: 0, resent: 1 } });
  expect(processed).toBe("second");
});
