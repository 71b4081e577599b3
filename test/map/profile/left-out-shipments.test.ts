// What belongs to a shipment that a profile leaves out is left out with it, on whatever sheet it stands. A line
// whose shipment stands nowhere stays an error.
import { describe, expect, test } from "vitest";
import type { Tally } from "../../../src/intake/sinks/tally.ts";
import { checkFiles } from "../../support/check-files.ts";
import { workbook, type SheetCells } from "../../support/simple-workbook.ts";
import { bodyOf, codesAndCells, mapSheets } from "../sheets.ts";
import { mapBy, profileOf } from "./profiles.ts";

const PROFILE = `version: 1
layout: workbook
sheets:
  shipments:
    sheet: Auftrag
    rows: { keepOnly: [{ column: Stand, is: frei }] }
    columns: { Beleg: External reference, Richtung: Direction, Stand: ignore }
  goodsItems:
    sheet: Positionen
    columns: { Beleg: External reference, Flow: { to: Direction, optional: true }, Pos: Item number, Ware: Goods description }
  packaging:
    sheet: Packstücke
    columns: { Beleg: External reference, Pos: Item number, Art: Package type, Anz: Package quantity }`;

const ORDERS: SheetCells = [
  ["Beleg", "Richtung", "Stand"],
  ["B1", "IN", "frei"],
  ["B2", "OUT", "offen"],
];
const LINES: SheetCells = [
  ["Beleg", "Pos", "Ware"],
  ["B1", 1, "Bolts"],
  ["B2", 1, ""],
  ["B2", 2, "Nuts"],
];
const PACKAGES: SheetCells = [
  ["Beleg", "Pos", "Art", "Anz"],
  ["B1", 1, "CT", 2],
  ["B2", 1, "Karton", 2],
];

async function checked(
  orders: SheetCells = ORDERS,
  lines: SheetCells = LINES,
  packages: SheetCells = PACKAGES,
): Promise<Tally> {
  const content = workbook({ Auftrag: orders, Positionen: lines, Packstücke: packages });
  return checkFiles([{ name: "a.xlsx", content }], { profile: PROFILE });
}

function told(tally: Tally): readonly string[] {
  return [...tally.findings].flat().map(({ code, sheet, cell, row }) => {
    return `${code} ${sheet ?? ""} ${cell ?? String(row ?? "")}`;
  });
}

describe("the lines of a shipment that is left out", () => {
  test("are counted as left out, once for each sheet, with no error of theirs", async () => {
    const tally = await checked();
    expect(told(tally)).toEqual([
      "rows-left-out Auftrag 3",
      "rows-left-out Positionen 3",
      "rows-left-out Packstücke 3",
    ]);
    const messages = [...tally.findings].flat().map(({ message }) => message);
    expect(messages[1]).toContain(
      "leaves out on sheet Auftrag, 2 rows of sheet Positionen are left out: 3, 4",
    );
    const [file] = tally.files;
    expect(file?.counts).toMatchObject({
      rowsRead: 7,
      rowsBlank: 4,
      rowsInShipments: 3,
      rowsInvalid: 0,
    });
    expect(file?.counts.buckets).toMatchObject({ unsent: 1, invalid: 0 });
  });

  test("stay errors when no sheet names their shipment, in the file's own words", async () => {
    const tally = await checked(ORDERS, [...LINES, ["B9", 1, "Screws"]]);
    const [error, second] = [...tally.findings]
      .flat()
      .filter(({ severity }) => severity === "error");
    expect(error).toMatchObject({ code: "row-without-shipment", sheet: "Positionen", cell: "A5" });
    expect(error?.message).toContain("which the sheet Auftrag does not hold");
    expect(error?.hint).toBe("Add the shipment to the sheet Auftrag, or correct Beleg in this row");
    expect(second).toBeUndefined();
  });

  test("of one direction are not those of the other", async () => {
    const orders = [...ORDERS, ["B2", "IN", "frei"]];
    const tally = await checked(
      orders,
      [
        ["Beleg", "Flow", "Pos", "Ware"],
        ["B1", "", 1, "Bolts"],
        ["B2", "OUT", 1, "Nuts"],
        ["B2", "IN", 1, "Washers"],
      ],
      [["Beleg", "Pos", "Art", "Anz"]],
    );
    expect(told(tally)).toEqual(["rows-left-out Auftrag 3", "rows-left-out Positionen 3"]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 2, invalid: 0 });
  });

  test("that may be of either direction are an error", async () => {
    const tally = await checked([...ORDERS, ["B2", "IN", "frei"]]);
    const codes = new Set(told(tally).map((text) => text.split(" ")[0]));
    expect(codes).toContain("value-missing");
    expect(codes).toContain("shipment-incomplete");
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 1, invalid: 1 });
  });

  test("below a row of theirs are left out where they carry its reference on", () => {
    const mapped = mapBy(
      `rows: { leaveOut: [{ column: Status, is: cancelled }] }
columns: { Ref: External reference, Dir: Direction, Goods: Goods description, Status: ignore }`,
      [
        ["Ref", "Dir", "Goods", "Status"],
        ["R1", "IN", "Bolts", ""],
        ["R2", "IN", "Nuts", "cancelled"],
        ["", "", "Washers", ""],
        ["R3", "IN", "Screws", ""],
        ["R3", "", "Pins", "cancelled"],
        ["", "", "Rivets", ""],
      ],
    );
    const goods = mapped.shipments.map(({ key, rows }) => [
      key?.externalReference,
      rows.map(({ row }) => row),
    ]);
    // A line of R3 that is left out alone does not end R3.
    expect(goods).toEqual([
      ["R1", [2]],
      ["R3", [5, 7]],
    ]);
    expect(codesAndCells(mapped.findings)).toEqual([]);
  });

  test("are not those below a line of totals", () => {
    const mapped = mapBy(
      `rows: { totals: [Summe] }
columns: { Ref: External reference, Dir: Direction, Goods: Goods description }`,
      [
        ["Ref", "Dir", "Goods"],
        ["R1", "IN", "Bolts"],
        ["Summe", "", ""],
        ["", "", "Nuts"],
      ],
    );
    expect(mapped.shipments[0]?.rows.map(({ row }) => row)).toEqual([2, 4]);
  });
});

describe("a direction that cannot be read", () => {
  test("is told at the shipment's row, not at each line of other sheets, in the file's words", () => {
    const profile = profileOf(PROFILE.replace("version: 1\n", ""));
    const sheets = (direction: string) => [
      {
        name: "Auftrag",
        rows: [
          ["Beleg", "Richtung", "Stand"],
          ["B1", direction, "frei"],
        ],
      },
      {
        name: "Positionen",
        rows: [
          ["Beleg", "Pos", "Ware"],
          ["B1", "1", "Bolts"],
          ["B1", "2", "Nuts"],
        ],
      },
      { name: "Packstücke", rows: [] },
    ];
    expect(codesAndCells(mapSheets(sheets("Binnen"), ".", profile).findings)).toEqual([
      "value-not-allowed B2",
    ]);
    const [missing] = mapSheets(sheets(""), ".", profile).findings;
    expect(missing?.message).toBe("Richtung of B1 is missing: IN or OUT is needed");
  });

  test.each(["Einfuhr", "invoer", "Importation", "IMPORT"])(
    "is none in another language: %s",
    (word) => {
      const rows = [
        ["External reference", "Direction", "Goods description"],
        ["R1", word, "Bolts"],
      ];
      const mapped = mapSheets([{ name: "Shipments", rows }]);
      expect(bodyOf(mapped)).toMatchObject({ direction: "IN" });
      expect(mapped.findings).toEqual([]);
    },
  );

  test.each(["Eingang", "Binnen", "E"])(
    "is an error that names `values:` where it may be something else: %s",
    (word) => {
      const rows = [
        ["External reference", "Direction", "Goods description"],
        ["R1", word, "Bolts"],
      ];
      const [finding] = mapSheets([{ name: "Shipments", rows }]).findings;
      expect(finding).toMatchObject({ code: "value-not-allowed" });
      expect(finding?.hint).toContain(`values: { ${word}: … }`);
    },
  );
});
