// The selective update model. Source: seeds/004, Update declaration: only fields that are given change; a
// collection whose elements carry no `casReference` replaces the whole; an element that carries one is
// changed field by field. Assumed: `null` takes a field away; in a collection where some elements carry one,
// those without are added.
import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { CAS_REFERENCE, ITEM_ID } from "./declaration-document.ts";

export interface UnknownReference {
  /** Shape: `goodsShipment.governmentAgencyGoodsItems[0].casReference`. */
  readonly path: string;
  readonly message: string;
}

/** @param unknown gets every `casReference` that names nothing */
export function selectivelyUpdated(
  present: JsonObject,
  update: JsonObject,
  path: string,
  unknown: UnknownReference[],
): JsonObject {
  const changed: Record<string, JsonValue> = { ...present };
  for (const [name, value] of Object.entries(update)) {
    // What names an element is no field of it.
    if (name === CAS_REFERENCE || name === ITEM_ID) continue;
    if (value === null) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the key is the field's name
      delete changed[name];
    } else {
      changed[name] = merged(present[name], value, path === "" ? name : `${path}.${name}`, unknown);
    }
  }
  return changed;
}

function merged(
  present: JsonValue | undefined,
  update: JsonValue,
  path: string,
  unknown: UnknownReference[],
): JsonValue {
  if (Array.isArray(update)) {
    const elements = update as readonly JsonValue[];
    return elements.some((element) => referenceOf(element) !== null)
      ? mergedElements(present, elements, path, unknown)
      : elements;
  }
  if (!isJsonObject(update)) return update;
  return selectivelyUpdated(isJsonObject(present) ? present : {}, update, path, unknown);
}

function mergedElements(
  present: JsonValue | undefined,
  elements: readonly JsonValue[],
  path: string,
  unknown: UnknownReference[],
): readonly JsonValue[] {
  const result = Array.isArray(present) ? [...(present as readonly JsonValue[])] : [];
  for (const [index, element] of elements.entries()) {
    const reference = referenceOf(element);
    if (reference === null || !isJsonObject(element)) {
      result.push(element);
      continue;
    }
    const place = result.findIndex((candidate) => referenceOf(candidate) === reference);
    const found = result[place];
    const elementPath = `${path}[${index}]`;
    if (isJsonObject(found)) {
      result[place] = selectivelyUpdated(found, element, elementPath, unknown);
    } else {
      unknown.push({
        path: `${elementPath}.${CAS_REFERENCE}`,
        message: `names no element of the collection: ${reference}`,
      });
    }
  }
  return result;
}

/** As text: whether it is a text or a number is not documented. */
function referenceOf(element: JsonValue): string | null {
  const reference = isJsonObject(element) ? element[CAS_REFERENCE] : undefined;
  if (isJsonNumber(reference)) return reference.rawJSON;
  return typeof reference === "string" ? reference : null;
}
