import { describe, expect, test } from "vitest";
import { codesAndCells, mapFlat, type CellText, type Mapped } from "../sheets.ts";

const HEADER = [
  "External reference", // A
  "Direction", // B
  "Goods description", // C
  "Commodity code", // D
  "Gross mass (kg)", // E
  "Package quantity", // F
];
const ITEMS: readonly (readonly CellText[])[] = [
  ["PO-1", "IN", "Bolts", "73181500", "10.5", "2"],
  ["", "", "Nuts", "73181600", "4.25", "1"],
  ["PO-2", "IN", "Nails", "73170000", "7", "3"],
];

function mapRows(...rows: readonly (readonly CellText[])[]): Mapped {
  return mapFlat(HEADER, [...ITEMS, ...rows]);
}

/** Whether each shipment has a message, by its reference. */
function isSent(mapped: Mapped): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    mapped.shipments.map(({ key, message }) => [
      key?.externalReference ?? "none",
      message !== null,
    ]),
  );
}

describe("a line of totals", () => {
  test.each([
    ["Total", "Total"],
    ["Dutch", "Eindtotaal:"],
    ["German", "GESAMTSUMME"],
    ["French", "Total général"],
    ["with stars", "** Summe **"],
  ])("is left out when its sums fit (%s)", (_what, word) => {
    const mapped = mapRows(["", "", word, "", "21.75", "6"]);
    expect(mapped.noDataRows.map(({ row }) => row)).toEqual([5]);
    expect(codesAndCells(mapped.findings)).toEqual(["row-of-totals"]);
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": true });
  });

  test("is found in the column of references", () => {
    const mapped = mapRows(["Total", "", "", "", "21.75", "6"]);
    expect(mapped.noDataRows.map(({ row }) => row)).toEqual([5]);
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": true });
  });

  test("is found in a column of codes", () => {
    const mapped = mapRows(["", "", "", "Total", "21.75", ""]);
    expect(codesAndCells(mapped.findings)).toEqual(["row-of-totals"]);
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": true });
  });

  test("is found without a word when all its numbers are sums", () => {
    const mapped = mapRows(["", "", "", "", "21.75", "6"]);
    expect(mapped.noDataRows.map(({ row }) => row)).toEqual([5]);
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": true });
  });

  test("may be that of the last shipment alone", () => {
    const mapped = mapFlat(HEADER, [
      ...ITEMS.slice(0, 2),
      ["PO-1", "IN", "Subtotal", "", "14.75", "3"],
      ["PO-2", "IN", "Nails", "73170000", "7", "3"],
      ["", "", "Grand total", "", "21.75", "6"],
    ]);
    expect(mapped.noDataRows.map(({ row }) => row)).toEqual([4, 6]);
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": true });
  });

  test("whose sums do not fit stops the shipment above, which may lack goods", () => {
    const mapped = mapRows(["", "", "Total", "", "99", "9"]);
    expect(mapped.invalidRows).toEqual([]);
    expect(codesAndCells(mapped.findings)).toContain("row-looks-like-total A5");
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": false });
  });

  test("is no goods item of that name with a commodity code", () => {
    const mapped = mapRows(["", "", "Total", "27101981", "21.75", "6"]);
    expect(mapped.findings).toEqual([]);
    expect(isSent(mapped)).toEqual({ "PO-1": true, "PO-2": true });
  });

  test("is no goods item that happens to weigh as much", () => {
    const mapped = mapRows(["", "", "Screws", "", "21.75", ""]);
    expect(mapped.findings).toEqual([]);
  });

  test("is no row whose only number is a number of packages", () => {
    const mapped = mapRows(["", "", "", "", "", "6"]);
    expect([...mapped.invalidRows, ...mapped.noDataRows]).toEqual([]);
  });
});
