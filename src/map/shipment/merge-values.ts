// Several rows give the same value: the first counts, a blank adds nothing, and a different value is a
// contradiction that only the user can resolve.
import type { FieldLevel } from "../model/levels.ts";
import type { PlanColumn, SheetPlan } from "../model/mapping-plan.ts";
import { cellText, isSame, type Placed, type Slots } from "../model/row-content.ts";
import type { RowRecord } from "../model/row-record.ts";
import type { StoredValue } from "../model/value-rule.ts";

type OnContradiction = (before: Placed, value: StoredValue, column: PlanColumn) => void;

/** Fills the blank slots of one level from a row; true when the row said something new. */
export function mergeValues(
  slots: Slots,
  level: FieldLevel,
  sheet: SheetPlan,
  row: RowRecord,
  onContradiction: OnContradiction,
): boolean {
  let added = false;
  for (const index of sheet.columnsOf[level]) {
    const column = sheet.columns[index];
    const value = row.values[index];
    if (column === undefined || value == null) continue;
    const before = slots[column.slot];
    if (before === undefined) {
      slots[column.slot] = { value, sheet, column, rowNumber: row.rowNumber };
      added = true;
    } else if (!isSame(before.value, value)) {
      onContradiction(before, value, column);
      added = true;
    }
  }
  return added;
}

/** @param noun What the message is called. */
export function contradictionMessage(noun: string, before: Placed, after: Placed): string {
  const subject = after.column.level === "shipment" ? noun : "goods item";
  return `${after.column.header} of the ${subject} cannot be both ${quoted(before)} and ${quoted(after)}`;
}

function quoted({ value, sheet, column, rowNumber }: Placed): string {
  return `"${String(value)}" (${cellText(sheet, column, rowNumber)})`;
}
