// Where the rows of a sheet come together, whichever way they were read.
import type { Cell, SheetRow } from "../core/cell.ts";
import { holdsContent } from "./holds-content.ts";
import { batchRows } from "./read-limits.ts";

/** Source: Excel specifications and limits, worksheet size. */
export const ROWS_MAX = 1_048_576;
export const COLUMNS_MAX = 16_384;

export interface RowSink {
  /** One-based; 0 before the first row. A row without a number is the next one. */
  readonly lastRowNumber: () => number;
  /** Keeps the row if it holds anything. */
  readonly add: (rowNumber: number, isHidden: boolean, cells: (Cell | undefined)[]) => void;
  /**
   * The rows since the last call, in batches. None is held back to fill a batch: what lives longer
   * than it must gets among V8's old objects, which are cleared away late.
   */
  readonly batches: () => readonly (readonly SheetRow[])[];
}

export function createRowSink(sheet: string): RowSink {
  let lastRowNumber = 0;
  let full: (readonly SheetRow[])[] = [];
  let rows: SheetRow[] = [];
  return {
    lastRowNumber: () => lastRowNumber,
    add: (rowNumber, isHidden, cells) => {
      lastRowNumber = rowNumber;
      if (!holdsContent(cells)) return;
      rows.push(isHidden ? { sheet, rowNumber, cells, hidden: true } : { sheet, rowNumber, cells });
      if (rows.length < batchRows) return;
      full.push(rows);
      rows = [];
    },
    batches: () => {
      const ready = full;
      if (rows.length > 0) ready.push(rows);
      full = [];
      rows = [];
      return ready;
    },
  };
}
