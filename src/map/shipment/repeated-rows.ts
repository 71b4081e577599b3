// Finds rows that repeat an earlier row of the same item in every value below the shipment. Rows
// without an item number may be twins on purpose, except on sheets where a row is no goods item.
import { findingCodes } from "../../core/codes/finding-codes.ts";
import type { Layout, SheetPlan } from "../model/mapping-plan.ts";
import type { RowRecord } from "../model/row-record.ts";

/** Remembers the rows it is asked about; one finder per shipment. */
export type FindOriginal = (
  sheet: SheetPlan,
  row: RowRecord,
  itemNumber: number | null,
) => RowRecord | null;

export function createRepeatFinder(layout: Layout | null): FindOriginal {
  const firstRows = new Map<string, RowRecord>();
  const bySignature = new Map<string, Map<string, RowRecord>>();
  return (sheet, row, itemNumber) => {
    const isNoItem =
      layout === "workbook" && (sheet.role === "shipments" || sheet.role === "documents");
    if (itemNumber === null && !isNoItem) return null;
    if (row.faults.some(({ code }) => findingCodes[code].severity === "error")) return null;
    const subject = `${sheet.sheetIndex} ${itemNumber ?? ""}`;
    const first = firstRows.get(subject);
    if (first === undefined) {
      firstRows.set(subject, row);
      return null;
    }
    // Most rows are the only one about their item, so signatures are made when a second one comes.
    const signatures =
      bySignature.get(subject) ?? new Map([[signatureOf(sheet, first), first] as const]);
    bySignature.set(subject, signatures);
    const signature = signatureOf(sheet, row);
    const original = signatures.get(signature) ?? null;
    if (original === null) signatures.set(signature, row);
    return original;
  };
}

function signatureOf(sheet: SheetPlan, row: RowRecord): string {
  return JSON.stringify(
    row.values.map((value, index) => (sheet.columns[index]?.level === "shipment" ? null : value)),
  );
}
