import { expect, test } from "vitest";
import { factLines } from "../../../src/cli/words/result-words.ts";
import { sentForOtherRuns } from "../../../src/runs/result/run-result.ts";
import type { FileResult } from "../../../src/runs/result/result.ts";
import { sourceFile } from "../../support/ledger-drafts.ts";

const ownFile = (accepted: number, rejected: number): FileResult => ({
  file: sourceFile(),
  rejected: false,
  layout: "flat",
  detected: {},
  counts: {
    ...{ rowsRead: 0, rowsBlank: 0, rowsInvalid: 0, rowsDuplicate: 0, rowsInShipments: 0 },
    shipments: accepted + rejected,
    buckets: {
      ...{ invalid: 0, unchanged: 0, held: 0, superseded: 0, unknown: 0, sending: 0 },
      ...{ unsent: 0, aborted: 0 },
      ...{ accepted, rejected },
    },
  },
});

test("sentForOtherRuns() shows what was sent for others, and not that they were earlier", () => {
  // A `submit` beside a sender is a later run, and its messages are sent by the earlier one.
  const facts = sentForOtherRuns({ accepted: 1_203, rejected: 3 }, [ownFile(3, 2)]);
  expect(facts.flatMap(factLines)).toEqual([
    "Queued by other runs and sent by this one: 1,200 accepted by CAS, 1 refused",
  ]);
});

test.each([
  ["nothing was sent", null],
  ["only its own were sent", { accepted: 3, rejected: 2 }],
  ["another run sent some of its own", { accepted: 1, rejected: 0 }],
])("sentForOtherRuns() shows nothing when %s", (_what, delivery) => {
  expect(sentForOtherRuns(delivery, [ownFile(3, 2)])).toEqual([]);
});
