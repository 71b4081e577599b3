// The blank files to fill in, described from the field catalogue, in one of the languages of the template.
import type {
  TemplateColumn,
  TemplateLanguage,
  TemplateModel,
  TemplateSheet,
} from "../core/template.ts";
import type { OtherKind } from "../core/shipment.ts";
import { kindTemplate } from "./kinds/kind-template.ts";
import { fieldCatalogue } from "./catalogue/field-catalogue.ts";
import { groupFields } from "./catalogue/field-groups.ts";
import { headerIn } from "./headers/template-languages.ts";
import type { FieldLevel } from "./model/levels.ts";
import type { Layout } from "./model/mapping-plan.ts";
import type { CatalogueField, SheetRole } from "./model/message-catalogue.ts";
import type { ValueRule } from "./model/value-rule.ts";
import { templateTexts, type TemplateTexts } from "./template-texts.ts";

/** Values of an example row, by header. */
type Example = Readonly<Record<string, string>>;

const KEY_HEADERS = ["External reference", "Direction"];
const carried: Readonly<Record<string, NonNullable<TemplateColumn["carriedAs"]>>> = {
  "External reference": "reference",
  Direction: "direction",
  "Goods description": "item",
};
const ITEM_KEY_HEADERS = [...KEY_HEADERS, "Item number"];

/** Null for English; groups are further columns, by their names. */
export interface TemplateChoices {
  readonly language?: TemplateLanguage | null;
  readonly groups?: readonly string[];
}

/** @param layout Of shipments; or another kind of message, which has one layout and one language. */
export function templateModel(
  layout: Layout | OtherKind,
  { language = null, groups = [] }: TemplateChoices = {},
): TemplateModel {
  const texts = templateTexts(language);
  if (layout !== "flat" && layout !== "workbook") return kindTemplate(layout, texts.words);
  const { titles, instructions, commonInstructions, assumedColumns, words } = texts;
  const further = groupFields.filter(({ group = "" }) => groups.includes(group));
  const fields = [...fieldCatalogue, ...further];
  const sheets = layout === "flat" ? [flatSheet(fields, texts)] : workbookSheets(fields, texts);
  const headers = further.map(({ header }) => headerIn(language, header)).join(", ");
  return {
    title: titles[layout],
    instructions: [
      ...instructions[layout],
      ...commonInstructions,
      ...(further.length === 0 ? [] : [assumedColumns.replace("{columns}", headers)]),
    ],
    sheets: sheets.map((sheet) => inLanguage(sheet, texts, language)),
    words,
  };
}

function flatSheet(fields: readonly CatalogueField[], texts: TemplateTexts): TemplateSheet {
  return {
    name: texts.sheets.shipments,
    columns: fields.map((field) => columnOf(field, field.required)),
    examples: [
      exampleOf(fields, () => true),
      {
        ...exampleOf(fields, ({ header }) => KEY_HEADERS.includes(header)),
        "Item number": "2",
        "Goods description": "Steel bolts",
        "Commodity code": "73181500",
        "Gross mass (kg)": "12.5",
        "Net mass (kg)": "12",
        "Package type": "BX",
        "Package quantity": "2",
        "Customs value": "310.25",
        "Customs value currency": "EUR",
      },
    ],
  };
}

function workbookSheets(
  fields: readonly CatalogueField[],
  { sheets }: TemplateTexts,
): readonly TemplateSheet[] {
  const sheetOf = (
    role: SheetRole,
    level: FieldLevel,
    keyHeaders: readonly string[],
    required: readonly string[],
  ): TemplateSheet => {
    const belongs = (field: CatalogueField): boolean =>
      field.level === level || keyHeaders.includes(field.header);
    return {
      name: sheets[role],
      columns: fields
        .filter(belongs)
        .map((field) => columnOf(field, required.includes(field.header))),
      examples: [exampleOf(fields, belongs)],
    };
  };
  return [
    sheetOf("shipments", "shipment", [], KEY_HEADERS),
    sheetOf("goods items", "item", ITEM_KEY_HEADERS, ["External reference", "Goods description"]),
    sheetOf("packaging", "packaging", ITEM_KEY_HEADERS, ["External reference", "Item number"]),
    sheetOf("documents", "document", KEY_HEADERS, ["External reference"]),
  ];
}

/** Headers, notes and words; codes and numbers are the same in every language. */
function inLanguage(
  { name, columns, examples }: TemplateSheet,
  { notes, values, examples: exampleWords }: TemplateTexts,
  language: TemplateLanguage | null,
): TemplateSheet {
  if (language === null) return { name, columns, examples };
  const inWords = (text: string): string => values[text] ?? exampleWords[text] ?? text;
  return {
    name,
    columns: columns.map((column) => ({
      ...column,
      header: headerIn(language, column.header),
      note: notes[column.header] ?? column.note,
      allowedValues: column.allowedValues.map((value) => values[value] ?? value),
      example: inWords(column.example),
    })),
    examples: examples.map((example) =>
      Object.fromEntries(
        Object.entries(example).map(([header, text]) => [
          headerIn(language, header),
          inWords(text),
        ]),
      ),
    ),
  };
}

function columnOf(field: CatalogueField, required: boolean): TemplateColumn {
  const carriedAs = carried[field.header];
  return {
    header: field.header,
    note: field.group === undefined ? field.note : `${field.note}. Assumed: ${field.path ?? ""}`,
    required,
    about: field.path === null ? "item number" : field.level,
    ...(carriedAs === undefined ? {} : { carriedAs }),
    type: columnType(field.rule),
    allowedValues: field.offered,
    example: field.example,
  };
}

function columnType(rule: ValueRule): TemplateColumn["type"] {
  switch (rule.kind) {
    case "decimal":
    case "integer":
    case "date":
      return rule.kind;
    case "timestamp":
    case "code":
    case "choice":
    case "boolean":
    case "reference":
      return "code";
    case "text":
    case "any":
      return "text";
  }
}

function exampleOf(
  fields: readonly CatalogueField[],
  belongs: (field: CatalogueField) => boolean,
): Example {
  return Object.fromEntries(fields.filter(belongs).map(({ header, example }) => [header, example]));
}
