// Columns that most declarations need and that no public page of CAS shows today. A template has them
// on demand. Their paths are assumed, from public samples of earlier years: a profile that gives the
// column another path overrides the one here.
//
// Each header is one that nobody has in a list of their own: `Country of origin` there is a column of
// theirs, and is not sent to an assumed path unless a person says so.
import { MASS_FRACTION_DIGITS_MAX, MONEY_FRACTION_DIGITS_MAX } from "../model/value-rule.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import { codeForms } from "./code-forms.ts";
import { incoterms, transportModes } from "./code-lists.ts";
import {
  catalogueField,
  DOCUMENT_REFERENCE_LENGTH_MAX,
  fieldCatalogue,
  GOODS,
  ITEM,
  type FieldRow,
} from "./field-catalogue.ts";

/** Longest texts. Source: EU customs data model (an..35); assumed for CAS. */
const PLACE_LENGTH_MAX = 35;
const MEANS_LENGTH_MAX = 35;
const INVOICE_NUMBER_LENGTH_MAX = 70;

/** By the word for `template --with`. Source: public samples of 2020, and of 2016 where those lack it. */
const rows: Readonly<Record<string, readonly FieldRow[]>> = {
  origin: [
    {
      header: "Item origin country",
      path: `${ITEM}.origin.country`,
      rule: { kind: "code", form: codeForms.country },
      note: "Country of origin of the goods: two letters (ISO 3166)",
      example: "CN",
    },
  ],
  procedure: [
    {
      header: "Item requested procedure",
      path: `${ITEM}.governmentProcedure.proc`,
      rule: { kind: "code", form: codeForms.procedure },
      note: "Requested procedure: the first two digits of the procedure code",
      example: "40",
    },
    {
      header: "Item previous procedure",
      path: `${ITEM}.governmentProcedure.prevProc`,
      rule: { kind: "code", form: codeForms.procedure },
      note: "Previous procedure: the last two digits of the procedure code, 00 for none",
      example: "00",
    },
    {
      header: "Item additional procedure",
      path: `${ITEM}.governmentProcedure.procEU`,
      rule: { kind: "code", form: codeForms.additionalProcedure },
      note: "Additional procedure of the EU: 3 letters or digits, 000 for none",
      example: "000",
    },
  ],
  incoterms: [
    {
      header: "Shipment Incoterms code",
      path: `${GOODS}.tradeTerms.termsCode`,
      rule: { kind: "code", form: codeForms.incoterm },
      note: "Delivery terms: three letters (Incoterms 2020)",
      example: "DAP",
      offered: [...incoterms],
    },
    {
      header: "Shipment Incoterms place",
      path: `${GOODS}.tradeTerms.place`,
      rule: { kind: "text", lengthMax: PLACE_LENGTH_MAX },
      note: "Place that belongs to the delivery terms",
      example: "Antwerpen",
    },
  ],
  transport: [
    ...transportMeans("Border", "borderTransportMeans", "active at the border"),
    {
      header: "Border transport country",
      path: `${GOODS}.consignment.borderTransportMeans.country`,
      rule: { kind: "code", form: codeForms.country },
      note: "Nationality of the means of transport at the border: two letters (ISO 3166)",
      example: "PL",
    },
    ...transportMeans("Arrival", "arrivalTransportMeans", "on arrival, for imports"),
    ...transportMeans("Departure", "departureTransportMeans", "at departure, for exports"),
  ],
  countries: [
    {
      header: "Shipment country of export",
      path: `${GOODS}.exportCountry`,
      rule: { kind: "code", form: codeForms.country },
      note: "Country of export or dispatch: two letters (ISO 3166)",
      example: "CN",
    },
    {
      header: "Shipment country of destination",
      path: `${GOODS}.destination.country`,
      rule: { kind: "code", form: codeForms.country },
      note: "Country of destination: two letters (ISO 3166)",
      example: "BE",
    },
  ],
  "previous-documents": [
    {
      header: "Item previous document category",
      path: `${ITEM}.previousDocuments[0].category`,
      rule: { kind: "code", form: codeForms.documentCategory },
      note: "One letter or digit; only the first previous document of a goods item has columns",
      example: "N",
    },
    {
      header: "Item previous document type",
      path: `${ITEM}.previousDocuments[0].type`,
      rule: { kind: "code", form: codeForms.documentType },
      note: "3 or 4 letters or digits, such as 337 temporary storage declaration",
      example: "337",
    },
    {
      header: "Item previous document reference",
      path: `${ITEM}.previousDocuments[0].refNum`,
      rule: { kind: "reference", lengthMax: DOCUMENT_REFERENCE_LENGTH_MAX },
      note: "Number of the previous document, such as its MRN",
      example: "TST-2026-0001",
    },
  ],
  "statistical-value": [
    {
      header: "Item statistical value",
      path: `${ITEM}.statValue`,
      rule: { kind: "decimal", fractionDigitsMax: MONEY_FRACTION_DIGITS_MAX },
      note: "Amount in the currency of the country, at most 4 decimals",
      example: "25500",
    },
  ],
  "supplementary-units": [
    {
      header: "Item supplementary quantity",
      path: `${ITEM}.goodsMeasure.supQty`,
      rule: { kind: "decimal", fractionDigitsMax: MASS_FRACTION_DIGITS_MAX },
      note: "Quantity in the supplementary unit of the commodity code, at most 6 decimals",
      example: "1200",
    },
    {
      header: "Item supplementary unit",
      path: `${ITEM}.goodsMeasure.supQtyUoM`,
      rule: { kind: "code", form: codeForms.unit },
      note: "The supplementary unit, such as NAR number of items",
      example: "NAR",
    },
  ],
  preference: [
    {
      header: "Item preference code",
      path: `${ITEM}.commodity.dutyTaxFees[0].preference1`,
      rule: { kind: "code", form: codeForms.preference },
      note: "Preferential tariff treatment: 3 digits, such as 100 none, 300 preference",
      example: "100",
    },
  ],
  invoice: [
    {
      header: "Shipment invoice number",
      path: `${GOODS}.invoice.number`,
      rule: { kind: "reference", lengthMax: INVOICE_NUMBER_LENGTH_MAX },
      note: "Number of the commercial invoice",
      example: "INV-2026-001",
    },
    {
      header: "Shipment invoice date",
      path: `${GOODS}.invoice.date`,
      rule: { kind: "date" },
      note: "Date of the commercial invoice, such as 2026-03-01",
      example: "2026-03-01",
    },
  ],
};

/** What `template --with` takes. */
export const groupNames: readonly string[] = Object.keys(rows);

/** The columns of all groups, in the order in which templates show them. */
export const groupFields: readonly CatalogueField[] = Object.entries(rows).flatMap(
  ([group, fields]) => fields.map((row) => ({ ...catalogueField(row), group })),
);

/** All columns that have a header of ours: those of the default template first. */
export const allFields: readonly CatalogueField[] = [...fieldCatalogue, ...groupFields];

function transportMeans(name: string, member: string, when: string): readonly FieldRow[] {
  return [
    {
      header: `${name} transport mode`,
      path: `${GOODS}.consignment.${member}.mode`,
      rule: { kind: "code", form: codeForms.transportMode },
      note: `Mode of transport ${when}: 1 sea, 2 rail, 3 road, 4 air, 5 post, 7 fixed, 8 inland waterway, 9 own propulsion`,
      example: "3",
      offered: [...transportModes],
    },
    {
      header: `${name} transport identification`,
      path: `${GOODS}.consignment.${member}.identification`,
      rule: { kind: "text", lengthMax: MEANS_LENGTH_MAX },
      note: `Means of transport ${when}: registration, ship or flight number`,
      example: "WX 12345",
    },
  ];
}
