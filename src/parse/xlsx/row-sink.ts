// Collects the rows of a sheet, whichever way they were read.
import { ROWS_MAX, type Cell, type SheetRow } from "../../core/cell.ts";
import { holdsContent } from "../text/holds-content.ts";
import { batchRows, type ReadLimits } from "../text/read-limits.ts";
import { ZipTooLargeError } from "../package/zip-directory.ts";
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

type RowLimits = Pick<ReadLimits, "columnsMax" | "recordCharsMax" | "sheetCharsMax">;

/** @throws ZipTooLargeError, in `add`, when the texts of a row or of all rows are too long */
export function createRowSink(
  sheet: string,
  { columnsMax, recordCharsMax, sheetCharsMax }: RowLimits,
): RowSink {
  let lastRowNumber = 0;
  let sheetChars = 0;
  const count = (rowNumber: number, cells: readonly (Cell | undefined)[]): void => {
    let chars = cells.length;
    let filled = 0;
    for (const cell of cells) {
      if (cell === undefined) continue;
      chars += cell.value.length;
      filled += 1;
    }
    sheetChars += chars;
    if (filled > columnsMax) {
      throw new ZipTooLargeError(
        `Row ${rowNumber} of its sheet "${sheet}" fills more than ${columnsMax} columns`,
      );
    }
    if (chars > recordCharsMax) {
      throw new ZipTooLargeError(
        `Row ${rowNumber} of its sheet "${sheet}" holds more than ${recordCharsMax} characters`,
      );
    }
    if (sheetChars > sheetCharsMax) {
      throw new ZipTooLargeError(
        `The rows of its sheet "${sheet}" hold more than ${sheetCharsMax} characters`,
      );
    }
  };
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
      count(rowNumber, cells);
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
