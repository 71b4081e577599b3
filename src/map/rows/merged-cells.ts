// Merged cells below the headers. A workbook holds the value once and blanks below it. Blanks below a
// value are usual: the rows go on about the same shipment or goods item. Where a row below is about
// another one, the merged value may be meant for each row or once for all, such as the mass of two goods
// items, and the file does not say which. A value under a merged cell is invisible to the person: where
// it equals the one that the merged cell shows, it counts for its row; any other stops the shipment.
//
// A workbook lists its merged cells behind its rows. So the rows are read, those of a sheet with merged
// cells once more to judge them, and where one is at fault the file is read again with `MergedFault`s
// known from the beginning.
import { cellAddress, columnLetters, type MergedRange, type SheetRow } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { MappingPlan, SheetPlan } from "../model/mapping-plan.ts";
import { placeIn } from "../model/plan-finding.ts";
import { itemNumberOf, saysSomething } from "../model/row-content.ts";
import { decodeRow, type RowFault, type RowRecord } from "../model/row-record.ts";

/** A merged cell that stands for more than one goods item or shipment, or hides another value. */
export interface MergedFault {
  /** Into `MappingPlan.sheets`. */
  readonly sheetIndex: number;
  /** Of the file, A = 0: that of the merged cell, or of the values that it hides. */
  readonly columnIndex: number;
  /** Into the columns of the sheet's plan. */
  readonly column: number;
  /** One-based. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Shape: `K2:K4`. */
  readonly range: string;
  /** What the merged cell shows. */
  readonly value: string;
  /** Null when the merged cell hides nothing in this column. */
  readonly hidden: HiddenValue | null;
}

/** The first value in a column that a merged cell covers, and that is not the one that it shows. */
interface HiddenValue {
  /** One-based. */
  readonly row: number;
  readonly value: string;
  /** How many others are below it. */
  more: number;
}

/** What reading a row has given. */
type JudgedRow =
  | { readonly kind: "record"; readonly groupKey: string; readonly content: string }
  | { readonly kind: string };

interface MergeJudge {
  /** Takes all rows, as they are written and what was read of them; null down to the headers. */
  readonly see: (row: SheetRow, reading: JudgedRow | null) => void;
  /** Below it there is nothing to see. One-based. */
  readonly lastRow: number;
  readonly faults: () => readonly MergedFault[];
}

interface Candidate {
  readonly range: MergedRange;
  readonly firstRow: number;
  readonly lastRow: number;
  readonly columnIndex: number;
  /** Of the sheet's plan; null when the merged cell cannot be meant for several rows. */
  readonly column: number | null;
  /** The columns in which it may hide values: those of the file by those of the plan. */
  readonly covered: readonly (readonly [columnIndex: number, column: number])[];
  /** By the columns of the file; null while there is none. */
  hidden: Map<number, HiddenValue> | null;
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
    for (const index of partIndexes ?? [columnIndex]) {
      // A column that fills several members counts as part of a goods item, where one of them is.
      const other = sheet.columns[planned.get(index) ?? -1];
      if (other === undefined || other.level === "shipment") planned.set(index, column);
    }
  });
  const candidates = ranges.flatMap((range) => candidateOf(sheet, planned, range) ?? []);
  if (candidates.length === 0) return null;
  const covering = findCovering(candidates);
  return {
    see: (row, reading) => {
      let record: RowRecord | null = null;
      for (const candidate of covering(row.rowNumber)) {
        const { range, column } = candidate;
        const isFirst = row.rowNumber === range.firstRow;
        if (isFirst) candidate.value = row.cells[range.firstColumn]?.value.trim() ?? "";
        if (reading === null || !("content" in reading)) continue;
        record ??= decodeRow(reading.content);
        noteHidden(candidate, row, record);
        if (isFirst) candidate.first = { groupKey: reading.groupKey, record };
        else if (
          column !== null &&
          isOfAnother(sheet, column, candidate.first, reading.groupKey, record)
        ) {
          candidate.isFault = true;
        }
      }
    },
    lastRow: candidates.reduce((last, { lastRow }) => Math.max(last, lastRow), 0),
    faults: () => candidates.flatMap((candidate) => faultsOf(sheet, candidate)),
  };
}

/** Null when the merged cells cannot be at fault. */
function candidateOf(
  sheet: SheetPlan,
  planned: ReadonlyMap<number, number>,
  range: MergedRange,
): Candidate | null {
  const { firstRow, lastRow, firstColumn, lastColumn } = range;
  if (lastRow <= sheet.headerRow) return null;
  const isOneRow = firstRow === lastRow;
  const covered = [...planned].filter(
    ([columnIndex]) =>
      columnIndex >= firstColumn &&
      columnIndex <= lastColumn &&
      !(isOneRow && columnIndex === firstColumn),
  );
  if (covered.length === 0) return null;
  const column = planned.get(firstColumn);
  // A reference that is merged is carried on like one that is blank below.
  const isForRows = firstRow > sheet.headerRow && !isOneRow && column !== sheet.referenceColumn;
  return {
    range,
    firstRow,
    lastRow,
    columnIndex: firstColumn,
    covered,
    column: isForRows ? (column ?? null) : null,
    hidden: null,
    first: null,
    value: "",
    isFault: false,
  };
}

function noteHidden(candidate: Candidate, row: SheetRow, record: RowRecord): void {
  const { range, covered, value } = candidate;
  const { rowNumber } = row;
  for (const [columnIndex, column] of covered) {
    if (rowNumber === range.firstRow && columnIndex === range.firstColumn) continue;
    const text = row.cells[columnIndex]?.value.trim() ?? "";
    if (text === "" || text === value) continue;
    const isRead =
      record.values[column] != null || record.faults.some((fault) => fault.column === column);
    if (!isRead) continue;
    const hidden = (candidate.hidden ??= new Map<number, HiddenValue>());
    const above = hidden.get(columnIndex);
    if (above === undefined) hidden.set(columnIndex, { row: rowNumber, value: text, more: 0 });
    else above.more += 1;
  }
}

function faultsOf(sheet: SheetPlan, candidate: Candidate): readonly MergedFault[] {
  const { range, column, covered, hidden, value, isFault } = candidate;
  const { firstRow, lastRow, firstColumn, lastColumn } = range;
  const common = {
    sheetIndex: sheet.sheetIndex,
    firstRow,
    lastRow,
    value,
    range: `${cellAddress(firstColumn, firstRow)}:${cellAddress(lastColumn, lastRow)}`,
  };
  const hiding = covered.flatMap(([columnIndex, ofPlan]): MergedFault[] => {
    const found = hidden?.get(columnIndex);
    return found === undefined ? [] : [{ ...common, columnIndex, column: ofPlan, hidden: found }];
  });
  // Once the cells are unmerged, there is nothing left that could be meant for several rows.
  const isForRows = column !== null && isFault && value !== "" && hidden?.has(firstColumn) !== true;
  if (!isForRows) return hiding;
  return [{ ...common, columnIndex: firstColumn, column, hidden: null }, ...hiding];
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
    covering(row.rowNumber).flatMap(({ column, value, firstRow, hidden }) => {
      const level = sheet.columns[column]?.level ?? "item";
      const isMeant =
        level === "shipment" ||
        column === sheet.referenceColumn ||
        row.rowNumber === firstRow ||
        saysSomething("item", sheet, row) ||
        saysSomething(level, sheet, row);
      // A row that goes on about the goods item above would become one of its own by a fault.
      if (!isMeant) return [];
      const code = hidden === null ? "cells-merged-over-rows" : "value-under-merged-cell";
      return [{ code, column, value, message: "", hint: null, isCoveredByColumn: true as const }];
    });
}

/** Told once for each merged cell, or for each column in which it hides values. */
export function mergedFindings(
  plan: MappingPlan,
  sheet: SheetPlan,
  faults: readonly MergedFault[],
): readonly Finding[] {
  return faults.flatMap((fault) => {
    const { sheetIndex, column, columnIndex, firstRow, lastRow, range, value, hidden } = fault;
    const planned = sheet.columns[column];
    if (sheetIndex !== sheet.sheetIndex || planned === undefined) return [];
    const { header } = planned;
    const place = {
      ...placeIn(plan, sheet, hidden?.row ?? firstRow, planned),
      // Of the merged cell: the planned column may be put together from several.
      letters: columnLetters(columnIndex),
    };
    if (hidden === null) {
      const message = `${range} is one merged cell: whether its ${header} is meant for each of the rows ${firstRow} to ${lastRow} or for all of them together is unknown`;
      return [makeFinding("cells-merged-over-rows", place, { value, message })];
    }
    const shown = value === "" ? "nothing" : `"${value}"`;
    const others =
      hidden.more === 0
        ? ""
        : `, and ${hidden.more} more below ${hidden.more === 1 ? "does" : "do"} the same`;
    const address = cellAddress(columnIndex, hidden.row);
    const message = `${header} cannot be read: ${address} holds "${hidden.value}" under the merged cell ${range}, which shows ${shown}${others}`;
    return [makeFinding("value-under-merged-cell", place, { value: hidden.value, message })];
  });
}

interface Span {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly columnIndex: number;
}

/**
 * Finds the spans over a row. Those of one column never overlap in a sound workbook, so that of each
 * column only the one that begins last above the row can cover it.
 */
function findCovering<Some extends Span>(
  spans: readonly Some[],
): (rowNumber: number) => readonly Some[] {
  const byColumn = Map.groupBy(
    spans.toSorted((left, right) => left.firstRow - right.firstRow),
    ({ columnIndex }) => columnIndex,
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
