// Walks a message that was sent and the tree of its source cells side by side, along the path by which
// CAS names a field. Names match in any case, and by the aliases of field-aliases.ts.
import { fieldAliases } from "./field-aliases.ts";
import type { FieldStep } from "./field-path.ts";
import { isJsonObject, type JsonValue } from "../core/json.ts";
import type { SourceNode, SourceTree } from "../core/shipment.ts";

/** A node of the message, with the node of the source tree at the same place. */
export interface Place {
  readonly steps: readonly FieldStep[];
  /** Null where the message lacks what a blank cell could have said. */
  readonly value: JsonValue;
  readonly source: SourceNode | null;
}

export interface Walk {
  /** From the root to the deepest place reached. */
  readonly trail: readonly Place[];
  /** The steps that the message does not have. */
  readonly rest: readonly FieldStep[];
}

/** A path begins at the message or, like the description in seeds/002, at the document in it. */
export function walkMessage(
  message: JsonValue,
  sources: SourceTree,
  steps: readonly FieldStep[],
): Walk {
  const root: Place = { steps: [], value: message, source: sources };
  const fromRoot = walk(root, steps);
  if (fromRoot.trail.length > 1) return fromRoot;
  const document = child(root, { name: "singleAdministrativeDocument", index: null }, true);
  if (document === null) return fromRoot;
  const fromDocument = walk(document, steps);
  return fromDocument.trail.length > 1
    ? { ...fromDocument, trail: [root, ...fromDocument.trail] }
    : fromRoot;
}

function walk(from: Place, steps: readonly FieldStep[]): Walk {
  let best: Walk = { trail: [from], rest: steps };
  for (const [step, ...rest] of spellings(from, steps)) {
    if (step === undefined) continue;
    const next = child(from, step, rest.length === 0);
    if (next === null) continue;
    const further = walk(next, rest);
    if (best.trail.length === 1 || further.rest.length < best.rest.length) {
      best = { trail: [from, ...further.trail], rest: further.rest };
    }
  }
  return best;
}

/**
 * The ways to read the next steps at this place, likeliest first: as named, by an alias, without
 * trailing digits. Only readings whose first name the place has, so that each goes deeper.
 */
function spellings(from: Place, steps: readonly FieldStep[]): readonly (readonly FieldStep[])[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [];
  const byAlias = fieldAliases
    .filter(({ named }) => named.every((name, at) => steps[at]?.name.toLowerCase() === name))
    .map(({ named, ours }) => {
      const lastIndex = steps[named.length - 1]?.index ?? null;
      const replacing = ours.map((name, at) => ({
        name,
        index: at === ours.length - 1 ? lastIndex : null,
      }));
      return [...replacing, ...steps.slice(named.length)];
    });
  const withoutDigits = [{ ...step, name: step.name.replace(/\d+$/, "") }, ...rest];
  return [steps, ...byAlias, withoutDigits].filter(
    ([first]) => first !== undefined && memberName(from, first.name) !== undefined,
  );
}

/** The places one step below, those with cells first; none below a value. */
export function placesBelow(place: Place): readonly Place[] {
  const { steps, value, source } = place;
  if (Array.isArray(value) || isSourceList(source)) {
    const last = steps.at(-1);
    if (last === undefined) return [];
    const [values, cells] = listsOf(place);
    return Array.from({ length: Math.max(values.length, cells.length) }, (_unused, index) => ({
      steps: [...steps.slice(0, -1), { name: last.name, index }],
      value: values[index] ?? null,
      source: cells[index] ?? null,
    }));
  }
  const members = isJsonObject(value) ? value : {};
  const cells = isSourceTree(source) ? source : {};
  return [...new Set([...Object.keys(cells), ...Object.keys(members)])].map((name) => ({
    steps: [...steps, { name, index: null }],
    value: members[name] ?? null,
    source: cells[name] ?? null,
  }));
}

/** All values that a message holds, in its order, without blank cells of members that it lacks. */
export function* valuesOf(place: Place): Generator<Place> {
  const below = placesBelow(place).filter(({ steps }) => isIn(place.value, steps.at(-1)));
  if (below.length === 0) yield place;
  for (const inside of below) yield* valuesOf(inside);
}

/** A null that is sent is there. */
function isIn(value: JsonValue, step: FieldStep | undefined): boolean {
  if (Array.isArray(value)) return (step?.index ?? 0) < value.length;
  return isJsonObject(value) && step !== undefined && step.name in value;
}

function listsOf({
  value,
  source,
}: Pick<Place, "value" | "source">): readonly [
  readonly JsonValue[],
  readonly (SourceNode | null)[],
] {
  return [
    Array.isArray(value) ? (value as readonly JsonValue[]) : [],
    isSourceList(source) ? source : [],
  ];
}

function memberName({ value, source }: Place, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const members = [
    ...(isJsonObject(value) ? Object.keys(value) : []),
    ...(isSourceTree(source) ? Object.keys(source) : []),
  ];
  return members.find((member) => member.toLowerCase() === wanted);
}

/** The place one step below; null when there is none, or when several could be meant. */
function child(from: Place, { name, index }: FieldStep, isLast: boolean): Place | null {
  const member = memberName(from, name);
  if (member === undefined) return null;
  const value = isJsonObject(from.value) ? (from.value[member] ?? null) : null;
  const source = isSourceTree(from.source) ? (from.source[member] ?? null) : null;
  const whole: Place = { steps: [...from.steps, { name: member, index: null }], value, source };
  const [values, cells] = listsOf(whole);
  if (!Array.isArray(value) && !isSourceList(source)) {
    return index === null || index === 0 ? whole : null;
  }
  if (index === null && isLast) return whole;
  const length = Math.max(values.length, cells.length);
  // Without an index, the only element is meant.
  if (index === null && length !== 1) return null;
  const at = index ?? 0;
  if (at >= length) return null;
  return {
    steps: [...from.steps, { name: member, index: at }],
    value: values[at] ?? null,
    source: cells[at] ?? null,
  };
}

function isSourceTree(source: SourceNode | null): source is SourceTree {
  return typeof source === "object" && source !== null && !Array.isArray(source);
}

function isSourceList(source: SourceNode | null): source is readonly (SourceNode | null)[] {
  return Array.isArray(source);
}
