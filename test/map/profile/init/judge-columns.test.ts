// What a draft makes of a column: by its name in four languages, as SAP and others abbreviate it, and by
// its values. What is a guess is marked; what could be false is asked.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draftProfile } from "../../../../src/map/profile/init/draft-profile.ts";
import { judgeColumns } from "../../../../src/map/profile/init/judge-columns.ts";
import { surveySheet } from "../../../../src/map/profile/init/survey-sheet.ts";
import { parseProfile } from "../../../../src/map/profile/parse-profile.ts";
import { mapSheets, sheetRows, type CellText, type TestSheet } from "../../sheets.ts";

type Columns = Readonly<Record<string, readonly CellText[]>>;

function sheetOf(columns: Columns): TestSheet {
  const height = Math.max(...Object.values(columns).map(({ length }) => length));
  const rows = Array.from({ length: height }, (_row, at) =>
    Object.values(columns).map((values) => values[at] ?? null),
  );
  return { name: "Export", rows: [Object.keys(columns), ...rows] };
}

function draftOf(sheets: readonly TestSheet[]): string {
  const surveys = sheets.flatMap((sheet) => surveySheet(sheet.name, sheetRows(sheet)) ?? []);
  const facts = { fileName: "night.xlsx", format: "xlsx", csv: null, surveys } as const;
  return draftProfile({ ...facts, decimalMark: ",", isDecimalMarkSeen: true }).text;
}

/** Beside a reference and a description, so that the row is found. Shape: `take Net mass (kg) guess`. */
function judged(header: string, ...values: readonly CellText[]): string {
  const sheet = sheetOf({
    Zendingreferentie: ["R1", "R2"],
    Warenbezeichnung: ["a", "b"],
    [header]: values,
  });
  const survey = surveySheet("Export", sheetRows(sheet));
  if (survey === null) throw new Error("No headers were found");
  const proposal = judgeColumns(survey, false)[2];
  switch (proposal?.kind) {
    case "take":
      return `take ${proposal.field.header}${proposal.isGuess ? " guess" : ""}`;
    case "ask":
      return `ask ${proposal.fields.map((field) => field.header).join(", ")}`;
    case "leave":
    case undefined:
      return "leave";
  }
}

describe("judgeColumns() by name", () => {
  it.each([
    ["Bruttogew.", "12,5", "take Gross mass (kg)"],
    ["Nettogew.", "12,5", "take Net mass (kg)"],
    ["Brutogew.", "12,5", "take Gross mass (kg)"],
    ["Pds brut", "12,5", "take Gross mass (kg)"],
    ["Stat.Warennr.", "73181500", "take Commodity code"],
    ["Comm./imp. code no.", "73181500", "take Commodity code"],
    ["N° stat. march.", "73181500", "take Commodity code"],
    ["Stat.goederennr.", "73181500", "take Commodity code"],
    ["VPArt", "CT", "take Package type guess"],
    ["Type emb.", "CT", "take Package type guess"],
    ["Anz. Packst.", "3", "take Package quantity"],
    ["Nb colis", "3", "take Package quantity"],
    ["Tarif", "73181500", "take Commodity code guess"],
    // Names as people shorten them, the same as in a check.
    ["GoederenCode", "73181500", "take Commodity code"],
    ["Zolltarif-Nr.", "73181500", "take Commodity code"],
    ["Versender EORI-Nr.", "BE0123456789", "take Consignor EORI"],
    ["Item no", "1", "ask Item number"],
    // What is said beside the name makes another thing of it.
    ["Customs office", "NL000567", "take Declaration office guess"],
    ["Customs office of exit", "NL000567", "ask Declaration office"],
    ["Shipper VAT", "BE0123456789", "ask Consignor EORI"],
    ["Document reference date", "2026-01-31", "ask Document reference"],
    ["HTS code", "8481.20.10", "take Commodity code guess"],
    ["Gewischt netto", "12,5", "take Net mass (kg) guess"],
    // What is likely alone is a guess, what may be an amount of another kind or two things is asked.
    ["Brutto", "12,5", "take Gross mass (kg) guess"],
    ["Nettowert", "12,5", "ask Customs value"],
    ["Brutogewicht per stuk", "1,5", "ask Gross mass (kg)"],
    ["Net weight/unit", "1,5", "ask Net mass (kg)"],
    ["Zollwert (USD)", "100", "take Customs value guess"],
    ["Zollwert (Pflichtfeld)", "100", "take Customs value"],
    ["Bruttogewicht (kg)", "1,5", "take Gross mass (kg)"],
    ["Value", "12,5", "ask Customs value"],
    ["Währg", "EUR", "ask Invoice currency, Customs value currency"],
    ["Gewicht", "12,5", "ask Gross mass (kg), Net mass (kg)"],
    ["Pos", "10", "ask Item number"],
    ["Ursprungsland", "CN", "ask Item origin country"],
    ["Incoterms", "DAP", "ask Shipment Incoterms code"],
    ["Sachbearbeiter", "Meier", "leave"],
  ])("reads %s of %s: %s", (header, value, expected) => {
    expect(judged(header, value)).toBe(expected);
  });
});

it("finds the number of an order, however the word is shortened", () => {
  for (const header of ["Ordernr", "Order-Nr.", "Order no."]) {
    const sheet = sheetOf({ [header]: ["R1", "R2"], Richting: ["Invoer", "Uitvoer"] });
    expect(draftOf([sheet])).toContain(`${header}: { to: External reference, guess: true }`);
  }
});

describe("judgeColumns() by values", () => {
  it.each([
    // A column of EORI numbers is one, whatever its header; numbers of partners are none.
    ["Warenempfänger", ["BE0123456789"], "take Consignee EORI guess"],
    ["Warenempfänger", ["0000104711"], "ask Consignee EORI"],
    ["Ship-to party", ["104711"], "ask Consignee EORI"],
    ["Kundennr. Zoll", ["DE1234567", "CN12345678"], "take Consignee EORI guess"],
    ["EORI leverancier", ["NL001234567"], "take Consignor EORI guess"],
    ["Zollnummer", ["DE1234567"], "ask Consignee EORI, Consignor EORI, Agent EORI"],
    ["EORI Empfänger", ["BE0123456789"], "take Consignee EORI"],
    ["EORI Empfänger", ["104711"], "ask Consignee EORI"],
    // VAT numbers have the form of EORI numbers.
    ["USt-IdNr. Kunde", ["DE123456789"], "leave"],
    ["BTW-nummer klant", ["BE0123456789"], "leave"],
    // Codes.
    ["Xyz", ["73181500", "84713000"], "ask Commodity code"],
    ["Stat.Warennr.", ["unbekannt", "offen"], "ask Commodity code"],
    ["Stat.Warennr.", ["2013000", "73181500"], "take Commodity code guess"],
    ["Stat.Warennr.", ["201300010", "7318150000"], "take Commodity code guess"],
    // Nine digits beside eight are no lost zero of either.
    ["Stat.Warennr.", ["731815000", "73181500"], "ask Commodity code"],
    ["Xyz", ["CT", "PX"], "ask Package type"],
    ["Xyz", ["EUR", "USD"], "ask Invoice currency, Customs value currency"],
    [
      "Land",
      ["DE", "CN"],
      "ask Item origin country, Border transport country, Shipment country of export, Shipment country of destination",
    ],
    ["Menge ME", ["KG", "KG"], "leave"],
    // Words for import and export.
    ["Soort", ["Invoer", "Uitvoer"], "take Direction guess"],
    ["Richtung", ["Einfuhr", "Ausfuhr"], "take Direction"],
    ["Sens", ["importation", "EXPORTATION"], "take Direction"],
    ["Flow", ["Import", "Sideways"], "take Direction guess"],
    ["VPArt", ["Karton", "Gitterbox"], "take Package type guess"],
    ["VPArt", ["4711", "4712"], "ask Package type"],
    // Masses.
    ["Bruttogewicht", ["schwer", "leicht"], "ask Gross mass (kg)"],
    ["Gross weight (lb)", ["10"], "take Gross mass (kg) guess"],
  ] as const)("reads %s of %j: %s", (header, values, expected) => {
    expect(judged(header, ...values)).toBe(expected);
  });

  it("converts masses by the column of units beside them, and asks where it has several", () => {
    const columns = { Lieferung: ["L1", "L2"], Bruttogew: ["1500", "2500"], Ware: ["a", "b"] };
    expect(draftOf([sheetOf({ ...columns, GEH: ["KG", "KG"] })])).toMatch(/^ {2}Bruttogew: Gross/m);
    expect(draftOf([sheetOf({ ...columns, GEH: ["G", "G"] })])).toContain(
      "Bruttogew: { to: Gross mass (kg), transforms: [{ multiply: 0.001 }, { round: 6 }], guess: true }",
    );
    expect(draftOf([sheetOf({ ...columns, GEH: ["G", "KG"] })])).toMatch(
      /^ {2}# Bruttogew: Gross mass \(kg\) # .*several units: g, kg/m,
    );
    expect(draftOf([sheetOf({ ...columns, GEH: ["oz", "oz"] })])).toMatch(/^ {2}# Bruttogew: /m);
  });

  it("gives a field to one column alone", () => {
    const draft = draftOf([
      sheetOf({
        Sendungsreferenz: ["R1"],
        Warenbezeichnung: ["a"],
        "EORI klant": ["NL001234567"],
        "EORI customer": ["NL001234568"],
      }),
    ]);
    expect(draft.match(/^ {2}"?EORI.*guess: true/gm)).toHaveLength(1);
  });
});

describe("a draft", () => {
  it("proposes `pad` and `values`, and asks for the words that it does not know", () => {
    const draft = draftOf([
      sheetOf({
        Lieferung: ["L1", "L2"],
        Materialkurztext: ["Schraube", "Fleisch"],
        "Stat.Warennr.": [{ n: "73181500" }, { n: "2013000" }],
        VPArt: ["KAR", "GIBO"],
        "Invoer/Uitvoer": ["Uitvoer", "Invoer"],
      }),
    ]);
    expect(draft).toContain(
      "Stat.Warennr.: { to: Commodity code, transforms: [{ pad: 8 }], guess: true }",
    );
    expect(draft).toContain("      KAR: CT\n      # GIBO: which code?\n");
    expect(draft).toContain("      Uitvoer: OUT\n      Invoer: IN\n");
  });

  it("of several sheets is one of the workbook layout, joined by values where a name says nothing", () => {
    const sheets: readonly TestSheet[] = [
      {
        ...sheetOf({
          Lieferung: ["L1", "L2"],
          "Ein-/Ausfuhr": ["Ausfuhr", "Einfuhr"],
          VSt: ["1", "1"],
        }),
        name: "Köpfe",
      },
      {
        ...sheetOf({
          Vorgang: ["L1", "L1", "L2"],
          Position: [{ n: "10" }, { n: "20" }, { n: "10" }],
          Warenbezeichnung: ["Schrauben", "Muttern", "Bolzen"],
          "Bruttogew.": [{ n: "1.5" }, { n: "2" }, { n: "3" }],
        }),
        name: "Positionen",
      },
      {
        ...sheetOf({
          Lieferung: ["L1", "L1", "L2"],
          Position: [{ n: "10" }, { n: "20" }, { n: "10" }],
          VPArt: ["CT", "CT", "PX"],
          "Anzahl Packst.": [{ n: "1" }, { n: "2" }, { n: "3" }],
        }),
        name: "Packstücke",
      },
    ];
    const draft = draftOf(sheets);
    expect(draft).toContain("\nlayout: workbook\n");
    expect(draft).toContain(
      "Vorgang: { to: External reference, guess: true } # a guess: its values are those",
    );
    const reading = parseProfile(draft, "draft.yaml");
    if (reading.kind === "mistakes") throw new Error(reading.mistakes.join("\n"));
    const { shipments, findings } = mapSheets(sheets, ".", reading.profile);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(shipments.map(({ message }) => message?.body)).toMatchObject([
      {
        externalReference: "L1",
        direction: "OUT",
        singleAdministrativeDocument: {
          goodsShipment: {
            governmentAgencyGoodsItems: [
              { commodity: { description: "Schrauben" }, packaging: [{ type: "CT" }] },
              { commodity: { description: "Muttern" }, packaging: [{ type: "CT" }] },
            ],
          },
        },
      },
      { externalReference: "L2", direction: "IN" },
    ]);
  });

  it("tells each of its guesses in every check, until a person deletes the mark", () => {
    const sheet = sheetOf({
      Referenz: ["R1"],
      Richtung: ["Einfuhr"],
      Ware: ["Bolzen"],
      Brutto: ["1"],
    });
    const guesses = (text: string): readonly (string | null)[] => {
      const reading = parseProfile(text, "draft.yaml");
      if (reading.kind === "mistakes") throw new Error(reading.mistakes.join("\n"));
      return mapSheets([sheet], ",", reading.profile)
        .findings.filter(({ code }) => code === "profile-guess")
        .map(({ severity, cell, header }) => `${severity} ${cell ?? ""} ${header ?? ""}`);
    };
    const draft = draftOf([sheet]);
    expect(guesses(draft)).toEqual(["warning A1 Referenz", "warning C1 Ware", "warning D1 Brutto"]);
    expect(guesses(draft.replaceAll(", guess: true", ""))).toEqual([]);
  });

  it("can be used as it is, whatever the headers and values are", () => {
    const words = [
      "Referenz",
      "Richtung",
      "Gewicht",
      "EORI",
      "Ware: x",
      "# No",
      "a, b",
      "{",
      "'",
      "Typ #2",
    ];
    const headers = fc.uniqueArray(fc.oneof(fc.constantFrom(...words), fc.string()), {
      minLength: 2,
      maxLength: 6,
    });
    const values = fc.oneof(
      fc.constantFrom(
        "Import",
        "KAR",
        "2013000",
        "BE0123456789",
        "EUR",
        "CN",
        "12,5",
        "null",
        "- x",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(
        headers,
        fc.array(fc.array(values, { minLength: 6, maxLength: 6 }), { maxLength: 4 }),
        (names, rows) => {
          const sheet = {
            name: "Export",
            rows: [["Referenz!", "Warenbezeichnung", ...names], ...rows],
          };
          const reading = parseProfile(draftOf([sheet]), "draft.yaml");
          expect(reading.kind === "mistakes" ? reading.mistakes : []).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
