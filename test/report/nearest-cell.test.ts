// A field that our message does not have, or has several times, has no cell. The nearest one is shown, and never as
// if it were the one to correct.
import { expect, test } from "vitest";
import { faultsOfLine } from "../../src/report/results/result-line.ts";
import { placeWords } from "../../src/report/text/place-words.ts";
import { sampleLine } from "./sample-books.ts";

const NEAREST = {
  ...{ sheet: "Shipments", cell: "I4", value: null },
  path: "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[1].grossWeight",
  notInMessage: "GoodsShipment.GovernmentAgencyGoodsItems[2].GrossWeight",
};

test("placeWords() names the nearest cell as such", () => {
  expect(placeWords(NEAREST, "Shipments")).toBe("near I4");
});

test.each([
  [
    "a field that the message does not have",
    NEAREST,
    /CAS names .+GrossWeight; our message has none/,
  ],
  ["no field", { ...NEAREST, path: null, notInMessage: undefined }, /CAS names no field/],
])(
  "faultsOfLine() asks nobody to correct the nearest cell, where CAS names %s",
  (_, field, why) => {
    const { notInMessage, ...place } = field;
    const refused = { ...place, ...(notInMessage === undefined ? {} : { notInMessage }) };
    const line = sampleLine({
      bucket: "rejected",
      rows: [{ sheet: "Shipments", row: 4 }],
      refusedFields: [{ ...refused, message: "must not be 0" }],
    });

    const [fault] = faultsOfLine(line);

    expect(fault?.message).toMatch(/^must not be 0 \(/);
    expect(fault?.message).toMatch(why);
    expect(fault?.message).toContain("the cell is the nearest one");
    expect(fault?.hint).not.toMatch(/^Correct/);
  },
);
