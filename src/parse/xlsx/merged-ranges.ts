// The merged cells of a sheet as its XML names them. Source: ECMA-376-1, 18.3.1.54 (mergeCell).
import { COLUMNS_MAX, parseCellAddress, type MergedRange } from "../../core/cell.ts";

/** The range that a `ref` names, `$A$2:$A$3` too, or null when it names a single cell or none. */
export function mergedRange(ref: string): MergedRange | null {
  const [from, to, ...rest] = ref.replaceAll("$", "").trim().split(":").map(parseCellAddress);
  if (from == null || to == null || rest.length > 0) return null;
  const range = {
    firstRow: Math.min(from.rowNumber, to.rowNumber),
    lastRow: Math.max(from.rowNumber, to.rowNumber),
    firstColumn: Math.min(from.columnIndex, to.columnIndex),
    lastColumn: Math.max(from.columnIndex, to.columnIndex),
  };
  const isOneCell = range.firstRow === range.lastRow && range.firstColumn === range.lastColumn;
  return isOneCell || range.lastColumn >= COLUMNS_MAX ? null : range;
}
