// When the look before sending was cut short, a warning was all: a change went out on what the
// ledger had seen before, and could amend a declaration that customs had accepted meanwhile.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { ThrottledClient } from "../../src/cas/throttle/throttled-client.ts";
import { csvOf, openRehearsal } from "../submit/rehearsed-run.ts";

function withoutReferences(client: ThrottledClient): ThrottledClient {
  const nothing = {
    externalReference: null,
    customsShipmentReference: null,
    traderReference: null,
  };
  return {
    ...client,
    searchDeclarations: async (...asked) => {
      const page = await client.searchDeclarations(...asked);
      return {
        ...page,
        declarations: page.declarations.map((found) => ({ ...found, ...nothing })),
      };
    },
  };
}

const cutShort = { roundsMax: 0, declarationsMax: 0 };

test("a change is held while the look before it was cut short, and new shipments are sent", async () => {
  await using rehearsal = await openRehearsal();
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts") });
  await rehearsal.untilStatus("Released");

  const changed = { "a.csv": csvOf("S-1", "Nuts"), "b.csv": csvOf("S-2", "Nuts") };
  const cut = await rehearsal.run(changed, { reconcile: cutShort });
  expect(cut.result.stoppedBy).toBeNull();
  expect(cut.lines).toMatchObject([{ bucket: "held" }, { bucket: "accepted" }]);
  expect(wordsOf(cut.lines[0])).toMatch(/is not known whether .* \(the search for .* its end\)/);
  expect(rehearsal.acceptedOf("S-1")).toBe(1);

  // The look is whole again, and the ledger knows by itself why the change must wait.
  const whole = await rehearsal.run(changed);
  expect(whole.lines).toMatchObject([{ bucket: "held" }, { bucket: "unchanged" }]);
  expect(wordsOf(whole.lines[0])).toMatch(/in status Released/);
});

test("a change that may amend is sent though the look before it was cut short", async () => {
  await using rehearsal = await openRehearsal();
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts") });
  const { lines } = await rehearsal.run(
    { "a.csv": csvOf("S-1", "Nuts") },
    { reconcile: cutShort, allowAmend: true },
  );
  expect(lines).toMatchObject([{ bucket: "accepted" }]);
});

test("a change is held while it is not known whose the declarations of the last look are", async () => {
  await using rehearsal = await openRehearsal();
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts") });
  await rehearsal.untilStatus("Released");
  const { lines } = await rehearsal.run(
    { "a.csv": csvOf("S-1", "Nuts") },
    { reconcile: { detailsMax: 0 }, clientOf: withoutReferences },
  );
  expect(lines).toMatchObject([{ bucket: "held" }]);
  expect(wordsOf(lines[0])).toMatch(/is not known whether .* \(1 declaration/);
});
