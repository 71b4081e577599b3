// The selective model of updates: only given fields change; a list without `casReference` in its elements replaces the
// whole list; elements with it are changed one by one. Pure: what a body would make of what is there now.
// Source: seeds/004, Update declaration.
import { CasBatchError } from "../core/errors.ts";
import { isJsonObject, isJsonNumber, type JsonValue } from "../core/json.ts";

export const CAS_REFERENCE = "casReference";

type Maybe = JsonValue | undefined;

/**
 * What is there after `patch`, given what is there now.
 * @param isSeen true to look whether a patch was applied: CAS deduces further members in the elements of a list that
 *   was replaced, and they do not tell against it
 */
export function patched(current: Maybe, patch: JsonValue, isSeen = false): JsonValue {
  if (isList(patch)) {
    const now = isList(current) ? current : [];
    if (patch.length > 0 && patch.every((element) => referenceOf(element) !== null)) {
      return now.map((element) => {
        const change = patch.find((one) => referenceOf(one) === referenceOf(element));
        return change === undefined ? element : patched(element, change, isSeen);
      });
    }
    if (!isSeen || now.length !== patch.length) return patch;
    return patch.map((element, at) => patched(now[at], element, isSeen));
  }
  if (!isJsonObject(patch)) return patch;
  const after: Record<string, JsonValue> = { ...(isJsonObject(current) ? current : {}) };
  for (const [name, value] of Object.entries(patch)) {
    after[name] = patched(Object.hasOwn(after, name) ? after[name] : undefined, value, isSeen);
  }
  return after;
}

/** A list that a body would replace whole. */
export interface ReplacedList {
  readonly path: string;
  readonly countBefore: number;
  readonly countAfter: number;
}

/**
 * The lists with elements that `patch` would replace whole, or lose: `null`, a text or an object over a list, and
 * over what holds one.
 * @throws CasBatchError `element-unknown`, `collection-mixed`
 */
export function replacedLists(
  current: Maybe,
  patch: JsonValue,
  path = "",
): readonly ReplacedList[] {
  if (isList(patch)) {
    if (isJsonObject(current)) return listsIn(current, path);
    const now = isList(current) ? current : [];
    const references = patch.map(referenceOf);
    const keyed = references.filter((reference) => reference !== null);
    if (keyed.length === 0) {
      const isSame = JSON.stringify(now) === JSON.stringify(patch);
      return now.length === 0 || isSame
        ? []
        : [{ path, countBefore: now.length, countAfter: patch.length }];
    }
    if (keyed.length < patch.length || new Set(keyed).size < keyed.length) {
      throw new CasBatchError(
        "collection-mixed",
        `Some elements of ${path} have a casReference and others have none, or two have the same`,
      );
    }
    return patch.flatMap((element, at) => {
      const reference = references[at] ?? "";
      const found = elementOf(now, reference);
      if (found === undefined) throw elementUnknown(path, reference, now);
      return replacedLists(found, element, `${path}[casReference=${reference}]`);
    });
  }
  if (!isJsonObject(patch) || isList(current)) return listsIn(current, path);
  return Object.entries(patch).flatMap(([name, value]) =>
    replacedLists(memberOf(current, name), value, below(path, name)),
  );
}

function listsIn(lost: Maybe, path: string): readonly ReplacedList[] {
  if (isList(lost)) {
    return lost.length === 0 ? [] : [{ path, countBefore: lost.length, countAfter: 0 }];
  }
  if (!isJsonObject(lost)) return [];
  return Object.entries(lost).flatMap(([name, value]) => listsIn(value, below(path, name)));
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

const REFERENCES_SHOWN_MAX = 5;

export function elementUnknown(
  path: string,
  reference: string,
  now: readonly JsonValue[],
): CasBatchError {
  const known = now.map(referenceOf).filter((one) => one !== null);
  const shown = known.slice(0, REFERENCES_SHOWN_MAX).join(", ");
  const there =
    known.length === 0
      ? "none of its elements has a casReference"
      : `its elements are ${shown}${known.length > REFERENCES_SHOWN_MAX ? ` (${String(REFERENCES_SHOWN_MAX)} of ${String(known.length)} shown)` : ""}`;
  return new CasBatchError(
    "element-unknown",
    `${path} has no element with casReference ${reference}; ${there}`,
  );
}

export function elementOf(list: readonly JsonValue[], reference: string): Maybe {
  return list.find((element) => referenceOf(element) === reference);
}

/** Its type is not documented, so a number counts as its text. */
export function referenceOf(element: Maybe): string | null {
  const reference: Maybe = isJsonObject(element) ? element[CAS_REFERENCE] : undefined;
  if (typeof reference === "string") return reference;
  return isJsonNumber(reference) ? reference.rawJSON : null;
}

export function isList(value: Maybe): value is readonly JsonValue[] {
  return Array.isArray(value);
}

export function memberOf(value: Maybe, name: string): Maybe {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
