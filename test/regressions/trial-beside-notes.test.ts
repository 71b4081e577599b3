// An annotated copy has a sheet of our notes beside its only sheet of shipments. A trial of a profile on
// it named the cells of each value and showed none of their texts.
import { expect, test } from "vitest";
import { tryProfile } from "../../src/intake/profiles/try-profile.ts";
import { writeCaseFile } from "../support/case-folders.ts";
import { workbook } from "../support/simple-workbook.ts";

test("tryProfile() shows the texts of the cells of an annotated copy", async () => {
  const content = workbook({
    Shipments: [
      ["External reference", "Direction", "Goods description"],
      ["PO-1", "IN", "Bolts"],
    ],
    "cas-batch notes": [["Row", "Note"]],
  });
  const path = writeCaseFile({ name: "night.xlsx", content });
  const { tally, shipments } = await tryProfile(path, null, 1, {
    name: "night.xlsx",
    reading: {},
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  tally.close();
  expect(shipments[0]?.leaves).toContainEqual({
    path: "externalReference",
    value: "PO-1",
    cell: "A2",
    raw: "PO-1",
  });
});
