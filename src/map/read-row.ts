// Reads one row into a record for the row stage: all its cells, with all its faults. The rows of a
// shipment are brought together by external reference alone; which of them are import and which export
// is decided when all are there, so that a row with a mistyped direction cannot leave its shipment
// unnoticed.
//
// A blank External reference is that of the row above, and so is a blank Direction beside it. Beside a
// reference that is written a blank Direction stays blank. After a row whose reference cannot be read
// nothing is carried on: the rows below may be of that shipment. Below a shipment that the profile leaves out
// they are left out with it.
import type { Cell, RowFlaw, SheetRow } from "../core/cell.ts";
import { messageText } from "../core/text/quoted-text.ts";
import { visibleText } from "../core/text/visible-text.ts";
import type { ColumnWatch } from "./watch/column-watch.ts";
import type { Finding } from "../core/finding.ts";
import { kindOf } from "../core/message-kind.ts";
import type { Direction } from "../core/shipment.ts";
import { makeFinding, type FindingPlace } from "./model/make-finding.ts";
import { stillIncomplete } from "./rows/incomplete-rows.ts";
import type { MappingPlan, PlanColumn, Report, SheetPlan } from "./model/mapping-plan.ts";
import { placeIn, weighedFinding } from "./model/plan-finding.ts";
import { normalizeHeader } from "./headers/normalize-header.ts";
import { encodeRow, type RowFault, type RowRecord } from "./model/row-record.ts";
import { severityOf, withSeverities } from "./model/severity.ts";
import type { StoredValue } from "./model/value-rule.ts";
import { beyondHeaders } from "./plan/text-columns.ts";
import { createTotalWatch } from "./rows/total-row.ts";

export type RowReading =
  | ({ readonly kind: "record" } & KeyedContent)
  /** Belongs to no shipment. */
  | { readonly kind: "invalid"; readonly findings: readonly Finding[] }
  /** Holds nothing in the columns that are read. */
  | { readonly kind: "blank" }
  /** Headers once more, or sums: the shipments around it are whole without it. */
  | { readonly kind: "no-data"; readonly findings: readonly Finding[] }
  /**
   * The profile does not want it, or the shipment that it belongs to.
   * `shipment`: it names one, and rows of other sheets that name it too are left out with it.
   */
  | { readonly kind: "left-out"; readonly shipment: KeyedContent | null };

interface KeyedContent {
  readonly groupKey: string;
  readonly content: string;
}

/**
 * @param watch Sees the rows that are not left out; null when what whole columns show is of no interest.
 * @param moreFaults Faults of a row that its own cells do not show.
 */
export function createRowReader(
  plan: MappingPlan,
  sheet: SheetPlan,
  watch: ColumnWatch | null = null,
  moreFaults: ((row: RowRecord) => readonly RowFault[]) | null = null,
): (row: SheetRow) => RowReading {
  const {
    columns,
    referenceColumn,
    directionColumn,
    sheetIndex,
    prepareRow,
    textColumns,
    reasonColumn,
  } = sheet;
  let carriedReference: string | null = null;
  let carriedDirection: Direction | null = null;
  /** The row above, or the one that it carries on, is left out. */
  let isLeftOutAbove = false;
  const hasOtherSheets = plan.layout === "workbook" && plan.sheets.length > 1;
  const { formulasMaybeStale } = plan;
  const totals = createTotalWatch(sheet);

  const rowPlace = ({ rowNumber }: SheetRow): FindingPlace => placeIn(plan, sheet, rowNumber);

  // What the cell being read reports; one collector for all cells spares an object per cell.
  let faults: RowFault[] = [];
  let column = 0;
  let cellValue: string | null = null;
  const report: Report = (code, message, hint) => {
    faults.push({
      code,
      column,
      value: cellValue === null ? null : visibleText(cellValue),
      message: messageText(message, cellValue),
      hint: hint ?? null,
    });
  };

  const readQuietly = (row: SheetRow, index: number): StoredValue | null => {
    const planned = columns[index];
    const cell = planned === undefined ? undefined : row.cells[planned.columnIndex];
    return cell === undefined ? null : (planned?.read(cell, () => undefined) ?? null);
  };
  const leaveOut = (row: SheetRow): RowReading => {
    const reference = textOf(readQuietly(row, referenceColumn));
    // A row of a shipment that is read may be left out alone.
    if (reference === null || (reference === carriedReference && !isLeftOutAbove)) return leftOut;
    isLeftOutAbove = true;
    carriedReference = reference;
    carriedDirection = toDirection(readQuietly(row, directionColumn)) ?? plan.direction;
    if (!hasOtherSheets || sheet.role !== "shipments") return leftOut;
    const { rowNumber } = row;
    const record = { sheetIndex, rowNumber, direction: carriedDirection, values: [], faults: [] };
    const content = encodeRow({ ...record, isLeftOut: true });
    return { kind: "left-out", shipment: { groupKey: reference, content } };
  };

  return (written) => {
    let row = written;
    if (prepareRow !== null) {
      const fate = prepareRow.fateOf(written);
      if (fate === "total") return leftOut;
      row = prepareRow.compose(written);
      if (fate === "left out") return leaveOut(row);
    }
    faults = [];
    const values: (StoredValue | null)[] = [];
    let hasContent = false;
    for (column = 0; column < columns.length; column += 1) {
      const planned = columns[column];
      const cell = planned === undefined ? undefined : row.cells[planned.columnIndex];
      if (planned === undefined || cell === undefined) {
        values.push(null);
        continue;
      }
      cellValue = cell.value;
      const value = planned.read(cell, report);
      if (cell.isRepaired === true) reportRepaired(planned, cell, report);
      if (value !== null) {
        hasContent = true;
        if (formulasMaybeStale && cell.formula === "cached") reportStale(planned, report);
      }
      values.push(value);
    }
    const flaw =
      written.flaw ?? (reasonColumn === null ? null : stillIncomplete(written, reasonColumn));
    if (flaw !== null) faults.push(...flawFaults(sheet, flaw));
    const isBlank = !hasContent && faults.length === 0;
    const beyond = isBlank || textColumns === null ? null : beyondHeaders(textColumns, written);
    watch?.seeCells(written, beyond === null ? Infinity : (textColumns?.end ?? Infinity));
    if (isBlank) return { kind: "blank" };
    if (beyond !== null) faults.push(beyond);
    if (repeatsHeaders(columns, row.cells)) {
      const message = `Row ${row.rowNumber} repeats the headers of row ${sheet.headerRow} and was not read`;
      return noData(weighedFinding(plan, "header-repeated", rowPlace(row), { message }));
    }
    const total = totals.judge(values, faults);
    if (total === "certain") {
      const message = `Row ${row.rowNumber} is a line of totals: its numbers are the sums of those above, so it was left out and nothing is missing from the shipments`;
      return noData(weighedFinding(plan, "row-of-totals", rowPlace(row), { message }));
    }

    const stated = namesNothing(faults, referenceColumn, plan)
      ? null
      : textOf(values[referenceColumn]);
    const isUnreadable = stated === null && isErrorAt(faults, referenceColumn);
    if (stated === null && isLeftOutAbove && !isUnreadable) return leftOut;
    isLeftOutAbove = false;
    const reference = isUnreadable ? null : (stated ?? carriedReference);
    const direction =
      toDirection(values[directionColumn]) ??
      (isErrorAt(faults, directionColumn)
        ? null
        : ((stated === null ? carriedDirection : null) ?? plan.direction));
    carriedReference = reference;
    carriedDirection = direction;
    if (reference === null) {
      return { kind: "invalid", findings: withoutReference(plan, sheet, row.rowNumber, faults) };
    }
    if (total === "doubtful") {
      const message = `Row ${row.rowNumber} looks like a line of totals, but its numbers are not the sums of those above; it may be goods`;
      faults.push({
        code: "row-looks-like-total",
        column: referenceColumn,
        value: null,
        message,
        hint: null,
      });
    }
    const record: RowRecord = {
      sheetIndex,
      rowNumber: row.rowNumber,
      direction,
      values,
      faults: watch === null ? faults : watch.see(row, values, faults),
    };
    const more = moreFaults?.(record) ?? [];
    return {
      kind: "record",
      groupKey: reference,
      content: encodeRow(
        more.length === 0 ? record : { ...record, faults: [...record.faults, ...more] },
      ),
    };
  };
}

const leftOut: RowReading = { kind: "left-out", shipment: null };

function textOf(value: StoredValue | null | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function toDirection(value: StoredValue | null | undefined): Direction | null {
  return value === "IN" || value === "OUT" ? value : null;
}

function isErrorAt(faults: readonly RowFault[], column: number): boolean {
  return faults.some((fault) => fault.column === column);
}

/** Rows without a reference are no shipment called "NULL", unless a profile says that it is one. */
function namesNothing(
  faults: readonly RowFault[],
  referenceColumn: number,
  { severities }: MappingPlan,
): boolean {
  return faults.some(
    ({ code, column }) =>
      code === "value-says-nothing" &&
      column === referenceColumn &&
      severityOf(code, severities, true) === "error",
  );
}

/** Exports that print their headers on every page repeat them as rows. */
function repeatsHeaders(
  columns: readonly PlanColumn[],
  cells: readonly (Cell | undefined)[],
): boolean {
  const first = columns[0];
  if (first === undefined || cells[first.columnIndex]?.value !== first.header) return false;
  return columns.every(({ columnIndex, header }) => {
    const value = cells[columnIndex]?.value ?? "";
    return normalizeHeader(value) === normalizeHeader(header);
  });
}

/** A profile may make an error of what a row says, and then the row is to be corrected. */
function noData(findings: readonly Finding[]): RowReading {
  const isError = findings.some(({ severity }) => severity === "error");
  return { kind: isError ? "invalid" : "no-data", findings };
}

/** None of a row that ends before columns of which none is sent. */
function flawFaults({ columns }: SheetPlan, { columnIndex, ...flaw }: RowFlaw): RowFault[] {
  const isOfAllBehind = flaw.code === "row-too-short";
  let found = -1;
  for (const [index, planned] of columns.entries()) {
    const isNearer = found < 0 || planned.columnIndex < (columns[found]?.columnIndex ?? 0);
    if (planned.columnIndex === columnIndex) found = index;
    else if (isOfAllBehind && planned.columnIndex > columnIndex && isNearer) found = index;
  }
  return isOfAllBehind && found < 0 ? [] : [{ hint: null, ...flaw, column: found }];
}

function reportRepaired({ header }: PlanColumn, { raw, value }: Cell, report: Report): void {
  report(
    "value-repaired",
    `${header} ${raw} was read as ${value}, as spreadsheet programs show it`,
  );
}

function reportStale({ header }: PlanColumn, report: Report): void {
  report(
    "formula-maybe-stale",
    `${header} is the stored result of a formula, in a file that wants its formulas to be calculated anew`,
  );
}

/**
 * The finding about an unreadable reference stands for the missing one, unless the profile drops it; so does
 * that about a header where no column is read as the reference.
 */
function withoutReference(
  plan: MappingPlan,
  sheet: SheetPlan,
  rowNumber: number,
  faults: readonly RowFault[],
): readonly Finding[] {
  const findings = withSeverities(
    faults.map((fault) =>
      makeFinding(
        fault.code,
        placeIn(plan, sheet, rowNumber, sheet.columns[fault.column] ?? null),
        fault,
      ),
    ),
    plan.severities,
  );
  if (sheet.referenceColumn < 0 || plan.hidden.has("External reference")) return findings;
  const reference = sheet.columns[sheet.referenceColumn] ?? null;
  const { path } = placeIn(plan, sheet, rowNumber, reference);
  if (findings.some((finding) => finding.severity === "error" && finding.path === path))
    return findings;
  const missing = makeFinding("row-without-reference", placeIn(plan, sheet, rowNumber, reference), {
    message: `Row ${rowNumber} belongs to no ${kindOf(plan.kind).noun}: it has no ${reference?.header ?? "External reference"} that can be read, and there is none above to carry on`,
    hint: `Fill in ${reference?.header ?? "External reference"}`,
  });
  return [missing, ...findings];
}
