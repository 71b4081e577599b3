// The merged cells of a sheet as its XML names them. Those within one row show what is in the row; only
// those over several rows are kept. Source: ECMA-376-1, 18.3.1.54 (mergeCell).
import { columnIndexOf } from "./column-index.ts";
import type { MergedRange } from "../core/cell.ts";

const RANGE = /^([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})$/i;

/** The range that a `ref` names when it reaches over several rows, or null. */
export function rangeOverRows(ref: string): MergedRange | null {
  const match = RANGE.exec(ref.trim());
  if (match === null) return null;
  const [, fromLetters = "", fromRow = "", toLetters = "", toRow = ""] = match;
  const from = columnIndexOf(fromLetters);
  const to = columnIndexOf(toLetters);
  if (from === null || to === null || fromRow === toRow) return null;
  return {
    firstRow: Math.min(Number(fromRow), Number(toRow)),
    lastRow: Math.max(Number(fromRow), Number(toRow)),
    firstColumn: Math.min(from, to),
    lastColumn: Math.max(from, to),
  };
}
