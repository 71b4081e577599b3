// A first profile from a real file: what is matched, how sure it is, and what is left to a person.
import { describe, expect, it } from "vitest";
import { allFields } from "../../../../src/map/catalogue/field-groups.ts";
import { readHeaderRow } from "../../../../src/map/headers/header-cells.ts";
import { foldHeader, headerNames } from "../../../../src/map/headers/header-names.ts";
import { headerSynonyms } from "../../../../src/map/headers/header-synonyms.ts";
import { draftProfile } from "../../../../src/map/profile/init/draft-profile.ts";
import { parseProfile } from "../../../../src/map/profile/parse-profile.ts";
import { suggestColumns } from "../../../../src/map/profile/init/suggest-columns.ts";
import { surveySheet } from "../../../../src/map/profile/init/survey-sheet.ts";
import { sheetRows, type CellText } from "../../sheets.ts";

function draftOf(rows: readonly (readonly CellText[])[], isDecimalMarkSeen = true): string {
  const survey = surveySheet("Export", sheetRows({ name: "Export", rows }));
  return draftProfile({
    fileName: "night.xlsx",
    format: "xlsx",
    decimalMark: ".",
    isDecimalMarkSeen,
    csv: null,
    surveys: survey === null ? [] : [survey],
  }).text;
}

const suggested = (...headers: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    suggestColumns(readHeaderRow(sheetRows({ name: "S", rows: [headers] })).cells).map(
      ({ cell, field }) => [cell.text, field.header],
    ),
  );

describe("headerSynonyms", () => {
  it("has every column in four languages, and no other", () => {
    expect(Object.keys(headerSynonyms)).toEqual(allFields.map(({ header }) => header));
    for (const { certain = {}, likely = {}, possible = {} } of Object.values(headerSynonyms)) {
      const languages = new Set([certain, likely, possible].flatMap((names) => Object.keys(names)));
      expect([...languages].toSorted()).toEqual(["Dutch", "English", "French", "German"]);
    }
  });

  it("gives no certain name to a second field, and no name to a field twice", () => {
    const written = headerNames.filter(({ language }) => language !== "template");
    const names = written.map(({ field, text, certainty }) => ({
      ...{ header: field.header, certainty },
      key: foldHeader(text).replaceAll(" ", ""),
    }));
    const doubtful = names.filter(({ key, header, certainty }) =>
      names.some(
        (other) =>
          other.key === key &&
          ((certainty === "certain" && other.header !== header) ||
            (other.header === header && other.certainty !== certainty)),
      ),
    );
    expect(doubtful).toEqual([]);
  });
});

describe("suggestColumns()", () => {
  it.each([
    ["Warentarif-Nr.", "Commodity code"],
    ["Poids brut (kg)", "Gross mass (kg)"],
    ["Nettogewicht KG", "Net mass (kg)"],
    ["EMPFAENGER EORI", "Consignee EORI"],
    ["Omschrijving goederen", "Goods description"],
    ["Référence", "External reference"],
    ["Gewicht (kg)", "Gross mass (kg)"],
  ])("takes %s for %s", (header, field) => {
    expect(suggested(header)).toEqual({ [header]: field });
  });

  it("takes nothing for a name that is like none, wherever it stands", () => {
    expect(suggested("Sachbearbeiter", "Farbe", "Telephone")).toEqual({});
  });

  it("is not sure of a name that two fields have", () => {
    const [weight] = suggestColumns(
      readHeaderRow(sheetRows({ name: "S", rows: [["Weight"]] })).cells,
    );
    expect(weight?.score).toBeLessThan(0.8);
  });

  it("gives a field to its likeliest header alone", () => {
    expect(suggested("Gross weight", "Gross weigth")).toEqual({
      "Gross weight": "Gross mass (kg)",
    });
  });
});

describe("draftProfile()", () => {
  const rows: readonly (readonly CellText[])[] = [
    ["Export list"],
    [
      "Reference",
      "Direction",
      "Description",
      "Gross lb",
      "Remarks",
      "Colour: outside",
      "Date",
      "Date",
    ],
    ["R1", "Import", "Bolts", { n: "5" }, "none", "red", "13/04/2026", "02/04/2026"],
    ["R2", "Sideways", "Nuts", { n: "7" }, null, "blue", "14/04/2026", "03/04/2026"],
  ];

  it("writes a profile that can be used as it is", () => {
    const reading = parseProfile(draftOf(rows), "draft.yaml");
    expect(reading.kind === "mistakes" ? reading.mistakes : []).toEqual([]);
  });

  it("shows the score, the name it goes by and values of the column", () => {
    expect(draftOf(rows)).toContain(
      '  Reference: { to: External reference, guess: true } # a guess: 1.00 like "reference" (English); "R1", "R2"',
    );
  });

  it("marks what is only likely as a guess, and takes what can mean nothing else", () => {
    const draft = draftOf([
      ["Lieferung", "Warenbezeichnung", "Bruttogew.", "Stat.Warennr."],
      ["L1", "Bolts", { n: "12" }, "73181500"],
    ]);
    expect(draft).toContain("  Lieferung: { to: External reference, guess: true } # a guess: 1.00");
    expect(draft).toMatch(/^ {2}Warenbezeichnung: Goods description # 1\.00/m);
    expect(draft).toMatch(/^ {2}Bruttogew\.: Gross mass \(kg\) # 1\.00/m);
    expect(draft).toMatch(/^ {2}Stat\.Warennr\.: Commodity code # 1\.00/m);
  });

  it("leaves what is not sure, and what it does not know, in comments", () => {
    const lines = draftOf(rows).split("\n");
    expect(lines.find((line) => line.includes("Remarks"))).toMatch(
      /^ {2}# Remarks: .*is it right\?/,
    );
    expect(lines).toContain('  # "Colour: outside": ignore # "red", "blue"');
  });

  it("knows words for directions, and asks for those it does not know", () => {
    expect(draftOf(rows)).toContain("      Import: IN\n      # Sideways: IN or OUT?");
  });

  it("makes kilograms of pounds, tells columns of one name apart, settles dates that all fit", () => {
    const draft = draftOf(rows);
    expect(draft).toContain("Gross mass (kg), transforms: [{ multiply: 0.45359237 }");
    expect(draft).toMatch(/# "?Date #2"?: ignore/);
    expect(draft).toContain("dateOrder: dmy # dates such as 13/04/2026");
    expect(draft).toContain("headerRow: 2");
  });

  it("leaves a decimal mark that no number told in a comment", () => {
    expect(draftOf(rows)).toContain('\ndecimalMark: "."');
    expect(draftOf(rows, false)).toContain('\n# decimalMark: "."');
  });

  it("joins headers that stand in two lines", () => {
    const draft = draftOf([
      ["Ref", "Dir", "Weight", "", "Goods"],
      ["", "", "Gross", "Net", "Description"],
      ["R1", "IN", { n: "10" }, { n: "9" }, "Bolts"],
    ]);
    expect(draft).toContain("\nheaderRow: [1, 2]\n");
    expect(draft).toMatch(/^ {2}Ref: \{ to: External reference, guess: true \}/m);
    expect(draft).toMatch(/^ {2}Weight Net: Net mass \(kg\)/m);
  });

  it("asks for the order of dates that do not tell", () => {
    const ambiguous = rows.map((row) =>
      row.slice(0, 6).concat(row === rows[0] ? [] : ["03/04/2026"]),
    );
    expect(draftOf(ambiguous)).toContain("# dateOrder: dmy # dmy or mdy?");
  });
});

describe("the decimal mark in a draft from a CSV file", () => {
  const draft = (...masses: readonly string[]): string => {
    const rows = [
      ["Reference", "Direction", "Description", "Gross weight", "Remark"],
      ...masses.map((mass, at) => [`PO-${at}`, "OUT", "Bolts", mass, "8471.30"]),
    ];
    const survey = surveySheet("Export", sheetRows({ name: "Export", rows }));
    return draftProfile({
      ...{ fileName: "night.csv", format: "csv", csv: { encoding: "utf-8", delimiter: ";" } },
      ...{ decimalMark: ",", isDecimalMarkSeen: true, surveys: survey === null ? [] : [survey] },
    }).text;
  };

  it.each([
    ["is that of its columns of numbers", ["1,50", "1,234"], 'decimalMark: "," # as this'],
    [
      "is asked for where they have both",
      ["1,50", "2.5"],
      '# decimalMark: "," # or the other one? It has numbers such as 1,50 and such as 2.5',
    ],
    [
      "is asked for where they have the other",
      ["12", "2.5"],
      "or the other one? Its numbers are such as 2.5",
    ],
    [
      "is asked for where they do not tell",
      ["12", "1,234"],
      "or the other one? Numbers such as 1,234 do not show it",
    ],
  ])("%s", (_what, masses, line) => {
    expect(draft(...masses)).toContain(
      `\n${line.startsWith("or") ? `# decimalMark: "," # ${line}` : line}`,
    );
  });
});
