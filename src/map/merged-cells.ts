// Merged cells below the headers. A workbook holds the value once and blanks below it, and blanks below
// a value are usual: the rows go on about the same shipment or goods item. Where a row below is about
// another one, who sees the file sees the value there as well, or one value for both, such as the mass
// of two goods items; nobody can tell which.
//
// Which cells are merged is known only behind the rows. So the rows are read, those of a sheet with
// merged cells are read once more to judge them, and where one is at fault the file is read anew with
// its faults known: `MergedFault` is what crosses from one reading to the next.
import { columnLetters, type MergedRange, type SheetRow } from "../core/cell.ts";
import type { Finding } from "../core/finding.ts";
import { makeFinding } from "./make-finding.ts";
import type { MappingPlan, SheetPlan } from "./mapping-plan.ts";
import { nowhere, pathText } from "./member-path.ts";
import { itemNumberOf, saysSomething } from "./row-content.ts";
import { decodeRow, type RowFault, type RowRecord } from "./row-record.ts";

/** A merged cell that stands for more than one goods item or shipment. */
export interface MergedFault {
  /** Into `MappingPlan.sheets`. */
  readonly sheetIndex: number;
  /** Into the columns of the sheet's plan. */
  readonly column: number;
  /** One-based. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Shape: `K2:K4`. */
  readonly range: string;
  readonly value: string;
}

/** What reading a row has given. */
type JudgedRow =
  | { readonly kind: "record"; readonly groupKey: string; readonly content: string }
  | { readonly kind: string };

export interface MergeJudge {
  /** Takes the rows below the headers, as they are written and what was read of them. */
  readonly see: (row: SheetRow, reading: JudgedRow) => void;
  readonly faults: () => readonly MergedFault[];
}

interface Candidate {
  readonly range: MergedRange;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly column: number;
  /** Of the first row; null before it was seen, and when it is of no shipment. */
  first: { readonly groupKey: string; readonly record: RowRecord } | null;
  value: string;
  isFault: boolean;
}

/** Null when no merged cell of the sheet can be at fault. */
export function createMergeJudge(
  sheet: SheetPlan,
  ranges: readonly MergedRange[],
): MergeJudge | null {
  const planned = new Map<number, number>();
  sheet.columns.forEach(({ columnIndex, partIndexes }, column) => {
    // A reference that is merged is carried on like one that is blank below.
    if (column === sheet.referenceColumn) return;
    for (const index of partIndexes ?? [columnIndex]) {
      // What fills several members is looked at as part of a goods item, where one of them is.
      const other = sheet.columns[planned.get(index) ?? -1];
      if (other === undefined || other.level === "shipment") planned.set(index, column);
    }
  });
  const candidates = ranges.flatMap((range): Candidate[] => {
    const column = planned.get(range.firstColumn);
    if (column === undefined || range.firstRow <= sheet.headerRow) return [];
    const { firstRow, lastRow } = range;
    return [{ range, firstRow, lastRow, column, first: null, value: "", isFault: false }];
  });
  if (candidates.length === 0) return null;
  const covering = findCovering(candidates);
  return {
    see: (row, reading) => {
      let record: RowRecord | null = null;
      for (const candidate of covering(row.rowNumber)) {
        const { range, column } = candidate;
        if (row.rowNumber === range.firstRow) {
          candidate.value = row.cells[range.firstColumn]?.value.trim() ?? "";
        }
        if (!("content" in reading)) continue;
        record ??= decodeRow(reading.content);
        if (row.rowNumber === range.firstRow) {
          candidate.first = { groupKey: reading.groupKey, record };
        } else if (isOfAnother(sheet, column, candidate.first, reading.groupKey, record)) {
          candidate.isFault = true;
        }
      }
    },
    faults: () =>
      candidates.flatMap(({ range, column, value, isFault }) => {
        if (!isFault || value === "") return [];
        const { firstRow, lastRow, firstColumn, lastColumn } = range;
        const { sheetIndex } = sheet;
        const text = `${columnLetters(firstColumn)}${firstRow}:${columnLetters(lastColumn)}${lastRow}`;
        return [{ sheetIndex, column, firstRow, lastRow, range: text, value }];
      }),
  };
}

/** Whether a row below the first one is about something else, on the level of the column. */
function isOfAnother(
  sheet: SheetPlan,
  column: number,
  first: Candidate["first"],
  groupKey: string,
  record: RowRecord,
): boolean {
  const level = sheet.columns[column]?.level ?? "item";
  const isOtherShipment =
    first?.groupKey !== groupKey ||
    (record.direction !== null &&
      first.record.direction !== null &&
      record.direction !== first.record.direction);
  if (level === "shipment" || isOtherShipment) return isOtherShipment;
  const number = itemNumberOf(sheet, record);
  const isSameItem = number !== null && number === itemNumberOf(sheet, first.record);
  if (!isSameItem && saysSomething("item", sheet, record)) return true;
  return level !== "item" && saysSomething(level, sheet, record);
}

/** The faults of a row below merged cells that are at fault, beside those of its own cells. */
export function mergedFaultsOf(
  sheet: SheetPlan,
  faults: readonly MergedFault[],
): (row: RowRecord) => readonly RowFault[] {
  const covering = findCovering(faults.filter(({ sheetIndex }) => sheetIndex === sheet.sheetIndex));
  return (row) =>
    covering(row.rowNumber).flatMap(({ column, value, firstRow }) => {
      const level = sheet.columns[column]?.level ?? "item";
      const isMeant =
        level === "shipment" ||
        row.rowNumber === firstRow ||
        saysSomething("item", sheet, row) ||
        saysSomething(level, sheet, row);
      // A row that goes on about the goods item above would become one of its own by a fault.
      if (!isMeant) return [];
      const code = "cells-merged-over-rows";
      return [{ code, column, value, message: "", hint: null, isToldForColumn: true as const }];
    });
}

/** Told once for each merged cell. */
export function mergedFindings(
  plan: MappingPlan,
  sheet: SheetPlan,
  faults: readonly MergedFault[],
): readonly Finding[] {
  return faults.flatMap(({ sheetIndex, column, firstRow, lastRow, range, value }) => {
    const planned = sheet.columns[column];
    if (sheetIndex !== sheet.sheetIndex || planned === undefined) return [];
    const { header, letters, path } = planned;
    return [
      makeFinding(
        "cells-merged-over-rows",
        {
          ...{ file: plan.fileName, sheet: sheet.sheet, row: firstRow, letters, header },
          path: path === null ? null : pathText(path, nowhere),
        },
        {
          value,
          message: `${range} is one merged cell: whether its ${header} is meant for each of the rows ${firstRow} to ${lastRow} or for all of them together cannot be told`,
        },
      ),
    ];
  });
}

interface Span {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly column: number;
}

/**
 * Finds the spans over a row. Those of one column never overlap in a sound workbook, so that of each
 * column at most the one that begins last above the row is looked at.
 */
function findCovering<Some extends Span>(
  spans: readonly Some[],
): (rowNumber: number) => readonly Some[] {
  const byColumn = Map.groupBy(
    spans.toSorted((left, right) => left.firstRow - right.firstRow),
    ({ column }) => column,
  );
  const columns = [...byColumn.values()];
  return (rowNumber) =>
    columns.flatMap((sorted) => {
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((sorted[middle]?.firstRow ?? 0) <= rowNumber) low = middle + 1;
        else high = middle;
      }
      const span = sorted[low - 1];
      return span !== undefined && span.lastRow >= rowNumber ? [span] : [];
    });
}
