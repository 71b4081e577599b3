// Headers that are JSON paths, for messages whose fields are not public: `code`, `types[0]`,
// `versions[0].description`, `items[].quantity`. `[]` is the list that rows add an element to, `[0]` a fixed
// element. All paths of a file are judged together, before a row is read: what two of them cannot both fill, a
// list with a gap, and lists that would multiply each other. Pure.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import { LISTED_VALUE, type MemberPath, type PathLists } from "../model/member-path.ts";
import type { ValueRule } from "../model/value-rule.ts";

/** One member of a path; `index` is null without brackets, -1 for `[]`. */
interface Step {
  readonly name: string;
  readonly index: number | null;
}

/** A header as it is written: its path, and how its values are read where the header says so. */
export interface WrittenPath {
  readonly steps: readonly Step[];
  /** Shape: `items[].quantity`. The same for headers that fill one member. */
  readonly text: string;
  /** Null: by what the cell is. */
  readonly rule: ValueRule | null;
}

type PathReading =
  | { readonly kind: "path"; readonly path: WrittenPath }
  | { readonly kind: "fault"; readonly code: FindingCode; readonly reason: string };

const ROWS = -1;
const PATH = /^[a-z][A-Za-z0-9_]*(?:\[\d*\])?(?:\.[a-z][A-Za-z0-9_]*(?:\[\d*\])?)*$/;
const ALMOST_PATH = /^[A-Za-z0-9_$-]+(?:\[\d*\])*(?:\.[A-Za-z0-9_$-]+(?:\[\d*\])*)*$/;
const STEP = /([A-Za-z0-9_]+)(?:\[(\d*)\])?/g;
/** They are no members of JSON objects as programs build them. */
const FORBIDDEN = /(?:^|\.)(?:__proto__|constructor|prototype)(?=$|[.[])/;
const TYPE_BEHIND = /\s*\((number|text|date|true\/false)\)$/i;
/** More elements than this in one column's array are a mistake, not data. */
const INDEX_MAX = 99;
const LEVELS_MAX = 32;
/** Of lists in lists. */
const LISTS_MAX = 2;
/** Source: Data types, money has the most digits; what else a number is, is not known. */
const FRACTION_DIGITS_MAX = 20;

const typedRules: Readonly<Record<string, ValueRule>> = {
  number: { kind: "decimal", fractionDigitsMax: FRACTION_DIGITS_MAX, mayBeNegative: true },
  text: { kind: "text", lengthMax: null },
  date: { kind: "date" },
  "true/false": { kind: "boolean" },
};

/** The words that a header may end with, to say how its cells are read. */
export const TYPE_WORDS = "(number), (text), (date) or (true/false)";

export function readPath(header: string): PathReading {
  const written = header.trim().replace(/^\*?\s*|\s*\*$/g, "");
  const type = TYPE_BEHIND.exec(written)?.[1]?.toLowerCase();
  const text = written.replace(TYPE_BEHIND, "");
  if (FORBIDDEN.test(text)) {
    const reason =
      "it holds a name that no message may have, because programs take it for their own";
    return fault("header-name-forbidden", reason);
  }
  if (!PATH.test(text)) return fault("header-no-path", reasonOf(text));
  const steps = [...text.matchAll(STEP)].map(([, name = "", index]): Step => ({
    name,
    index: index === undefined ? null : index === "" ? ROWS : Number(index),
  }));
  if (steps.length > LEVELS_MAX || steps.some(({ index }) => (index ?? 0) > INDEX_MAX)) {
    const reason = `paths go down ${LEVELS_MAX} levels, and indexes up to [${INDEX_MAX}]`;
    return fault("header-no-path", reason);
  }
  const rule = type === undefined ? null : (typedRules[type] ?? null);
  return { kind: "path", path: { steps, text: textOf(steps), rule } };
}

function fault(code: FindingCode, reason: string): PathReading {
  return { kind: "fault", code, reason };
}

function reasonOf(text: string): string {
  if (ALMOST_PATH.test(text) && /(?:^|\.)[A-Z]/.test(text)) {
    return "members of CAS begin with a small letter";
  }
  return "it is no path such as `name`, `types[0]` or `items[].quantity`";
}

function textOf(steps: readonly Step[]): string {
  return steps.map(({ name, index }) => name + bracketsOf(index)).join(".");
}

function bracketsOf(index: number | null): string {
  return index === null ? "" : index === ROWS ? "[]" : `[${index}]`;
}

/** What is wrong with a column beside the others. */
interface StructureFault {
  readonly code: FindingCode;
  /** Into the paths. */
  readonly at: number;
  readonly message: string;
}

export interface PathStructure {
  readonly faults: readonly StructureFault[];
  /** Where the lists that rows add to stand, from the outer one. */
  readonly lists: PathLists;
  /** One for each path. */
  readonly paths: readonly MemberPath[];
}

/** @param names The columns, as people find them. Shape: `Column C`. */
export function structureOf(
  paths: readonly WrittenPath[],
  names: readonly string[],
): PathStructure {
  const faults = [...collisions(paths, names), ...gaps(paths)];
  const chain = chainOf(paths);
  faults.push(...chain.faults);
  const [outer, inner] = chain.lists;
  const lists = {
    item: outer === undefined ? [] : segmentsOf(outer),
    packaging:
      inner === undefined || outer === undefined ? [] : segmentsOf(inner.slice(outer.length)),
  };
  return { faults, lists, paths: paths.map(({ steps }) => memberPath(steps, lists)) };
}

interface Place {
  readonly form: "value" | "object" | "list" | "array";
  readonly at: number;
}

/** Members that two paths would fill with things of different forms. */
function collisions(
  paths: readonly WrittenPath[],
  names: readonly string[],
): readonly StructureFault[] {
  const places = new Map<string, Place>();
  const faults: StructureFault[] = [];
  for (const [at, { steps, text }] of paths.entries()) {
    for (const [member, form] of formsOf(steps)) {
      const before = places.get(member);
      if (before === undefined) {
        places.set(member, { form, at });
        continue;
      }
      if (before.form === form && form !== "value") continue;
      const other = `${names[before.at] ?? ""} \`${paths[before.at]?.text ?? ""}\``;
      if (before.form === form) {
        faults.push({ code: "path-conflict", at, message: `${other} fills the same member` });
      } else if (isListForm(form) && isListForm(before.form)) {
        const message = `\`${member}\` is a list that rows add to in one of \`${text}\` and ${other}, and one of fixed elements in the other`;
        faults.push({ code: "list-in-two-forms", at, message });
      } else {
        const message = `\`${member}\` is ${formWords(form)} in \`${text}\`, and ${formWords(before.form)} in ${other}`;
        faults.push({ code: "path-value-and-object", at, message });
      }
      break;
    }
  }
  return faults;
}

/** Every member on the way of a path, with what it must be. */
function* formsOf(steps: readonly Step[]): Generator<readonly [string, Place["form"]]> {
  let member = "";
  for (const [position, { name, index }] of steps.entries()) {
    const end = position === steps.length - 1 ? "value" : "object";
    member = member === "" ? name : `${member}.${name}`;
    if (index === null) yield [member, end];
    else {
      yield [member, index === ROWS ? "list" : "array"];
      member += bracketsOf(index);
      yield [member, end];
    }
  }
}

function isListForm(form: Place["form"]): boolean {
  return form === "list" || form === "array";
}

function formWords(form: Place["form"]): string {
  return { value: "a value", object: "an object", list: "a list", array: "a list" }[form];
}

/** `items[2]` without `items[1]`: what stands third is unknown. */
function gaps(paths: readonly WrittenPath[]): readonly StructureFault[] {
  const arrays = new Map<string, Map<number, number>>();
  for (const [at, { steps }] of paths.entries()) {
    for (const [position, { name, index }] of steps.entries()) {
      if (index === null || index === ROWS) continue;
      const before = textOf(steps.slice(0, position));
      const array = before === "" ? name : `${before}.${name}`;
      const elements = arrays.get(array) ?? new Map<number, number>();
      if (!elements.has(index)) elements.set(index, at);
      arrays.set(array, elements);
    }
  }
  return [...arrays].flatMap(([array, elements]) => {
    const indexes = [...elements.keys()].sort((left, right) => left - right);
    const behind = indexes.find((index, position) => index !== position);
    if (behind === undefined) return [];
    const missing = indexes.findIndex((index, position) => index !== position);
    const message = `\`${array}[${behind}]\` is there and \`${array}[${missing}]\` is not`;
    return [{ code: "list-with-gap", at: elements.get(behind) ?? 0, message } as const];
  });
}

/** The lists that rows add to must stand within each other. */
function chainOf(paths: readonly WrittenPath[]): {
  readonly lists: readonly (readonly Step[])[];
  readonly faults: readonly StructureFault[];
} {
  const lists = new Map<string, { readonly steps: readonly Step[]; readonly at: number }>();
  for (const [at, { steps }] of paths.entries()) {
    for (const [position, { index }] of steps.entries()) {
      if (index !== ROWS) continue;
      const list = steps.slice(0, position + 1);
      const text = textOf(list);
      if (!lists.has(text)) lists.set(text, { steps: list, at });
    }
  }
  const inOrder = [...lists].sort(([, left], [, right]) => left.steps.length - right.steps.length);
  const faults: StructureFault[] = [];
  const chain: (readonly Step[])[] = [];
  for (const [text, { steps, at }] of inOrder) {
    const outer = chain.at(-1);
    if (outer !== undefined && !text.startsWith(`${textOf(outer)}.`)) {
      const message = `Rows add to \`${textOf(outer)}\` already: with \`${text}\` beside it, each row would stand for an element of both`;
      faults.push({ code: "lists-multiply", at, message });
    } else if (chain.length === LISTS_MAX) {
      const message = `\`${text}\` is a list in a list in a list; rows add to ${LISTS_MAX} at most`;
      faults.push({ code: "lists-multiply", at, message });
    } else chain.push(steps);
  }
  return { lists: chain, faults };
}

function memberPath(steps: readonly Step[], lists: PathLists): MemberPath {
  const last = steps.findLastIndex(({ index }) => index === ROWS);
  if (last < 0) return { level: "shipment", segments: segmentsOf(steps) };
  const isInner = steps.slice(0, last).some(({ index }) => index === ROWS);
  const inside = segmentsOf(steps.slice(last + 1));
  const segments = inside.length === 0 ? [LISTED_VALUE] : inside;
  return { level: isInner ? "packaging" : "item", segments, lists };
}

/** Of a list, the names up to it. */
function segmentsOf(steps: readonly Step[]): readonly (string | number)[] {
  return steps.flatMap(({ name, index }) =>
    index === null || index === ROWS ? [name] : [name, index],
  );
}
