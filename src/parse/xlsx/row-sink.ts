// Collects the rows of a sheet, whichever way they were read.
import { ROWS_MAX, type Cell, type SheetRow } from "../../core/cell.ts";
import { holdsContent } from "../text/holds-content.ts";
import { batchRows } from "../text/read-limits.ts";
import { CellBrokenError } from "./xlsx-cell.ts";

export interface RowSink {
  /** One-based; 0 before the first row. A row without a number is the next one. */
  readonly lastRowNumber: () => number;
  /**
   * Keeps the row if it holds anything.
   * @throws CellBrokenError when it does not stand below the one before
   */
  readonly add: (rowNumber: number, isHidden: boolean, cells: (Cell | undefined)[]) => void;
  /**
   * The rows since the last call, in batches. None is held back to fill a batch: what lives longer
   * than it must gets among V8's old objects, which are cleared away late.
   */
  readonly batches: () => readonly (readonly SheetRow[])[];
}

/** Programs do not agree on what such rows hold: some take the first, some the last, some both. */
function misplacedRow(rowNumber: number, lastRowNumber: number): CellBrokenError {
  if (rowNumber > ROWS_MAX) return new CellBrokenError(`"${rowNumber}" is no row number`);
  return new CellBrokenError(
    rowNumber === lastRowNumber
      ? `Row ${rowNumber} is there twice`
      : `Row ${rowNumber} stands behind row ${lastRowNumber}`,
  );
}

export function createRowSink(sheet: string): RowSink {
  let lastRowNumber = 0;
  let full: (readonly SheetRow[])[] = [];
  let rows: SheetRow[] = [];
  return {
    lastRowNumber: () => lastRowNumber,
    add: (rowNumber, isHidden, cells) => {
      if (rowNumber <= lastRowNumber || rowNumber > ROWS_MAX) {
        throw misplacedRow(rowNumber, lastRowNumber);
      }
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
