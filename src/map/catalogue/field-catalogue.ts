// Every column of the default template, in the order in which templates show it. This one table
// drives the matching of headers, the reading and checking of values, the templates and the docs.
// Headers are a contract with the files people keep: a header is never renamed, only added.
import type { FieldLevel } from "../model/levels.ts";
import {
  MASS_FRACTION_DIGITS_MAX,
  MONEY_FRACTION_DIGITS_MAX,
  type ValueRule,
} from "../model/value-rule.ts";
import { codeForms } from "./code-forms.ts";

export interface CatalogueField {
  readonly header: string;
  /**
   * Shape: a member path; `[]` is the list that rows add to, `[0]` the first element of another.
   * Null for what is no member of the message.
   */
  readonly path: string | null;
  readonly level: FieldLevel;
  readonly rule: ValueRule;
  /** The column must be there, and so must the value. */
  readonly required: boolean;
  readonly note: string;
  readonly example: string;
  /** What a template offers; other values may be allowed too. */
  readonly offered: readonly string[];
  /** Written beside the value into the same object. */
  readonly companion?: { readonly path: string; readonly value: string };
  /** How the unit of the header may be written; another unit is suspicious. */
  readonly units?: readonly string[];
}

const SAD = "singleAdministrativeDocument";
const GOODS = `${SAD}.goodsShipment`;
const ITEM = `${GOODS}.governmentAgencyGoodsItems[]`;

const KILOGRAM_UNITS = ["kg", "kgs", "kilo", "kilogram", "kilograms"];

// Longest texts. Source: EU customs data model (an..512, an..70, n..8, n..5); assumed for CAS.
const DESCRIPTION_LENGTH_MAX = 512;
const DOCUMENT_REFERENCE_LENGTH_MAX = 70;
const PACKAGE_QUANTITY_DIGITS_MAX = 8;
const ITEM_NUMBER_DIGITS_MAX = 5;

function partnerField(header: string, partner: string, example: string): CatalogueField {
  const reference = `${partner}.businessPartnerReference[0]`;
  return {
    header,
    path: `${reference}.code`,
    level: "shipment",
    rule: { kind: "code", form: codeForms.eori },
    required: false,
    note: "EORI number: country code and up to 15 characters",
    example,
    offered: [],
    companion: { path: `${reference}.type`, value: "Eori" },
  };
}

/** Source: docs, The default template; paths from seeds/000 and seeds/002. */
export const fieldCatalogue: readonly CatalogueField[] = [
  {
    header: "External reference",
    path: "externalReference",
    level: "shipment",
    rule: { kind: "reference" },
    required: true,
    note: "Your own reference of the shipment; with the direction it identifies the shipment",
    example: "EXAMPLE-1",
    offered: [],
  },
  {
    header: "Direction",
    path: "direction",
    level: "shipment",
    rule: { kind: "choice", values: ["IN", "OUT"] },
    required: true,
    note: "IN for import, OUT for export",
    example: "IN",
    offered: ["IN", "OUT"],
  },
  {
    header: "Message type",
    path: "messageType",
    level: "shipment",
    rule: { kind: "choice", values: ["New", "Replace", "Update", "Upsert"] },
    required: false,
    note: "What CAS does with the shipment; Upsert (create or update) when left blank",
    example: "Upsert",
    offered: ["New", "Replace", "Update", "Upsert"],
  },
  {
    header: "Storage location",
    path: "storageLocationReference",
    level: "shipment",
    rule: { kind: "reference" },
    required: false,
    note: "The storage location as CAS knows it",
    example: "WAREHOUSE-01",
    offered: [],
  },
  {
    header: "Declaration type",
    path: `${SAD}.declType`,
    level: "shipment",
    rule: { kind: "code", form: codeForms.declarationType },
    required: false,
    note: "Two letters: IM import, EX export, CO trade within the Union",
    example: "IM",
    offered: ["IM", "EX", "CO"],
  },
  {
    header: "Additional declaration type",
    path: `${SAD}.addDeclType`,
    level: "shipment",
    rule: { kind: "code", form: codeForms.additionalDeclarationType },
    required: false,
    note: "One letter",
    example: "A",
    offered: [],
  },
  {
    header: "Invoice currency",
    path: `${SAD}.invoiceCurrency`,
    level: "shipment",
    rule: { kind: "code", form: codeForms.currency },
    required: false,
    note: "Currency code (ISO 4217)",
    example: "EUR",
    offered: [],
  },
  {
    header: "Declaration office",
    path: `${SAD}.declarationOfficeCode`,
    level: "shipment",
    rule: { kind: "code", form: codeForms.customsOffice },
    required: false,
    note: "Customs office: country code and 6 characters",
    example: "BE212000",
    offered: [],
  },
  {
    header: "Agent status",
    path: `${SAD}.agentStatus`,
    level: "shipment",
    rule: { kind: "code", form: codeForms.agentStatus },
    required: false,
    note: "One digit: how the agent represents the trader",
    example: "2",
    offered: [],
  },
  partnerField("Agent EORI", `${SAD}.agent`, "BE0999999999"),
  partnerField("Consignor EORI", `${GOODS}.consignor`, "US12345678"),
  partnerField("Consignee EORI", `${GOODS}.consignee`, "BE0123456789"),
  {
    header: "Item number",
    path: null,
    level: "item",
    rule: { kind: "integer", digitsMax: ITEM_NUMBER_DIGITS_MAX, positive: true },
    required: false,
    note: "Place of the goods item within the shipment; rows with the same number are one item",
    example: "1",
    offered: [],
  },
  {
    header: "Goods description",
    path: `${ITEM}.commodity.description`,
    level: "item",
    rule: { kind: "text", lengthMax: DESCRIPTION_LENGTH_MAX },
    required: true,
    note: "What the goods are, in trade terms",
    example: "Electronic components",
    offered: [],
  },
  {
    header: "Commodity code",
    path: `${ITEM}.commodity.classification.id`,
    level: "item",
    rule: { kind: "code", form: codeForms.commodityCode },
    required: false,
    note: "6, 8 or 10 digits, as text so that no leading zero is lost",
    example: "85423190",
    offered: [],
  },
  {
    header: "Gross mass (kg)",
    path: `${ITEM}.goodsMeasure.gmass`,
    level: "item",
    rule: { kind: "decimal", fractionDigitsMax: MASS_FRACTION_DIGITS_MAX },
    required: false,
    note: "In kilograms, at most 6 decimals",
    example: "100.5",
    offered: [],
    units: KILOGRAM_UNITS,
  },
  {
    header: "Net mass (kg)",
    path: `${ITEM}.goodsMeasure.nmass`,
    level: "item",
    rule: { kind: "decimal", fractionDigitsMax: MASS_FRACTION_DIGITS_MAX },
    required: false,
    note: "In kilograms, at most 6 decimals, not more than the gross mass",
    example: "95",
    offered: [],
    units: KILOGRAM_UNITS,
  },
  {
    header: "Package type",
    path: `${ITEM}.packaging[].type`,
    level: "packaging",
    rule: { kind: "code", form: codeForms.packageType },
    required: false,
    note: "Two characters (UN/ECE Recommendation 21), such as CT carton, PX pallet",
    example: "CT",
    offered: [],
  },
  {
    header: "Package quantity",
    path: `${ITEM}.packaging[].quantity`,
    level: "packaging",
    rule: { kind: "integer", digitsMax: PACKAGE_QUANTITY_DIGITS_MAX, positive: false },
    required: false,
    note: "How many packages, a whole number",
    example: "5",
    offered: [],
  },
  {
    header: "Shipping marks",
    path: `${ITEM}.packaging[].shippingMarks`,
    level: "packaging",
    rule: { kind: "text", lengthMax: DESCRIPTION_LENGTH_MAX },
    required: false,
    note: "Marks and numbers on the packages",
    example: "EXAMPLE-1/1",
    offered: [],
  },
  {
    header: "Customs value",
    path: `${ITEM}.customsValue.amount`,
    level: "item",
    rule: { kind: "decimal", fractionDigitsMax: MONEY_FRACTION_DIGITS_MAX },
    required: false,
    note: "Amount with at most 4 decimals",
    example: "25000",
    offered: [],
  },
  {
    header: "Customs value currency",
    path: `${ITEM}.customsValue.currency`,
    level: "item",
    rule: { kind: "code", form: codeForms.currency },
    required: false,
    note: "Currency code (ISO 4217)",
    example: "EUR",
    offered: [],
  },
  {
    header: "Document category",
    path: `${SAD}.additionalDocuments[].category`,
    level: "document",
    rule: { kind: "code", form: codeForms.documentCategory },
    required: false,
    note: "One letter or digit",
    example: "N",
    offered: [],
  },
  {
    header: "Document type",
    path: `${SAD}.additionalDocuments[].type`,
    level: "document",
    rule: { kind: "code", form: codeForms.documentType },
    required: false,
    note: "3 or 4 characters, such as 380 commercial invoice",
    example: "380",
    offered: [],
  },
  {
    header: "Document reference",
    path: `${SAD}.additionalDocuments[].refNum`,
    level: "document",
    rule: { kind: "reference", lengthMax: DOCUMENT_REFERENCE_LENGTH_MAX },
    required: false,
    note: "Number of the document",
    example: "INV-2026-001",
    offered: [],
  },
];
