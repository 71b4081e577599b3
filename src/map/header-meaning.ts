// What a header cell stands for in one file: by the default template, or by the profile's columns.
import type { HeaderCell } from "./header-cells.ts";
import { matchHeader } from "./match-header.ts";
import { normalizeHeader } from "./normalize-header.ts";
import type { ColumnTarget, SheetProfile } from "./profile/profile.ts";
import type { ProfileHeaders } from "./profile/profile-headers.ts";
import { targetOf, type Target } from "./profile/target.ts";

export interface WantedColumn {
  readonly target: Target;
  /** What the profile says about it; null for a header of the default template. */
  readonly spec: ColumnTarget | null;
}

export type HeaderMeaning =
  /** A column that an annotated copy adds, or one that the profile does not want. */
  | { readonly kind: "not-read" }
  | { readonly kind: "unknown" }
  | { readonly kind: "unusable-path"; readonly reason: string }
  /** The same name twice is the same column twice. */
  | { readonly kind: "columns"; readonly name: string; readonly wanted: readonly WantedColumn[] };

export type ReadHeader = (cell: HeaderCell) => HeaderMeaning;

export function readTemplateHeader(cell: HeaderCell): HeaderMeaning {
  const match = matchHeader(cell.text);
  switch (match.kind) {
    case "ours":
      return { kind: "not-read" };
    case "unknown":
    case "unusable-path":
      return match;
    case "field":
    case "member":
      return {
        kind: "columns",
        name: normalizeHeader(cell.text),
        wanted: [{ target: targetOf(cell.text), spec: null }],
      };
  }
}

export function profileHeaderReader(sheet: SheetProfile, headers: ProfileHeaders): ReadHeader {
  return (cell) => {
    const column = headers.columnOf(cell);
    if (column !== null) {
      if (column.targets.length === 0) return { kind: "not-read" };
      const wanted = column.targets.map((spec) => ({ target: targetOf(spec.to), spec }));
      return { kind: "columns", name: column.header, wanted };
    }
    const meaning = readTemplateHeader(cell);
    if (meaning.kind === "not-read" || sheet.otherColumns === "match") return meaning;
    return { kind: sheet.otherColumns === "ignore" ? "not-read" : "unknown" };
  };
}
