// What differs between two contents of a shipment: the one mechanism for every place that shows it. What is
// stored with a reason is bounded, however much differs.
import * as z from "zod";
import { canonicalJson, isJsonObject, parseJson, type JsonValue } from "./json.ts";
import type { SourceNode, SourceTree } from "./shipment.ts";

/** How many are kept; the number of all of them always is. */
const CHANGES_KEPT_MAX = 20;
/** Of a longer value, a part around the first difference is kept. */
const VALUE_CHARS_MAX = 80;
const CHARS_BEFORE_DIFFERENCE = 20;

const text = z.string().nullable();

export const contentChangesSchema = z.object({
  /** The first few of `count`. */
  shown: z
    .array(
      z.object({
        /** Of the member in the message, indexes zero-based. */
        path: z.string(),
        /** Where the new value stands: `M8`, or `Goods items!M8`; null when it stands nowhere. */
        cell: text,
        /** As it is sent, without quotation marks; null where there is none. */
        before: text,
        after: text,
      }),
    )
    .readonly(),
  count: z.number(),
});

export type ContentChanges = z.infer<typeof contentChangesSchema>;
type Change = ContentChanges["shown"][number];

interface Nodes {
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
  readonly source: SourceNode | null;
  readonly path: string;
}

/**
 * Null when the two say the same, or the earlier content is no longer there.
 * @param before the exact JSON text of the earlier message, `{}` once retention has removed it
 * @param sources where the values of `after` stand
 */
export function contentChanges(
  before: string,
  after: string,
  sources: SourceTree,
): ContentChanges | null {
  if (before === "{}" || after === "{}") return null;
  const shown: Change[] = [];
  let count = 0;
  const nodes = { before: parseJson(before), after: parseJson(after), source: sources, path: "" };
  for (const change of changesBelow(nodes)) {
    // The same content under another type is the same content.
    if (change.path === "messageType") continue;
    count += 1;
    if (shown.length < CHANGES_KEPT_MAX) shown.push(change);
  }
  return count === 0 ? null : { shown, count };
}

function* changesBelow({ before, after, source, path }: Nodes): Generator<Change> {
  if (isList(before) || isList(after)) {
    const pairs = pairsOf(isList(before) ? before : [], isList(after) ? after : []);
    for (const { at, ...pair } of pairs) {
      yield* changesBelow({ ...pair, source: below(source, at), path: `${path}[${String(at)}]` });
    }
  } else if (isJsonObject(before) || isJsonObject(after)) {
    const [old, now] = [membersOf(before), membersOf(after)];
    for (const name of new Set([...Object.keys(now), ...Object.keys(old)])) {
      const pair = { before: old[name], after: now[name] };
      const inside = path === "" ? name : `${path}.${name}`;
      yield* changesBelow({ ...pair, source: below(source, name), path: inside });
    }
  } else {
    const [old, now] = [valueText(before), valueText(after)];
    if (old === now) return;
    const cell = typeof source === "string" ? source : null;
    yield { path, cell, before: part(old, now), after: part(now, old) };
  }
}

interface Pair {
  /** The index in the later list, or in the earlier one where only that has it. */
  readonly at: number;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/**
 * The elements of two lists. What is equal at the end of both stays together, so that one goods item more in
 * the middle does not make every later one look changed.
 */
function pairsOf(before: readonly JsonValue[], after: readonly JsonValue[]): readonly Pair[] {
  const isSame = (left: JsonValue | undefined, right: JsonValue | undefined): boolean =>
    left !== undefined && right !== undefined && canonicalJson(left) === canonicalJson(right);
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isSame(before[start], after[start])) start += 1;
  let end = 0;
  if (before.length !== after.length) {
    while (end < shorter - start && isSame(before.at(-1 - end), after.at(-1 - end))) end += 1;
  }
  const changed = Math.max(before.length, after.length) - end - start;
  return Array.from({ length: changed }, (_unused, offset) => {
    const at = start + offset;
    return {
      at,
      before: at < before.length - end ? before[at] : undefined,
      after: at < after.length - end ? after[at] : undefined,
    };
  });
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function membersOf(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return isJsonObject(value) ? value : {};
}

function below(source: SourceNode | null, step: string | number): SourceNode | null {
  if (source === null || typeof source === "string") return null;
  const members = source as Readonly<Record<string | number, SourceNode | null>>;
  return members[step] ?? null;
}

/** Exact numbers of one value have one text. */
function valueText(value: JsonValue | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : canonicalJson(value);
}

function part(value: string | null, other: string | null): string | null {
  if (value === null || value.length <= VALUE_CHARS_MAX) return value;
  let difference = 0;
  while (difference < value.length && value[difference] === other?.[difference]) difference += 1;
  const start = Math.max(0, difference - CHARS_BEFORE_DIFFERENCE);
  const end = start + VALUE_CHARS_MAX;
  return `${start > 0 ? "…" : ""}${value.slice(start, end)}${end < value.length ? "…" : ""}`;
}
