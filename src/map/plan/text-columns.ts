// How long a row of delimited text may be. In a workbook a value beyond the last header is mostly a note;
// in delimited text a delimiter inside an unquoted text has moved the rest of the row by one column
// (`1,5` became a 1 and a 5), so all values of such a row are doubtful.
import { columnLetters, type SheetRow } from "../../core/cell.ts";
import type { HeaderRow } from "../headers/header-cells.ts";
import { matchHeader } from "../headers/match-header.ts";
import type { TextColumns } from "../model/levels.ts";
import type { RowFault } from "../model/row-record.ts";

/**
 * @param mayLackHeaders Whether a profile says that other columns are of no concern. It then speaks of
 * columns with a blank header too, but never in a file of failed rows: we have made the header as wide
 * as the longest of them.
 */
export function textColumns(
  header: HeaderRow,
  head: readonly SheetRow[],
  mayLackHeaders: boolean,
): TextColumns {
  const isOurs = header.cells.map(({ text }) => matchHeader(text).kind === "ours");
  const ours = new Set(
    header.cells.flatMap(({ columnIndex }, at) => (isOurs[at] === true ? [columnIndex] : [])),
  );
  const last = header.cells.findLast((_cell, at) => isOurs[at] === false);
  const named = last === undefined ? 0 : last.columnIndex + 1;
  const line = head.find(({ rowNumber }) => rowNumber === header.rowNumber);
  const end = mayLackHeaders && ours.size === 0 ? Math.max(named, line?.cells.length ?? 0) : named;
  return { end, lastHeader: last?.spanned ?? "", ours };
}

/** The fault of a row with a value beyond its headers, or null. */
export function beyondHeaders(
  { end, lastHeader, ours }: TextColumns,
  { cells, rowNumber }: SheetRow,
): RowFault | null {
  for (let at = end; at < cells.length; at += 1) {
    const value = cells[at]?.value;
    if (value === undefined || value.trim() === "" || ours.has(at)) continue;
    return {
      code: "row-longer-than-header",
      column: -1,
      value,
      message: `Row ${rowNumber} has a value in column ${columnLetters(at)}, beyond the last header ${lastHeader}, so its values may stand in the wrong columns`,
      hint: null,
    };
  }
  return null;
}
