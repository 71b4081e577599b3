// A packaging has a type and a number of packages; goods in bulk have no number. Where the file has a
// column for one of the two only, nothing is checked: the other is filled in elsewhere.
import { bulkPackageTypes } from "../catalogue/code-lists.ts";
import { isSaidElsewhere, type MappingPlan } from "../model/mapping-plan.ts";
import { decimalOf, type Placed, type Slots } from "../model/row-content.ts";
import { ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ItemDraft, ShipmentDraft } from "../shipment/shipment-draft.ts";

/** A profile may fix them for the whole file. */
const FIXED = ["Package type", "Package quantity"];

export function checkPackaging(
  plan: MappingPlan,
  draft: ShipmentDraft,
  item: ItemDraft,
): readonly DraftFinding[] {
  const { packageType, packageQuantity } = plan.known;
  if (packageType < 0 || packageQuantity < 0) return [];
  const isFixed = FIXED.some((header) => isSaidElsewhere(plan, header));
  const findings: DraftFinding[] = [];
  for (let packagingIndex = 0; packagingIndex < item.packaging.length; packagingIndex += 1) {
    const slots = item.packaging[packagingIndex];
    if (slots === undefined) continue;
    const place = { item, packagingIndex, documentIndex: null };
    const type = slots[packageType];
    const quantity = slots[packageQuantity];
    if (type !== undefined && quantity !== undefined) {
      const message = contradiction(type, quantity, slots, plan, draft);
      if (message !== null) {
        findings.push(ruleFindingAt("packaging-contradiction", quantity, place, message));
      }
      continue;
    }
    if (isFixed || (type === undefined && quantity === undefined)) continue;
    // What is there but cannot be read has its own finding.
    if (draft.findings.some(isIn(item, packagingIndex))) continue;
    const finding = incomplete(slots, plan, place);
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

function isIn(item: ItemDraft, packagingIndex: number): (finding: DraftFinding) => boolean {
  return ({ column, place }) =>
    column?.level === "packaging" && place.item === item && place.packagingIndex === packagingIndex;
}

/** Source: EU customs data model, rules C0060, R0219, R0221 and R0364. */
function contradiction(
  type: Placed,
  quantity: Placed,
  slots: Slots,
  plan: MappingPlan,
  draft: ShipmentDraft,
): string | null {
  const isNone = decimalOf(quantity.value) === "0";
  const isBulk = bulkPackageTypes.has(String(type.value));
  if (isNone ? isBulk || isPackedTogether(slots, plan, draft) : !isBulk) return null;
  const said = `${quantity.column.header} ${String(quantity.value)} stands beside ${String(type.value)}`;
  return isBulk
    ? `${said}, goods in bulk`
    : `${said}, and no other packaging of the shipment has the same marks and a number`;
}

/** Whether the goods are in packages that another packaging of the shipment counts. */
export function isPackedTogether(
  slots: Slots,
  { known }: MappingPlan,
  { items }: ShipmentDraft,
): boolean {
  const marks = slots[known.shippingMarks]?.value;
  return items.some(({ packaging }) =>
    packaging.some((other) => {
      const quantity = other[known.packageQuantity];
      if (quantity === undefined || decimalOf(quantity.value) === "0") return false;
      return other[known.shippingMarks]?.value === marks;
    }),
  );
}

function incomplete(
  slots: Slots,
  plan: MappingPlan,
  place: DraftFinding["place"],
): DraftFinding | null {
  const type = slots[plan.known.packageType];
  const said = type ?? slots[plan.known.packageQuantity];
  if (said === undefined || bulkPackageTypes.has(String(type?.value))) return null;
  const missing = type === undefined ? "type" : "quantity";
  const message = `${said.column.header} ${String(said.value)} stands without a ${missing} of the packages`;
  return ruleFindingAt("packaging-incomplete", said, place, message);
}
