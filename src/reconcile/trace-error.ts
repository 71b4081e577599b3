// Walks an error of CAS or customs back to the cell of the user's file that caused it. CAS names
// the field in its own spelling; the message as it was sent and the tree of its source cells are
// walked side by side along that name. Where the way ends early the nearest cell is named, so that
// every error of a shipment of ours leads somewhere, and the path always says what was meant.
import type { DeclarationError } from "../core/declaration.ts";
import { isJsonNumber, isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import type { SourceNode, SourceTree } from "../core/shipment.ts";
import type { AcceptedSources, TracedDeclarationError } from "../ledger/ledger.ts";
import { fieldAliases } from "./field-aliases.ts";
import { formatFieldPath, leadingPath, parseFieldPath, type FieldStep } from "./field-path.ts";

/** The index of a collection's first element in the paths of CAS. Source: assumed. */
const FIRST_INDEX = 1;

/** These span the whole message: their first cell would say nothing about the place. */
const SPANNING_PATHS: ReadonlySet<string> = new Set([
  "",
  "singleAdministrativeDocument",
  "singleAdministrativeDocument.goodsShipment",
]);

/** A node of the message, with the node of the source tree at the same place. */
interface Place {
  readonly steps: readonly FieldStep[];
  readonly value: JsonValue;
  readonly source: SourceNode | null;
}

interface Walk {
  /** From the root to the deepest place reached. */
  readonly trail: readonly Place[];
  /** What could not be followed any further. */
  readonly rest: readonly FieldStep[];
}

interface Location {
  readonly cell: string | null;
  readonly path: string | null;
  readonly value: string | null;
}

/** One traced error for each field that the error names, and one when it names none. */
export function traceError(
  error: DeclarationError,
  accepted: AcceptedSources | null,
): readonly TracedDeclarationError[] {
  const references = error.fieldReference.filter(
    ({ path, fieldName }) => (path ?? "") !== "" || (fieldName ?? "") !== "",
  );
  if (references.length === 0) return [traced(error, accepted, fromDescription(error, accepted))];
  return references.map((reference) => {
    const steps = [
      ...parseFieldPath(reference.path ?? ""),
      ...parseFieldPath(reference.fieldName ?? ""),
    ];
    const location =
      accepted === null
        ? { cell: null, path: formatFieldPath(steps), value: null }
        : locate(walkMessage(accepted, steps), accepted);
    return traced({ ...error, fieldReference: [reference] }, accepted, location);
  });
}

/** A description may begin with any text, so its path counts only when the message knows it. */
function fromDescription(error: DeclarationError, accepted: AcceptedSources | null): Location {
  const path = leadingPath(error.description ?? "");
  if (accepted === null) return { cell: null, path: null, value: null };
  const walk = walkMessage(accepted, parseFieldPath(path ?? ""));
  return walk.trail.length === 1
    ? { cell: referenceCell(accepted.sources), path: null, value: null }
    : locate(walk, accepted);
}

function traced(
  error: DeclarationError,
  accepted: AcceptedSources | null,
  { cell, path, value }: Location,
): TracedDeclarationError {
  // The last `!`, because a sheet's name may hold one and an address cannot.
  const split = cell?.lastIndexOf("!") ?? -1;
  return {
    ...error,
    file: accepted?.fileName ?? null,
    sheet: cell !== null && split >= 0 ? cell.slice(0, split) : null,
    cell: cell?.slice(split + 1) ?? null,
    path,
    value,
  };
}

/** Paths begin at the message or, as the description in seeds/002 does, at the document in it. */
function walkMessage(accepted: AcceptedSources, steps: readonly FieldStep[]): Walk {
  const root: Place = { steps: [], value: parseJson(accepted.payload), source: accepted.sources };
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
  for (const [step, ...rest] of spellings(from.value, steps)) {
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
 * The ways to read the next steps at this node, likeliest first: as named, by an alias, without
 * trailing digits. Only names that the node has are given back, so that every reading goes deeper.
 */
function spellings(
  value: JsonValue,
  steps: readonly FieldStep[],
): readonly (readonly FieldStep[])[] {
  const [step, ...rest] = steps;
  if (step === undefined || !isJsonObject(value)) return [];
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
    ([first]) => first !== undefined && memberName(value, first.name) !== undefined,
  );
}

function memberName(value: JsonValue, name: string): string | undefined {
  if (!isJsonObject(value)) return undefined;
  const wanted = name.toLowerCase();
  return Object.keys(value).find((member) => member.toLowerCase() === wanted);
}

/** The place one step below; null when there is none, or when it cannot be told which is meant. */
function child(from: Place, { name, index }: FieldStep, isLast: boolean): Place | null {
  const member = memberName(from.value, name);
  if (member === undefined || !isJsonObject(from.value)) return null;
  const value = from.value[member];
  if (value === undefined) return null;
  const source = isSourceTree(from.source) ? (from.source[member] ?? null) : null;
  const whole: Place = { steps: [...from.steps, { name: member, index: null }], value, source };
  if (!Array.isArray(value)) return index === null || index === FIRST_INDEX ? whole : null;
  if (index === null && isLast) return whole;
  // Without an index the only element is meant; among several nobody can tell.
  if (index === null && value.length !== 1) return null;
  const at = (index ?? FIRST_INDEX) - FIRST_INDEX;
  const element = (value as readonly JsonValue[])[at];
  if (element === undefined) return null;
  return {
    steps: [...from.steps, { name: member, index: at + FIRST_INDEX }],
    value: element,
    source: isSourceList(source) ? (source[at] ?? null) : null,
  };
}

function locate({ trail, rest }: Walk, { sources }: AcceptedSources): Location {
  const deepest = trail.at(-1);
  const steps = deepest?.steps ?? [];
  const path = formatFieldPath([...steps, ...rest]);
  const own = rest.length === 0 && deepest !== undefined ? scalarText(deepest.value) : null;
  // Up to the enclosing element (a goods item, a packaging), whose row is the place to look at.
  for (const place of [...trail].reverse()) {
    if (SPANNING_PATHS.has(formatFieldPath(place.steps))) break;
    const leaf = firstLeaf(place);
    if (leaf !== null) {
      const names = rest.length === 0 && place === deepest;
      return { cell: leaf.cell, path, value: names ? leaf.value : own };
    }
  }
  return { cell: referenceCell(sources), path, value: own };
}

/** The first cell at or below a place, and what the message says there. */
function firstLeaf({ value, source }: Place): { cell: string; value: string | null } | null {
  if (source === null) return null;
  if (typeof source === "string") return { cell: source, value: scalarText(value) };
  const members: readonly (readonly [string, SourceNode | null])[] = Object.entries(source);
  for (const [member, below] of members) {
    const leaf = firstLeaf({ steps: [], value: memberValue(value, member), source: below });
    if (leaf !== null) return leaf;
  }
  return null;
}

function memberValue(value: JsonValue, member: string): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[])[Number(member)] ?? null;
  return isJsonObject(value) ? (value[member] ?? null) : null;
}

function referenceCell(sources: SourceTree): string | null {
  return typeof sources["externalReference"] === "string" ? sources["externalReference"] : null;
}

function scalarText(value: JsonValue): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return isJsonNumber(value) ? value.rawJSON : null;
}

function isSourceTree(source: SourceNode | null): source is SourceTree {
  return typeof source === "object" && source !== null && !Array.isArray(source);
}

function isSourceList(source: SourceNode | null): source is readonly (SourceNode | null)[] {
  return Array.isArray(source);
}
