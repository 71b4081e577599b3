// Amounts and their currencies: an amount without one, and one with more decimals than it has.
import { currencyDecimals } from "../../core/codes/currencies.ts";
import { fractionDigits } from "../../core/decimal.ts";
import { isSaidElsewhere, type MappingPlan } from "../model/mapping-plan.ts";
import { decimalOf } from "../model/row-content.ts";
import { MONEY_FRACTION_DIGITS_MAX } from "../model/value-rule.ts";
import { nowhereIn, ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ItemDraft, ShipmentDraft } from "../shipment/shipment-draft.ts";

/** A profile may fix them for the whole file. */
const CURRENCIES = ["Customs value currency", "Invoice currency"];

export function checkAmounts(
  plan: MappingPlan,
  draft: ShipmentDraft,
  item: ItemDraft,
): readonly DraftFinding[] {
  const { known } = plan;
  const amount = item.slots[known.amount];
  if (amount === undefined) return [];
  const decimal = decimalOf(amount.value);
  const currency = item.slots[known.amountCurrency]?.value;
  if (currency === undefined) {
    // A file without the column leaves the currency to CAS.
    if (known.amountCurrency < 0 || draft.slots[known.invoiceCurrency] !== undefined) return [];
    if (CURRENCIES.some((header) => isSaidElsewhere(plan, header))) return [];
    if (hasFaultyCurrency(plan, draft, item)) return [];
    const message = `${amount.column.header} ${String(amount.value)} has no currency, and neither has the invoice`;
    return [ruleFindingAt("currency-missing", amount, nowhereIn(item), message)];
  }
  if (decimal === null || typeof currency !== "string") return [];
  const decimals = fractionDigits(decimal);
  // More than any amount may have is a fault of its cell already.
  if (decimals === 0 || decimals > MONEY_FRACTION_DIGITS_MAX) return [];
  const allowed = currencyDecimals(currency);
  if (decimals <= allowed) return [];
  const message = `${amount.column.header} ${decimal} has ${decimals} decimals, and amounts in ${currency} have ${allowed}`;
  return [ruleFindingAt("amount-too-precise", amount, nowhereIn(item), message)];
}

/** One that is there but cannot be read has its own finding. */
function hasFaultyCurrency(plan: MappingPlan, draft: ShipmentDraft, item: ItemDraft): boolean {
  return draft.findings.some(
    ({ column, place }) =>
      (column?.level === "shipment" && column.slot === plan.known.invoiceCurrency) ||
      (place.item === item &&
        column?.level === "item" &&
        column.slot === plan.known.amountCurrency),
  );
}
