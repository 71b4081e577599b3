import type { Cell } from "../../core/cell.ts";

/**
 * Whether a row shows anything. A row of nothing but blanks looks empty to its writer, so it is;
 * a formula without a result is content that is missing.
 */
export function holdsContent(cells: readonly (Cell | undefined)[]): boolean {
  return cells.some(
    (cell) => cell !== undefined && (cell.type !== "string" || cell.value.trim() !== ""),
  );
}
