import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cellAddress,
  columnIndexOf,
  columnLetters,
  parseCellAddress,
} from "../../src/core/cell.ts";
import { parseSourcePlace, sourcePlaceText } from "../../src/core/source-place.ts";

const columnIndex = fc.nat(100_000);
const rowNumber = fc.integer({ min: 1, max: 2_000_000 });

describe("parseSourcePlace()", () => {
  it("is the inverse of sourcePlaceText()", () => {
    const sheet = fc.option(fc.string());
    fc.assert(
      fc.property(sheet, columnIndex, rowNumber, (name, column, row) => {
        const text = sourcePlaceText(name, cellAddress(column, row));
        expect(parseSourcePlace(text)).toEqual({
          sheet: name,
          columnIndex: column,
          rowNumber: row,
        });
      }),
    );
  });

  it.each(["", "M", "8", "Goods items!", "Goods items!M", "M8 ", "Goods items"])(
    "knows no place in %j",
    (text) => {
      expect(parseSourcePlace(text)).toBeNull();
    },
  );
});

describe("parseCellAddress()", () => {
  it("takes small letters, as some writers use them", () => {
    expect(parseCellAddress("aa10")).toEqual({ columnIndex: 26, rowNumber: 10 });
  });
});

describe("columnIndexOf()", () => {
  it("is the inverse of columnLetters()", () => {
    fc.assert(
      fc.property(columnIndex, (column) => {
        expect(columnIndexOf(columnLetters(column))).toBe(column);
      }),
    );
  });

  it("gives -1 for a text that begins with no letter", () => {
    expect(columnIndexOf("8")).toBe(-1);
  });
});
