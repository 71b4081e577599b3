// Matches the headers of a file with the columns that a profile names. Capitals, stars and blanks make no
// difference; a unit in parentheses does when the profile writes one.
import type { HeaderCell } from "../headers/header-cells.ts";
import { headerUnit, normalizeHeader } from "../headers/normalize-header.ts";
import type { ColumnProfile } from "../profile/profile.ts";

export interface ProfileHeaders {
  /** The column of the profile that a header cell is, with how many such headers stand before it. */
  readonly columnOf: (cell: HeaderCell) => ColumnProfile | null;
  /** The cell that a header written in the profile means; null when the file has none. */
  readonly cellOf: (header: string) => HeaderCell | null;
}

const ORDINAL = / #\d+$/;

export function matchProfileHeaders(
  columns: readonly ColumnProfile[],
  cells: readonly HeaderCell[],
): ProfileHeaders {
  const byHeader = new Map(columns.map((column) => [headerKey(column.header), column]));
  const keys = keysByCell(cells);
  return {
    columnOf: (cell) => {
      for (const key of keys.get(cell) ?? []) {
        const column = byHeader.get(key);
        if (column !== undefined) return column;
      }
      return null;
    },
    cellOf: (header) => {
      const wanted = headerKey(header);
      return cells.find((cell) => keys.get(cell)?.includes(wanted) === true) ?? null;
    },
  };
}

/** Whether a text may be the header of a column; for finding the header row. */
export function headerTest(columns: readonly ColumnProfile[]): (text: string) => boolean {
  const known = new Set(columns.map(({ header }) => headerKey(header).replace(ORDINAL, "")));
  return (text) => known.has(headerKey(text)) || known.has(normalizeHeader(text));
}

/** What a header cell may be called, the most exact name first. */
function keysByCell(cells: readonly HeaderCell[]): ReadonlyMap<HeaderCell, readonly string[]> {
  const counts = new Map<string, number>();
  return new Map(
    cells.map((cell) => {
      const names = [cell.spanned, cell.text].flatMap((text) =>
        headerUnit(text) === null ? [headerKey(text)] : [headerKey(text), normalizeHeader(text)],
      );
      const keys = [...new Set(names)].flatMap((name) => {
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        return [`${name} #${count}`, name];
      });
      return [cell, keys];
    }),
  );
}

function headerKey(text: string): string {
  return text
    .replace(/^[*\s]+|(?<![*\s])[*\s]+$/g, "")
    .replace(/\s+/g, " ")
    .toLowerCase();
}
