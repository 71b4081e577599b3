// Watches the numbers of a file whose decimal mark was found in its head or guessed, on every sheet.
// Counters and first places are kept, never the rows; `decimalMarkFindings` judges them at the end.
import type { SheetRow } from "../../core/cell.ts";
import { markOfNumber } from "../../core/decimal-mark.ts";
import type { Finding } from "../../core/finding.ts";
import type { MappingPlan, SheetPlan } from "../model/mapping-plan.ts";
import { withoutBlankGroups } from "../cells/read-decimal.ts";
import type { RowFault } from "../model/row-record.ts";
import type { StoredValue } from "../model/value-rule.ts";
import {
  addNumber,
  markTally,
  decimalMarkFindings,
  type MarkTally,
} from "./decimal-mark-findings.ts";

const WHOLE = /^\d+$/;

export interface DecimalMarksWatch {
  readonly ofSheet: (sheet: SheetPlan) => SheetMarksWatch;
  /** What all sheets showed. */
  readonly atEnd: () => readonly Finding[];
}

interface SheetMarksWatch {
  /**
   * Takes a row of a shipment.
   * @returns its faults; those that a finding about the column covers are marked.
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
        return byFileMark === null
          ? []
          : [{ index, byFileMark, tally: markTally({ sheet, column, ...byFileMark }) }];
      });
      tallies.push(...watched.map(({ tally }) => tally));
      return {
        see: ({ cells, rowNumber }, values, faults) => {
          let marked = faults;
          for (const { index, byFileMark, tally } of watched) {
            const cell = cells[tally.of.column.columnIndex];
            const text = cell === undefined ? null : byFileMark.textOf(cell);
            const mark = text === null ? null : markIn(text);
            if (text === null || mark === null) continue;
            const isRefused = marked.some((fault) => isRefusal(fault, index));
            if (mark !== "either") addNumber(tally[mark], text, rowNumber);
            else if (!isRefused && values[index] != null) addNumber(tally.taken, text, rowNumber);
            if (!isRefused) continue;
            addNumber(tally.refused, text, rowNumber);
            marked = marked.map((fault) =>
              isRefusal(fault, index) ? { ...fault, isCoveredByColumn: true as const } : fault,
            );
          }
          return marked;
        },
      };
    },
    atEnd: () => decimalMarkFindings(plan, tallies),
  };
}

function markIn(text: string): ReturnType<typeof markOfNumber> {
  return markOfNumber(text) ?? (WHOLE.test(text) ? null : markOfNumber(withoutBlankGroups(text)));
}

function isRefusal({ code, column }: RowFault, index: number): boolean {
  return code === "number-ambiguous" && column === index;
}
