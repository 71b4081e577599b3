// An import is declared as an import: IN goes with IM, OUT with EX. CO goes with both.
import type { Direction } from "../../core/shipment.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { nowhereIn, ruleFinding, ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ShipmentDraft } from "../shipment/shipment-draft.ts";

const contradicting: Readonly<Record<Direction, string>> = { IN: "EX", OUT: "IM" };
const words: Readonly<Record<string, string>> = { IM: "an import", EX: "an export" };

export function checkDeclarationType(
  plan: MappingPlan,
  draft: ShipmentDraft,
  direction: Direction | null,
): readonly DraftFinding[] {
  if (direction === null) return [];
  const type = draft.slots[plan.known.declarationType];
  const code = type?.value ?? plan.constants.get("Declaration type");
  if (code !== contradicting[direction]) return [];
  const message = `${type?.column.header ?? "Declaration type"} cannot be ${code}, ${words[code] ?? ""}: the shipment goes ${direction}`;
  const place = nowhereIn(null);
  if (type !== undefined) {
    return [ruleFindingAt("declaration-type-contradicts", type, place, message)];
  }
  const [row] = draft.rows;
  if (row === undefined) return [];
  return [ruleFinding("declaration-type-contradicts", row, null, place, code, message)];
}
