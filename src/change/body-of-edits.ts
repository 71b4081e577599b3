// The body of an update from single values, each named by its path. A path into a list names one of its elements, by
// its `casReference` or by an index that is resolved to it here, so that no list is ever replaced by a path.
import { toDecimal } from "../core/decimal.ts";
import { CasBatchError } from "../core/errors.ts";
import type { ErrorCode } from "../core/codes/error-codes.ts";
import {
  isJsonNumber,
  isJsonObject,
  jsonNumber,
  parseJson,
  type JsonObject,
  type JsonValue,
} from "../core/json.ts";
import { formatFieldPath, parseFieldPath, type FieldStep } from "../trace/field-path.ts";
import {
  CAS_REFERENCE,
  elementOf,
  elementUnknown,
  isList,
  memberOf,
  referenceOf,
} from "./selective-model.ts";

/** One value to be set. */
export interface Edit {
  /** As it was written. */
  readonly path: string;
  readonly value: string;
  /** Whether `value` is JSON, to be sent as it is. */
  readonly isJson: boolean;
  /** Where it was read, as the start of a sentence: `values.xlsx › Sheet1 › C7: `; empty on a command line. */
  readonly place: string;
}

/** Whether a member that the declaration lacks so far holds a number; every other one is text. */
export type IsNumberMember = (path: string) => boolean;

type Maybe = JsonValue | undefined;
type Node = Members | Elements | Value;
interface Members {
  readonly kind: "members";
  readonly inside: Map<string, Node>;
}
interface Elements {
  readonly kind: "elements";
  /** By `casReference`, or by index in a list that is new. */
  readonly inside: Map<string | number, Members>;
}
interface Value {
  readonly kind: "value";
  readonly value: JsonValue;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NO_MEMBERS = ["__proto__", "constructor", "prototype"];
const STEPS_MAX = 32;

/**
 * @param current what the paths lead into, as it is now
 * @throws CasBatchError `path-unusable`, `path-repeated`, `list-with-gaps`, `element-unknown`, `value-unusable`
 */
export function bodyOfEdits(
  current: JsonValue,
  edits: readonly Edit[],
  isNumber: IsNumberMember,
): JsonObject {
  const root = members();
  for (const edit of edits) put(root, current, edit, isNumber);
  return jsonOf(root, "") as JsonObject;
}

/** @throws CasBatchError `path-unusable` */
function stepsOf({ path, place }: Edit): readonly FieldStep[] {
  const steps = parseFieldPath(path, 0);
  const odd = steps.find(({ name }) => !NAME.test(name) || NO_MEMBERS.includes(name));
  if (steps.length === 0 || steps.length > STEPS_MAX || odd !== undefined) {
    const why = odd === undefined ? "" : `: "${odd.name}" names no member`;
    throw new CasBatchError("path-unusable", `${place}"${path}" is no path of a declaration${why}`);
  }
  return steps;
}

function put(root: Members, current: JsonValue, edit: Edit, isNumber: IsNumberMember): void {
  const { place } = edit;
  const steps = stepsOf(edit);
  let node = root;
  let now: Maybe = current;
  for (const [at, step] of steps.entries()) {
    const path = formatFieldPath(steps.slice(0, at + 1));
    const there: Maybe = memberOf(now, step.name);
    if (step.index === null && step.casReference === undefined) {
      if (at === steps.length - 1) {
        if (node.inside.has(step.name)) throw repeated(edit);
        node.inside.set(step.name, { kind: "value", value: valueOf(edit, there, isNumber) });
        return;
      }
      if (isList(there)) {
        throw fault(
          "path-unusable",
          `${place}${path} is a list of ${String(there.length)}: name one of its elements, such as ${path}[0] or ${path}[casReference=…]`,
        );
      }
      node = below(node, step.name, edit);
      now = there;
      continue;
    }
    const elements = elementsBelow(node, step.name, edit);
    const { key, element } = elementAt(step, there, path, place);
    if (at === steps.length - 1) {
      throw fault("path-unusable", `${place}${path} is an element of a list: name a member of it`);
    }
    node = elements.inside.get(key) ?? members();
    elements.inside.set(key, node);
    if (typeof key === "string" && isJsonObject(element)) {
      node.inside.set(CAS_REFERENCE, { kind: "value", value: element[CAS_REFERENCE] ?? key });
    }
    now = element;
  }
}

/** By its reference where the list is there; by its index where it is new. */
function elementAt(
  { name, index, casReference }: FieldStep,
  list: Maybe,
  path: string,
  place: string,
): { readonly key: string | number; readonly element: Maybe } {
  const now = isList(list) ? list : [];
  const listPath = path.slice(0, path.lastIndexOf("["));
  if (casReference !== undefined) {
    const element = elementOf(now, casReference);
    if (element === undefined) throw placed(place, elementUnknown(listPath, casReference, now));
    return { key: casReference, element };
  }
  if (now.length === 0) return { key: index ?? 0, element: undefined };
  const element = now[index ?? 0];
  const count = `${listPath} has ${String(now.length)}: [0] to [${String(now.length - 1)}]`;
  if (index !== null && index > now.length) {
    throw fault("list-with-gaps", `${place}${path} would leave a gap: ${count}`);
  }
  if (element === undefined) {
    throw fault(
      "path-unusable",
      `${place}${path} would be a new element: ${count}`,
      name === "governmentAgencyGoodsItems"
        ? "Add a goods item with `cas-batch declarations items add`"
        : "Give the whole list with --file and --replace-collections: CAS adds no single element to a list",
    );
  }
  const reference = referenceOf(element);
  if (reference !== null) return { key: reference, element };
  throw fault(
    "path-unusable",
    `${place}${path} has no casReference, so CAS would replace the whole of ${listPath} for it`,
    "Give the whole list with --file and --replace-collections",
  );
}

function valueOf(edit: Edit, there: Maybe, isNumberMember: IsNumberMember): JsonValue {
  const { path, value, isJson, place } = edit;
  if (isJson) return parsed(edit);
  if (value === "") {
    throw fault(
      "value-unusable",
      `${place}No value is given for ${path}`,
      `CAS does not say how a value is taken away; write --set ${path}:=null to send null`,
    );
  }
  if (isList(there) || isJsonObject(there)) {
    const what = isList(there) ? "a list" : "an object";
    throw fault("path-unusable", `${place}${path} is ${what}, not a single value`);
  }
  const isNumber = isJsonNumber(there) || (isNothing(there) && isNumberMember(path));
  if (isNumber) {
    const decimal = toDecimal(value);
    if (decimal !== null) return jsonNumber(decimal);
    throw fault("value-unusable", `${place}${path} is a number, and "${value}" is none`);
  }
  if (typeof there !== "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw fault("value-unusable", `${place}${path} is true or false, and not "${value}"`);
}

function parsed({ path, value, place }: Edit): JsonValue {
  try {
    return parseJson(value);
  } catch (error) {
    throw new CasBatchError("value-unusable", `${place}The value of ${path} is no JSON: ${value}`, {
      cause: error,
      hint: `Write --set ${path}=${value} for the text itself`,
    });
  }
}

function jsonOf(node: Node, path: string): JsonValue {
  switch (node.kind) {
    case "value":
      return node.value;
    case "members":
      return Object.fromEntries(
        [...node.inside].map(([name, one]) => [
          name,
          jsonOf(one, path === "" ? name : `${path}.${name}`),
        ]),
      );
    case "elements": {
      const indexes = [...node.inside.keys()].filter((key) => typeof key === "number");
      const missing = indexes.sort((left, right) => left - right).find((index, at) => index !== at);
      if (missing !== undefined) {
        throw fault(
          "list-with-gaps",
          `${path}[${String(missing)}] is given without ${path}[${String(missing - 1)}]`,
        );
      }
      const keys = indexes.length === 0 ? [...node.inside.keys()] : indexes;
      return keys.map((key) =>
        jsonOf(node.inside.get(key) ?? members(), `${path}[${String(key)}]`),
      );
    }
  }
}

function members(): Members {
  return { kind: "members", inside: new Map() };
}

function below(node: Members, name: string, edit: Edit): Members {
  const found = node.inside.get(name) ?? members();
  if (found.kind !== "members") throw repeated(edit);
  node.inside.set(name, found);
  return found;
}

function elementsBelow(node: Members, name: string, edit: Edit): Elements {
  const found = node.inside.get(name) ?? { kind: "elements" as const, inside: new Map() };
  if (found.kind !== "elements") throw repeated(edit);
  node.inside.set(name, found);
  return found;
}

function repeated({ path, place }: Edit): CasBatchError {
  return fault("path-repeated", `${place}${path}, or a part of it, is given twice`);
}

function placed(place: string, error: CasBatchError): CasBatchError {
  return place === "" ? error : fault(error.code, `${place}${error.message}`, error.hint);
}

function fault(code: ErrorCode, message: string, hint?: string): CasBatchError {
  return new CasBatchError(code, message, hint === undefined ? {} : { hint });
}

function isNothing(value: Maybe): boolean {
  return value === undefined || value === null;
}
