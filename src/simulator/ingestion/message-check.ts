// The checks that CAS makes while the caller waits: format and structure only. What they refuse is
// answered with 400 and never processed. Source: seeds/003, Ingestion API endpoints; which fields
// they cover is assumed.
import { countryCodes } from "../../core/codes/countries.ts";
import type { Direction, MessageType } from "../../core/shipment.ts";
import type { FieldError } from "../api/answer.ts";
import { asContent, type Content } from "../flow/message-content.ts";

interface MessageEnvelope {
  readonly direction: Direction;
  readonly externalReference: string;
  readonly messageType: MessageType;
}

export type CheckedFormat =
  | { readonly kind: "fit"; readonly envelope: MessageEnvelope }
  | { readonly kind: "unfit"; readonly errors: readonly FieldError[]; readonly message: Content };

const SAD = "singleAdministrativeDocument";

export function checkFormat(body: unknown): CheckedFormat {
  const message = asContent(body);
  if (message === null) {
    return { kind: "unfit", message: {}, errors: [{ path: "", message: "must be a JSON object" }] };
  }
  const errors: FieldError[] = [];
  const { externalReference, direction, storageLocationReference } = message;
  const messageType = message["messageType"] ?? "New";
  if (typeof externalReference !== "string" || externalReference.trim() === "") {
    errors.push({ path: "externalReference", message: "must be text that is not blank" });
  }
  if (!isDirection(direction)) {
    errors.push({ path: "direction", message: "must be IN or OUT" });
  }
  if (!isMessageType(messageType)) {
    errors.push({ path: "messageType", message: "must be New, Replace, Update or Upsert" });
  }
  if (storageLocationReference !== undefined && typeof storageLocationReference !== "string") {
    errors.push({ path: "storageLocationReference", message: "must be text" });
  }
  const document = asContent(message[SAD]);
  if (document === null) {
    errors.push({ path: SAD, message: "must be an object" });
  } else {
    checkDocument(document, errors);
  }
  return errors.length === 0 &&
    typeof externalReference === "string" &&
    isDirection(direction) &&
    isMessageType(messageType)
    ? { kind: "fit", envelope: { direction, externalReference, messageType } }
    : { kind: "unfit", errors, message };
}

function isDirection(value: unknown): value is Direction {
  return value === "IN" || value === "OUT";
}

function isMessageType(value: unknown): value is MessageType {
  return value === "New" || value === "Replace" || value === "Update" || value === "Upsert";
}

export function checkDocument(document: Content, errors: FieldError[]): void {
  const path = `${SAD}.goodsShipment`;
  const goodsShipment = objectIn(document, "goodsShipment", path, errors);
  if (goodsShipment === null) return;
  const country = goodsShipment["exportCountry"];
  if (country !== undefined && !(typeof country === "string" && countryCodes.has(country))) {
    errors.push({
      path: `${path}.exportCountry`,
      message: "must be an ISO 3166 alpha-2 country code",
    });
  }
  checkNumber(goodsShipment, "trxNatCode", path, errors);
  const itemsPath = `${path}.governmentAgencyGoodsItems`;
  objectsIn(goodsShipment, "governmentAgencyGoodsItems", itemsPath, errors).forEach(
    ({ element, path: itemPath }) => {
      checkItem(element, itemPath, errors);
    },
  );
}

export function checkItem(item: Content, path: string, errors: FieldError[]): void {
  const measure = objectIn(item, "goodsMeasure", `${path}.goodsMeasure`, errors);
  for (const name of ["gmass", "nmass", "qty"]) {
    checkNumber(measure, name, `${path}.goodsMeasure`, errors);
  }
  const value = objectIn(item, "customsValue", `${path}.customsValue`, errors);
  checkNumber(value, "amount", `${path}.customsValue`, errors);
  for (const packaging of objectsIn(item, "packaging", `${path}.packaging`, errors)) {
    checkNumber(packaging.element, "quantity", packaging.path, errors);
  }
}

function checkNumber(
  parent: Content | null,
  name: string,
  parentPath: string,
  errors: FieldError[],
): void {
  const value = parent?.[name];
  if (value !== undefined && typeof value !== "number") {
    errors.push({ path: `${parentPath}.${name}`, message: "must be a JSON number" });
  }
}

function objectIn(
  parent: Content,
  name: string,
  path: string,
  errors: FieldError[],
): Content | null {
  const value = parent[name];
  if (value === undefined) return null;
  const content = asContent(value);
  if (content === null) errors.push({ path, message: "must be an object" });
  return content;
}

function objectsIn(
  parent: Content,
  name: string,
  path: string,
  errors: FieldError[],
): readonly { readonly element: Content; readonly path: string }[] {
  const value = parent[name];
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    errors.push({ path, message: "must be an array" });
    return [];
  }
  return value.flatMap((member: unknown, index) => {
    const element = asContent(member);
    const elementPath = `${path}[${index}]`;
    if (element !== null) return [{ element, path: elementPath }];
    errors.push({ path: elementPath, message: "must be an object" });
    return [];
  });
}
