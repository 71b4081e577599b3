// What must hold between the values of a shipment, once all its rows are there.
import { compareDecimals, type Decimal } from "../core/decimal.ts";
import type { MappingPlan, PlanColumn } from "./mapping-plan.ts";
import type { Placed } from "./row-content.ts";
import type {
  DraftFinding,
  ItemDraft,
  RowPlace,
  RowSpot,
  ShipmentDraft,
} from "./shipment-draft.ts";

export function checkShipment(plan: MappingPlan, draft: ShipmentDraft): readonly DraftFinding[] {
  const described = itemsWithFaultyDescription(plan, draft);
  const findings = draft.items.flatMap((item) => [
    ...(described.has(item) ? [] : checkDescription(plan, item)),
    ...checkMasses(plan, item),
  ]);
  const [firstRow] = draft.rows;
  // An Update may change the shipment alone. Source: seeds/004, Message types.
  const written = draft.slots[plan.known.messageType]?.value;
  const isUpdate = (written ?? plan.messageType) === "Update";
  if (draft.items.length === 0 && !isUpdate && firstRow !== undefined) {
    const message = "The shipment has no goods items";
    findings.push(finding("item-missing", firstRow, null, nowhereIn(null), null, message));
  }
  return findings;
}

/** A description that is there but cannot be read has its own finding. */
function itemsWithFaultyDescription(
  plan: MappingPlan,
  draft: ShipmentDraft,
): ReadonlySet<ItemDraft | null> {
  const faulty = draft.findings.filter(
    ({ column }) => column?.level === "item" && column.slot === plan.known.description,
  );
  return new Set(faulty.map(({ place }) => place.item));
}

function checkDescription(plan: MappingPlan, item: ItemDraft): readonly DraftFinding[] {
  if (plan.constants.has("Goods description")) return [];
  if (item.slots[plan.known.description] !== undefined) return [];
  const sheet = plan.sheets[item.firstRow.sheetIndex];
  const column = sheet?.columns.find(
    ({ level, slot }) => level === "item" && slot === plan.known.description,
  );
  const which = item.number === null ? "the goods item" : `goods item ${item.number}`;
  const message = `${column?.header ?? "Goods description"} of ${which} is missing`;
  return [finding("value-missing", item.firstRow, column ?? null, nowhereIn(item), null, message)];
}

function checkMasses(plan: MappingPlan, item: ItemDraft): readonly DraftFinding[] {
  const gross = item.slots[plan.known.grossMass];
  const net = item.slots[plan.known.netMass];
  if (gross === undefined || net === undefined) return [];
  const grossKg = decimalOf(gross);
  const netKg = decimalOf(net);
  if (grossKg === null || netKg === null || compareDecimals(netKg, grossKg) <= 0) return [];
  const row = { sheetIndex: net.sheet.sheetIndex, rowNumber: net.rowNumber };
  const message = `${net.column.header} cannot be ${netKg}: it is more than ${gross.column.header}, ${grossKg} (${gross.column.letters}${gross.rowNumber})`;
  return [finding("net-exceeds-gross", row, net.column, nowhereIn(item), netKg, message)];
}

/** The canonical decimal that a cell reader stored. */
function decimalOf({ value }: Placed): Decimal | null {
  return typeof value === "object" ? (value[0] as Decimal) : null;
}

function nowhereIn(item: ItemDraft | null): RowPlace {
  return { item, packagingIndex: null, documentIndex: null };
}

function finding(
  code: DraftFinding["code"],
  row: RowSpot,
  column: PlanColumn | null,
  place: RowPlace,
  value: string | null,
  message: string,
): DraftFinding {
  return { code, row, column, place, value, message, hint: null };
}
