// Elements of a list that equal each other, in messages whose lists are filled row by row. A row that was pasted
// twice would double what it says, and a row that repeats the outer element to add to it would double that:
// neither is certain, so it is an error until a profile says that both are meant.
import type { MappingPlan } from "../model/mapping-plan.ts";
import { elementKey, type Placed, type Slots } from "../model/row-content.ts";
import type { DraftFinding, RowPlace, ShipmentDraft } from "../shipment/shipment-draft.ts";
import { nowhereIn, ruleFindingAt } from "./rule-finding.ts";

export function checkElements(
  plan: MappingPlan,
  { items }: ShipmentDraft,
): readonly DraftFinding[] {
  const outer = repeated(
    plan,
    items.map((item) => ({ slots: item.slots, place: nowhereIn(item) })),
  );
  const inner = items.flatMap((item) =>
    repeated(
      plan,
      item.packaging.map((slots, packagingIndex) => ({
        slots,
        place: { ...nowhereIn(item), packagingIndex },
      })),
    ),
  );
  return [...outer, ...inner];
}

function repeated(
  { namesSheetInSources }: MappingPlan,
  elements: readonly { readonly slots: Slots; readonly place: RowPlace }[],
): readonly DraftFinding[] {
  if (elements.length < 2) return [];
  const firsts = new Map<string, Placed>();
  return elements.flatMap(({ slots, place }) => {
    const said = slots.find((placed) => placed !== undefined);
    if (said === undefined) return [];
    const key = elementKey(slots);
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, said);
      return [];
    }
    const sheet = namesSheetInSources ? ` of sheet ${said.sheet.sheet}` : "";
    const message = `Row ${said.rowNumber}${sheet} adds the same element to the list as row ${first.rowNumber}: whether two are meant is unknown`;
    return [ruleFindingAt("list-element-repeated", said, place, message)];
  });
}
