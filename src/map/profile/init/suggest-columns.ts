// Which columns of a real file may be which of ours, by their names alone: each header against every
// name that we know for every field, the likeliest pairs first, no field twice. Where a column stands
// says nothing.
import { distance } from "fastest-levenshtein";
import { allFields } from "../../catalogue/field-groups.ts";
import type { HeaderCell } from "../../headers/header-cells.ts";
import {
  foldHeader,
  headerNames,
  massUnit,
  nameKey,
  type Certainty,
  type HeaderName,
} from "../../headers/header-names.ts";
import { matchHeader } from "../../headers/match-header.ts";
import type { CatalogueField } from "../../model/message-catalogue.ts";

export interface Suggestion {
  readonly cell: HeaderCell;
  readonly field: CatalogueField;
  /** From 0, nothing alike, to 1, the same. */
  readonly score: number;
  /** The name that the header was found like, whose it is, and how sure a name it is. */
  readonly like: string;
  readonly language: HeaderName["language"];
  readonly certainty: Certainty;
  /** All fields that have the name, this one among them. */
  readonly fields: readonly CatalogueField[];
}

/** Below this two names have little in common. */
const SCORE_MIN = 0.7;
/** A name that is only part of the header counts less than one that is all of it. */
const PART_SHARE = 0.85;
/** A longer text is no header but a value: hardly a third of it could be a name. */
const HEADER_LENGTH_MAX = 120;
/** A name of several fields, such as `Weight`, is for a person to decide. */
const SHARED_SCORE_MAX = 0.79;

/** The likeliest field of each header, at most one header for a field. */
export function suggestColumns(cells: readonly HeaderCell[]): readonly Suggestion[] {
  const pairs = cells
    .filter(({ spanned }) => matchHeader(spanned).kind !== "ours")
    .flatMap((cell) => {
      const texts = [...new Set([cell.text, cell.spanned])].map(foldsOf);
      return allFields.flatMap((field) => bestName(cell, texts, field) ?? []);
    })
    .filter(({ score }) => score >= SCORE_MIN)
    .toSorted((left, right) => right.score - left.score || sureness(right) - sureness(left));
  const taken = new Map<CatalogueField, Suggestion>();
  const cellsTaken = new Set<HeaderCell>();
  for (const pair of pairs) {
    if (taken.has(pair.field) || cellsTaken.has(pair.cell)) continue;
    taken.set(pair.field, pair);
    cellsTaken.add(pair.cell);
  }
  return [...taken.values()].toSorted(
    (left, right) => left.cell.columnIndex - right.cell.columnIndex,
  );
}

function sureness({ certainty }: Suggestion): number {
  return ["possible", "likely", "certain"].indexOf(certainty);
}

function bestName(
  cell: HeaderCell,
  texts: readonly Folds[],
  field: CatalogueField,
): Suggestion | null {
  let best: Suggestion | null = null;
  for (const { folded: name, key, text: like, language, certainty } of foldedNamesOf(field)) {
    const fields = ownersOf.get(key) ?? [field];
    for (const text of texts) {
      // `Item no` has the letters of our own Item number, and is mostly the number of an article.
      const isName = language !== "template" && text.key !== "" && text.key === key;
      const alike = isName ? 1 : likeness(text.folded, name);
      const score = fields.length > 1 ? Math.min(alike, SHARED_SCORE_MAX) : alike;
      if (score > (best?.score ?? 0))
        best = { cell, field, score, like, language, certainty, fields };
    }
  }
  // "Gross" may be an amount, "Gross lb" is a mass.
  return best !== null && best.certainty === "likely" && field.units !== undefined && hasUnit(cell)
    ? { ...best, certainty: "certain" }
    : best;
}

function hasUnit({ spanned }: HeaderCell): boolean {
  return massUnit(spanned) !== null;
}

interface Folds {
  readonly folded: string;
  /** The same for each way to write a name. */
  readonly key: string;
}

type FoldedName = HeaderName & Folds;

/** Brought to the form of comparison once, for the first header that is compared. */
let namesOf: ReadonlyMap<CatalogueField, readonly FoldedName[]> | null = null;
let ownersOf: ReadonlyMap<string, readonly CatalogueField[]> = new Map();

function foldedNamesOf(field: CatalogueField): readonly FoldedName[] {
  if (namesOf === null) {
    const folds = headerNames.map((name) => ({ ...name, ...foldsOf(name.text) }));
    namesOf = Map.groupBy(folds, (name) => name.field);
    ownersOf = new Map(
      [...Map.groupBy(folds, (name) => name.key)].map(([name, all]) => [
        name,
        [...new Set(all.map((one) => one.field))],
      ]),
    );
  }
  return namesOf.get(field) ?? [];
}

function likeness(header: string, name: string): number {
  if (header === "" || name === "" || header.length > HEADER_LENGTH_MAX) return 0;
  const whole = 1 - distance(header, name) / Math.max(header.length, name.length);
  // "gross weight lb" holds "gross weight" whole; how much of the header that is, matters too.
  const isPart = ` ${header} `.includes(` ${name} `);
  const part = isPart ? PART_SHARE + (1 - PART_SHARE) * (name.length / header.length) - 0.1 : 0;
  return Math.max(whole, part);
}

/** A unit in parentheses says nothing of the name. */
function foldsOf(text: string): Folds {
  const name = text.replace(/\([^()]*\)/g, " ");
  return { folded: foldHeader(name), key: text.length > HEADER_LENGTH_MAX ? "" : nameKey(name) };
}
