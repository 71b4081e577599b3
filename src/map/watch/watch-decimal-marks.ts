// The numbers of a file whose decimal mark nobody named. The head of the file told a mark, or nothing
// did; here every number that goes by it has its say, on every sheet. Counters and first places are
// kept, never the rows. What they come to is said by `tellDecimalMarks`, once.
import type { SheetRow } from "../../core/cell.ts";
import { markOfNumber } from "../../core/decimal-mark.ts";
import type { Finding } from "../../core/finding.ts";
import type { MappingPlan, SheetPlan, StoredValue } from "../model/mapping-plan.ts";
import { withoutBlankGroups } from "../cells/read-decimal.ts";
import type { RowFault } from "../model/row-record.ts";
import { addNumber, markTally, tellDecimalMarks, type MarkTally } from "./tell-decimal-marks.ts";

const WHOLE = /^\d+$/;

export interface DecimalMarksWatch {
  readonly ofSheet: (sheet: SheetPlan) => SheetMarksWatch;
  /** What all sheets showed. */
  readonly atEnd: () => readonly Finding[];
}

interface SheetMarksWatch {
  /**
   * Takes a row of a shipment.
   * @returns its faults, some of them marked as told for the file or their column.
   */
  readonly see: (
    row: SheetRow,
    values: readonly (StoredValue | null)[],
    faults: readonly RowFault[],
  ) => readonly RowFault[];
}

export function watchDecimalMarks(plan: MappingPlan): DecimalMarksWatch {
  const tallies: MarkTally[] = [];
  return {
    ofSheet: (sheet) => {
      const watched = sheet.columns.flatMap((column, index) => {
        const { byFileMark } = column;
        return byFileMark === undefined
          ? []
          : [{ index, byFileMark, tally: markTally({ sheet, column, ...byFileMark }) }];
      });
      tallies.push(...watched.map(({ tally }) => tally));
      return {
        see: ({ cells, rowNumber }, values, faults) => {
          let told = faults;
          for (const { index, byFileMark, tally } of watched) {
            const cell = cells[tally.of.column.columnIndex];
            const text = cell === undefined ? null : byFileMark.textOf(cell);
            const mark = text === null ? null : markIn(text);
            if (text === null || mark === null) continue;
            const isRefused = told.some((fault) => isRefusal(fault, index));
            if (mark !== "either") addNumber(tally[mark], text, rowNumber);
            else if (!isRefused && values[index] != null) addNumber(tally.taken, text, rowNumber);
            if (!isRefused) continue;
            addNumber(tally.refused, text, rowNumber);
            told = told.map((fault) =>
              isRefusal(fault, index) ? { ...fault, isToldForColumn: true as const } : fault,
            );
          }
          return told;
        },
      };
    },
    atEnd: () => tellDecimalMarks(plan, tallies),
  };
}

function markIn(text: string): ReturnType<typeof markOfNumber> {
  return markOfNumber(text) ?? (WHOLE.test(text) ? null : markOfNumber(withoutBlankGroups(text)));
}

function isRefusal({ code, column }: RowFault, index: number): boolean {
  return code === "number-ambiguous" && column === index;
}
