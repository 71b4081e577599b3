// What only a whole column shows, gathered while its rows are read: counters and the places of what was
// remarkable, never the rows. It becomes one finding for the column, at the end of the sheet. A date
// that can be read in two ways stops its shipment at once; whether there is a finding for each cell or
// one for all of them is decided here.
import type { SheetRow } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import { kindOf } from "../../core/message-kind.ts";
import { watchDates } from "./watch-dates.ts";
import { watchWithoutHeader } from "./watch-without-header.ts";
import type { DecimalMarksWatch } from "./watch-decimal-marks.ts";
import { watchReferences } from "./watch-references.ts";
import {
  watchHiddenRows,
  watchNumbersAsText,
  watchUnknownColumns,
  watchWords,
  type ReportColumn,
  type Watcher,
} from "./column-watcher.ts";
import type { FindingPlace } from "../model/make-finding.ts";
import type { MappingPlan, PlanColumn, SheetPlan } from "../model/mapping-plan.ts";
import { placeIn, weighedFinding } from "../model/plan-finding.ts";
import type { RowFault } from "../model/row-record.ts";
import { withSeverities } from "../model/severity.ts";
import type { StoredValue } from "../model/value-rule.ts";

export interface ColumnWatch {
  /**
   * Takes the cells of a row as the file has them, whether it is of a shipment or not.
   * @param end Values from this column on are a fault of the row instead.
   */
  readonly seeCells: (row: SheetRow, end: number) => void;
  /**
   * Takes a row of a shipment.
   * @returns its faults; those that a finding about the column covers are marked.
   */
  readonly see: (
    row: SheetRow,
    values: readonly (StoredValue | null)[],
    faults: readonly RowFault[],
  ) => readonly RowFault[];
  readonly atEnd: () => readonly Finding[];
}

/** @param decimalMarks That of all sheets of the file. */
export function createColumnWatch(
  plan: MappingPlan,
  sheet: SheetPlan,
  decimalMarks: DecimalMarksWatch,
): ColumnWatch {
  const { nouns } = kindOf(plan.kind);
  const watched = sheet.columns.flatMap((column, index) => {
    const watcher = watcherOf(column, index === sheet.referenceColumn ? nouns : null);
    return watcher === null ? [] : [{ column, index, watcher }];
  });
  const datesAt = new Set(
    sheet.columns.flatMap(({ kind }, index) => (kind === "date" ? [index] : [])),
  );
  const marks = decimalMarks.ofSheet(sheet);
  const hidden = watchHiddenRows(sheet.sheet);
  const unknown = watchUnknownColumns(sheet.unknownColumns);
  const headerless = sheet.withHeader === null ? null : watchWithoutHeader(sheet.withHeader);
  const reportTo =
    (findings: Finding[], placeOf: (row: number) => FindingPlace): ReportColumn =>
    (code, row, message, value = null) => {
      findings.push(...weighedFinding(plan, code, placeOf(row), { value, message }));
    };
  return {
    seeCells: (row, end) => {
      headerless?.see(row, end);
      unknown?.see(row);
    },
    see: (row, values, faults) => {
      if (row.hidden === true) hidden.see(row.rowNumber);
      for (const { column, index, watcher } of watched) {
        const cell = row.cells[column.columnIndex];
        if (cell !== undefined) watcher.see(cell, row.rowNumber, values[index] ?? null);
      }
      const marked = marks.see(row, values, faults);
      if (marked.length === 0 || datesAt.size === 0) return marked;
      return marked.map((fault) =>
        fault.code === "date-ambiguous" && datesAt.has(fault.column)
          ? { ...fault, isCoveredByColumn: true as const }
          : fault,
      );
    },
    atEnd: () => {
      const findings: Finding[] = [];
      hidden.atEnd(reportTo(findings, (row) => placeIn(plan, sheet, row)));
      for (const { column, watcher } of watched) {
        watcher.atEnd(reportTo(findings, (row) => placeIn(plan, sheet, row, column)));
      }
      headerless?.atEnd((letters) =>
        reportTo(findings, (row) => ({ ...placeIn(plan, sheet, row), letters })),
      );
      return [...findings, ...withSeverities(unknown?.atEnd() ?? [], plan.severities)];
    },
  };
}

/** @param referenceOf What the column is the reference of; null for other columns. */
function watcherOf(column: PlanColumn, referenceOf: string | null): Watcher | null {
  if (referenceOf !== null) return watchReferences(column, referenceOf);
  if (column.kind === "date") return watchDates(column);
  if (column.kind === "text" || column.kind === "any") return watchWords(column);
  const isNumber = column.kind === "decimal" || column.kind === "integer";
  return isNumber ? watchNumbersAsText(column) : null;
}
