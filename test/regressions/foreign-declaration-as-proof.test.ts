// Without an earlier version in the ledger, any declaration touched within a day before the attempt
// was taken for proof that the message had arrived, and so was one without any time, or with other
// content.
import { expect, test } from "vitest";
import { OutcomeUnknownError } from "../../src/core/errors.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf } from "../submit/scripted-cas.ts";

const NOW = "2026-11-20T18:00:30Z";

test.each([
  ["created hours before the message was sent", { creationDate: "2026-11-20T12:00:00Z" }, "ours"],
  [
    "created before and touched after the message was sent",
    { creationDate: "2026-11-20T12:00:00Z", lastUpdated: NOW },
    "ours",
  ],
  [
    "last updated before, without a time of creation",
    { creationDate: null, lastUpdated: "2026-11-20T17:00:00Z" },
    "ours",
  ],
  ["without any time", { creationDate: null }, "ours"],
  ["created since, with other content", { creationDate: NOW }, "somebody else's"],
])("a declaration %s is no proof that a first message has arrived", async (_what, more, shown) => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", content: "ours" }]);
  const cas = createScriptedCas({
    send: (_body, nth) =>
      nth === 1
        ? Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"))
        : Promise.resolve({ referenceId: "r" }),
    search: (ref) => Promise.resolve([declarationOf(ref, more)]),
    document: () => ({ content: shown }),
  });
  expect(await desk.deliver(cas)).toMatchObject({
    accepted: 1,
    settled: { arrived: 0, resent: 1 },
  });
});
