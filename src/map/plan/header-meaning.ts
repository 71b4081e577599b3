// What a header cell stands for in one file: by the default template, or by the profile's columns.
import type { HeaderCell } from "../headers/header-cells.ts";
import { certainField, readHeaderName } from "../headers/header-names.ts";
import { fieldOf, matchHeader } from "../headers/match-header.ts";
import { normalizeHeader } from "../headers/normalize-header.ts";
import { startsAtKnownMember, type MemberPath } from "../model/member-path.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import type { ColumnTarget, SheetProfile } from "../profile/profile.ts";
import type { ProfileHeaders } from "./profile-headers.ts";
import { targetOf, type Target } from "../profile/target.ts";

export interface WantedColumn {
  readonly target: Target;
  /** What the profile says about it; null for a header of the default template. */
  readonly spec: ColumnTarget | null;
}

type HeaderMeaning =
  /** A column that an annotated copy adds, or one that the profile does not want. */
  | { readonly kind: "not-read" }
  | { readonly kind: "unknown" }
  | { readonly kind: "unusable-path"; readonly reason: string }
  /** The same name twice is the same column twice. */
  | {
      readonly kind: "columns";
      readonly name: string;
      readonly wanted: readonly WantedColumn[];
      /** The field of which the header is another name; undefined when it is the field's own. */
      readonly synonymOf?: CatalogueField;
    };

export type ReadHeader = (cell: HeaderCell) => HeaderMeaning;

/**
 * Another name of a field is read only where no header of the template gives the field already: on the
 * sheet itself, or on another one when the field is no key that sheets are joined by.
 */
export function templateHeaderReader(
  cells: readonly HeaderCell[],
  ofOtherSheets: readonly HeaderCell[],
): ReadHeader {
  const elsewhere = ofOtherSheets
    .map(({ text }) => fieldOf(text))
    .filter((field) => field !== null && field.level !== "shipment" && field.path !== null);
  const given = new Set([...cells.map(({ text }) => fieldOf(text)), ...elsewhere]);
  return (cell) => unlessGiven(readTemplateHeader(cell), given);
}

function readTemplateHeader(cell: HeaderCell): HeaderMeaning {
  const match = matchHeader(cell.text);
  switch (match.kind) {
    case "ours":
      return { kind: "not-read" };
    case "unusable-path":
      return match;
    case "unknown":
      return readName(cell.text);
    case "member":
      return isDottedName(cell.text, match.path) ? readName(cell.text) : asColumn(cell.text);
    case "field":
      return asColumn(cell.text);
  }
}

function asColumn(text: string): HeaderMeaning {
  const wanted = [{ target: targetOf(text), spec: null }];
  return { kind: "columns", name: normalizeHeader(text), wanted };
}

function readName(text: string): HeaderMeaning {
  const field = certainField(text);
  if (field === null) return { kind: "unknown" };
  const wanted = [{ target: targetOf(field.header), spec: null }];
  return { kind: "columns", name: normalizeHeader(text), wanted, synonymOf: field };
}

/** `gross.weight`, as programs for statistics write headers, is a name and no path: no message begins so. */
function isDottedName(text: string, path: MemberPath): boolean {
  if (startsAtKnownMember(path)) return false;
  const reading = readHeaderName(text);
  return reading.kind === "certain" || (reading.kind === "likely" && reading.doubt !== "part");
}

/**
 * A profile names its columns: other names for a field are read only with `match`, and only where no
 * column of the profile and no header of the template gives the field already.
 */
export function profileHeaderReader(
  sheet: SheetProfile,
  headers: ProfileHeaders,
  cells: readonly HeaderCell[],
): ReadHeader {
  const { columns, groupBy } = sheet;
  const given = new Set([
    ...(columns ?? []).flatMap(({ targets }) => targets.map(({ to }) => targetOf(to).field)),
    ...(columns === null ? [] : cells.map(({ text }) => fieldOf(text))),
    ...(groupBy === null ? [] : [targetOf("External reference").field]),
  ]);
  return (cell) => {
    const column = headers.columnOf(cell);
    if (column !== null) {
      if (column.targets.length === 0) return { kind: "not-read" };
      const wanted = column.targets.map((spec) => ({ target: targetOf(spec.to), spec }));
      return { kind: "columns", name: column.header, wanted };
    }
    const meaning = readTemplateHeader(cell);
    if (meaning.kind === "not-read") return meaning;
    if (sheet.otherColumns === "match") return unlessGiven(meaning, given);
    return { kind: sheet.otherColumns === "ignore" ? "not-read" : "unknown" };
  };
}

function unlessGiven(
  meaning: HeaderMeaning,
  given: ReadonlySet<CatalogueField | null>,
): HeaderMeaning {
  const synonymOf = meaning.kind === "columns" ? meaning.synonymOf : undefined;
  return synonymOf !== undefined && given.has(synonymOf) ? { kind: "unknown" } : meaning;
}
