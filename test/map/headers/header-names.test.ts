// Headers that are not those of the template: which are read, which stop the file, which are told.
import { describe, expect, it } from "vitest";
import { parseProfile } from "../../../src/map/profile/parse-profile.ts";
import type { Profile } from "../../../src/map/profile/profile.ts";
import { findingsOf } from "../../support/check-files.ts";
import { ownColumns } from "../own-columns.ts";
import { bodyOf, codesAndCells, mapFlat, mapSheets, planOf, type CellText } from "../sheets.ts";
import { fieldCatalogue } from "../../../src/map/catalogue/field-catalogue.ts";
import { readHeaderName } from "../../../src/map/headers/header-names.ts";

const HEADER = ["External reference", "Direction", "Goods description"];
const ROW = ["PO-1", "IN", "Bolts"];

/** What is found in a file with further columns: header and values. */
function found(
  columns: Readonly<Record<string, readonly CellText[] | CellText>>,
  profile: Profile | null = null,
): ReturnType<typeof planOf> {
  const lists = Object.values(columns).map((values) => [values].flat());
  const rows = Array.from(
    { length: Math.max(...lists.map(({ length }) => length)) },
    (_row, at) => [...ROW.with(0, `PO-${at}`), ...lists.map((values) => values[at] ?? null)],
  );
  return planOf(
    [{ name: "Shipments", rows: [[...HEADER, ...Object.keys(columns)], ...rows] }],
    ".",
    profile,
  );
}

function codes(...given: Parameters<typeof found>): readonly string[] {
  return codesAndCells(found(...given).findings);
}

function profileOf(text: string): Profile {
  const reading = parseProfile(`version: 1\n${text}`, "p.yaml");
  if (reading.kind === "mistakes") throw new Error(JSON.stringify(reading.mistakes));
  return reading.profile;
}

describe("readHeaderName()", () => {
  it.each([
    ["HS code", "Commodity code"],
    ["HS-Code", "Commodity code"],
    ["H.S. Code", "Commodity code"],
    ["hs_code", "Commodity code"],
    ["HSCode", "Commodity code"],
    ["HS code (8 digits)", "Commodity code"],
    ["Zolltarif-Nr.", "Commodity code"],
    ["Warentarifnummer *", "Commodity code"],
    ["Goederencode", "Commodity code"],
    ["Code marchandise", "Commodity code"],
    ["GROSS WEIGHT", "Gross mass (kg)"],
    ["Gross weight [kg]", "Gross mass (kg)"],
    ["grossWeight", "Gross mass (kg)"],
    ["Bruttogewicht in kg", "Gross mass (kg)"],
    ["Gewicht (brutto)", "Gross mass (kg)"],
    ["Brutto (kg)", "Gross mass (kg)"],
    ["Brutogewicht KG", "Gross mass (kg)"],
    ["Masse brute", "Gross mass (kg)"],
    ["Poids net en kg", "Net mass (kg)"],
    ["EORI Empfänger", "Consignee EORI"],
    ["EMPFAENGER-EORI-NR.", "Consignee EORI"],
    ["EORI number of the consignee", "Consignee EORI"],
    ["EORI-nummer ontvanger", "Consignee EORI"],
    ["N° EORI du destinataire", "Consignee EORI"],
    ["Shipper EORI", "Consignor EORI"],
    ["Aantal colli", "Package quantity"],
    ["Soort verpakking", "Package type"],
    ["Valeur en douane", "Customs value"],
    ["Rechnungswährung", "Invoice currency"],
    ["Ein-/Ausfuhr", "Direction"],
  ])("is certain that %s is %s", (header, field) => {
    expect(readHeaderName(header)).toMatchObject({ kind: "certain", field: { header: field } });
  });

  it.each([
    ["Weight", "meaning", ["Gross mass (kg)", "Net mass (kg)"]],
    ["Gewicht (kg)", "meaning", ["Gross mass (kg)", "Net mass (kg)"]],
    ["Gross", "meaning", ["Gross mass (kg)"]],
    ["Value (EUR)", "meaning", ["Customs value"]],
    ["Zollwert (EUR)", "meaning", ["Customs value"]],
    ["HS code (US)", "meaning", ["Commodity code"]],
    ["HTS code", "meaning", ["Commodity code"]],
    ["Currency", "meaning", ["Invoice currency", "Customs value currency"]],
    ["EORI", "meaning", ["Agent EORI", "Consignor EORI", "Consignee EORI"]],
    ["EORI exporter", "meaning", ["Consignor EORI"]],
    ["Warenempfänger", "meaning", ["Consignee EORI"]],
    ["Gross weigth", "slip", ["Gross mass (kg)"]],
    ["Bruttogewischt", "slip", ["Gross mass (kg)"]],
    ["Gross weight of the shipment", "part", ["Gross mass (kg)"]],
    ["HS code EU", "part", ["Commodity code"]],
  ])("takes %s for likely, by its %s", (header, doubt, fields) => {
    const reading = readHeaderName(header);
    expect(reading).toMatchObject({ kind: "likely", doubt });
    expect(reading.kind === "likely" ? reading.fields.map((field) => field.header) : []).toEqual(
      fields,
    );
  });

  it.each([
    ...["Item no", "Artikelnummer", "Warehouse", "Line", "Invoice no", "Menge", "Remarks"],
    ...["Net weight per piece (kg)", "Gross weight (per piece)", "Unit net weight"],
    ...["Nettogewicht pro Stück", "Poids net unitaire", "Nettogewicht per stuk"],
  ])("does not take %s for likely", (header) => {
    expect(["possible", "none"]).toContain(readHeaderName(header).kind);
  });
});

describe("a name that is certain", () => {
  it("is read as the column it is, and told", () => {
    const mapped = mapFlat(
      [...HEADER, "HS code", "Gross weight (kg)", "EORI Empfänger"],
      [[...ROW, "73181500", { n: "12.5" }, "BE0123456789"]],
    );
    expect(codesAndCells(mapped.findings)).toEqual([
      "header-synonym D1",
      "header-synonym E1",
      "header-synonym F1",
    ]);
    expect(mapped.findings.map(({ severity }) => severity)).toEqual(["info", "info", "info"]);
    expect(JSON.stringify(bodyOf(mapped))).toContain('"gmass":12.5');
    expect(JSON.stringify(bodyOf(mapped))).toContain('"id":"73181500"');
    expect(JSON.stringify(bodyOf(mapped))).toContain('"code":"BE0123456789"');
  });

  it("is no path when it has dots for blanks, as programs for statistics write them", () => {
    const mapped = mapFlat([...HEADER, "gross.weight"], [[...ROW, { n: "12.5" }]]);
    expect(codesAndCells(mapped.findings)).toEqual(["header-synonym D1"]);
    expect(JSON.stringify(bodyOf(mapped))).toContain('"gmass":12.5');
    expect(codes({ "verp.srt": "CT", "gros.weigt": { n: "1" } })).toEqual([
      "header-ambiguous D1",
      "header-mistyped E1",
    ]);
  });

  it("leaves a path alone that is none of our names, or begins as a message does", () => {
    const path = "singleAdministrativeDocument.gross.weight";
    const mapped = mapFlat([...HEADER, "tenant.costCenter", path], [[...ROW, "K1", "2"]]);
    expect(codesAndCells(mapped.findings)).toContain("header-unchecked D1");
    expect(bodyOf(mapped)).toMatchObject({
      tenant: { costCenter: "K1" },
      singleAdministrativeDocument: { gross: { weight: "2" } },
    });
  });

  it.each(["Gross weight (lbs)", "Bruttogewicht (t)", "Poids brut en g", "Brutogewicht [lb]"])(
    "is an error when its unit is another one: %s",
    (header) => {
      const plan = found({ [header]: { n: "12.5" } });
      expect(plan.isRefused).toBe(true);
      expect(codesAndCells(plan.findings)).toEqual(["header-synonym D1", "header-unit-differs D1"]);
    },
  );

  it.each([[["Bruttogewicht", "Gross weight"]], [["HS code", "Zolltarifnummer"]]])(
    "is an error beside another such name of the field, with both named: %j",
    ([first, second]) => {
      const plan = found({ [first ?? ""]: { n: "1" }, [second ?? ""]: { n: "1" } });
      const conflict = plan.findings.find(({ code }) => code === "path-conflict");
      expect(plan.isRefused).toBe(true);
      expect(conflict?.message).toContain(`\`${first ?? ""}\``);
      expect(conflict?.message).toContain(`\`${second ?? ""}\``);
    },
  );

  it.each([
    [["Gross mass (kg)", "Gross weight (kg)"], "Gross weight (kg)"],
    [["Gross weight", "Gross mass (kg)"], "Gross weight"],
    [["Commodity code", "HS code"], "HS code"],
    [["Item number", "Goods item number"], "Goods item number"],
  ])(
    "is left to the template's own column of the field: %j",
    ([first = "", second = ""], other) => {
      const { findings, layout } = found({ [first]: { n: "1" }, [second]: { n: "2" } });
      expect(layout).toBe("flat");
      expect(findings.map(({ code, header }) => `${code} ${header ?? ""}`)).toEqual([
        `header-unknown ${other}`,
      ]);
      expect(findings[0]?.message).toContain("which has a column of its own");
    },
  );

  it("is left to the template's own column on another sheet, as the mass of a whole shipment is", () => {
    const mapped = mapSheets([
      {
        name: "Shipments",
        rows: [
          ["External reference", "Direction", "Gross weight"],
          ["PO-1", "IN", { n: "40" }],
        ],
      },
      {
        name: "Goods items",
        rows: [
          ["Shipment reference", "Goods item number", "Goods description", "Gross mass (kg)"],
          ["PO-1", { n: "1" }, "Bolts", { n: "12" }],
          ["PO-1", { n: "2" }, "Nuts", { n: "28" }],
        ],
      },
    ]);
    expect(mapped.invalidRows).toEqual([]);
    expect(codesAndCells(mapped.findings)).toEqual([
      "header-unknown C1",
      "header-synonym A1",
      "header-synonym B1",
    ]);
  });

  it("is an error where the template's own column is there and blank", () => {
    expect(codes({ "Gross mass (kg)": [], "Gross weight": [{ n: "12" }] })).toEqual([
      "header-ambiguous E1",
    ]);
  });

  it.each([
    [{ "Gross weight": { n: "12" }, "Weight unit": "LB" }],
    [{ "Gross weight": [{ n: "12" }, { n: "9" }], "Weight unit": ["KG", "LB"] }],
    [{ Bruttogewicht: { n: "1200" }, GewEH: "G" }],
    [{ Gewichtseinheit: "TO", Bruttogewicht: { n: "1" } }],
    [{ "Poids brut": { n: "1" }, Unité: "g" }],
    [{ "Gross mass": { n: "12" }, UoM: "lbs" }],
  ])("of a mass is an error beside a column of other units: %j", (columns) => {
    expect(codes(columns)).toContainEqual(expect.stringMatching(/^header-unit-differs [DE]1$/));
  });

  it.each([
    [{ "Gross weight": { n: "12" }, "Weight unit": "KG" }],
    [{ "Gross weight (kg)": { n: "12" }, UoM: "LB" }],
    [{ Menge: { n: "2" }, ME: "TO", Bruttogewicht: { n: "12" } }],
    [{ "Gross weight": { n: "12" }, Unit: "PCE" }],
  ])("of a mass is read beside other columns of units: %j", (columns) => {
    const plan = found(columns);
    expect(plan.layout).toBe("flat");
  });

  it("of a mass is an error when another unit comes only later in the sheet", async () => {
    const rows = Array.from(
      { length: 60 },
      (_row, at) => `PO-${at};IN;Bolts;12;${at < 50 ? "KG" : "LB"}`,
    );
    const text = [`${HEADER.join(";")};Gross weight;Weight unit`, ...rows, ""].join("\n");
    const findings = await findingsOf([{ name: "night.csv", content: text }]);
    expect(findings.map(({ code }) => code)).toContain("header-unit-differs");
  });

  it("keeps the words of the file in messages about cells", () => {
    const mapped = mapFlat(
      ["External reference", "Richtung", "Goods description"],
      [["PO-1", "Eingang", "Bolts"]],
    );
    expect(mapped.findings.at(-1)).toMatchObject({ code: "value-not-allowed", header: "Richtung" });
  });

  it("makes a row the header row where no header is the template's", () => {
    const plan = planOf([
      {
        name: "Daten",
        rows: [
          ["Liste vom Montag"],
          ["Sendungsreferenz", "Richtung", "Warenbezeichnung", "Rohmasse (kg)"],
          ["PO-1", "IN", "Bolts", { n: "1" }],
        ],
      },
    ]);
    expect(plan.layout).toBe("flat");
    expect(plan.sheets[0]?.headerRow).toBe(2);
  });

  it("gives way to a row of the template's own headers below it", () => {
    const plan = planOf([
      {
        name: "Shipments",
        rows: [["Sendungsreferenz", "Richtung", "Warenbezeichnung"], HEADER, ROW],
      },
    ]);
    expect(plan.sheets[0]?.headerRow).toBe(2);
  });
});

describe("a name that is likely", () => {
  it.each([
    ["Weight", { n: "12.5" }, ["Gross mass (kg)", "Net mass (kg)"]],
    ["Value", "1250.50", ["Customs value"]],
    ["Currency", "EUR", ["Invoice currency", "Customs value currency"]],
    ["Consignee", "BE0123456789", ["Consignee EORI"]],
    ["Colli", { n: "3" }, ["Package quantity"]],
    ["Nomenclature", "84821010", ["Commodity code"]],
    ["Total gross weight", { n: "12.5" }, ["Gross mass (kg)"]],
  ])("is an error with the fields it may be: %s", (header, value, fields) => {
    const plan = found({ [header]: value });
    expect(plan.isRefused).toBe(true);
    expect(codesAndCells(plan.findings)).toEqual(["header-ambiguous D1"]);
    for (const field of fields) expect(plan.findings[0]?.message).toContain(`\`${field}\``);
    expect(plan.findings[0]?.hint).toContain("`cas-batch profile init night.xlsx -o night.yaml`");
  });

  it("is an error as a slip of a name", () => {
    const plan = found({ "Gross weigth (kg)": { n: "12.5" } });
    expect(codesAndCells(plan.findings)).toEqual(["header-mistyped D1"]);
    expect(plan.findings[0]?.hint).toContain("`Gross mass (kg)`");
  });

  it.each([
    ["the field has a column", { "Gross mass (kg)": { n: "1" }, "Gross weigth old": { n: "2" } }],
    [
      "both masses have a column",
      { "Net weight": { n: "1" }, "Gross weight": { n: "2" }, Weight: { n: "2" } },
    ],
    ["its values are others", { Consignee: "Acme Ltd", "HS code text": "screws, not of steel" }],
    ["it has no values", { Weight: null, Remark: "x" }],
  ] as const)("is a warning when %s", (_when, columns) => {
    const plan = found(columns);
    expect(plan.layout).toBe("flat");
    const own = plan.findings.filter(({ code }) => code !== "header-synonym");
    expect(new Set(own.map(({ code }) => code))).toEqual(new Set(["header-unknown"]));
  });

  it("is told in one finding when the field must have a column", () => {
    const plan = planOf([
      { name: "Shipments", rows: [["Referenz", "Direction", "Goods description"], ROW] },
    ]);
    expect(codesAndCells(plan.findings)).toEqual(["header-required"]);
    expect(plan.findings[0]?.hint).toContain("column A `Referenz`");
  });

  it("is a warning where it is a currency beside another", () => {
    expect(codes({ "Invoice currency": "EUR", Currency: "EUR" })).toEqual([
      "header-values-known E1",
    ]);
  });

  it("is an error beside one of two masses, as it may be the other", () => {
    expect(codes({ "Net mass (kg)": { n: "8" }, Weight: { n: "9" } })).toEqual([
      "header-ambiguous E1",
    ]);
  });

  it("is no doubt where another sheet has the field", () => {
    const plan = planOf([
      {
        name: "Shipments",
        rows: [
          ["External reference", "Direction", "Weight"],
          ["A", "IN", "9"],
        ],
      },
      {
        name: "Goods items",
        rows: [
          ["External reference", "Goods description", "Gross mass (kg)"],
          ["A", "Bolts", { n: "9" }],
        ],
      },
    ]);
    expect(plan.layout).toBe("workbook");
    expect(codesAndCells(plan.findings)).toEqual(["header-unknown C1"]);
  });
});

describe("an unknown column", () => {
  it.each([
    ["BE0123456789", "Consignee EORI"],
    ["84821010", "Commodity code"],
    ["8482.10.10", "Commodity code"],
    ["EUR", "Invoice currency"],
    ["CT", "Package type"],
    ["BE212000", "Declaration office"],
    ["12.5 kg", "Gross mass (kg)"],
    ["26BE0123456789012A", null],
    ["26BEA1234567890129", "Document reference"],
    ["20260401", null],
    ["Belgium", null],
    ["BE", null],
  ])("with values such as %s is told as %s", (value, field) => {
    const plan = found({ Xyz: [value, "-", value] });
    expect(plan.layout).toBe("flat");
    expect(codesAndCells(plan.findings)).toEqual([
      field === null ? "header-unknown D1" : "header-values-known D1",
    ]);
    if (field !== null) expect(plan.findings[0]?.message).toContain(`\`${field}\``);
  });

  it("of numbers beside a column of KG is told as a mass", () => {
    const plan = found({ Xyz: { n: "12.5" }, Unit: "KG" });
    expect(codesAndCells(plan.findings)).toEqual(["header-values-known D1", "header-unknown E1"]);
  });

  it("is told once, with the two ways to leave it alone", () => {
    const plan = found({ Remarks: "none" });
    expect(codesAndCells(plan.findings)).toEqual(["header-unknown D1"]);
    expect(plan.findings[0]?.hint).toContain("`otherColumns: ignore`");
    expect(plan.findings[0]?.hint).toContain("`cas-batch profile init night.xlsx -o night.yaml`");
  });

  it("of somebody's own never stops a file, and is mostly told as just that", () => {
    expect(ownColumns.length).toBeGreaterThan(300);
    const findings = ownColumns.flatMap(([header, value]) => {
      const plan = found({ [header]: [value, value] });
      expect([header, plan.layout]).toEqual([header, "flat"]);
      return plan.findings;
    });
    expect(findings).toHaveLength(ownColumns.length);
    const others = findings.filter(({ code }) => code !== "header-unknown");
    // A bank account and a receipt number have the form of an EORI number and of a commodity code.
    expect(others.map(({ header }) => header)).toEqual(["Bank account", "Belegnummer"]);
  });

  it("of somebody's own is only that beside all columns of the template", () => {
    const header = fieldCatalogue.map((field) => field.header);
    const row = fieldCatalogue.map(({ example }) => example);
    for (const [own, value] of ownColumns) {
      const plan = planOf([
        {
          name: "Shipments",
          rows: [
            [...header, own],
            [...row, value],
          ],
        },
      ]);
      expect([own, ...codesAndCells(plan.findings)]).toEqual([own, "header-unknown Z1"]);
    }
  });
});

describe("an unknown column that is blank at the head of the sheet", () => {
  const late = async (header: string, value: string): Promise<readonly string[]> => {
    const rows = Array.from(
      { length: 60 },
      (_row, at) => `PO-${at},IN,Bolts,${at < 40 ? "" : value}`,
    );
    const content = `${[...HEADER, header].join(",")}\n${rows.join("\n")}\n`;
    const findings = await findingsOf([{ name: "night.csv", content }]);
    return findings.map(({ code, severity }) => `${severity} ${code}`);
  };

  it("stops the file when its first values bear out what its name may be", async () => {
    expect(await late("Weight", "12.5")).toEqual([
      "warning header-unknown",
      "error header-ambiguous",
    ]);
  });

  it("is told when its first values have the form of a field", async () => {
    expect(await late("Xyz", "BE0123456789")).toEqual([
      "warning header-unknown",
      "warning header-values-known",
    ]);
  });

  it("is told once when they have none", async () => {
    expect(await late("Xyz", "red")).toEqual(["warning header-unknown"]);
  });
});

describe("a profile that names its columns", () => {
  const columns = `columns:
  External reference: External reference
  Direction: Direction
  Goods description: Goods description`;

  it.each([
    ["Bruttogewicht", { n: "12.5" }],
    ["Weight", { n: "12.5" }],
    ["Gross weigth", { n: "12.5" }],
  ])("is not read beyond them, and told what %s may be", (header, value) => {
    const plan = found({ [header]: value }, profileOf(columns));
    expect(plan.layout).toBe("flat");
    expect(codesAndCells(plan.findings)).toEqual(["header-unknown D1"]);
    expect(plan.findings[0]?.message).toContain("`Gross mass (kg)`");
    expect(plan.findings[0]?.hint).toContain(`\`${header}: Gross mass (kg)\``);
  });

  describe("as a mass", () => {
    const mass = `${columns}\n  Brutto: Gross mass (kg)`;
    const grams = { Brutto: { n: "12.5" }, GewEH: "G" };

    it("is in kilograms, unless a column of units says otherwise", async () => {
      expect(codes(grams, profileOf(mass))).toEqual(["header-unit-differs E1"]);
      const rounded = mass.replace(
        "Gross mass (kg)",
        "{ to: Gross mass (kg), transforms: [{ round: 3 }] }",
      );
      expect(codes(grams, profileOf(rounded))).toEqual(["header-unit-differs E1"]);
      const later = [...Array<string>(50).fill("KG"), "G"].map((unit, at) =>
        [`PO-${at}`, "IN", "Bolts", "12", unit].join(";"),
      );
      const text = [`${HEADER.join(";")};Brutto;GewEH`, ...later, ""].join("\n");
      const findings = await findingsOf([{ name: "night.csv", content: text }], {
        profile: `version: 1\n${mass}`,
      });
      expect(findings.map(({ code }) => code)).toContain("header-unit-differs");
    });

    it.each([
      [
        "converts it",
        mass.replace(
          "Gross mass (kg)",
          "{ to: Gross mass (kg), transforms: [{ multiply: 0.001 }] }",
        ),
      ],
      ["says that the column is none of its units", `${mass}\n  GewEH: ignore`],
    ])("is as the profile has it where it %s", (_name, profile) => {
      expect(codes(grams, profileOf(profile))).not.toContain("header-unit-differs E1");
    });
  });

  it("says nothing with `otherColumns: ignore`", () => {
    const profile = profileOf(`${columns}\notherColumns: ignore`);
    expect(codes({ Bruttogewicht: { n: "12.5" }, Weight: { n: "1" } }, profile)).toEqual([]);
  });

  it("reads other names with `match`, where it does not give the field itself", () => {
    const profile = profileOf(`${columns}\n  Masse: Gross mass (kg)\notherColumns: match`);
    const given = { Masse: { n: "1" }, Bruttogewicht: { n: "1" }, Warennummer: "84821010" };
    expect(codes(given, profile)).toEqual(["header-synonym F1", "header-unknown E1"]);
  });

  it("without columns is read as the template is", () => {
    const profile = profileOf("dateOrder: dmy");
    expect(codes({ "HS code": "84821010", Weight: { n: "1" } }, profile)).toEqual([
      "header-synonym D1",
      "header-ambiguous E1",
    ]);
    const lowered = profileOf("severities: { header-ambiguous: warning }");
    expect(found({ Weight: { n: "1" } }, lowered).layout).toBe("flat");
  });

  it("gives a field by a constant, so that a name of it is no error", () => {
    const profile = profileOf("constants: { Invoice currency: EUR }");
    expect(codes({ Currency: "EUR" }, profile)).toEqual(["header-values-known D1"]);
  });
});

describe("sheets", () => {
  const german = [
    ["Sendungsreferenz", "Richtung", "Warenbezeichnung", "Rohmasse (kg)"],
    ["PO-1", "IN", "Bolts", { n: "1" }],
  ] as const;

  it("with other names are read where no sheet has the template's headers, lists left aside", () => {
    const plan = planOf([
      { name: "Sendungen", rows: german },
      {
        name: "Codes",
        rows: [
          ["Warennummer", "Warenbezeichnung"],
          ["84821010", "Bolts"],
        ],
      },
    ]);
    expect(plan.sheets.map(({ sheet }) => sheet)).toEqual(["Sendungen"]);
    expect(codesAndCells(plan.findings)).toContain("sheet-ignored");
  });

  it("with other names of a shipment's columns are told when they are not read", () => {
    const plan = planOf([
      { name: "Shipments", rows: [HEADER, ROW] },
      { name: "April", rows: german },
      {
        name: "Codes",
        rows: [
          ["Warennummer", "Warenbezeichnung"],
          ["84821010", "Bolts"],
        ],
      },
    ]);
    expect(codesAndCells(plan.findings)).toEqual(["sheet-not-read", "sheet-ignored"]);
  });

  it("without a header row name the command that drafts a profile", () => {
    const { findings } = planOf([
      {
        name: "Export",
        rows: [
          ["Referenz", "Fluss", "Gewicht", null, "Ware"],
          [null, null, "Brutto", "Netto", "Bezeichnung"],
          ["R1", "IN", { n: "10" }, { n: "9" }, "Bolts"],
        ],
      },
    ]);
    expect(findings[0]?.hint).toContain("night.xlsx seems to have two header rows, 1 and 2");
    expect(findings[0]?.hint).toContain("`cas-batch profile init night.xlsx -o night.yaml`");
  });

  it("with a sheet's shipments under two names are an error that says how to choose", () => {
    const mapped = mapSheets([
      { name: "Sendungen", rows: german },
      { name: "Zendingen", rows: german },
    ]);
    expect(mapped.findings[0]?.code).toBe("sheet-missing");
    expect(mapped.findings[0]?.hint).toContain("cas-batch profile init night.xlsx");
  });
});
