import { expect, test } from "vitest";
import { exitCodeOfFiles, EXIT } from "../../../src/runs/result/exit-code.ts";
import { isBalanced, type FileResult } from "../../../src/runs/result/result.ts";
import { sourceFile } from "../../support/ledger-drafts.ts";

const fileWith = (shipments: number, accepted: number): FileResult => ({
  file: sourceFile(),
  rejected: false,
  layout: "flat",
  detected: {},
  counts: {
    rowsRead: 3,
    rowsBlank: 1,
    rowsInvalid: 0,
    rowsDuplicate: 0,
    rowsInShipments: 2,
    shipments,
    buckets: {
      ...{
        invalid: 0,
        unchanged: 0,
        held: 0,
        superseded: 0,
        rejected: 0,
        unknown: 0,
        sending: 0,
        unsent: 0,
        aborted: 0,
      },
      accepted,
    },
  },
});

test("isBalanced() holds when every shipment of every file stands in one bucket", () => {
  expect(isBalanced([fileWith(2, 2), fileWith(1, 1)])).toBe(true);
});

test("isBalanced() does not let a shipment too many in one file make up for one too few in another", () => {
  const files = [fileWith(2, 1), fileWith(1, 2)];
  expect(isBalanced(files)).toBe(false);
  expect(exitCodeOfFiles(files)).toBe(EXIT.unsettled);
});
