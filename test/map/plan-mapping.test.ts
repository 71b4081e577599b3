import { describe, expect, test } from "vitest";
import { codesAndCells, mapFlat, planOf, type CellText } from "./sheets.ts";

const HEADER = ["External reference", "Direction", "Goods description"];
const ROW = ["PO-1", "IN", "Bolts"];
const ITEM = "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[]";

function planRows(rows: readonly (readonly CellText[])[]): ReturnType<typeof planOf> {
  return planOf([{ name: "Shipments", rows }]);
}

describe("planMapping()", () => {
  test.each([
    ["another case", "GROSS MASS (KG)"],
    ["blanks around and inside", "  gross   mass  "],
    ["another no-break blank", "Gross\u00a0mass (kg)"],
    ["a star", "Gross mass (kg) *"],
    ["a star before the unit", "*Gross mass* (kg)"],
    ["no unit", "Gross mass"],
  ])("knows a header written with %s", (_what, header) => {
    const plan = planRows([
      [...HEADER, header],
      [...ROW, "1"],
    ]);
    expect(plan.findings).toEqual([]);
    expect(plan.sheets[0]?.columns).toHaveLength(4);
  });

  test("reads headers in any order", () => {
    const plan = planRows([["Goods description", "Direction", "External reference"], ROW]);
    expect(plan.layout).toBe("flat");
    expect(plan.sheets[0]?.referenceColumn).toBe(2);
  });

  test("finds the headers below a title and says so", () => {
    const plan = planRows([["Shipments of tonight"], [], HEADER, ROW]);
    expect(plan.sheets[0]?.headerRow).toBe(3);
    expect(codesAndCells(plan.findings)).toEqual(["header-below-first-row"]);
  });

  test("says header-missing and names the row that looks like the headers", () => {
    const plan = planRows([["Extrenal referense", "Dirction", "Gods description"], ROW]);
    expect(plan.isRefused).toBe(true);
    expect(codesAndCells(plan.findings)).toEqual(["header-missing"]);
    expect(plan.findings[0]?.hint).toContain("Row 1 looks like it (`Extrenal referense`");
  });

  test("does not take a row of data for headers", () => {
    const plan = planRows([ROW, ["PO-2", "OUT", "Nuts"]]);
    expect(codesAndCells(plan.findings)).toEqual(["header-missing"]);
  });

  test("says header-doubled for two columns that cannot be told apart", () => {
    const plan = planRows([
      [...HEADER, "direction *"],
      [...ROW, "IN"],
    ]);
    expect(plan.isRefused).toBe(true);
    expect(codesAndCells(plan.findings)).toEqual(["header-doubled D1"]);
    expect(plan.findings[0]?.message).toContain("Columns B and D");
  });

  test("names the mistyped column when a required one is missing", () => {
    const plan = planRows([["Extrenal reference", "Direction", "Goods description"], ROW]);
    expect(plan.isRefused).toBe(true);
    const [required, other] = plan.findings;
    expect(required?.code).toBe("header-required");
    expect(required?.hint).toContain("Did you mean column A `Extrenal reference`?");
    expect(other).toBeUndefined();
  });

  test("warns of an unknown header with the nearest known ones and maps the rest", () => {
    const plan = planRows([
      [...HEADER, "Gros mas t"],
      [...ROW, "1"],
    ]);
    expect(plan.layout).toBe("flat");
    expect(codesAndCells(plan.findings)).toEqual(["header-unknown D1"]);
    expect(plan.findings[0]).toMatchObject({ severity: "warning", header: "Gros mas t" });
    expect(plan.findings[0]?.hint).toContain("`Gross mass (kg)`");
  });

  test("refuses a header that differs by a slip from one that is missing", () => {
    const plan = planRows([
      [...HEADER, "Gros mas (kg)"],
      [...ROW, "1"],
    ]);
    expect(codesAndCells(plan.findings)).toEqual(["header-mistyped D1"]);
    expect(plan.findings[0]).toMatchObject({ severity: "error", header: "Gros mas (kg)" });
    expect(plan.findings[0]?.hint).toContain("Rename the column to `Gross mass (kg)`");
  });

  test("calls nothing a slip whose column is there already", () => {
    const plan = planRows([
      [...HEADER, "Gross mass (kg)", "Gross masse"],
      [...ROW, "1", "1"],
    ]);
    expect(codesAndCells(plan.findings)).toEqual(["header-unknown E1"]);
  });

  test.each([
    ["Gross mass (lb)", "error"],
    ["Gross mass (t)", "error"],
    ["Gross mass (per piece)", "warning"],
    ["Gross mass (1000 kg)", "warning"],
  ])("says of %s that its unit is not converted: %s", (header, severity) => {
    const plan = planRows([
      [...HEADER, header],
      [...ROW, "1"],
    ]);
    expect(codesAndCells(plan.findings)).toEqual(["header-unit-differs D1"]);
    expect(plan.findings[0]?.severity).toBe(severity);
    expect(plan.isRefused).toBe(severity === "error");
  });

  test("ignores the columns of an annotated copy without a word", () => {
    const plan = planRows([
      [...HEADER, "cas-batch outcome", "CAS-Batch reason"],
      [...ROW, "sent"],
    ]);
    expect(plan.findings).toEqual([]);
    expect(plan.sheets[0]?.columns).toHaveLength(3);
  });

  test("accepts a path as a header and names one that starts at no known member", () => {
    const known = "singleAdministrativeDocument.goodsShipment.exportCountry";
    const plan = planRows([
      [...HEADER, known, "tenant.extra"],
      [...ROW, "US", "x"],
    ]);
    expect(plan.layout).toBe("flat");
    expect(codesAndCells(plan.findings)).toEqual(["header-unchecked E1"]);
  });

  test.each([
    ["singleAdministrativeDocument.goodshipment.destinationCountry", "goodsShipment"],
    ["singleAdministrativDocument.declarant.code", "singleAdministrativeDocument"],
    ["singleAdministrativeDocument.goodsshipment.exportCountry", "goodsShipment"],
    [`${ITEM}.commodity.clasification.id`, "classification"],
    [`${ITEM}.packaging[].quantty`, "quantity"],
    ["singleAdministrativeDocument.goodsShipment.importCountry", null],
    ["singleAdministrativeDocument.goodsShipment.importer.code", null],
    ["singleAdministrativeDocument.goodsShipment.destinationCountry", null],
    ["singleAdministrativeDocument.node", null],
  ])("tells the path %s as nearly %s", (header, meant) => {
    const plan = planRows([
      [...HEADER, header],
      [...ROW, "US"],
    ]);
    expect(plan.layout).toBe("flat");
    expect(codesAndCells(plan.findings)).toEqual(
      meant === null ? [] : ["header-path-unfamiliar D1"],
    );
    if (meant !== null) expect(plan.findings[0]?.message).toContain(`the nearest is \`${meant}\``);
  });

  test.each([
    "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].ucr",
    "singleAdministrativeDocument.additionalDocuments[]",
    "singleAdministrativeDocument.list[100].code",
    "tenant.constructor",
  ])("refuses the path %s, which no column can fill", (header) => {
    const plan = planRows([
      [...HEADER, header],
      [...ROW, "x"],
    ]);
    expect(plan.isRefused).toBe(true);
    expect(codesAndCells(plan.findings)).toEqual(["header-path-unusable D1"]);
  });

  test.each([
    ["the same member", "Declaration type", "singleAdministrativeDocument.declType"],
    ["the inside of another", "tenant.extra", "tenant.extra.code"],
    ["an object another is inside of", "tenant.extra.code", "tenant.extra"],
    ["an array that another takes for an object", "tenant.extra[0].code", "tenant.extra.code"],
    [
      "the EORI of a partner twice",
      "Agent EORI",
      "singleAdministrativeDocument.agent.businessPartnerReference[].code",
    ],
  ])("says path-conflict for columns that fill %s", (_what, first, second) => {
    const plan = planRows([
      [...HEADER, first, second],
      [...ROW, "IM", "IM"],
    ]);
    expect(plan.isRefused).toBe(true);
    const conflicts = plan.findings.filter(({ code }) => code === "path-conflict");
    expect(codesAndCells(conflicts)).toEqual(["path-conflict E1"]);
    expect(conflicts[0]?.message).toContain(`column D \`${first}\``);
  });

  test("says path-conflict for a column in the place of a list", () => {
    const header = "singleAdministrativeDocument.goodsShipment";
    const plan = planRows([
      [...HEADER, header],
      [...ROW, "x"],
    ]);
    expect(codesAndCells(plan.findings)).toEqual(["path-conflict D1"]);
  });

  test("takes a path that the catalogue has as that column", () => {
    const mapped = mapFlat(
      [...HEADER, "singleAdministrativeDocument.declType"],
      [[...ROW, "IMPORT"]],
    );
    expect(codesAndCells(mapped.findings)).toEqual(["code-format D2"]);
  });

  test("reads the only sheet with our headers, whatever its name, and tells the others", () => {
    const plan = planOf([
      { name: "Read me", rows: [["How to"]] },
      { name: "Lists", rows: [["External reference", "Direction"]] },
      { name: "Tuesday", rows: [HEADER, ROW] },
      { name: "Notes", rows: [["call Anna"]] },
      { name: "Empty", rows: [] },
    ]);
    expect(plan.layout).toBe("flat");
    expect(plan.sheets.map(({ sheet }) => sheet)).toEqual(["Tuesday"]);
    expect(plan.findings.map(({ code, sheet }) => [code, sheet])).toEqual([
      ["sheet-ignored", "Notes"],
    ]);
  });

  test("reads the sheets of the workbook layout with Shipments first", () => {
    const plan = planOf([
      { name: "Documents", rows: [["External reference", "Document type"]] },
      { name: "goods  ITEMS", rows: [HEADER] },
      { name: "SHIPMENTS *", rows: [["External reference", "Direction"]] },
    ]);
    expect(plan.findings).toEqual([]);
    expect(plan.layout).toBe("workbook");
    expect(plan.sheets.map(({ sheet }) => sheet)).toEqual([
      "SHIPMENTS *",
      "goods  ITEMS",
      "Documents",
    ]);
  });

  test("warns of a sheet with our headers that is not read", () => {
    const plan = planOf([
      { name: "Shipments", rows: [HEADER, ROW] },
      { name: "Shipments (old)", rows: [HEADER, ROW] },
      { name: "Old", rows: [HEADER, ROW] },
    ]);
    expect(plan.findings.map(({ code, sheet }) => [code, sheet])).toEqual([
      ["sheet-not-read", "Shipments (old)"],
      ["sheet-not-read", "Old"],
    ]);
  });

  test("says sheet-missing when several sheets could be meant", () => {
    const plan = planOf([
      { name: "Monday", rows: [HEADER, ROW] },
      { name: "Tuesday", rows: [HEADER, ROW] },
    ]);
    expect(plan.isRefused).toBe(true);
    expect(codesAndCells(plan.findings)).toEqual(["sheet-missing"]);
  });

  test("says file-empty when no sheet holds a row", () => {
    const plan = planOf([{ name: "Tabelle1", rows: [] }]);
    expect(codesAndCells(plan.findings)).toEqual(["file-empty"]);
  });
});
