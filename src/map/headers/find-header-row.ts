// The header row is, among the first rows of a sheet, the one with the most known headers. One match
// alone may be a word in a title. Headers of the template go before their other names: where a sheet has
// both, in two languages, those of the template are meant.
import type { SheetRow } from "../../core/cell.ts";
import { fieldCatalogue } from "../catalogue/field-catalogue.ts";
import { allFields } from "../catalogue/field-groups.ts";
import { certainField } from "./header-names.ts";
import { HEADER_SEARCH_ROWS } from "../model/levels.ts";
import { parseMemberPath, startsAtKnownMember } from "../model/member-path.ts";
import { mistypedHeader, nearestHeaders, normalizeHeader } from "./normalize-header.ts";

const KNOWN_CELLS_MIN = 2;
/** Mistyped headers show less than headers do. */
const NEARLY_KNOWN_CELLS_MIN = 3;

const headersOfTemplate = fieldCatalogue.map(({ header }) => header);
const knownHeaders = new Set(allFields.map(({ header }) => normalizeHeader(header)));

/** Which texts are headers. */
interface KnownHeaders {
  readonly isKnown: (text: string) => boolean;
  /** How many there are. */
  readonly count: number;
}

/** Those of the default template, and paths into the message. */
export const templateHeaders: KnownHeaders = {
  isKnown: (text) => {
    if (knownHeaders.has(normalizeHeader(text))) return true;
    const reading = parseMemberPath(text);
    return reading.kind === "path" && startsAtKnownMember(reading.path);
  },
  count: Infinity,
};

/** Those, and other names of theirs that are certain. */
const namedHeaders: KnownHeaders = {
  isKnown: (text) => templateHeaders.isKnown(text) || certainField(text) !== null,
  count: Infinity,
};

/** Those, and texts that all but are a header of the template: below such a row a file is never sent. */
const nearlyKnownHeaders: KnownHeaders = {
  isKnown: (text) => namedHeaders.isKnown(text) || mistypedHeader(text, headersOfTemplate) !== null,
  count: Infinity,
};

export function findHeaderRow(head: readonly SheetRow[]): SheetRow | null {
  return (
    findRowOf(head, templateHeaders) ??
    findRowOf(head, namedHeaders) ??
    findRowOf(head, nearlyKnownHeaders, NEARLY_KNOWN_CELLS_MIN)
  );
}

export function findRowOf(
  head: readonly SheetRow[],
  { isKnown, count: knownCount }: KnownHeaders,
  cellsMin = KNOWN_CELLS_MIN,
): SheetRow | null {
  let best: SheetRow | null = null;
  let bestCount = Math.min(cellsMin, knownCount) - 1;
  for (const row of head.slice(0, HEADER_SEARCH_ROWS)) {
    const count = headerTexts(row).filter(isKnown).length;
    if (count > bestCount) {
      best = row;
      bestCount = count;
    }
  }
  return best;
}

/** The row that looks most like a header row with its headers mistyped; for a hint. */
export function likelyHeaderRow(
  head: readonly SheetRow[],
  headers: readonly string[] = headersOfTemplate,
): SheetRow | null {
  const counted = head.slice(0, HEADER_SEARCH_ROWS).map((row) => ({
    row,
    count: headerTexts(row).filter((text) => nearestHeaders(text, headers).length > 0).length,
  }));
  const best = counted.reduce<(typeof counted)[number] | null>(
    (left, right) => (left !== null && left.count >= right.count ? left : right),
    null,
  );
  return best === null || best.count === 0 ? null : best.row;
}

function headerTexts(row: SheetRow): readonly string[] {
  return row.cells.flatMap((cell) => (cell?.type === "string" ? [cell.value.trim()] : []));
}
