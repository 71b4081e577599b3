// What must hold between the values of a shipment, once all its rows are there.
import { checkAmounts } from "./check-amounts.ts";
import { checkPackaging } from "./check-packaging.ts";
import { checkRepeatedBlocks } from "./check-repeated-blocks.ts";
import { checkTotals } from "./check-totals.ts";
import { compareDecimals } from "../../core/decimal.ts";
import type { Direction } from "../../core/shipment.ts";
import { isSaidElsewhere, type MappingPlan } from "../model/mapping-plan.ts";
import { columnOfSlot, decimalOf, sheetName } from "../model/row-content.ts";
import { nowhereIn, ruleFinding, ruleFindingAt } from "./rule-finding.ts";
import {
  messageTypeOf,
  type DraftFinding,
  type ItemDraft,
  type ShipmentDraft,
} from "../shipment/shipment-draft.ts";

/** @param direction Null when it is unknown. */
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
  const isUpdate = messageTypeOf(plan, draft) === "Update";
  if (draft.items.length === 0 && !isUpdate && firstRow !== undefined) {
    const items = sheetName(plan, "goods items");
    const message = `The shipment has no goods items${items === null ? "" : `: no row of sheet ${items} names it`}`;
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
  if (isSaidElsewhere(plan, "Goods description") || plan.hidden.has("Message type")) return [];
  const sheet = plan.sheets[item.firstRow.sheetIndex];
  const column = columnOfSlot(sheet, "item", plan.known.description);
  const which = item.number === null ? "the goods item" : `goods item ${item.number}`;
  const message = `${column?.header ?? "Goods description"} of ${which} is missing`;
  const place = nowhereIn(item);
  return [ruleFinding("value-missing", item.firstRow, column, place, null, message)];
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

const contradicting: Readonly<Record<Direction, string>> = { IN: "EX", OUT: "IM" };
const words: Readonly<Record<string, string>> = { IM: "an import", EX: "an export" };

/** IN goes with IM, OUT with EX, and CO with both. */
function checkDeclarationType(
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

const LETTER_AND_CODE = /^[A-Z](?=.*\d)[A-Z0-9]{3}$/;

/**
 * Category and type of a document are one code in two parts: N and 380. A type that begins with the
 * letter of its category says it twice.
 */
function checkDocuments(
  { known, constants }: MappingPlan,
  { documents }: ShipmentDraft,
): readonly DraftFinding[] {
  if (known.documentType < 0) return [];
  return documents.flatMap((slots, documentIndex) => {
    const type = slots[known.documentType];
    const category =
      slots[known.documentCategory]?.value ?? constants.get("Document category") ?? null;
    if (type === undefined || category === null) return [];
    const code = String(type.value);
    if (!LETTER_AND_CODE.test(code) || code.charAt(0) !== category) return [];
    const message = `${type.column.header} ${code} begins with its category ${category}, so that ${category}${code} is sent where ${code} was probably meant`;
    const place = { item: null, packagingIndex: null, documentIndex };
    return [ruleFindingAt("document-type-doubled", type, place, message)];
  });
}
