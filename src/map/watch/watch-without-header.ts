// Values below a blank header, between the headers or beyond the last of them: they reach no message,
// and the person who wrote them would think that they were sent. In delimited text a value beyond the
// last header makes the values before it doubtful; that is a fault of its row.
import { cellAddress, columnLetters, type Cell, type SheetRow } from "../../core/cell.ts";
import { shownOf, type ReportColumn } from "./column-watcher.ts";

const CELLS_SHOWN_MAX = 5;

interface Stray {
  count: number;
  readonly firstRow: number;
  readonly firstValue: string;
  /** Addresses. */
  readonly cells: string[];
}

interface HeaderlessWatch {
  /** @param end Values from this column on are a fault of the row instead. */
  readonly see: (row: SheetRow, end: number) => void;
  /** @param reportOf The report for the column of these letters. */
  readonly atEnd: (reportOf: (letters: string) => ReportColumn) => void;
}

/** @param withHeader Indexes of the columns that have a header, A = 0. */
export function watchWithoutHeader(withHeader: ReadonlySet<number>): HeaderlessWatch {
  const width = Math.max(-1, ...withHeader) + 1;
  const between = Array.from({ length: width }, (_, index) => index).filter(
    (index) => !withHeader.has(index),
  );
  const strays = new Map<number, Stray>();

  const see = (cell: Cell | undefined, columnIndex: number, rowNumber: number): void => {
    if (cell === undefined || cell.type === "blank" || cell.value.trim() === "") return;
    let stray = strays.get(columnIndex);
    if (stray === undefined) {
      stray = { count: 0, firstRow: rowNumber, firstValue: cell.value, cells: [] };
      strays.set(columnIndex, stray);
    }
    stray.count += 1;
    if (stray.cells.length < CELLS_SHOWN_MAX) {
      stray.cells.push(cellAddress(columnIndex, rowNumber));
    }
  };

  return {
    see: ({ cells, rowNumber }, end) => {
      for (const columnIndex of between) {
        if (columnIndex < end) see(cells[columnIndex], columnIndex, rowNumber);
      }
      const seenEnd = Math.min(cells.length, end);
      for (let columnIndex = width; columnIndex < seenEnd; columnIndex += 1) {
        see(cells[columnIndex], columnIndex, rowNumber);
      }
    },
    atEnd: (reportOf) => {
      const inOrder = [...strays].toSorted(([left], [right]) => left - right);
      for (const [columnIndex, { count, firstRow, firstValue, cells }] of inOrder) {
        const letters = columnLetters(columnIndex);
        const values = count === 1 ? "1 value" : `${count} values`;
        reportOf(letters)(
          "value-without-header",
          firstRow,
          `Column ${letters} has no header, so its ${values} cannot be sent (${shownOf(cells, count)})`,
          firstValue,
        );
      }
    },
  };
}
