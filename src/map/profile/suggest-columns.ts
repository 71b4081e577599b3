// Which columns of a real file may be which of ours, by their names alone: each header against every
// name that we know for every field, the likeliest pairs first, no field twice. Where a column stands
// says nothing.
import { distance } from "fastest-levenshtein";
import { fieldCatalogue, type CatalogueField } from "../field-catalogue.ts";
import type { HeaderCell } from "../header-cells.ts";
import { foldHeader, headerNames, type HeaderName } from "../header-names.ts";
import { matchHeader } from "../match-header.ts";

export interface Suggestion {
  readonly cell: HeaderCell;
  readonly field: CatalogueField;
  /** From 0, nothing alike, to 1, the same. */
  readonly score: number;
  /** The name that the header was found like, and whose it is. */
  readonly like: string;
  readonly language: HeaderName["language"];
}

/** Below this two names have little in common. */
const SCORE_MIN = 0.7;
/** A name that is only part of the header counts less than one that is all of it. */
const PART_SHARE = 0.85;
/** A name of several fields, such as `Weight`, is for a person to decide. */
const SHARED_SCORE_MAX = 0.79;

/** The likeliest field of each header, at most one header for a field. */
export function suggestColumns(cells: readonly HeaderCell[]): readonly Suggestion[] {
  const pairs = cells
    .filter(({ spanned }) => matchHeader(spanned).kind !== "ours")
    .flatMap((cell) => fieldCatalogue.map((field) => bestName(cell, field)))
    .filter(({ score }) => score >= SCORE_MIN)
    .toSorted((left, right) => right.score - left.score);
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

function bestName(cell: HeaderCell, field: CatalogueField): Suggestion {
  let best: Suggestion = { cell, field, score: 0, like: field.header, language: "template" };
  for (const { text: like, language } of namesOf.get(field) ?? []) {
    const name = folded(like);
    for (const text of new Set([cell.text, cell.spanned])) {
      const alike = likeness(folded(text), name);
      const score = (owners.get(name)?.size ?? 0) > 1 ? Math.min(alike, SHARED_SCORE_MAX) : alike;
      if (score > best.score) best = { cell, field, score, like, language };
    }
  }
  return best;
}

const namesOf = Map.groupBy(headerNames, ({ field }) => field);
const owners = new Map(
  [...Map.groupBy(headerNames, ({ text }) => folded(text))].map(([name, all]) => [
    name,
    new Set(all.map(({ field }) => field)),
  ]),
);

function likeness(header: string, name: string): number {
  if (header === "" || name === "") return 0;
  const whole = 1 - distance(header, name) / Math.max(header.length, name.length);
  // "gross weight lb" holds "gross weight" whole; how much of the header that is, matters too.
  const isPart = ` ${header} `.includes(` ${name} `);
  const part = isPart ? PART_SHARE + (1 - PART_SHARE) * (name.length / header.length) - 0.1 : 0;
  return Math.max(whole, part);
}

/** A unit in parentheses says nothing of the name. */
function folded(text: string): string {
  return foldHeader(text.replace(/\([^()]*\)/g, " "));
}
