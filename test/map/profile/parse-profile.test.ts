// What a profile's text is understood as, and how mistakes in it are told.
import { describe, expect, it } from "vitest";
import { mistakesOf, profileOf } from "./profiles.ts";

describe("parseProfile()", () => {
  it.each([
    [
      "aliases of aliases",
      `version: 1\na: &a [x, x]\n${Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*${at === 0 ? "a" : `b${at - 1}`}, *${at === 0 ? "a" : `b${at - 1}`}]`).join("\n")}`,
      "its aliases (`*name`) stand for too many values; write it out",
    ],
    ["deep lists", `version: 1\ncolumns: ${"[".repeat(20_000)}`, "too deep in each other"],
    ["deep maps", `version: 1\ncolumns: ${"{a: ".repeat(20_000)}`, "too deep in each other"],
    [
      "a deep path",
      `version: 1\nconstants: { singleAdministrativeDocument${".a".repeat(100)}: x }`,
      "it goes down more than 32 levels",
    ],
  ])("names %s as a mistake", (_name, text, mistake) => {
    expect(mistakesOf(text).join("\n")).toContain(mistake);
  });

  it("takes an alias that stands for a few words", () => {
    const text =
      "columns:\n  A: { to: Package type, values: &v { X: CT } }\n  B: { to: Direction, values: *v }";
    expect(profileOf(text).sheets.shipments?.columns).toHaveLength(2);
  });

  it("fills in everything that is left out", () => {
    const profile = profileOf("");
    expect(profile).toMatchObject({
      layout: "flat",
      messageType: "Upsert",
      decimalMark: null,
      dateOrder: null,
      emptyCell: "absent",
    });
    expect(profile.sheets.shipments).toMatchObject({ columns: null, otherColumns: "match" });
  });

  it.each([
    ["", "p.yaml: `version`: is missing; 1 is needed"],
    ["version: 2", 'p.yaml line 1, column 1: `version`: "2" is none of 1'],
    [
      "version: 1\ncolums: {}",
      "p.yaml line 2, column 1: `colums` is no setting of a profile; did you mean `columns`?",
    ],
    [
      "version: 1\ncolumns:\n  A: Comodity code",
      'p.yaml line 3, column 3: `columns.A`: "Comodity code" is no header of the default template and no path into the message; did you mean `Commodity code`?',
    ],
    [
      "version: 1\ncolumns:\n  A:\n    to: Commodity code\n    transform: [digits]",
      "p.yaml line 5, column 5: `transform` is no setting of a profile; did you mean `transforms`?",
    ],
    [
      "version: 1\ncolumns:\n  A: { to: Commodity code, transforms: [digit] }",
      'p.yaml line 3, column 41: `columns.A.transforms.0`: "digit" is none of trim, upper, lower, digits; did you mean `digits`?',
    ],
    [
      "version: 1\ncolumns:\n  A: { to: Commodity code, transforms: [{ pda: 8 }] }",
      "p.yaml line 3, column 43: `pda` is no setting of a profile; did you mean `pad`?",
    ],
    [
      "version: 1\ndateOrder: dym",
      'p.yaml line 2, column 1: `dateOrder`: "dym" is none of dmy, mdy, ymd; did you mean `dmy`?',
    ],
    [
      "version: 1\ntimeZone: Europe/Brussel",
      'p.yaml line 2, column 1: `timeZone`: "Europe/Brussel" is no time zone such as Europe/Brussels; did you mean `Europe/Brussels`?',
    ],
    [
      "version: 1\nseverities: { value-repared: off }",
      "p.yaml line 2, column 15: `value-repared` is no setting of a profile; did you mean `value-repaired`?",
    ],
    [
      "version: 1\nconstants: { Directon: IN }",
      'p.yaml line 2, column 14: `constants.Directon`: "Directon" is no header of the default template and no path into the message; did you mean `Direction`?',
    ],
    [
      "version: 1\nconstants: { SingleAdministrativeDocument.goodsShipment.exportCountry: BE }",
      'p.yaml line 2, column 14: `constants.SingleAdministrativeDocument.goodsShipment.exportCountry`: "SingleAdministrativeDocument.goodsShipment.exportCountry" is no header of the default template and no path into the message; did you mean `singleAdministrativeDocument.goodsShipment.exportCountry`?',
    ],
    [
      "version: 1\nconstants: { Direction: INN }",
      'p.yaml line 2, column 14: Direction cannot be "INN": one of IN, OUT is needed',
    ],
    [
      "version: 1\nconstants: { Message type: Update }",
      "p.yaml line 2, column 14: `Message type` is no constant; use `messageType`",
    ],
    [
      "version: 1\nlayout: workbook",
      "p.yaml line 2, column 1: `layout`: the workbook layout needs `sheets`",
    ],
    [
      "version: 1\ncsv: { encoding: foo }",
      "p.yaml line 2, column 8: `csv.encoding`: no such text encoding is known; utf-8, windows-1252, windows-1250, iso-8859-15, macintosh and cp850 are, among others",
    ],
    [
      'version: 1\ncsv: { quote: "ab" }',
      `p.yaml line 2, column 8: \`csv.quote\`: one character is needed, such as "'", or none`,
    ],
    [
      'version: 1\ncsv: { delimiter: ";;" }',
      'p.yaml line 2, column 8: `csv.delimiter`: one character is needed, such as ";", or tab',
    ],
    [
      "version: 1\nheaderRow: [3, 2]",
      "p.yaml line 2, column 1: `headerRow`: the rows of the headers are named from top to bottom, such as [2, 3]",
    ],
    [
      "- version: 1",
      "p.yaml line 1, column 3: Lines such as `name: value` are needed, and this is a list",
    ],
    [
      "version: 1\nlayout: workbook\nsheets:\n  shipments:\n    groupBy: [A]\n    columns:\n      A: External reference",
      "p.yaml line 7, column 7: `A` cannot be the External reference as well: `groupBy` makes it",
    ],
    [
      "version: 1\nrows: { leaveOut: [{ column: A, is: x, blank: true }] }",
      "p.yaml line 2, column 20: `rows.leaveOut.0`: one of is, startsWith, contains and blank is needed",
    ],
    [
      "version: 1\ngroupBy: [A]\ncolumns:\n  A: External reference",
      "p.yaml line 4, column 3: `A` cannot be the External reference as well: `groupBy` makes it",
    ],
  ])("says of %j: %s", (text, mistake) => {
    expect(mistakesOf(text)).toEqual([mistake]);
  });

  it("tells every mistake at once", () => {
    expect(mistakesOf("version: 1\nlayuot: flat\ndecimalMark: x\n")).toHaveLength(2);
  });

  it("tells where YAML itself is broken", () => {
    expect(mistakesOf("version: 1\ncolumns: {A: [}")[0]).toContain("line 2, column");
  });

  it("takes codes as they are written: 007 keeps its zeros as a key and as a value", () => {
    const profile = profileOf("columns: { A: { to: Document type, values: { 007: 0380 } } }");
    const values = profile.sheets.shipments?.columns?.[0]?.targets[0]?.values;
    expect([...(values ?? [])]).toEqual([["007", "0380"]]);
  });
});
