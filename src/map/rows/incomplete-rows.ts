// Rows that ended early in the file they come from, and that the copy of failed rows filled up with blank
// columns. While those are blank and the reason stands there, the row is still incomplete.
import { columnLetters, type RowFlaw, type SheetRow } from "../../core/cell.ts";
import { endsBefore, missingColumn } from "../../core/incomplete-row.ts";
import { isReasonHeader } from "../../core/reason-header.ts";
import type { HeaderRow } from "../headers/header-cells.ts";

/** Of the reasons in a copy of failed rows, A = 0; null in other files. */
export function reasonColumnOf({ cells }: HeaderRow): number | null {
  return cells.find(({ text }) => isReasonHeader(text))?.columnIndex ?? null;
}

/** Null for a row that is complete, or never ended early. */
export function stillIncomplete(
  { cells, rowNumber }: SheetRow,
  reasonColumn: number,
): RowFlaw | null {
  const missing = missingColumn(cells[reasonColumn]?.value ?? "");
  if (missing === null) return null;
  for (let at = reasonColumn - 1; at > 0; at -= 1) {
    if ((cells[at]?.value ?? "").trim() !== "") return null;
    if (columnLetters(at) !== missing) continue;
    return {
      code: "row-too-short",
      columnIndex: at,
      value: cells[at - 1]?.value ?? null,
      message: `Row ${rowNumber} still ${endsBefore(at)}, as its reason says`,
      hint: "Complete the row; where the values are meant to be blank, delete its reason",
    };
  }
  return null;
}
