// Files read by a profile: columns, cells, rows, sheets.
import { describe, expect, it } from "vitest";
import { lookupKey } from "../../../src/map/profile/profile.ts";
import { profileContent } from "../../../src/map/profile/show-profile.ts";
import { bodyOf, codesAndCells, mapSheets, type CellText } from "../sheets.ts";
import { KEY_COLUMNS, mapBy, mapColumn, profileOf } from "./profiles.ts";

const ITEM = "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0]";
const at = (body: unknown, path: string): unknown =>
  path
    .replaceAll("[", ".")
    .replaceAll("]", "")
    .split(".")
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], body);
const codesOf = (mapped: ReturnType<typeof mapBy>) => codesAndCells(mapped.findings);

describe("columns of a profile", () => {
  it("are found by their header, whatever its capitals, stars and unit", () => {
    const mapped = mapBy(KEY_COLUMNS, [
      ["REF *", "dir", "Goods (text)"],
      ["R1", "IN", "Bolts"],
    ]);
    expect(bodyOf(mapped)).toMatchObject({ externalReference: "R1", direction: "IN" });
  });

  it("with a unit in the profile are not found under another unit", () => {
    const profile = `${KEY_COLUMNS}\n  Weight (kg): Gross mass (kg)`;
    const rows: CellText[][] = [
      ["Ref", "Dir", "Goods", "Weight (lb)", "Weight (kg)"],
      ["R1", "IN", "Bolts", { n: "5" }, { n: "3" }],
    ];
    expect(at(bodyOf(mapBy(profile, rows)), `${ITEM}.goodsMeasure.gmass`)).toBe(3);
  });

  it("that the file lacks are an error with the nearest header, unless they are optional", () => {
    const rows: CellText[][] = [
      ["Ref", "Dir", "Goods", "Rohgewich"],
      ["R1", "IN", "Bolts", { n: "3" }],
    ];
    const missing = mapBy(`${KEY_COLUMNS}\n  Rohgewicht: Gross mass (kg)`, rows);
    expect(codesOf(missing)).toContain("profile-column-missing");
    expect(missing.findings[0]?.hint).toContain("column D `Rohgewich`");
    expect(missing.plan.isRefused).toBe(true);
    const optional = `${KEY_COLUMNS}\n  Rohgewicht: { to: Gross mass (kg), optional: true }`;
    expect(codesOf(mapBy(optional, rows))).toEqual(["header-unknown D1"]);
  });

  it("not named are reported, ignored, or read by the default template as the profile says", () => {
    const rows: CellText[][] = [
      ["Ref", "Dir", "Goods", "Commodity code"],
      ["R1", "IN", "Bolts", "73181500"],
    ];
    const codeWith = (more: string): unknown =>
      at(bodyOf(mapBy(`${KEY_COLUMNS}\n${more}`, rows)), `${ITEM}.commodity.classification.id`);
    expect(codesOf(mapBy(KEY_COLUMNS, rows))).toEqual(["header-unknown D1"]);
    expect(codeWith("")).toBeUndefined();
    expect(codesOf(mapBy(`${KEY_COLUMNS}\notherColumns: ignore`, rows))).toEqual([]);
    expect(codeWith("otherColumns: match")).toBe("73181500");
  });

  it("of one name are told apart by their number, and are an error without", () => {
    const rows: CellText[][] = [
      ["Ref", "Dir", "Goods", "Code", "Code"],
      ["R1", "IN", "Bolts", "A", "73181500"],
    ];
    const numbered = `${KEY_COLUMNS}\n  "Code #2": Commodity code\n  "Code #1": ignore`;
    expect(at(bodyOf(mapBy(numbered, rows)), `${ITEM}.commodity.classification.id`)).toBe(
      "73181500",
    );
    expect(codesOf(mapBy(`${KEY_COLUMNS}\n  Code: Commodity code`, rows))).toEqual([
      "header-doubled E1",
    ]);
  });

  it("may fill several members", () => {
    const profile = `columns:
  Ref: External reference
  Goods: Goods description
  Flow: [{ to: Direction, values: { E: IN } }, { to: Declaration type, values: { e: IM } }]`;
    const mapped = mapBy(profile, [
      ["Ref", "Goods", "Flow"],
      ["R1", "Bolts", "E"],
    ]);
    expect(bodyOf(mapped)).toMatchObject({
      direction: "IN",
      singleAdministrativeDocument: { declType: "IM" },
    });
  });

  it("may have headers over several lines, with upper lines that span columns", () => {
    const profile = `headerRow: [2, 3]
columns:
  Ref: External reference
  Dir: Direction
  Goods: Goods description
  Weight Gross: Gross mass (kg)
  Weight Net: Net mass (kg)`;
    const mapped = mapBy(profile, [
      ["A title"],
      [null, null, null, "Weight"],
      ["Ref", "Dir", "Goods", "Gross", "Net"],
      ["R1", "IN", "Bolts", { n: "5" }, { n: "4" }],
    ]);
    expect(codesOf(mapped)).toEqual([]);
    expect(at(bodyOf(mapped), `${ITEM}.goodsMeasure`)).toEqual({ gmass: 5, nmass: 4 });
  });
});

describe("cells of a profile", () => {
  const gross = `${ITEM}.goodsMeasure.gmass`;
  const code = `${ITEM}.commodity.classification.id`;
  it.each<[string, CellText, string, unknown]>([
    ["{ to: Commodity code, transforms: [digits, { pad: 8 }] }", "901 21 00", code, "09012100"],
    ["{ to: Commodity code, transforms: [{ pad: 8 }] }", { n: "9012100" }, code, "09012100"],
    [
      "{ to: Customs value currency, transforms: [upper] }",
      "eur",
      `${ITEM}.customsValue.currency`,
      "EUR",
    ],
    [
      "{ to: Package type, transforms: [{ split: { by: ' ', part: 2 } }] }",
      "4 CT",
      `${ITEM}.packaging[0].type`,
      "CT",
    ],
    [
      "{ to: Package quantity, transforms: [{ split: { by: ' ', part: -2 } }] }",
      "4 CT",
      `${ITEM}.packaging[0].quantity`,
      4,
    ],
    ["{ to: Gross mass (kg), transforms: [{ number: '1.234,56' }] }", "1.234,5", gross, 1234.5],
    ["{ to: Gross mass (kg), transforms: [{ number: '1.234,56' }] }", "1.234", gross, 1234],
    ["{ to: Gross mass (kg), transforms: [{ number: '1.234,56' }] }", { n: "1.234" }, gross, 1.234],
    ["{ to: Gross mass (kg), transforms: [{ multiply: 0.001 }] }", { n: "1250" }, gross, 1.25],
    [
      "{ to: Gross mass (kg), transforms: [{ multiply: 0.45359237 }, { round: 3 }] }",
      { n: "441" },
      gross,
      200.034,
    ],
    ["{ to: Gross mass (kg), decimalMark: ',' }", "12,5", gross, 12.5],
    ["{ to: Package quantity, values: { ein: 1 } }", "Ein", `${ITEM}.packaging[0].quantity`, 1],
    [
      "{ to: Shipping marks, transforms: [{ replace: { find: '#', with: '' } }] }",
      "#7",
      `${ITEM}.packaging[0].shippingMarks`,
      "7",
    ],
    ["{ to: a.shipDate, dateOrder: mdy }", "03/04/2026", "a.shipDate", "2026-03-04"],
    ["{ to: a.shipDate, transforms: [{ date: 'YYMMDD' }] }", "260304", "a.shipDate", "2026-03-04"],
  ])("%s reads %j", (column, cell, path, value) => {
    const mapped = mapColumn(column, cell);
    expect(at(bodyOf(mapped), path)).toEqual(value);
  });

  it("take dates in the order and the zone of the profile", () => {
    const settings = "dateOrder: dmy\ntimeZone: Europe/Brussels";
    const dated = mapColumn("a.shipDate", "03/04/2026", settings);
    expect(at(bodyOf(dated), "a.shipDate")).toBe("2026-04-03");
    const value = "2026-07-01T12:30:00";
    const cell = { type: "date", value, raw: value, format: "" } as const;
    expect(at(bodyOf(mapColumn("a.shipDate", cell, settings)), "a.shipDate")).toBe(
      "2026-07-01T12:30:00+02:00",
    );
  });

  it("leave a date that can be read in two ways an error, and the hint names the setting", () => {
    const mapped = mapColumn("a.shipDate", "03/04/2026");
    expect(mapped.shipments[0]?.message).toBeNull();
    const finding = mapped.findings.find((found) => found.code === "date-ambiguous");
    expect(finding?.hint).toContain("dateOrder");
  });

  it("refuse a value without a meaning, or keep it when the profile says so", () => {
    const refused = mapColumn("{ to: Package type, values: { Karton: CT } }", "Kiste");
    expect(codesOf(refused)).toContain("value-not-allowed D2");
    const kept = mapColumn("{ to: Package type, values: { Karton: CT }, otherValues: keep }", "PX");
    expect(at(bodyOf(kept), `${ITEM}.packaging[0].type`)).toBe("PX");
  });

  it("take meanings from a lookup file, those in the profile first", () => {
    const lookup = { file: "kinds.csv", from: "Kind", to: "Code" };
    const profile = profileOf(
      `${KEY_COLUMNS}\n  X: { to: Package type, lookup: { file: kinds.csv, from: Kind, to: Code }, values: { Box: BX } }`,
    );
    const table = new Map([
      ["Karton", "CT"],
      ["Box", "XX"],
    ]);
    const lookups = new Map([[lookupKey(lookup), table]]);
    const kindOf = (cell: string): unknown => {
      const rows = [
        ["Ref", "Dir", "Goods", "X"],
        ["R1", "IN", "Bolts", cell],
      ];
      return at(bodyOf(mapBy({ ...profile, lookups }, rows)), `${ITEM}.packaging[0].type`);
    };
    expect(kindOf("karton")).toBe("CT");
    expect(kindOf("Box")).toBe("BX");
  });

  it("with a time that the clock skipped or had twice are errors, told at the cell", () => {
    for (const value of ["2026-03-29T02:30:00", "2026-10-25T02:30:00"]) {
      const cell = { type: "date", value, raw: value, format: "" } as const;
      const mapped = mapColumn("a.shipDate", cell, "timeZone: Europe/Brussels");
      expect(codesOf(mapped)).toContain("timestamp-without-zone D2");
      expect(mapped.shipments[0]?.message).toBeNull();
    }
  });

  it("that hold an Excel error as text are an error, whatever the transforms", () => {
    const mapped = mapColumn("{ to: Commodity code, transforms: [digits] }", "#N/A");
    expect(codesOf(mapped)).toContain("formula-error D2");
  });

  it("that show an Excel error are an error, whatever the transforms", () => {
    const cell = { type: "error", value: "#N/A", raw: "#N/A", format: "" } as const;
    const mapped = mapColumn("{ to: Commodity code, transforms: [digits] }", cell);
    expect(codesOf(mapped)).toContain("formula-error D2");
  });
});

describe("rows of a profile", () => {
  const rows: CellText[][] = [
    ["Ref", "Dir", "Goods", "Status"],
    ["R1", "IN", "Bolts", "F"],
    ["R2", "IN", "Nuts", "G"],
    ["Summe:", null, null, null],
  ];
  const referencesBy = (more: string): readonly (string | undefined)[] =>
    mapBy(`${KEY_COLUMNS}\n  Status: ignore\n${more}`, rows).shipments.map(
      ({ key }) => key?.externalReference,
    );

  it("leave out totals, conditions and what is not kept", () => {
    expect(referencesBy("rows: { totals: true }")).toEqual(["R1", "R2"]);
    expect(referencesBy("rows: { totals: [summe] }")).toEqual(["R1", "R2"]);
    expect(referencesBy("rows: { totals: true, leaveOut: [{ column: Status, is: f }] }")).toEqual([
      "R2",
    ]);
    expect(referencesBy("rows: { keepOnly: [{ column: Status, is: [F, X] }] }")).toEqual(["R1"]);
    expect(referencesBy("rows: { leaveOut: [{ column: Goods, blank: true }] }")).toEqual([
      "R1",
      "R2",
    ]);
  });

  it("do not take a shipment for a total whose reference begins like one", () => {
    const mapped = mapBy(`${KEY_COLUMNS}\nrows: { totals: true }`, [
      ["Ref", "Dir", "Goods"],
      ["Total Energies 7", "IN", "Oil"],
    ]);
    expect(mapped.shipments).toHaveLength(1);
  });

  it("are grouped by several columns, and one with a part of them missing is an error", () => {
    const profile = `groupBy: { columns: [Plant, Note], join: / }
columns: { Plant: ignore, Note: ignore, Dir: Direction, Goods: Goods description }`;
    const mapped = mapBy(profile, [
      ["Plant", "Note", "Dir", "Goods"],
      ["10", "7", "IN", "Bolts"],
      [null, null, null, "Nuts"],
      ["11", null, "IN", "Screws"],
      ["11", "7", "IN", "Rings"],
    ]);
    expect(
      mapped.shipments.map(({ key, rows: { length } }) => [key?.externalReference, length]),
    ).toEqual([
      ["10/7", 2],
      ["11/7", 1],
    ]);
    expect(mapped.shipments[0]?.message?.sources["externalReference"]).toBe("A2");
    expect(mapped.invalidRows).toEqual([{ sheet: "Export", row: 4 }]);
    expect(mapped.findings.map(({ message }) => message)).toContain(
      "External reference cannot be made of Plant + Note: Note is blank",
    );
  });
});

describe("constants of a profile", () => {
  const GOODS = "singleAdministrativeDocument.goodsShipment";
  const slipsOf = (lines: string) =>
    mapBy(`${KEY_COLUMNS}\n${lines}`, [
      ["Ref", "Dir", "Goods"],
      ["R1", "IN", "Bolts"],
    ]);

  it.each([
    [`${GOODS}.exportContry`, "exportContry", "exportCountry"],
    ["singleAdministrativeDocument.goodshipment.exportCountry", "goodshipment", "goodsShipment"],
    [`${GOODS}.governmentAgencyGoodsItems[].goodsMeasure.gmas`, "gmas", "gmass"],
  ])("are sent at %s, and it is told where that is nearly a known path", (to, written, meant) => {
    const mapped = slipsOf(
      `constants:\n  Agent status: 2\n  ${to}: ${/Country$/.test(to) ? "BE" : "1"}`,
    );
    const [finding, ...others] = mapped.findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: "header-path-unfamiliar", severity: "warning" });
    expect(finding?.message).toBe(
      `The constant \`${to}\` (p.yaml line 8, column 3) is sent as it stands; no member \`${written}\` is known there, the nearest is \`${meant}\``,
    );
    expect(mapped.shipments[0]?.message).not.toBeNull();
  });

  it("are silent at known paths, and only noted at a path of the tenant's own", () => {
    expect(slipsOf(`constants: { ${GOODS}.exportCountry: BE }`).findings).toEqual([]);
    expect(slipsOf("constants: { tenant.costCenter: 7 }").findings).toMatchObject([
      { code: "header-unchecked", severity: "info", path: "tenant.costCenter" },
    ]);
  });

  it("are named by `profile show` with the slip in their path", () => {
    const to = `${GOODS}.exportContry`;
    expect(profileContent(profileOf(`constants: { ${to}: BE }`))["remarks"]).toEqual([
      `p.yaml line 2, column 14: \`${to}\` is sent as it stands; no member \`exportContry\` is known there, the nearest is \`exportCountry\``,
    ]);
    expect(
      profileContent(profileOf(`constants: { ${GOODS}.exportCountry: BE }`)),
    ).not.toHaveProperty("remarks");
  });

  it("and columns alike are told with the place where the profile names them", () => {
    const [finding] = mapColumn(`{ to: ${GOODS}.exportContry }`, "BE").findings;
    expect(finding).toMatchObject({ code: "header-path-unfamiliar", cell: "D1" });
    expect(finding?.hint).toContain("Write `exportCountry` in p.yaml line 6, column 8 if");
  });

  it("stand where no cell says a value, and have no source", () => {
    const profile = `constants: { Direction: OUT, Agent EORI: BE0123456789, Agent status: 2, Customs value currency: EUR }
columns: { Ref: External reference, Goods: Goods description, Cur: Customs value currency, Val: Customs value }`;
    const mapped = mapBy(profile, [
      ["Ref", "Goods", "Val", "Cur"],
      ["R1", "Bolts", { n: "5" }, null],
      ["R1", "Nuts", { n: "6" }, "USD"],
    ]);
    expect(bodyOf(mapped)).toMatchObject({
      direction: "OUT",
      singleAdministrativeDocument: {
        agentStatus: "2",
        agent: { businessPartnerReference: [{ code: "BE0123456789", type: "Eori" }] },
        goodsShipment: {
          governmentAgencyGoodsItems: [
            { customsValue: { amount: 5, currency: "EUR" } },
            { customsValue: { amount: 6, currency: "USD" } },
          ],
        },
      },
    });
    const sources = mapped.shipments[0]?.message?.sources ?? {};
    expect(Object.keys(sources)).not.toContain("direction");
  });

  it("satisfy the rules about what a shipment must have", () => {
    const profile = `messageType: Update
constants: { Direction: IN, Goods description: Parts, Package type: CT, Customs value currency: EUR }
columns: { Ref: External reference, Goods: Goods description, Code: Commodity code, No: Package quantity, Type: Package type, Val: Customs value }`;
    const rows: CellText[][] = [
      ["Ref", "Goods", "Code", "No", "Type", "Val"],
      ["R1", null, "73181500", { n: "3" }, null, { n: "5" }],
      ["R2", null, null, null, null, null],
    ];
    const mapped = mapBy(profile, rows);
    expect(codesOf(mapped)).toEqual([]);
    expect(mapped.shipments.map(({ message }) => message?.messageType)).toEqual([
      "Update",
      "Update",
    ]);
  });

  it("may be the message type, and an empty cell may clear its member under Update", () => {
    const lines = `${KEY_COLUMNS}\n  Code: Commodity code\n  Agent: Agent EORI`;
    const rows: CellText[][] = [
      ["Ref", "Dir", "Goods", "Code", "Agent"],
      ["R1", "IN", "Bolts", null, null],
    ];
    const body = bodyOf(mapBy(`messageType: Update\nemptyCell: delete\n${lines}`, rows));
    expect(body).toMatchObject({ messageType: "Update" });
    expect(at(body, `${ITEM}.commodity.classification.id`)).toBeNull();
    // Which element of an array would be cleared, nobody can tell.
    expect(at(body, "singleAdministrativeDocument.agent")).toBeUndefined();
    const upsert = bodyOf(mapBy(`emptyCell: delete\n${lines}`, rows));
    expect(at(upsert, `${ITEM}.commodity`)).toEqual({ description: "Bolts" });
  });
});

describe("sheets of a profile", () => {
  const sheet = (name: string, ...rows: CellText[][]) => ({ name, rows });
  const head = ["Ref", "Dir", "Goods"];

  it("are found by a pattern, several of them in the flat layout", () => {
    const profile = profileOf(`sheet: "Week *"\n${KEY_COLUMNS}`);
    const sheets = [
      sheet("Week 1", head, ["R1", "IN", "Bolts"]),
      sheet("Notes", ["Nothing"]),
      sheet("week 2", head, ["R2", "IN", "Nuts"]),
    ];
    const mapped = mapSheets(sheets, ".", profile);
    expect(mapped.shipments.map(({ key }) => key?.externalReference)).toEqual(["R1", "R2"]);
    expect(codesAndCells(mapped.findings)).toEqual(["sheet-ignored"]);
  });

  it("that are not there are an error that names those that are", () => {
    const profile = profileOf(`sheet: Exports\n${KEY_COLUMNS}`);
    const mapped = mapSheets([sheet("Export", head, ["R1", "IN", "Bolts"])], ".", profile);
    expect(mapped.plan.isRefused).toBe(true);
    expect(mapped.findings.map(({ code }) => code)).toContain("sheet-missing");
    expect(mapped.findings[0]?.message).toContain("`Export`");
  });

  it("of the template are read without columns, those for people left alone", () => {
    const own = ["External reference", "Direction", "Goods description"];
    const sheets = [
      sheet("Read me", ["Columns", "Meaning"], ["External reference", "Direction"]),
      sheet("Shipments", own, ["R1", "IN", "Bolts"]),
      sheet("Lists", ["Direction", "Declaration type"], ["IN", "IM"]),
    ];
    const mapped = mapSheets(sheets, ".", profileOf("dateOrder: dmy"));
    expect(mapped.shipments.map(({ key }) => key?.externalReference)).toEqual(["R1"]);
    expect(mapped.findings).toEqual([]);
    const further = mapSheets(
      [...sheets, sheet("Old", own, ["R0", "IN", "Nuts"])],
      ".",
      profileOf(""),
    );
    expect(further.shipments.map(({ key }) => key?.externalReference)).toEqual(["R1"]);
    expect(codesAndCells(further.findings)).toEqual(["sheet-ignored"]);
  });

  it("of a workbook are not read in part by the flat layout", () => {
    const mapped = mapSheets(
      [
        sheet("Shipments", ["External reference", "Direction"], ["R1", "IN"]),
        sheet("Goods items", ["External reference", "Goods description"], ["R1", "Bolts"]),
      ],
      ".",
      profileOf(""),
    );
    expect(mapped.findings[0]).toMatchObject({
      code: "sheet-missing",
      hint: expect.stringContaining("layout: workbook") as string,
    });
  });

  it("have their own names and headers in the workbook layout", () => {
    const profile = profileOf(`layout: workbook
sheets:
  shipments: { sheet: Orders, columns: { No: External reference, Flow: { to: Direction, values: { Inbound: IN } } } }
  goodsItems: { sheet: Lines, columns: { No: External reference, Text: Goods description } }`);
    const mapped = mapSheets(
      [
        sheet("Lines", ["No", "Text"], ["R1", "Bolts"], ["R1", "Nuts"]),
        sheet("Orders", ["No", "Flow"], ["R1", "Inbound"]),
      ],
      ".",
      profile,
    );
    expect(at(bodyOf(mapped), `${ITEM}.commodity.description`)).toBe("Bolts");
    expect(mapped.shipments[0]?.message?.sources["externalReference"]).toBe("Orders!A2");
  });
});
