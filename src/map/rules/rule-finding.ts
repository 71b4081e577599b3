// Findings of the rules between values. The values are there, so the shipment can be sent when a profile
// lowers the severity.
import type { PlanColumn } from "../model/mapping-plan.ts";
import type { Placed } from "../model/row-content.ts";
import type { DraftFinding, ItemDraft, RowPlace, RowSpot } from "../shipment/shipment-draft.ts";

export function ruleFinding(
  code: DraftFinding["code"],
  row: RowSpot,
  column: PlanColumn | null,
  place: RowPlace,
  value: string | null,
  message: string,
): DraftFinding {
  const said = { code, value, message, hint: null, hasValue: true, isCoveredByColumn: false };
  return { ...said, row, column, place };
}

/** About the cell of a value. */
export function ruleFindingAt(
  code: DraftFinding["code"],
  { value, sheet, column, rowNumber }: Placed,
  place: RowPlace,
  message: string,
): DraftFinding {
  const row = { sheetIndex: sheet.sheetIndex, rowNumber };
  return ruleFinding(code, row, column, place, String(value), message);
}

export function nowhereIn(item: ItemDraft | null): RowPlace {
  return { item, packagingIndex: null, documentIndex: null };
}
