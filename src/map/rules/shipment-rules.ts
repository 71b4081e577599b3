// What must hold between the values of a shipment, once all its rows are there.
import { checkAmounts } from "./check-amounts.ts";
import { checkDeclarationType } from "./check-declaration-type.ts";
import { checkDocuments } from "./check-documents.ts";
import { checkPackaging } from "./check-packaging.ts";
import { checkRepeatedBlocks } from "./check-repeated-blocks.ts";
import { checkTotals } from "./check-totals.ts";
import { compareDecimals } from "../../core/decimal.ts";
import type { Direction } from "../../core/shipment.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { decimalOf } from "../model/row-content.ts";
import { nowhereIn, ruleFinding, ruleFindingAt } from "./rule-finding.ts";
import type { DraftFinding, ItemDraft, ShipmentDraft } from "../shipment/shipment-draft.ts";

/** @param direction Null when it cannot be told. */
export function checkShipment(
  plan: MappingPlan,
  draft: ShipmentDraft,
  direction: Direction | null,
): readonly DraftFinding[] {
  const described = itemsWithFaultyDescription(plan, draft);
  const findings: DraftFinding[] = [];
  for (const item of draft.items) {
    if (!described.has(item)) findings.push(...checkDescription(plan, item));
    findings.push(...checkMasses(plan, item), ...checkAmounts(plan, draft, item));
    findings.push(...checkPackaging(plan, draft, item));
  }
  findings.push(...checkDeclarationType(plan, draft, direction), ...checkDocuments(plan, draft));
  findings.push(...checkTotals(plan, draft), ...checkRepeatedBlocks(plan, draft));
  const [firstRow] = draft.rows;
  // An Update may change the shipment alone. Source: seeds/004, Message types.
  const messageType = draft.slots[plan.known.messageType]?.value ?? plan.messageType;
  const isUpdate = messageType === "Update";
  if (draft.items.length === 0 && !isUpdate && firstRow !== undefined) {
    const message = "The shipment has no goods items";
    findings.push(ruleFinding("item-missing", firstRow, null, nowhereIn(null), null, message));
  }
  return findings;
}

/** A description that is there but cannot be read has its own finding. */
function itemsWithFaultyDescription(
  plan: MappingPlan,
  draft: ShipmentDraft,
): ReadonlySet<ItemDraft | null> {
  if (draft.findings.length === 0) return noItems;
  const faulty = draft.findings.filter(
    ({ column }) => column?.level === "item" && column.slot === plan.known.description,
  );
  return new Set(faulty.map(({ place }) => place.item));
}

const noItems: ReadonlySet<ItemDraft | null> = new Set();

function checkDescription(plan: MappingPlan, item: ItemDraft): readonly DraftFinding[] {
  if (item.slots[plan.known.description] !== undefined) return [];
  if (plan.constants.has("Goods description")) return [];
  const sheet = plan.sheets[item.firstRow.sheetIndex];
  const column = sheet?.columns.find(
    ({ level, slot }) => level === "item" && slot === plan.known.description,
  );
  const which = item.number === null ? "the goods item" : `goods item ${item.number}`;
  const message = `${column?.header ?? "Goods description"} of ${which} is missing`;
  const place = nowhereIn(item);
  return [ruleFinding("value-missing", item.firstRow, column ?? null, place, null, message)];
}

function checkMasses(plan: MappingPlan, item: ItemDraft): readonly DraftFinding[] {
  const gross = item.slots[plan.known.grossMass];
  const net = item.slots[plan.known.netMass];
  if (gross === undefined || net === undefined) return [];
  const grossKg = decimalOf(gross.value);
  const netKg = decimalOf(net.value);
  if (grossKg === null || netKg === null || compareDecimals(netKg, grossKg) <= 0) return [];
  const message = `${net.column.header} cannot be ${netKg}: it is more than ${gross.column.header}, ${grossKg} (${gross.column.letters}${gross.rowNumber})`;
  return [ruleFindingAt("net-exceeds-gross", net, nowhereIn(item), message)];
}
