// The document of one declaration: cut from its shipment, until somebody changes it; then its own.
//
// Elements of a collection carry `casReference`, by which a selective update names them, and a goods item
// carries `governmentAgencyGoodsItemId`, by which the item endpoints do. Source: seeds/004, Update
// declaration, and Declaration items; what the two look like, and that every element of every collection
// has the first, is assumed. A reference is never given twice.
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Declaration, OwnDocument } from "./declaration.ts";

export const CAS_REFERENCE = "casReference";
export const ITEM_ID = "governmentAgencyGoodsItemId";
const SAD = "singleAdministrativeDocument";
const ITEMS = "governmentAgencyGoodsItems";

/** The document as it stands, numbers as they came. */
export function documentOf(declaration: Declaration): JsonObject {
  const { own } = declaration;
  if (own === null) return withReferences(cutOut(declaration), declaration, 0).document;
  const document = parseJson(own.text);
  return isJsonObject(document) ? document : {};
}

/** The document with new content; what is new in it gets references. */
export function ownDocument(declaration: Declaration, document: JsonObject): OwnDocument {
  const given =
    declaration.own?.referencesGiven ??
    withReferences(cutOut(declaration), declaration, 0).referencesGiven;
  const referenced = withReferences(document, declaration, given);
  return {
    text: JSON.stringify(referenced.document),
    referencesGiven: referenced.referencesGiven,
  };
}

export function goodsItemsIn(document: JsonObject): readonly JsonValue[] {
  const goodsShipment = document["goodsShipment"];
  const items = isJsonObject(goodsShipment) ? goodsShipment[ITEMS] : undefined;
  return Array.isArray(items) ? (items as readonly JsonValue[]) : [];
}

export function withGoodsItems(document: JsonObject, items: readonly JsonValue[]): JsonObject {
  const goodsShipment = document["goodsShipment"];
  const others = isJsonObject(goodsShipment) ? goodsShipment : {};
  return { ...document, goodsShipment: { ...others, [ITEMS]: items } };
}

/** The document of the shipment with the goods items of this declaration. */
function cutOut({ shipment, items, step }: Declaration): JsonObject {
  const message = parseJson(shipment.content);
  const document = isJsonObject(message) ? message[SAD] : undefined;
  if (!isJsonObject(document)) return {};
  const goodsItems = goodsItemsIn(document);
  const cut =
    goodsItems.length === 0
      ? document
      : withGoodsItems(document, goodsItems.slice(items.start, items.end));
  return step === null ? cut : { ...cut, declType: step === "export" ? "EX" : "IM" };
}

function withReferences(
  document: JsonObject,
  { declarationId }: Declaration,
  givenBefore: number,
): { readonly document: JsonObject; readonly referencesGiven: number } {
  let given = givenBefore;
  const walk = (value: JsonValue, name: string): JsonValue => {
    if (Array.isArray(value)) {
      return (value as readonly JsonValue[]).map((element) =>
        isJsonObject(element) ? marked(element, name) : element,
      );
    }
    return isJsonObject(value) ? walkMembers(value) : value;
  };
  const walkMembers = (value: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, walk(member, name)]));
  const marked = (element: JsonObject, collection: string): JsonObject => {
    const reference = element[CAS_REFERENCE] ?? String(++given);
    const id =
      collection === ITEMS
        ? { [ITEM_ID]: element[ITEM_ID] ?? `${declarationId}${String(++given).padStart(4, "0")}` }
        : {};
    return { ...id, [CAS_REFERENCE]: reference, ...walkMembers(element) };
  };
  const referenced = walkMembers(document);
  return { document: referenced, referencesGiven: given };
}
