// The blank files to fill in, described from the field catalogue.
import type { TemplateColumn, TemplateModel, TemplateSheet } from "../core/template.ts";
import { fieldCatalogue } from "./catalogue/field-catalogue.ts";
import { groupFields } from "./catalogue/field-groups.ts";
import type { FieldLevel } from "./model/levels.ts";
import type { Layout } from "./model/mapping-plan.ts";
import type { CatalogueField } from "./model/message-catalogue.ts";
import type { ValueRule } from "./model/value-rule.ts";

/** Values of an example row, by header. */
type Example = Readonly<Record<string, string>>;

const KEY_HEADERS = ["External reference", "Direction"];
const carried: Readonly<Record<string, "reference" | "direction">> = {
  "External reference": "reference",
  Direction: "direction",
};
const ITEM_KEY_HEADERS = [...KEY_HEADERS, "Item number"];

/** @param groups Further columns, by the names of their groups. */
export function templateModel(layout: Layout, groups: readonly string[] = []): TemplateModel {
  const further = groupFields.filter(({ group = "" }) => groups.includes(group));
  const fields = [...fieldCatalogue, ...further];
  const model = layout === "flat" ? flatTemplate(fields) : workbookTemplate(fields);
  if (further.length === 0) return model;
  const about = `Assumed: the columns ${further.map(({ header }) => header).join(", ")} fill members of the message that no public page of CAS shows. Ask your CAS team whether their names are right before you send real declarations; a profile gives a column another path.`;
  return { ...model, instructions: [...model.instructions, about] };
}

const commonInstructions = [
  "Fill in one line below the headers for each row; headers that end with * must be filled in. Keep the headers as they are; their order does not matter, and columns that you do not need may be deleted.",
  "Keep codes (commodity codes, document types, references) as text, so that no leading zero is lost. Write amounts and masses with at most 4 decimals and without thousands separators.",
  "For a member of the message that has no column, add a column whose header is its path, such as singleAdministrativeDocument.goodsShipment.exportCountry.",
  "`cas-batch check FILE` shows what would be sent, and sends nothing.",
];

function flatTemplate(fields: readonly CatalogueField[]): TemplateModel {
  return {
    title: "Customs shipments, one row per goods item",
    instructions: [
      "External reference and Direction identify a shipment. A shipment with several goods items has several rows; what belongs to the shipment is repeated, or left blank after its first row.",
      "A further row with the same Item number adds a packaging, a document, or both to the shipment.",
      ...commonInstructions,
    ],
    sheets: [
      {
        name: "Shipments",
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
      },
    ],
  };
}

function workbookTemplate(fields: readonly CatalogueField[]): TemplateModel {
  const sheet = (
    name: string,
    level: FieldLevel,
    keyHeaders: readonly string[],
    required: readonly string[],
  ): TemplateSheet => {
    const belongs = (field: CatalogueField): boolean =>
      field.level === level || keyHeaders.includes(field.header);
    return {
      name,
      columns: fields
        .filter(belongs)
        .map((field) => columnOf(field, required.includes(field.header))),
      examples: [exampleOf(fields, belongs)],
    };
  };
  return {
    title: "Customs shipments, one sheet per kind of row",
    instructions: [
      "Shipments has one row per shipment. Goods items, Packaging and Documents name the shipment they belong to by External reference and Direction; Packaging names the goods item by Item number too.",
      "Direction may be left blank on the other sheets when no other shipment has the same External reference.",
      ...commonInstructions,
    ],
    sheets: [
      sheet("Shipments", "shipment", [], KEY_HEADERS),
      sheet("Goods items", "item", ITEM_KEY_HEADERS, ["External reference", "Goods description"]),
      sheet("Packaging", "packaging", ITEM_KEY_HEADERS, ["External reference", "Item number"]),
      sheet("Documents", "document", KEY_HEADERS, ["External reference"]),
    ],
  };
}

function columnOf(field: CatalogueField, required: boolean): TemplateColumn {
  const carriedAs = carried[field.header];
  return {
    header: field.header,
    note: field.group === undefined ? field.note : `${field.note}. Assumed: ${field.path ?? ""}`,
    required,
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
