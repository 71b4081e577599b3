// Where a file gives a total and its parts, they must agree. Nothing is compared when a part is missing
// or cannot be read: it has its own finding, or the file does not give both.
import { addDecimals, toDecimal, type Decimal } from "../../core/decimal.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import type { TotalKind } from "../model/message-catalogue.ts";
import { decimalOf } from "../model/row-content.ts";
import type { StoredValue } from "../model/value-rule.ts";
import { nowhereIn, ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ShipmentDraft } from "../shipment/shipment-draft.ts";

export function checkTotals(plan: MappingPlan, draft: ShipmentDraft): readonly DraftFinding[] {
  if (plan.known.totals.length === 0) return [];
  return plan.known.totals.flatMap(({ slot, of }) => {
    const total = draft.slots[slot];
    if (total === undefined) return [];
    const said = asDecimal(total.value);
    const sum = said === null ? null : sumOf(of, plan, draft);
    if (said === null || sum === null || sum === said) return [];
    const message = `${total.column.header} cannot be ${said}: the goods items say ${sum} in all`;
    return [ruleFindingAt("total-differs", total, nowhereIn(null), message)];
  });
}

/** Null when some part is missing. */
function sumOf(of: TotalKind, plan: MappingPlan, { items }: ShipmentDraft): Decimal | null {
  if (of === "items") return toDecimal(String(items.length));
  const parts: readonly (StoredValue | undefined)[] =
    of === "packages"
      ? items.flatMap(({ packaging }) =>
          packaging.map((slots) => slots[plan.known.packageQuantity]?.value),
        )
      : items.map(({ slots }) => slots[plan.known[of]]?.value);
  let sum = parts.length === 0 ? null : toDecimal("0");
  for (const part of parts) {
    const decimal = part === undefined ? null : decimalOf(part);
    if (decimal === null || sum === null) return null;
    sum = addDecimals(sum, decimal);
  }
  return sum;
}

/** A total may stand in a text cell: no rule of the catalogue is about it. */
function asDecimal(value: StoredValue): Decimal | null {
  return typeof value === "string" ? toDecimal(value) : decimalOf(value);
}
