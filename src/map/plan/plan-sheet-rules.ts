// Applies what a profile says about the rows of one sheet to the columns that the file has.
import type { Finding } from "../../core/finding.ts";
import type { HeaderCell, HeaderRow } from "../headers/header-cells.ts";
import { mistypedHeader } from "../headers/normalize-header.ts";
import { missingProfileColumn, type HeaderPlace, type HiddenColumn } from "./header-findings.ts";
import type { CellReader, RowPreparation } from "../model/mapping-plan.ts";
import type { ComposedColumn } from "./plan-columns.ts";
import { compileCellReader, type CellSettings } from "../cells/cell-reader.ts";
import {
  compileRowPreparation,
  INCOMPLETE_FORMAT,
  type PlacedCondition,
} from "../profile/prepare-row.ts";
import type { ColumnTarget, RowCondition, SheetProfile } from "../profile/profile.ts";
import type { ProfileHeaders } from "./profile-headers.ts";
import { targetOf, type Target } from "../profile/target.ts";

export interface SheetRules {
  readonly composed: readonly ComposedColumn[];
  readonly prepareRow: RowPreparation | null;
  /** Columns that the profile names and the file has under another name, or not at all. */
  readonly hidden: readonly HiddenColumn[];
  /** The columns that say which rows are read, and to which shipment they belong, are there. */
  readonly isWhole: boolean;
  readonly findings: readonly Finding[];
}

/** @param fieldsOf The headers of the default template that a column of the profile may fill. */
export function planSheetRules(
  place: HeaderPlace,
  sheet: SheetProfile,
  headers: ProfileHeaders,
  settings: CellSettings,
  fieldsOf: (target: ColumnTarget) => readonly string[] = fieldsOfTarget,
): SheetRules {
  const findings: Finding[] = [];
  const hidden: HiddenColumn[] = [];
  let isWhole = true;
  const unnamed = place.header.cells.filter((cell) => headers.columnOf(cell) === null);
  const cellOf = (header: string, targets: readonly ColumnTarget[]): HeaderCell | null => {
    const cell = headers.cellOf(header);
    if (cell !== null) return cell;
    findings.push(missingProfileColumn(place, header, place.header.cells));
    const fields = targets.flatMap(fieldsOf);
    const slips = unnamed.filter(({ spanned }) => mistypedHeader(spanned, [header]) !== null);
    const [slip, second] = slips;
    hidden.push(
      slip === undefined || second !== undefined
        ? { fields }
        : { fields, readAs: { cell: slip, header }, isSlip: true },
    );
    return null;
  };
  for (const { header, targets } of sheet.columns ?? []) {
    if (targets.some(({ optional }) => !optional)) cellOf(header, targets);
  }
  const keyCellOf = (header: string): HeaderCell | null => {
    const cell = cellOf(header, []);
    if (cell === null) isWhole = false;
    return cell;
  };
  const placed = (conditions: readonly RowCondition[]): readonly PlacedCondition[] =>
    conditions.flatMap((condition) => {
      const cell = keyCellOf(condition.column);
      return cell === null ? [] : [{ ...condition, columnIndex: cell.columnIndex }];
    });
  const rules = {
    totals: sheet.totals,
    leaveOut: placed(sheet.leaveOut),
    keepOnly: placed(sheet.keepOnly),
  };
  const parts = (sheet.groupBy?.columns ?? []).flatMap((header) => keyCellOf(header) ?? []);
  const [first] = parts;
  if (sheet.groupBy === null || first === undefined) {
    const prepareRow = compileRowPreparation({ ...rules, composed: null });
    return { composed: [], prepareRow, hidden, isWhole, findings };
  }
  const { join } = sheet.groupBy;
  const text = parts.map(({ spanned }) => spanned).join(" + ");
  const columnIndex = widthOf(place.header);
  const target = targetOf("External reference");
  const composed: ComposedColumn = {
    cell: { columnIndex, letters: first.letters, text, spanned: text },
    partIndexes: parts.map((part) => part.columnIndex),
    wanted: { target, spec: null },
    read: composedReader(text, target, settings),
  };
  return {
    composed: [composed],
    prepareRow: compileRowPreparation({
      ...rules,
      composed: {
        columnIndex,
        parts: parts.map((cell) => ({ columnIndex: cell.columnIndex, header: cell.spanned })),
        join,
      },
    }),
    hidden,
    isWhole,
    findings,
  };
}

function fieldsOfTarget({ to }: ColumnTarget): readonly string[] {
  const header = targetOf(to).field?.header;
  return header === undefined ? [] : [header];
}

function widthOf({ cells }: HeaderRow): number {
  return Math.max(...cells.map(({ columnIndex }) => columnIndex)) + 1;
}

function composedReader(header: string, { rule }: Target, settings: CellSettings): CellReader {
  const read = compileCellReader(header, rule, settings);
  return (cell, report) => {
    if (cell.format !== INCOMPLETE_FORMAT) return read(cell, report);
    report(
      "value-missing",
      `External reference cannot be made of ${header}: ${cell.value} is blank`,
    );
    return null;
  };
}
