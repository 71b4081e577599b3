import { describe, expect, test } from "vitest";
import { buildShipments } from "../../src/map/build-shipment.ts";
import { createRowReader } from "../../src/map/read-row.ts";
import {
  bodyOf,
  codesAndCells,
  mapFlat,
  mapSheets,
  planOf,
  sheetRows,
  type CellText,
  type Mapped,
} from "./sheets.ts";

const HEADER = [
  "External reference", // A
  "Direction", // B
  "Storage location", // C
  "Item number", // D
  "Goods description", // E
  "Gross mass (kg)", // F
  "Net mass (kg)", // G
  "Package type", // H
  "Package quantity", // I
  "Document type", // J
  "Document reference", // K
];

function mapRows(...rows: readonly (readonly CellText[])[]): Mapped {
  return mapFlat(HEADER, rows);
}

function itemsOf(mapped: Mapped): readonly unknown[] {
  const body = bodyOf(mapped) as {
    singleAdministrativeDocument: { goodsShipment: { governmentAgencyGoodsItems: unknown[] } };
  };
  return body.singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems;
}

function rowsOf(mapped: Mapped): readonly (readonly number[])[] {
  return mapped.shipments.map(({ rows }) => rows.map(({ row }) => row));
}

describe("the message of a shipment", () => {
  test("has the body of seeds/000 and the cell of every value", () => {
    const sheet = {
      name: "Shipments",
      rows: [HEADER, ["PO-1", "IN", "W1", "1", "Bolts", "12.5", "12", "CT", "3", "380", "INV-1"]],
    };
    const mapped = mapSheets([sheet]);
    expect(bodyOf(mapped)).toEqual({
      externalReference: "PO-1",
      direction: "IN",
      messageType: "Upsert",
      storageLocationReference: "W1",
      singleAdministrativeDocument: {
        additionalDocuments: [{ type: "380", refNum: "INV-1" }],
        goodsShipment: {
          governmentAgencyGoodsItems: [
            {
              commodity: { description: "Bolts" },
              goodsMeasure: { gmass: 12.5, nmass: 12 },
              packaging: [{ type: "CT", quantity: 3 }],
            },
          ],
        },
      },
    });
    expect(mapped.shipments[0]?.message?.sources).toEqual({
      externalReference: "A2",
      direction: "B2",
      storageLocationReference: "C2",
      singleAdministrativeDocument: {
        additionalDocuments: [{ type: "J2", refNum: "K2" }],
        goodsShipment: {
          governmentAgencyGoodsItems: [
            {
              commodity: { description: "E2" },
              goodsMeasure: { gmass: "F2", nmass: "G2" },
              packaging: [{ type: "H2", quantity: "I2" }],
            },
          ],
        },
      },
    });
  });

  test("names the blank cells of members that it lacks", () => {
    const header = ["External reference", "Direction", "Goods description"];
    const paths = ["Consignee EORI", "x.notes[0].text", "x.notes[1].text", "Net mass (kg)"];
    const mapped = mapFlat([...header, ...paths], [["PO-1", "IN", "Bolts", "", "", "second", ""]]);
    const [message] = mapped.shipments.map((shipment) => shipment.message);
    expect(JSON.stringify(message?.body)).not.toMatch(/consignee|nmass|null/);
    expect(message?.sources).toEqual({
      externalReference: "A2",
      direction: "B2",
      x: { notes: [{ text: "F2" }] },
      singleAdministrativeDocument: {
        goodsShipment: {
          consignee: { businessPartnerReference: [{ code: "D2" }] },
          governmentAgencyGoodsItems: [
            { commodity: { description: "C2" }, goodsMeasure: { nmass: "G2" } },
          ],
        },
      },
    });
  });

  test("names the sheet in its sources when the file has several", () => {
    const mapped = mapSheets([
      { name: "Shipments", rows: [HEADER, ["PO-1", "IN", "", "", "Bolts"]] },
      { name: "Notes", rows: [["call Anna"]] },
    ]);
    expect(mapped.shipments[0]?.message?.sources["direction"]).toBe("Shipments!B2");
  });

  test("is an Upsert unless the file says otherwise", () => {
    const header = ["External reference", "Direction", "Goods description", "Message type"];
    const mapped = mapFlat(header, [
      ["PO-1", "IN", "Bolts", ""],
      ["PO-2", "IN", "Bolts", "replace"],
    ]);
    expect(mapped.shipments.map(({ message }) => message?.messageType)).toEqual([
      "Upsert",
      "Replace",
    ]);
    expect(mapped.shipments[1]?.message?.body["messageType"]).toBe("Replace");
  });

  test("needs goods items, except in an Update", () => {
    const header = ["External reference", "Direction", "Goods description", "Message type"];
    const mapped = mapFlat(header, [
      ["PO-1", "IN", "", ""],
      ["PO-2", "IN", "", "Update"],
    ]);
    expect(mapped.findings.map(({ code }) => code)).toEqual(["item-missing"]);
    expect(mapped.shipments.map(({ message }) => message === null)).toEqual([true, false]);
  });

  test("that does not have the form of a CustomsShipment is refused with its cell", () => {
    const header = "singleAdministrativeDocument.goodsShipment.consignor.businessPartnerReference";
    const mapped = mapFlat(
      ["External reference", "Direction", "Goods description", header],
      [["PO-1", "IN", "Bolts", "US1"]],
    );
    expect(codesAndCells(mapped.findings)).toEqual(["shipment-invalid D2"]);
    expect(mapped.findings[0]).toMatchObject({ path: header, header });
    expect(mapped.shipments[0]?.message).toBeNull();
  });
});

describe("rows of one shipment", () => {
  test("may leave blank what the row above said", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "W1", "", "Bolts"],
      ["", "", "", "", "Nuts"],
      ["PO-2", "OUT", "", "", "Screws"],
      ["", "", "", "", "Nails"],
    );
    expect(mapped.shipments.map(({ key }) => key)).toEqual([
      { externalReference: "PO-1", direction: "IN" },
      { externalReference: "PO-2", direction: "OUT" },
    ]);
    expect(rowsOf(mapped)).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  test("need not stand together", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts"],
      ["PO-2", "IN", "", "", "Screws"],
      ["PO-1", "IN", "", "", "Nuts"],
    );
    expect(rowsOf(mapped)).toEqual([[2, 4], [3]]);
  });

  test("make two shipments when their directions differ", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts"],
      ["", "OUT", "", "", "Nuts"],
      ["", "", "", "", "Screws"],
    );
    expect(mapped.shipments.map(({ key, message }) => [key?.direction, message?.key])).toEqual([
      ["IN", { direction: "IN", externalReference: "PO-1" }],
      ["OUT", { direction: "OUT", externalReference: "PO-1" }],
    ]);
    expect(rowsOf(mapped)).toEqual([[2], [3, 4]]);
    expect(mapped.shipments[1]?.message?.body["externalReference"]).toBe("PO-1");
  });

  test("that contradict each other about it are told with both cells and values", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "W1", "", "Bolts"],
      ["PO-1", "IN", "W2", "", "Nuts"],
      ["PO-1", "IN", "W2", "", "Nails"],
    );
    expect(codesAndCells(mapped.findings)).toEqual(["shipment-contradiction C3"]);
    expect(mapped.findings[0]?.message).toBe(
      'Storage location of the shipment cannot be both "W1" (Shipments!C2) and "W2" (Shipments!C3)',
    );
    expect(mapped.shipments[0]?.message).toBeNull();
  });

  test("all tell their findings, and one bad row never stops another shipment", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "x", "", "heavy", "", "CTN"],
      ["PO-2", "IN", "", "", "Bolts"],
    );
    expect(codesAndCells(mapped.findings)).toEqual([
      "number-invalid D2",
      "number-invalid F2",
      "code-format H2",
      "value-missing E2",
    ]);
    expect(mapped.shipments.map(({ message }) => message === null)).toEqual([true, false]);
  });
});

describe("rows that cannot be assigned", () => {
  test("without a reference and none above are invalid", () => {
    const mapped = mapRows(["", "IN", "", "", "Bolts"]);
    expect(mapped.invalidRows).toEqual([{ sheet: "Shipments", row: 2 }]);
    expect(codesAndCells(mapped.findings)).toEqual(["row-without-reference A2"]);
  });

  test("below a reference that cannot be read are not added to the shipment above it", () => {
    const broken = { type: "error", value: "#REF!", raw: "#REF!", format: "" } as const;
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts"],
      [broken, "IN", "", "", "Nuts"],
      ["", "", "", "", "Nails"],
    );
    expect(mapped.invalidRows.map(({ row }) => row)).toEqual([3, 4]);
    expect(rowsOf(mapped)).toEqual([[2]]);
    expect(codesAndCells(mapped.findings)).toEqual([
      "formula-error A3",
      "row-without-reference A4",
    ]);
  });

  test.each([
    ["lost digits", { n: "1234567890123456" }, "code-lost-digits A2"],
    [
      "became a date",
      { type: "date", value: "2026-03-01", raw: "46082", format: "yyyy-mm-dd" },
      "code-format A2",
    ],
  ] as const)("because their reference %s are told of that alone", (_what, cell, finding) => {
    const mapped = mapRows([cell, "IN", "", "", "Bolts"]);
    expect(mapped.invalidRows.map(({ row }) => row)).toEqual([2]);
    expect(codesAndCells(mapped.findings)).toEqual([finding]);
  });

  test("because of a mistyped direction make their shipment invalid, wherever they stand", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts"],
      ["PO-2", "IN", "", "", "Screws"],
      ["PO-1", "INN", "", "", "Nuts"],
    );
    expect(codesAndCells(mapped.findings)).toEqual(["value-not-allowed B4"]);
    expect(rowsOf(mapped)).toEqual([[2, 4], [3]]);
    expect(mapped.shipments.map(({ message }) => message === null)).toEqual([true, false]);
  });

  test("because no row has a direction have no key", () => {
    const mapped = mapRows(["PO-1", "", "", "", "Bolts"], ["PO-1", "", "", "", "Nuts"]);
    expect(mapped.shipments).toMatchObject([{ key: null, message: null }]);
    expect(rowsOf(mapped)).toEqual([[2, 3]]);
    expect(codesAndCells(mapped.findings)).toEqual(["value-missing B2", "value-missing B3"]);
  });

  test("because a direction cannot be read are told one by one, with the rows that carry it on", () => {
    const mapped = mapRows(
      ["PO-9", "X", "", "", "Bolts"],
      ["", "", "", "", "Nuts"],
      ["", "", "", "", "Nails"],
    );
    expect(rowsOf(mapped)).toEqual([[2, 3, 4]]);
    expect(codesAndCells(mapped.findings)).toEqual([
      "value-not-allowed B2",
      "value-missing B3",
      "value-missing B4",
    ]);
  });

  test("because both directions are there stop both shipments", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts"],
      ["PO-1", "OUT", "", "", "Nuts"],
      ["PO-2", "IN", "", "", "Screws"],
      ["PO-1", "", "", "", "Nails"],
    );
    expect(
      mapped.shipments.map(({ key, message }) => [key?.externalReference, message === null]),
    ).toEqual([
      ["PO-1", true],
      ["PO-1", true],
      [undefined, true],
      ["PO-2", false],
    ]);
    expect(codesAndCells(mapped.findings)).toEqual([
      "shipment-incomplete A2",
      "shipment-incomplete A3",
      "value-missing B5",
    ]);
  });

  test("that repeat the headers are told and not read", () => {
    const mapped = mapRows(["PO-1", "IN", "", "", "Bolts"], HEADER);
    expect(mapped.noDataRows.map(({ row }) => row)).toEqual([3]);
    expect(codesAndCells(mapped.findings)).toEqual(["header-repeated"]);
    expect(rowsOf(mapped)).toEqual([[2]]);
  });
});

test("createRowReader() calls a row blank when only columns that are not read hold values", () => {
  const sheet = { name: "Shipments", rows: [[...HEADER, "Remark"]] };
  const plan = planOf([sheet]);
  const [sheetPlan] = plan.sheets;
  if (sheetPlan === undefined) throw new Error("No plan");
  const readRow = createRowReader(plan, sheetPlan);
  const [row] = sheetRows({ name: "Shipments", rows: [[...HEADER.map(() => ""), "call Anna"]] });
  if (row === undefined) throw new Error("No row");
  expect(readRow(row)).toEqual({ kind: "blank" });
});

describe("goods items", () => {
  test("with the same number are one, whose further rows add packaging and documents", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "1", "Bolts", "9", "", "CT", "3", "380", "INV-1"],
      ["", "", "", "1", "", "", "", "PX", "1", "", ""],
      ["", "", "", "1", "Bolts", "9", "", "", "", "325", "PF-1"],
    );
    expect(mapped.findings).toEqual([]);
    expect(itemsOf(mapped)).toEqual([
      {
        commodity: { description: "Bolts" },
        goodsMeasure: { gmass: 9 },
        packaging: [
          { type: "CT", quantity: 3 },
          { type: "PX", quantity: 1 },
        ],
      },
    ]);
    expect(bodyOf(mapped)).toMatchObject({
      singleAdministrativeDocument: {
        additionalDocuments: [
          { type: "380", refNum: "INV-1" },
          { type: "325", refNum: "PF-1" },
        ],
      },
    });
  });

  test("of the same number that contradict each other are told with both cells", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "1", "Bolts", "9"],
      ["PO-1", "IN", "", "1", "Bolts", { n: "10" }],
    );
    expect(codesAndCells(mapped.findings)).toEqual(["item-contradiction F3"]);
    expect(mapped.findings[0]).toMatchObject({
      path: "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure.gmass",
      message:
        'Gross mass (kg) of the goods item cannot be both "9" (Shipments!F2) and "10" (Shipments!F3)',
    });
  });

  test("with a number that are repeated word for word are counted once", () => {
    const row = ["PO-1", "IN", "W1", "1", "Bolts", "9", "", "CT", "3"];
    const mapped = mapRows(row, ["", "", "", "1", "Bolts", "9", "", "CT", "3"], row);
    expect(mapped.findings.map(({ code, row: at }) => [code, at])).toEqual([
      ["row-duplicate", 3],
      ["row-duplicate", 4],
    ]);
    expect(rowsOf(mapped)).toEqual([[2]]);
    expect(mapped.shipments[0]?.duplicateRows.map(({ row: at }) => at)).toEqual([3, 4]);
    expect(itemsOf(mapped)).toMatchObject([{ packaging: [{ type: "CT" }] }]);
  });

  test("with a number that repeat a further row are counted once too", () => {
    const further = ["", "", "", "1", "", "", "", "PX", "1"];
    const mapped = mapRows(["PO-1", "IN", "", "1", "Bolts"], further, further);
    expect(mapped.findings.map(({ code, row }) => [code, row])).toEqual([["row-duplicate", 4]]);
    expect(itemsOf(mapped)).toMatchObject([{ packaging: [{ type: "PX" }] }]);
  });

  test("without a number may be twins", () => {
    const row = ["PO-1", "IN", "", "", "Bolts", "9"];
    const mapped = mapRows(row, row);
    expect(mapped.findings).toEqual([]);
    expect(itemsOf(mapped)).toHaveLength(2);
  });

  test("with the same packaging on rows that differ get both, with a warning", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "1", "Bolts", "", "", "CT", "3", "380", "INV-1"],
      ["PO-1", "IN", "", "1", "Bolts", "", "", "CT", "3", "380", "INV-2"],
    );
    expect(mapped.findings.map(({ code }) => code)).toEqual(["packaging-repeated"]);
    expect(itemsOf(mapped)).toMatchObject([{ packaging: [{ type: "CT" }, { type: "CT" }] }]);
  });

  test("are ordered by number, those without one last", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "10", "ten"],
      ["", "", "", "", "none"],
      ["", "", "", "2", "two", "heavy"],
      ["", "", "", "02", ""],
    );
    const [finding] = mapped.findings;
    expect(finding?.path).toContain("governmentAgencyGoodsItems[0]");
    const sound = mapRows(
      ["PO-1", "IN", "", "10", "ten"],
      ["", "", "", "", "none"],
      ["", "", "", "2", "two"],
    );
    expect(itemsOf(sound)).toMatchObject([
      { commodity: { description: "two" } },
      { commodity: { description: "ten" } },
      { commodity: { description: "none" } },
    ]);
  });

  test("need a description", () => {
    const mapped = mapRows(["PO-1", "IN", "", "", "", "9"]);
    expect(codesAndCells(mapped.findings)).toEqual(["value-missing E2"]);
    expect(mapped.findings[0]?.path).toBe(
      "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].commodity.description",
    );
  });

  test("cannot have more net than gross mass", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts", "9.9999", "10"],
      ["PO-2", "IN", "", "", "Bolts", "10.0", "10"],
    );
    expect(codesAndCells(mapped.findings)).toEqual(["net-exceeds-gross G2"]);
  });

  test("get the packaging of a row without item values below them", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts", "", "", "CT", "3"],
      ["", "", "", "", "", "", "", "PX", "1"],
    );
    expect(itemsOf(mapped)).toMatchObject([{ packaging: [{ type: "CT" }, { type: "PX" }] }]);
  });

  test("must be there before a row that only adds packaging", () => {
    const mapped = mapRows(["PO-1", "IN", "", "", "", "", "", "PX", "1"]);
    expect(mapped.findings.map(({ code }) => code)).toEqual(["row-without-item", "item-missing"]);
  });

  test("are not made by a row that only adds a document, and a document is sent once", () => {
    const mapped = mapRows(
      ["PO-1", "IN", "", "", "Bolts", "", "", "", "", "380", "INV-1"],
      ["", "", "", "", "", "", "", "", "", "380", "INV-1"],
      ["", "", "", "", "", "", "", "", "", "380", "INV-2"],
    );
    expect(mapped.findings).toEqual([]);
    expect(itemsOf(mapped)).toHaveLength(1);
    expect(bodyOf(mapped)).toMatchObject({
      singleAdministrativeDocument: {
        additionalDocuments: [{ refNum: "INV-1" }, { refNum: "INV-2" }],
      },
    });
    expect(rowsOf(mapped)).toEqual([[2, 3, 4]]);
  });
});

describe("the workbook layout", () => {
  const shipments = {
    name: "Shipments",
    rows: [
      ["External reference", "Direction", "Storage location"],
      ["PO-1", "IN", "W1"],
      ["PO-2", "OUT", "W2"],
    ],
  };
  const items = {
    name: "Goods items",
    rows: [
      ["External reference", "Direction", "Item number", "Goods description"],
      ["PO-1", "IN", "2", "Nuts"],
      ["PO-1", "", "1", "Bolts"],
      ["PO-2", "OUT", "", "Screws"],
    ],
  };

  test("joins the sheets and names them in the sources", () => {
    const mapped = mapSheets([
      shipments,
      items,
      {
        name: "Packaging",
        rows: [
          ["External reference", "Item number", "Package type", "Package quantity"],
          ["PO-1", "2", "CT", "3"],
          ["PO-2", "", "PX", "1"],
        ],
      },
      {
        name: "Documents",
        rows: [
          ["External reference", "Document type"],
          ["PO-1", "380"],
        ],
      },
    ]);
    expect(mapped.findings).toEqual([]);
    expect(mapped.shipments.map(({ rows }) => rows.length)).toEqual([5, 3]);
    expect(mapped.shipments[0]?.message?.sources).toMatchObject({
      direction: "Shipments!B2",
      singleAdministrativeDocument: {
        additionalDocuments: [{ type: "Documents!B2" }],
        goodsShipment: {
          governmentAgencyGoodsItems: [
            { commodity: { description: "Goods items!D3" } },
            {
              commodity: { description: "Goods items!D2" },
              packaging: [{ type: "Packaging!C2", quantity: "Packaging!D2" }],
            },
          ],
        },
      },
    });
  });

  test("tells every row that names a shipment which is not there", () => {
    const mapped = mapSheets([
      { name: "Shipments", rows: shipments.rows.slice(0, 2) },
      { name: "Goods items", rows: [...items.rows, ["PO-2", "OUT", "", "Nails"]] },
    ]);
    expect(codesAndCells(mapped.findings)).toEqual([
      "row-without-shipment A4",
      "row-without-shipment A5",
    ]);
    expect(mapped.shipments[1]).toMatchObject({
      key: { direction: "OUT", externalReference: "PO-2" },
      message: null,
    });
  });

  test("tells a packaging whose goods item is not there", () => {
    const mapped = mapSheets([
      shipments,
      items,
      {
        name: "Packaging",
        rows: [
          ["External reference", "Item number", "Package type"],
          ["PO-1", "3", "CT"],
          ["PO-1", "", "PX"],
        ],
      },
    ]);
    expect(codesAndCells(mapped.findings)).toEqual(["row-without-item B2", "row-without-item B3"]);
  });

  test("counts a repeated row of Shipments or Documents once", () => {
    const documents = [
      ["External reference", "Document type"],
      ["PO-1", "380"],
      ["PO-1", "380"],
    ];
    const mapped = mapSheets([
      { name: "Shipments", rows: [...shipments.rows, ["PO-1", "IN", "W1"]] },
      items,
      { name: "Documents", rows: documents },
    ]);
    expect(mapped.findings.map(({ code, sheet, row }) => [code, sheet, row])).toEqual([
      ["row-duplicate", "Shipments", 4],
      ["row-duplicate", "Documents", 3],
    ]);
    expect(mapped.shipments[0]?.duplicateRows).toHaveLength(2);
    expect(mapped.shipments[0]?.message).not.toBeNull();
  });
});

test("buildShipments() refuses a group that no reader made", () => {
  expect(() => buildShipments(planOf([]), [])).toThrow("no external reference");
});
