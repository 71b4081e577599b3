// Compares a declaration with a message. CAS may add members, deduce others and leave some out, so only the
// values of the message count, and what cannot be compared proves nothing.
import { toDecimal } from "../../core/decimal.ts";
import { isJsonNumber, isJsonObject, parseJson, type JsonValue } from "../../core/json.ts";

interface ContentMatch {
  /** `other`: some value differs. `unclear`: nothing differs, and nothing proves it either. */
  readonly kind: "ours" | "other" | "unclear";
  /** How many of the message's values the declaration shows; up to the first other one. */
  readonly shown: number;
  readonly total: number;
}

/**
 * So much of the message must be shown for a proof: a currency or a country agrees by chance.
 * Source: assumed; CAS shows the whole document (seeds/000, step 6).
 */
const SHOWN_SHARE_MIN = 0.5;

interface Comparison {
  /** The declaration as CAS answered it. */
  readonly declaration: string;
  readonly payload: string;
  /** Of the earlier versions that CAS accepted, newest first. */
  readonly earlierPayloads: readonly string[];
  /** False when the declaration may hold a part of the goods items only. */
  readonly arraysCorrespond: boolean;
  /** Whether all of the message is compared; default: the customs document in it. */
  readonly isWhole?: boolean;
}

/** One value of the message, as text that is the same for the same value. */
interface ComparedLeaf {
  readonly ours: string;
  /** Null: the declaration does not show it. */
  readonly declared: string | null;
  /** Null where that version did not say it. */
  readonly earlier: readonly (string | null)[];
  /** It belongs to an element, such as a goods item, that no earlier version had. */
  readonly isInNewElement: boolean;
}

interface Nodes {
  readonly ours: JsonValue;
  readonly declared: JsonValue | undefined;
  readonly earlier: readonly (JsonValue | undefined)[];
  readonly isInNewElement: boolean;
}

/**
 * Every value that the declaration shows must be that of the message, and it must show enough of
 * them. With earlier versions that is not enough, because it shows most of the values anyway: `ours`
 * then needs every value in which the message differs from the newest of them, and among those one
 * that no earlier version said and CAS did not have to make up: a changed one, or one of a new
 * element.
 */
export function compareContent(comparison: Comparison): ContentMatch {
  const { earlierPayloads, arraysCorrespond, isWhole = false } = comparison;
  const read = isWhole ? parsed : documentOf;
  const ours = read(comparison.payload);
  const declared = read(comparison.declaration);
  const earlier = earlierPayloads.map(read);
  const count = { shown: 0, total: 0 };
  if (ours === undefined) return { kind: "unclear", ...count };
  let hiddenChanges = 0;
  let telling = 0;
  const nodes: Nodes = { ours, declared, earlier, isInNewElement: false };
  for (const leaf of leavesOf(nodes, arraysCorrespond)) {
    count.total += 1;
    const isChanged = leaf.earlier.length > 0 && leaf.earlier[0] !== leaf.ours;
    if (leaf.declared === null) {
      if (isChanged) hiddenChanges += 1;
      continue;
    }
    if (leaf.declared !== leaf.ours) return { kind: "other", ...count };
    count.shown += 1;
    if (isChanged && isTelling(leaf)) telling += 1;
  }
  const isEnough = count.shown > 0 && count.shown >= count.total * SHOWN_SHARE_MIN;
  // Without the content of an earlier version, what is new in ours is not known.
  const isNew =
    earlier.length === 0 || (!earlier.includes(undefined) && hiddenChanges === 0 && telling > 0);
  return { kind: isEnough && isNew ? "ours" : "unclear", ...count };
}

function isTelling({ ours, earlier, isInNewElement }: ComparedLeaf): boolean {
  const [newest = null] = earlier;
  return isInNewElement || (newest !== null && !earlier.includes(ours));
}

function* leavesOf(nodes: Nodes, arraysCorrespond: boolean): Generator<ComparedLeaf> {
  const { ours, declared, earlier, isInNewElement } = nodes;
  if (isJsonArray(ours)) {
    const counterpart = isJsonArray(declared) ? declared : [];
    const corresponds = arraysCorrespond && counterpart.length === ours.length;
    const earlierArrays = earlier.map((node) => (isJsonArray(node) ? node : []));
    for (const [at, element] of ours.entries()) {
      const below: Nodes = {
        ours: element,
        declared: corresponds ? counterpart[at] : undefined,
        earlier: earlierArrays.map((array) => array[at]),
        isInNewElement:
          isInNewElement ||
          (earlier.length > 0 && earlierArrays.every((array) => array.length <= at)),
      };
      yield* leavesOf(below, arraysCorrespond);
    }
  } else if (isJsonObject(ours)) {
    for (const [name, member] of Object.entries(ours)) {
      const below: Nodes = {
        ours: member,
        declared: memberOf(declared, name),
        earlier: earlier.map((node) => memberOf(node, name)),
        isInNewElement,
      };
      yield* leavesOf(below, arraysCorrespond);
    }
  } else {
    const text = textOf(ours);
    if (text === null) return;
    yield { ours: text, declared: textOf(declared), earlier: earlier.map(textOf), isInNewElement };
  }
}

function documentOf(json: string): JsonValue | undefined {
  return memberOf(parsed(json), "singleAdministrativeDocument");
}

function parsed(json: string): JsonValue | undefined {
  try {
    return parseJson(json);
  } catch {
    return undefined;
  }
}

function memberOf(node: JsonValue | undefined, name: string): JsonValue | undefined {
  if (!isJsonObject(node)) return undefined;
  const wanted = name.toLowerCase();
  const found = Object.keys(node).find((member) => member.toLowerCase() === wanted);
  return found === undefined ? undefined : node[found];
}

/** CAS may trim texts, write codes in capitals, and texts that are numbers as numbers. */
function textOf(node: JsonValue | undefined): string | null {
  if (isJsonNumber(node)) return toDecimal(node.rawJSON) ?? node.rawJSON;
  if (typeof node === "string") return node.trim().toUpperCase();
  return typeof node === "boolean" ? String(node).toUpperCase() : null;
}

function isJsonArray(node: JsonValue | undefined): node is readonly JsonValue[] {
  return Array.isArray(node);
}
