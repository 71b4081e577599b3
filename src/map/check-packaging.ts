// A packaging has a type and a number of packages, apart from what cannot be counted. Where the file
// has a column for one of them only, nothing is said: somebody else fills in the other.
import { uncountedPackageTypes } from "./code-lists.ts";
import type { MappingPlan } from "./mapping-plan.ts";
import type { Slots } from "./row-content.ts";
import { ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ItemDraft, ShipmentDraft } from "./shipment-draft.ts";

/** A profile may fix them for the whole file. */
const FIXED = ["Package type", "Package quantity"];

export function checkPackaging(
  plan: MappingPlan,
  draft: ShipmentDraft,
  item: ItemDraft,
): readonly DraftFinding[] {
  const { packageType, packageQuantity } = plan.known;
  if (packageType < 0 || packageQuantity < 0) return [];
  if (FIXED.some((header) => plan.constants.has(header))) return [];
  const findings: DraftFinding[] = [];
  for (let packagingIndex = 0; packagingIndex < item.packaging.length; packagingIndex += 1) {
    const slots = item.packaging[packagingIndex];
    if (slots === undefined) continue;
    if ((slots[packageType] === undefined) === (slots[packageQuantity] === undefined)) continue;
    // What is there but cannot be read has its own finding.
    if (draft.findings.some(isIn(item, packagingIndex))) continue;
    const finding = incomplete(slots, plan, { item, packagingIndex, documentIndex: null });
    if (finding !== null) findings.push(finding);
  }
  return findings;
}

function isIn(item: ItemDraft, packagingIndex: number): (finding: DraftFinding) => boolean {
  return ({ column, place }) =>
    column?.level === "packaging" && place.item === item && place.packagingIndex === packagingIndex;
}

function incomplete(
  slots: Slots,
  plan: MappingPlan,
  place: DraftFinding["place"],
): DraftFinding | null {
  const type = slots[plan.known.packageType];
  const said = type ?? slots[plan.known.packageQuantity];
  if (said === undefined || uncountedPackageTypes.has(String(type?.value))) return null;
  const missing = type === undefined ? "type" : "quantity";
  // A constant of the profile stands where a cell is blank.
  if (plan.constants.has(`Package ${missing}`)) return null;
  const message = `${said.column.header} ${String(said.value)} stands without a ${missing} of the packages`;
  return ruleFindingAt("packaging-incomplete", said, place, message);
}
