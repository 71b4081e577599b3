// A file whose headers are at fault is refused, and its rows are read all the same, so that one round shows
// their mistakes too. Nothing is said of what stands below the header at fault.
import { describe, expect, it } from "vitest";
import { mapBy } from "./profile/profiles.ts";
import { codesAndCells, mapFlat, mapSheets, type CellText, type Mapped } from "./sheets.ts";

const KEYS = ["External reference", "Direction", "Goods description"];
const codesOf = (mapped: Mapped): readonly string[] => codesAndCells(mapped.findings);

describe("rows below a header at fault", () => {
  it.each<[string, readonly string[], readonly CellText[], readonly string[]]>([
    [
      "of the column with the typo, and of the others",
      [...KEYS, "Comodity code", "Package type"],
      ["PO-1", "SIDEWAYS", "Bolts", "7318150", "CTX"],
      ["header-mistyped D1", "value-not-allowed B2", "code-format D2", "code-format E2"],
    ],
    [
      "of a required column with a typo",
      ["External reference", "Direction", "Good descripion", "Commodity code"],
      ["PO-1", "IN", null, "7318150"],
      ["header-required", "code-format D2", "value-missing C2"],
    ],
    [
      "of a reference with a typo",
      ["Externl reference", "Direction", "Goods description", "Commodity code"],
      ["PO-1", "IN", null, "7318150"],
      ["header-required", "code-format D2", "value-missing C2"],
    ],
    [
      "of a direction with a typo",
      ["External reference", "Direcion", "Goods description"],
      ["PO-1", "SIDEWAYS", "Bolts"],
      ["header-required", "value-not-allowed B2"],
    ],
    [
      "of headers that are mistyped but for one",
      ["Externl reference", "Direcion", "Good description", "Commodity code"],
      ["PO-1", "SIDEWAYS", "Bolts", "7318150"],
      [
        "header-required",
        "header-required",
        "header-required",
        "value-not-allowed B2",
        "code-format D2",
      ],
    ],
    [
      "of masses in another unit",
      [...KEYS, "Gross mass (lb)"],
      ["PO-1", "IN", "Bolts", "nine"],
      ["header-unit-differs D1", "number-invalid D2"],
    ],
    [
      "of a column that is likely another one",
      [...KEYS, "Customs office"],
      ["PO-1", "SIDEWAYS", "Bolts", "BE212000"],
      ["header-ambiguous D1", "value-not-allowed B2"],
    ],
  ])("show their mistakes: %s", (_name, header, row, codes) => {
    const mapped = mapFlat(header, [row]);
    expect(codesOf(mapped)).toEqual(codes);
    expect(mapped.plan.isRefused).toBe(true);
  });

  it.each<[string, readonly string[], readonly CellText[], readonly string[]]>([
    [
      "no reference where no column is one",
      ["Direction", "Goods description", "Commodity code"],
      ["IN", "Bolts", "73181500"],
      ["header-required"],
    ],
    [
      "no direction where two columns may be it",
      ["External reference", "Flow", "Movement", "Goods description"],
      ["PO-1", "IN", "IN", "Bolts"],
      ["header-required"],
    ],
    [
      "no mass where it may be gross or net",
      [...KEYS, "Weight"],
      ["PO-1", "IN", "Bolts", { n: "9" }],
      ["header-ambiguous D1"],
    ],
    [
      "no description of goods, of items that have other values",
      ["External reference", "Direction", "Commodity code", "Package type", "Package quantity"],
      ["PO-1", "IN", "73181500", "CT", { n: "2" }],
      ["header-required"],
    ],
    [
      "no type of packages where its header stands twice",
      [...KEYS, "Package type", "Package type", "Package quantity"],
      ["PO-1", "IN", "Bolts", "zzz", "CT", { n: "2" }],
      ["header-doubled E1"],
    ],
  ])("say nothing of what it hides: %s", (_name, header, row, codes) => {
    expect(codesOf(mapFlat(header, [row]))).toEqual(codes);
  });

  it("compare no rows that it may tell apart", () => {
    const header = [
      "External reference",
      "Direction",
      "Item number",
      "Description",
      "Gross mass (kg)",
    ];
    const mapped = mapFlat(header, [
      ["PO-1", "IN", "1", "Bolts", { n: "1" }],
      ["PO-1", "IN", "1", "Nuts", { n: "1" }],
    ]);
    expect(codesOf(mapped)).toEqual(["header-required"]);
  });

  it("by a profile are read as the column that it names, in the file's words", () => {
    const profile = `columns:
  Ref: External reference
  Dir: Direction
  Ware: Goods description
  Warennummer: { to: Commodity code, transforms: [digits] }`;
    const mapped = mapBy(profile, [
      ["Ref", "Dir", "Ware", "Warenummer"],
      ["R1", "SIDEWAYS", "Bolts", "73-18-15-0"],
    ]);
    expect(codesOf(mapped)).toEqual([
      "profile-column-missing",
      "header-unknown D1",
      "value-not-allowed B2",
      "code-format D2",
    ]);
    expect(mapped.findings.at(-1)?.header).toBe("Warenummer");
  });

  it("by a profile are not read where the column that picks them is missing", () => {
    const profile = `columns:
  Ref: External reference
  Dir: Direction
  Ware: Goods description
rows: { keepOnly: [{ column: Status, is: ready }] }`;
    const mapped = mapBy(profile, [
      ["Ref", "Dir", "Ware", "State of the order"],
      ["R1", "SIDEWAYS", "Bolts", "open"],
    ]);
    expect(codesOf(mapped)).toEqual(["profile-column-missing", "header-unknown D1"]);
  });

  it("on sheets of a workbook are brought together by an item number with a typo", () => {
    const mapped = mapSheets([
      {
        name: "Shipments",
        rows: [
          ["External reference", "Direction"],
          ["PO-1", "IN"],
        ],
      },
      {
        name: "Goods items",
        rows: [
          ["External reference", "Itm number", "Goods description"],
          ["PO-1", "1", "Bolts"],
          ["PO-1", "2", "Nuts"],
        ],
      },
      {
        name: "Packaging",
        rows: [
          ["External reference", "Item number", "Package type", "Package quantity"],
          ["PO-1", "1", "CTX", { n: "2" }],
        ],
      },
    ]);
    expect(codesOf(mapped)).toEqual(["header-mistyped B1", "code-format C2"]);
  });

  it("are left as they were when a profile makes less of it: what is missing is missing", () => {
    const mapped = mapBy(`severities: { header-mistyped: warning }`, [
      [...KEYS, "Comodity code"],
      ["PO-1", "IN", "Bolts", "7318150"],
    ]);
    expect(codesOf(mapped)).toEqual(["header-mistyped D1"]);
    expect(mapped.plan.isRefused).toBe(false);
    expect(mapped.shipments[0]?.message).not.toBeNull();
  });
});
