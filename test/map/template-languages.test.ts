// The template in other languages: a file made from it is read without a profile, as one in English is.
import { describe, expect, test } from "vitest";
import { allFields, groupNames } from "../../src/map/catalogue/field-groups.ts";
import { certainField } from "../../src/map/headers/header-names.ts";
import {
  headerIn,
  helpSheetNames,
  languageOf,
  sheetNames,
  templateLanguages,
} from "../../src/map/headers/template-languages.ts";
import { normalizeHeader } from "../../src/map/headers/normalize-header.ts";
import { templateModel } from "../../src/map/template-model.ts";
import type { TemplateModel } from "../../src/core/template.ts";
import { bodyOf, codesAndCells, mapSheets, type CellText, type TestSheet } from "./sheets.ts";

const cases = templateLanguages.flatMap((language) =>
  (["flat", "workbook"] as const).map((layout) => [language, layout] as const),
);

function filled({ sheets, words }: TemplateModel): readonly TestSheet[] {
  const forPeople = [words.readMe, words.lists].map((name) => ({
    name,
    rows: [[sheets[0]?.columns[1]?.header ?? "", sheets[0]?.columns[2]?.header ?? "", "x"]],
  }));
  return [
    ...forPeople,
    ...sheets.map(({ name, columns, examples }) => ({
      name,
      rows: [
        columns.map(({ header, required }) => (required ? `${header} *` : header)),
        ...examples.map((example) => columns.map(({ header }) => example[header] ?? "")),
      ],
    })),
  ];
}

describe("the headers of a template in another language", () => {
  test.each(templateLanguages)(
    "are all there, differ, and are names that are certain: %s",
    (language) => {
      const headers = allFields.map((field) => [field, headerIn(language, field.header)] as const);
      expect(new Set(headers.map(([, text]) => normalizeHeader(text))).size).toBe(headers.length);
      for (const [field, text] of headers) {
        expect(text).not.toBe(field.header);
        expect(certainField(text)?.header, text).toBe(field.header);
      }
    },
  );

  test("show the language only of a sheet that names shipments by them", () => {
    const cells = (...texts: readonly string[]) => texts.map((text) => ({ text }));
    expect(languageOf(cells("Externe Referenz *", "Richtung", "Warennummer"))).toBe("de");
    expect(languageOf(cells("Externe referentie", "Richting", "Goederencode"))).toBe("nl");
    expect(
      languageOf(cells("External reference", "Richtung", "Warennummer", "Zollwert")),
    ).toBeNull();
    expect(languageOf(cells("Externe Referenz", "Direction", "Colour"))).toBeNull();
  });
});

describe("a file made from a template in another language", () => {
  test.each(cases)("is read as one in English is, without a word: %s, %s", (language, layout) => {
    const mapped = mapSheets(filled(templateModel(layout, { language })));
    expect(codesAndCells(mapped.findings)).toEqual([]);
    expect(mapped.plan.layout).toBe(layout);
    const english = JSON.stringify(bodyOf(mapSheets(filled(templateModel(layout)))));
    const read = JSON.stringify(bodyOf(mapped));
    const withoutGoods = (body: string): string => body.replace(/"description":"[^"]*"/g, "");
    expect(withoutGoods(read)).toBe(withoutGoods(english));
    expect(read).not.toBe(english);
  });

  test.each(cases)("may have the columns of groups: %s, %s", (language, layout) => {
    const choices = { groups: groupNames };
    const mapped = mapSheets(filled(templateModel(layout, { ...choices, language })));
    expect([...new Set(mapped.findings.map(({ code }) => code))]).toEqual(["header-path-assumed"]);
    const read = JSON.stringify(bodyOf(mapped));
    const english = JSON.stringify(bodyOf(mapSheets(filled(templateModel(layout, choices)))));
    const withoutWords = (body: string): string => body.replace(/"description":"[^"]*"/g, "");
    expect(withoutWords(read)).toBe(withoutWords(english));
  });

  test("may lack the columns that it does not need", () => {
    const mapped = mapSheets([
      {
        name: "Sendungen",
        rows: [
          ["Externe Referenz *", "Richtung *"],
          ["A-1", "Ausfuhr"],
        ],
      },
      {
        name: "Warenpositionen",
        rows: [
          ["Externe Referenz *", "Warenbezeichnung *"],
          ["A-1", "Nuts"],
        ],
      },
    ]);
    expect(codesAndCells(mapped.findings)).toEqual([]);
    expect(bodyOf(mapped)).toMatchObject({ direction: "OUT" });
  });

  test.each(templateLanguages)(
    "is told in its own words what is missing or mistyped: %s",
    (language) => {
      const [reference = "", direction = "", goods = "", code = ""] = [
        "External reference",
        "Direction",
        "Goods description",
        "Commodity code",
      ].map((header) => headerIn(language, header));
      const slip = code.slice(0, 3) + code.slice(4);
      const mapped = mapSheets([
        {
          name: "Sheet1",
          rows: [
            [reference, direction, goods, slip],
            ["PO-1", "IN", "", "7318150"],
          ],
        },
      ]);
      expect(codesAndCells(mapped.findings)).toEqual([
        "header-mistyped D1",
        "code-format D2",
        "value-missing C2",
      ]);
      expect(mapped.findings[0]?.hint).toContain(`\`${code}\``);
      expect(mapped.findings[2]?.message).toContain(goods);
      const without = mapSheets([
        {
          name: "Sheet1",
          rows: [
            [reference, direction, code],
            ["PO-1", "IN", "73181500"],
          ],
        },
      ]);
      expect(without.findings[0]?.message).toContain(`\`${goods}\``);
      const rows = [
        [reference.slice(0, 3) + reference.slice(4), direction, goods, code],
        ["PO-1", "IN", "Bolts", "73181500"],
      ];
      const unnamed = mapSheets([{ name: "Sheet1", rows }]);
      expect(codesAndCells(unnamed.findings)).toEqual(["header-required"]);
      expect(unnamed.findings[0]?.hint).toContain(`Rename it to \`${reference}\``);
    },
  );
});

describe("a person's own sheet with a name of a template in another language", () => {
  const own = (name: string, ...rows: readonly (readonly CellText[])[]): TestSheet => ({
    name,
    rows,
  });
  const shipments = own(
    "Shipments",
    ["External reference", "Direction", "Goods description"],
    ["PO-1", "IN", "Bolts"],
  );

  test.each(templateLanguages.flatMap((language) => Object.values(sheetNames[language])))(
    "does not stop a file: %s",
    (name) => {
      const list = own(name, ["Package type", "Direction"], ["CT", "carton"]);
      const mapped = mapSheets([shipments, list]);
      expect(mapped.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(mapped.shipments[0]?.message).not.toBeNull();
    },
  );

  test.each(templateLanguages.flatMap((language) => Object.values(helpSheetNames[language])))(
    "is read where it holds the shipments: %s",
    (name) => {
      expect(mapSheets([{ ...shipments, name }]).shipments).toHaveLength(1);
    },
  );
});
