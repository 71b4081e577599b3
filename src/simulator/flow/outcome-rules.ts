// The table that decides what becomes of a message: the data alone decides, so a rehearsal gives
// the same result every time. All of it is assumed, except V0010, which is the example of
// seeds/002, Errors. The table for people is docs/simulator.md.
import type { DeclarationError } from "../../core/declaration.ts";
import {
  childAt,
  goodsItemsOf,
  goodsShipmentOf,
  partnerCodeOf,
  sadOf,
  textAt,
  type Content,
} from "./message-content.ts";

/** What CAS and customs will say about one declaration. */
export interface Verdict {
  readonly validationErrors: readonly DeclarationError[];
  readonly customsErrors: readonly DeclarationError[];
  /** Customs never answers: the declaration stays where it waits for them. */
  readonly customsIsSilent: boolean;
  /** Customs wants to see documents and the goods are not released. */
  readonly documentsAreWanted: boolean;
  /** Pre-lodged: customs wait for the goods, until the action Goods Arrived. */
  readonly goodsAreAwaited: boolean;
}

/** A declaration takes at most this many goods items; the rest goes into a second one. */
const DECLARATION_ITEMS_MAX = 99;

const CLOSED_STORAGE_LOCATION = "CLOSED-01";
const STORAGE_LOCATION_AT_SEA = "AT-SEA-01";
/** Of a pre-lodged declaration. Source: Declaration actions, Goods Arrived. */
export const PRE_LODGED_TYPE = "D";
const REJECTED_CHAPTER = "99";
const SILENT_CHAPTER = "93";
const DOCUMENT_CONTROL_CHAPTER = "30";

/** Which goods items, counted from 0, one of a shipment's declarations holds. */
export interface ItemRange {
  readonly start: number;
  readonly end: number;
}

/** The items of each declaration that a message leads to: one declaration, or two. */
export function splitIntoDeclarations(message: Content): readonly ItemRange[] {
  const items = goodsItemsOf(message).length;
  return items <= DECLARATION_ITEMS_MAX
    ? [{ start: 0, end: items }]
    : [
        { start: 0, end: DECLARATION_ITEMS_MAX },
        { start: DECLARATION_ITEMS_MAX, end: items },
      ];
}

/** Why the shipment as a whole is refused after its 202; null when it is not. */
export function shipmentRefusal(message: Content): string | null {
  return textAt(message, "storageLocationReference") === CLOSED_STORAGE_LOCATION
    ? `Storage location ${CLOSED_STORAGE_LOCATION} is closed`
    : null;
}

/** @param firstItem the place in the shipment, counted from 0, of the first item of the range */
export function judge(message: Content, range: ItemRange, firstItem = range.start): Verdict {
  const items = goodsItemsOf(message)
    .slice(range.start, range.end)
    // One-based and counted over the whole shipment, so that an error can be walked back to it.
    .map((item, index) => ({ item, itemNumber: firstItem + index + 1 }));
  const startsWith = (item: Content, chapter: string): boolean =>
    commodityCodeOf(item)?.startsWith(chapter) ?? false;
  return {
    validationErrors: [
      ...headerErrors(message),
      ...items.flatMap(({ item, itemNumber }) => itemErrors(item, itemNumber)),
    ],
    customsErrors: items
      .filter(({ item }) => startsWith(item, REJECTED_CHAPTER))
      .map(({ itemNumber }) =>
        fieldError(
          "C1001",
          "Commodity code not known to customs",
          `${classificationPath(itemNumber)}.Id is not in the tariff`,
          classificationPath(itemNumber),
          "Id",
        ),
      ),
    customsIsSilent: items.some(({ item }) => startsWith(item, SILENT_CHAPTER)),
    documentsAreWanted: items.some(({ item }) => startsWith(item, DOCUMENT_CONTROL_CHAPTER)),
    goodsAreAwaited:
      textAt(message, "storageLocationReference") === STORAGE_LOCATION_AT_SEA &&
      textAt(sadOf(message), "addDeclType") === PRE_LODGED_TYPE,
  };
}

function headerErrors(message: Content): readonly DeclarationError[] {
  const errors: DeclarationError[] = [];
  const document = sadOf(message);
  const office = textAt(document, "declarationOfficeCode") ?? "";
  if (office.startsWith("NL") && textAt(document, "addDeclType") !== "D") {
    errors.push(
      fieldError(
        "V0010",
        "Invalid additional declaration type",
        "SingleAdministrativeDocument.AddDeclType must be of type 'D'",
        "SingleAdministrativeDocument",
        "AddDeclType1",
      ),
    );
  }
  if (partnerCodeOf(childAt(goodsShipmentOf(message), "consignee")) === null) {
    errors.push(
      fieldError(
        "V0020",
        "Consignee missing",
        "SingleAdministrativeDocument.GoodsShipment.Consignee must have a business partner reference",
        "SingleAdministrativeDocument.GoodsShipment",
        "Consignee",
      ),
    );
  }
  return errors;
}

function itemErrors(item: Content, itemNumber: number): readonly DeclarationError[] {
  const errors: DeclarationError[] = [];
  const measure = childAt(item, "goodsMeasure");
  const grossMassKg = measure?.["gmass"];
  const netMassKg = measure?.["nmass"];
  if (typeof grossMassKg === "number" && typeof netMassKg === "number" && netMassKg > grossMassKg) {
    const path = `${itemPath(itemNumber)}.GoodsMeasure`;
    errors.push(
      fieldError(
        "V0031",
        "Net mass greater than gross mass",
        `${path}.Nmass must not be greater than Gmass`,
        path,
        "Nmass",
      ),
    );
  }
  if (commodityCodeOf(item) === null) {
    errors.push(
      fieldError(
        "V0040",
        "Commodity code missing",
        `${classificationPath(itemNumber)}.Id must be given`,
        classificationPath(itemNumber),
        "Id",
      ),
    );
  }
  return errors;
}

function commodityCodeOf(item: Content): string | null {
  return textAt(childAt(childAt(item, "commodity"), "classification"), "id");
}

function itemPath(itemNumber: number): string {
  return `SingleAdministrativeDocument.GoodsShipment.GovernmentAgencyGoodsItems[${itemNumber}]`;
}

function classificationPath(itemNumber: number): string {
  return `${itemPath(itemNumber)}.Commodity.Classification`;
}

/** Shape: seeds/002, Errors. */
function fieldError(
  errorCode: string,
  message: string,
  description: string,
  path: string,
  fieldName: string,
): DeclarationError {
  return { errorCode, message, description, fieldReference: [{ fieldName, path }] };
}
