// Every column of the default template, in the order in which templates show it. Headers are matched,
// values read and checked, templates and docs written by this one table. Headers are a contract with the
// files people keep: a header is never renamed, only added.
import { parseMemberPath, type MemberPath } from "../model/member-path.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import { MASS_FRACTION_DIGITS_MAX, MONEY_FRACTION_DIGITS_MAX } from "../model/value-rule.ts";
import { codeForms } from "./code-forms.ts";
import { certainDirectionWords } from "./direction-words.ts";

/** A field of a table: optional, with no values offered, unless it says otherwise. */
export type FieldRow = Omit<CatalogueField, "level" | "required" | "offered"> &
  Partial<Pick<CatalogueField, "required" | "offered">>;

const SAD = "singleAdministrativeDocument";
export const GOODS = `${SAD}.goodsShipment`;
export const ITEM = `${GOODS}.governmentAgencyGoodsItems[]`;

const KILOGRAM_UNITS = ["kg", "kgs", "kilo", "kilogram", "kilograms"];

// Longest texts. Source: EU customs data model (an..512, an..70, n..8, n..5); assumed for CAS.
const DESCRIPTION_LENGTH_MAX = 512;
export const DOCUMENT_REFERENCE_LENGTH_MAX = 70;
const PACKAGE_QUANTITY_DIGITS_MAX = 8;
const ITEM_NUMBER_DIGITS_MAX = 5;

function partnerField(header: string, partner: string, example: string): FieldRow {
  const reference = `${partner}.businessPartnerReference[0]`;
  return {
    header,
    path: `${reference}.code`,
    rule: { kind: "code", form: codeForms.eori },
    note: "EORI number: country code and up to 15 characters",
    example,
    companion: { path: `${reference}.type`, value: "Eori" },
  };
}

/** Source: docs, The default template; paths from seeds/000 and seeds/002. */
const rows: readonly FieldRow[] = [
  {
    header: "External reference",
    path: "externalReference",
    rule: { kind: "reference" },
    required: true,
    note: "Your own reference of the shipment; with the direction it identifies the shipment",
    example: "EXAMPLE-1",
  },
  {
    header: "Direction",
    path: "direction",
    rule: { kind: "choice", values: ["IN", "OUT"], words: certainDirectionWords },
    required: true,
    note: "IN for import, OUT for export",
    example: "IN",
    offered: ["IN", "OUT"],
  },
  {
    header: "Message type",
    path: "messageType",
    rule: { kind: "choice", values: ["New", "Replace", "Update", "Upsert"] },
    note: "What CAS does with the shipment; Upsert (create or update) when left blank",
    example: "Upsert",
    offered: ["New", "Replace", "Update", "Upsert"],
  },
  {
    header: "Storage location",
    path: "storageLocationReference",
    rule: { kind: "reference" },
    note: "The storage location as CAS knows it",
    example: "WAREHOUSE-01",
  },
  {
    header: "Declaration type",
    path: `${SAD}.declType`,
    rule: { kind: "code", form: codeForms.declarationType },
    note: "Two letters: IM import, EX export, CO trade within the Union",
    example: "IM",
    offered: ["IM", "EX", "CO"],
  },
  {
    header: "Additional declaration type",
    path: `${SAD}.addDeclType`,
    rule: { kind: "code", form: codeForms.additionalDeclarationType },
    note: "One letter",
    example: "A",
  },
  {
    header: "Invoice currency",
    path: `${SAD}.invoiceCurrency`,
    rule: { kind: "code", form: codeForms.currency },
    note: "Currency code (ISO 4217)",
    example: "EUR",
  },
  {
    header: "Declaration office",
    path: `${SAD}.declarationOfficeCode`,
    rule: { kind: "code", form: codeForms.customsOffice },
    note: "Customs office: country code and 6 characters",
    example: "BE212000",
  },
  {
    header: "Agent status",
    path: `${SAD}.agentStatus`,
    rule: { kind: "code", form: codeForms.agentStatus },
    note: "One digit: how the agent represents the trader",
    example: "2",
  },
  partnerField("Agent EORI", `${SAD}.agent`, "BE0999999999"),
  partnerField("Consignor EORI", `${GOODS}.consignor`, "US12345678"),
  partnerField("Consignee EORI", `${GOODS}.consignee`, "BE0123456789"),
  {
    header: "Item number",
    path: null,
    rule: { kind: "integer", digitsMax: ITEM_NUMBER_DIGITS_MAX, positive: true },
    note: "Place of the goods item within the shipment; rows with the same number are one item",
    example: "1",
  },
  {
    header: "Goods description",
    path: `${ITEM}.commodity.description`,
    rule: { kind: "text", lengthMax: DESCRIPTION_LENGTH_MAX },
    required: true,
    note: "What the goods are, in trade terms",
    example: "Electronic components",
  },
  {
    header: "Commodity code",
    path: `${ITEM}.commodity.classification.id`,
    rule: { kind: "code", form: codeForms.commodityCode },
    note: "6, 8 or 10 digits, as text so that no leading zero is lost",
    example: "85423190",
  },
  {
    header: "Gross mass (kg)",
    path: `${ITEM}.goodsMeasure.gmass`,
    rule: { kind: "decimal", fractionDigitsMax: MASS_FRACTION_DIGITS_MAX },
    note: "In kilograms, at most 6 decimals",
    example: "100.5",
    units: KILOGRAM_UNITS,
  },
  {
    header: "Net mass (kg)",
    path: `${ITEM}.goodsMeasure.nmass`,
    rule: { kind: "decimal", fractionDigitsMax: MASS_FRACTION_DIGITS_MAX },
    note: "In kilograms, at most 6 decimals, not more than the gross mass",
    example: "95",
    units: KILOGRAM_UNITS,
  },
  {
    header: "Package type",
    path: `${ITEM}.packaging[].type`,
    rule: { kind: "code", form: codeForms.packageType },
    note: "Two characters (UN/ECE Recommendation 21), such as CT carton, PX pallet",
    example: "CT",
  },
  {
    header: "Package quantity",
    path: `${ITEM}.packaging[].quantity`,
    rule: { kind: "integer", digitsMax: PACKAGE_QUANTITY_DIGITS_MAX, positive: false },
    note: "How many packages, a whole number",
    example: "5",
  },
  {
    header: "Shipping marks",
    path: `${ITEM}.packaging[].shippingMarks`,
    rule: { kind: "text", lengthMax: DESCRIPTION_LENGTH_MAX },
    note: "Marks and numbers on the packages",
    example: "EXAMPLE-1/1",
  },
  {
    header: "Customs value",
    path: `${ITEM}.customsValue.amount`,
    rule: { kind: "decimal", fractionDigitsMax: MONEY_FRACTION_DIGITS_MAX },
    note: "Amount with at most 4 decimals",
    example: "25000",
  },
  {
    header: "Customs value currency",
    path: `${ITEM}.customsValue.currency`,
    rule: { kind: "code", form: codeForms.currency },
    note: "Currency code (ISO 4217)",
    example: "EUR",
  },
  {
    header: "Document category",
    path: `${SAD}.additionalDocuments[].category`,
    rule: { kind: "code", form: codeForms.documentCategory },
    note: "One letter or digit",
    example: "N",
  },
  {
    header: "Document type",
    path: `${SAD}.additionalDocuments[].type`,
    rule: { kind: "code", form: codeForms.documentType },
    note: "3 or 4 characters, such as 380 commercial invoice",
    example: "380",
  },
  {
    header: "Document reference",
    path: `${SAD}.additionalDocuments[].refNum`,
    rule: { kind: "reference", lengthMax: DOCUMENT_REFERENCE_LENGTH_MAX },
    note: "Number of the document",
    example: "INV-2026-001",
  },
];

export const fieldCatalogue: readonly CatalogueField[] = rows.map(catalogueField);

export function catalogueField(row: FieldRow): CatalogueField {
  const level = row.path === null ? "item" : cataloguePath(row.path).level;
  return { required: false, offered: [], ...row, level };
}

/** @throws Error when the catalogue holds a path that cannot be filled: a fault of ours. */
export function cataloguePath(text: string): MemberPath {
  const reading = parseMemberPath(text);
  if (reading.kind !== "path") throw new Error(`The field catalogue holds the path ${text}`);
  return reading.path;
}
