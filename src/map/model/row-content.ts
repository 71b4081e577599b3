// What one row says, level by level.
import type { Decimal } from "../../core/decimal.ts";
import { sourcePlaceText } from "../../core/source-place.ts";
import type { FieldLevel } from "./levels.ts";
import type { MappingPlan, PlanColumn, SheetPlan } from "./mapping-plan.ts";
import type { SheetRole } from "./message-catalogue.ts";
import type { RowRecord } from "./row-record.ts";
import type { StoredValue } from "./value-rule.ts";

/** A value and where it stood. */
export interface Placed {
  readonly value: StoredValue;
  readonly sheet: SheetPlan;
  readonly column: PlanColumn;
  readonly rowNumber: number;
}

/** By the slots of a level. */
export type Slots = (Placed | undefined)[];

/** Whether a row says something on a level, readable or not. */
export function saysSomething(level: FieldLevel, sheet: SheetPlan, row: RowRecord): boolean {
  for (const index of sheet.columnsOf[level]) if (row.values[index] != null) return true;
  return row.faults.some(({ column }) => sheet.columnsOf[level].includes(column));
}

export function itemNumberOf(sheet: SheetPlan, row: RowRecord): number | null {
  const value = row.values[sheet.itemNumberColumn];
  return Array.isArray(value) ? Number(value[0]) : null;
}

export function elementOf(level: FieldLevel, sheet: SheetPlan, row: RowRecord): Slots {
  const slots: Slots = [];
  for (const index of sheet.columnsOf[level]) {
    const column = sheet.columns[index];
    const value = row.values[index];
    if (column === undefined || value == null) continue;
    slots[column.slot] = { value, sheet, column, rowNumber: row.rowNumber };
  }
  return slots;
}

/** Text that is the same for elements with the same values. */
export function elementKey(slots: Slots): string {
  return JSON.stringify(Array.from(slots, (placed) => placed?.value ?? null));
}

export function isSame(left: StoredValue, right: StoredValue): boolean {
  if (typeof left === "object" && typeof right === "object") return left[0] === right[0];
  return left === right;
}

/** The column of a sheet that fills a slot of a level; null where none does. */
export function columnOfSlot(
  sheet: SheetPlan | undefined,
  level: FieldLevel,
  slot: number,
): PlanColumn | null {
  if (slot < 0) return null;
  return sheet?.columns.find((column) => column.level === level && column.slot === slot) ?? null;
}

export function cellText(sheet: SheetPlan, column: PlanColumn, rowNumber: number): string {
  return sourcePlaceText(sheet.sheet, `${column.letters}${rowNumber}`);
}

/** What the file calls the column that names shipments, their direction or goods items. */
export function keyName(
  { sheets }: MappingPlan,
  key: "referenceColumn" | "directionColumn" | "itemNumberColumn",
): string {
  for (const sheet of sheets) {
    const column = sheet.columns[sheet[key]];
    if (column !== undefined) return column.header;
  }
  return KEY_HEADERS[key];
}

const KEY_HEADERS = {
  referenceColumn: "External reference",
  directionColumn: "Direction",
  itemNumberColumn: "Item number",
} as const;

/** What the file calls the sheet with this role; null when it has none. */
export function sheetName({ sheets }: MappingPlan, role: SheetRole): string | null {
  return sheets.find((sheet) => sheet.role === role)?.sheet ?? null;
}

/** The canonical decimal that a cell reader stored. */
export function decimalOf(value: StoredValue): Decimal | null {
  return typeof value === "object" ? (value[0] as Decimal) : null;
}
