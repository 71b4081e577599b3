// What must hold between the values of a shipment.
import { describe, expect, test } from "vitest";
import { codesAndCells, mapFlat, type CellText, type Mapped } from "../sheets.ts";

const HEADER = ["External reference", "Direction", "Goods description"];

function map(more: readonly string[], ...rows: readonly (readonly CellText[])[]): Mapped {
  const full = rows.map((row) => ["PO-1", "IN", "Bolts", ...row]);
  return mapFlat([...HEADER, ...more], full);
}

function isSent({ shipments }: Mapped): boolean {
  return shipments.every(({ message }) => message !== null);
}

describe("amounts", () => {
  const AMOUNT = ["Customs value", "Customs value currency"];

  test.each([
    ["100.5", "EUR", []],
    ["100.505", "EUR", ["amount-too-precise D2"]],
    ["100.505", "KWD", []],
    ["100.5", "JPY", ["amount-too-precise D2"]],
    ["100.50", "EUR", []],
  ])("%s %s gives %j and is sent", (amount, currency, codes) => {
    const mapped = map(AMOUNT, [amount, currency]);
    expect(codesAndCells(mapped.findings)).toEqual(codes);
    expect(isSent(mapped)).toBe(true);
  });

  test("with more decimals than any currency are told once", () => {
    expect(codesAndCells(map(AMOUNT, ["100.12345", "EUR"]).findings)).toEqual([
      "number-too-precise D2",
    ]);
  });

  test("need a currency of their own or of the invoice", () => {
    expect(codesAndCells(map(AMOUNT, ["100", ""]).findings)).toEqual(["currency-missing D2"]);
    const invoiced = map([...AMOUNT, "Invoice currency"], ["100", "", "EUR"]);
    expect(invoiced.findings).toEqual([]);
  });

  test("whose currency is misspelt are told once", () => {
    const findings = map(AMOUNT, ["100", "#N/A"]).findings;
    expect(codesAndCells(findings)).toEqual(["formula-error E2"]);
  });

  test("without a column for their currency are left to CAS", () => {
    expect(map(["Customs value"], ["100"]).findings).toEqual([]);
  });
});

describe("packagings", () => {
  const PACKAGING = ["Package type", "Package quantity"];

  test.each([
    ["CT", "3", []],
    ["CT", "", ["packaging-incomplete D2"]],
    ["", "3", ["packaging-incomplete E2"]],
    ["VR", "", []],
    ["NE", "", ["packaging-incomplete D2"]],
    ["NE", "3", []],
    ["VR", "5", ["packaging-contradiction E2"]],
    ["VR", "0", []],
    ["CT", "0", ["packaging-contradiction E2"]],
  ])("%j of %j gives %j", (type, quantity, codes) => {
    const mapped = map(PACKAGING, [type, quantity]);
    expect(codesAndCells(mapped.findings)).toEqual(codes);
    expect(isSent(mapped)).toBe(true);
  });
});

describe("totals", () => {
  const GOODS = "singleAdministrativeDocument.goodsShipment";

  test.each([
    [
      "totalGrossMass",
      ["Gross mass (kg)"],
      [
        ["40.5", "90.5"],
        ["50", "90.5"],
      ],
    ],
    [
      "totalGrossMass",
      ["Gross mass (kg)"],
      [
        ["40.5", "90.50"],
        ["50", ""],
      ],
    ],
    [
      "totalPackages",
      ["Package quantity"],
      [
        ["4", "9"],
        ["5", "9"],
      ],
    ],
    [
      "goodsItemQuantity",
      ["Gross mass (kg)"],
      [
        ["1", "2"],
        ["2", "2"],
      ],
    ],
  ])("that agree are sent (%s)", (name, more, rows) => {
    const mapped = map([...more, `${GOODS}.${name}`], ...rows);
    expect(mapped.findings).toEqual([]);
    expect(isSent(mapped)).toBe(true);
  });

  test("that differ stop the shipment, with the sum of the items", () => {
    const mapped = map(["Gross mass (kg)", `${GOODS}.totalGrossMass`], ["40", "100"], ["50", ""]);
    expect(codesAndCells(mapped.findings)).toEqual(["total-differs E2"]);
    expect(mapped.findings[0]?.message).toContain("say 90 in all");
    expect(isSent(mapped)).toBe(false);
  });

  test("are not compared when an item says nothing", () => {
    const mapped = map(["Gross mass (kg)", `${GOODS}.totalGrossMass`], ["40", "100"], ["", ""]);
    expect(mapped.findings).toEqual([]);
  });
});

describe("rows that stand twice", () => {
  const NUTS = ["PO-2", "IN", "Nuts"];
  const A = ["PO-1", "IN", "Bolts"];
  const B = ["PO-1", "IN", "Screws"];

  test("side by side are twins and nothing is told", () => {
    const mapped = mapFlat(HEADER, [A, A]);
    expect(mapped.findings).toEqual([]);
  });

  test("as a block elsewhere are told, and all are sent", () => {
    const mapped = mapFlat(HEADER, [A, B, NUTS, A, B]);
    expect(mapped.findings.map(({ code, row }) => [code, row])).toEqual([
      ["rows-repeated-apart", 5],
    ]);
    expect(mapped.findings[0]?.message).toContain(
      "Rows 5 to 6 of sheet Shipments repeat rows 2 to 3",
    );
    expect(mapped.shipments[0]?.rows).toHaveLength(4);
    expect(isSent(mapped)).toBe(true);
  });

  test("in another order are another block", () => {
    expect(mapFlat(HEADER, [A, B, NUTS, B, A]).findings).toEqual([]);
  });
});
