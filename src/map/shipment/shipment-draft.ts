// Puts the rows of one shipment together: its own values, goods items with their packaging, documents.
// Rows repeat each other, leave blank what stands above, and contradict each other; here it is decided
// what each of them adds, and nothing of a row is dropped without a finding.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import { kindOf } from "../../core/message-kind.ts";
import type { MessageType } from "../../core/shipment.ts";
import { plural } from "../../core/text/count-words.ts";
import type { FieldLevel } from "../model/levels.ts";
import type { MappingPlan, PlanColumn, SheetPlan } from "../model/mapping-plan.ts";
import {
  cellText,
  elementKey,
  elementOf,
  itemNumberOf,
  keyName,
  saysSomething,
  sheetName,
  type Slots,
} from "../model/row-content.ts";
import type { RowRecord } from "../model/row-record.ts";
import { contradictionMessage, mergeValues } from "./merge-values.ts";
import { createRepeatFinder, type FindOriginal } from "./repeated-rows.ts";

export interface ItemDraft {
  /** Null for an item without a number of its own. */
  readonly number: number | null;
  readonly firstRow: RowRecord;
  readonly slots: Slots;
  readonly packaging: Slots[];
}

/** Where the values of a row went, for the paths in its findings. */
export interface RowPlace {
  item: ItemDraft | null;
  packagingIndex: number | null;
  documentIndex: number | null;
}

/** Which row of which sheet of the plan. */
export type RowSpot = Pick<RowRecord, "sheetIndex" | "rowNumber">;

export interface DraftFinding {
  readonly code: FindingCode;
  readonly row: RowSpot;
  readonly column: PlanColumn | null;
  readonly place: RowPlace;
  readonly value: string | null;
  readonly message: string;
  readonly hint: string | null;
  /** Whether there is a value to send all the same. */
  readonly hasValue: boolean;
  /** It stops the shipment, and the finding about its column stands for it. */
  readonly isCoveredByColumn: boolean;
}

export interface ShipmentDraft {
  readonly slots: Slots;
  /** In the order of the message. */
  readonly items: readonly ItemDraft[];
  readonly documents: readonly Slots[];
  readonly rows: readonly RowRecord[];
  readonly duplicateRows: readonly RowRecord[];
  readonly findings: readonly DraftFinding[];
}

const messageTypes: readonly MessageType[] = ["New", "Replace", "Update", "Upsert"];

/** As a row says it, else as the plan does. */
export function messageTypeOf(
  { known, messageType }: MappingPlan,
  { slots }: Pick<ShipmentDraft, "slots">,
): MessageType {
  const written = slots[known.messageType]?.value;
  return messageTypes.find((type) => type === written) ?? messageType;
}

export function draftShipment(plan: MappingPlan, rows: readonly RowRecord[]): ShipmentDraft {
  const draft = new DraftInProgress(plan);
  for (const row of rows) draft.add(row);
  return draft.finish();
}

// State while the rows of one shipment come in; its only reader is `draftShipment`.
class DraftInProgress {
  readonly #plan: MappingPlan;
  readonly #slots: Slots = [];
  readonly #items: ItemDraft[] = [];
  readonly #itemsByNumber = new Map<number, ItemDraft>();
  readonly #documents: Slots[] = [];
  readonly #rows: RowRecord[] = [];
  readonly #duplicateRows: RowRecord[] = [];
  readonly #findings: DraftFinding[] = [];
  readonly #documentIndexes = new Map<string, number>();
  readonly #packagingRows = new Map<string, number>();
  readonly #findOriginal: FindOriginal;
  readonly #contradicted = new Set<string>();
  #lastItem: ItemDraft | null = null;

  constructor(plan: MappingPlan) {
    this.#plan = plan;
    this.#findOriginal = createRepeatFinder(plan.layout);
  }

  add(row: RowRecord): void {
    const sheet = this.#plan.sheets[row.sheetIndex];
    if (sheet === undefined) return;
    const place: RowPlace = { item: null, packagingIndex: null, documentIndex: null };
    const addedToShipment = this.#merge(this.#slots, "shipment", sheet, row, place);
    const number = itemNumberOf(sheet, row);
    const original = this.#findOriginal(sheet, row, number);
    if (original !== null && !addedToShipment) {
      this.#duplicateRows.push(row);
      this.#find("row-duplicate", row, null, place, null, duplicateMessage(sheet, row, original));
      this.#addFaults(sheet, row, place);
      return;
    }
    this.#rows.push(row);
    place.item = this.#itemOf(sheet, row, number, place);
    if (place.item !== null) {
      this.#lastItem = place.item;
      this.#merge(place.item.slots, "item", sheet, row, place);
      if (saysSomething("packaging", sheet, row)) this.#addPackaging(place.item, sheet, row, place);
    }
    if (saysSomething("document", sheet, row)) this.#addDocument(sheet, row, place);
    this.#addFaults(sheet, row, place);
  }

  finish(): ShipmentDraft {
    return {
      slots: this.#slots,
      items: this.#items.toSorted(byNumber),
      documents: this.#documents,
      rows: this.#rows,
      duplicateRows: this.#duplicateRows,
      findings: this.#findings,
    };
  }

  #merge(
    slots: Slots,
    level: FieldLevel,
    sheet: SheetPlan,
    row: RowRecord,
    place: RowPlace,
  ): boolean {
    return mergeValues(slots, level, sheet, row, (before, value, column) => {
      // Once for each value, however many rows repeat it.
      const key = `${cellText(before.sheet, before.column, before.rowNumber)} ${String(value)}`;
      if (this.#contradicted.has(key)) return;
      this.#contradicted.add(key);
      const code = level === "shipment" ? "shipment-contradiction" : "item-contradiction";
      const message = contradictionMessage(kindOf(this.#plan.kind).noun, before, {
        value,
        sheet,
        column,
        rowNumber: row.rowNumber,
      });
      this.#find(code, row, column, place, String(value), message);
    });
  }

  #itemOf(
    sheet: SheetPlan,
    row: RowRecord,
    number: number | null,
    place: RowPlace,
  ): ItemDraft | null {
    const isWorkbook = this.#plan.layout === "workbook";
    if (number !== null) {
      const known = this.#itemsByNumber.get(number);
      if (known !== undefined) return known;
      if (!isWorkbook || saysSomething("item", sheet, row) || sheet.role === "goods items") {
        return this.#newItem(number, row);
      }
      if (saysSomething("packaging", sheet, row))
        this.#withoutItem(sheet, row, place, `item ${number}`);
      return null;
    }
    if (saysSomething("item", sheet, row)) return this.#newItem(null, row);
    if (!saysSomething("packaging", sheet, row)) return null;
    const [only, second] = this.#items;
    const item = isWorkbook ? (second === undefined ? only : undefined) : this.#lastItem;
    if (item != null) return item;
    if (!kindOf(this.#plan.kind).isDirected) return this.#newItem(null, row);
    this.#withoutItem(
      sheet,
      row,
      place,
      `a goods item without ${keyName(this.#plan, "itemNumberColumn")}`,
    );
    return null;
  }

  #newItem(number: number | null, row: RowRecord): ItemDraft {
    const item: ItemDraft = { number, firstRow: row, slots: [], packaging: [] };
    this.#items.push(item);
    if (number !== null) this.#itemsByNumber.set(number, item);
    return item;
  }

  #withoutItem(sheet: SheetPlan, row: RowRecord, place: RowPlace, named: string): void {
    const column = sheet.columns[sheet.itemNumberColumn] ?? null;
    const items = sheetName(this.#plan, "goods items");
    this.#find(
      "row-without-item",
      row,
      column,
      place,
      null,
      `Packaging in row ${row.rowNumber} of sheet ${sheet.sheet} cannot be added to ${named}: the shipment has ${plural(this.#items.length, "goods item")}`,
      `Add the goods item${items === null ? "" : ` to sheet ${items}`}, or correct ${keyName(this.#plan, "itemNumberColumn")} in this row`,
    );
  }

  #addPackaging(item: ItemDraft, sheet: SheetPlan, row: RowRecord, place: RowPlace): void {
    const packaging = elementOf("packaging", sheet, row);
    place.packagingIndex = item.packaging.push(packaging) - 1;
    // Twins of an item without a number come from rows that only add packaging, so they are meant.
    if (item.number === null) return;
    const key = `${item.number} ${elementKey(packaging)}`;
    const firstRow = this.#packagingRows.get(key);
    if (firstRow === undefined) {
      this.#packagingRows.set(key, row.rowNumber);
      return;
    }
    this.#find(
      "packaging-repeated",
      row,
      null,
      place,
      null,
      `Row ${row.rowNumber} gives goods item ${item.number} the packaging of row ${firstRow} once more; both are sent`,
    );
  }

  #addDocument(sheet: SheetPlan, row: RowRecord, place: RowPlace): void {
    const document = elementOf("document", sheet, row);
    const key = elementKey(document);
    const known = this.#documentIndexes.get(key);
    place.documentIndex = known ?? this.#documents.push(document) - 1;
    if (known === undefined) this.#documentIndexes.set(key, place.documentIndex);
  }

  #addFaults(sheet: SheetPlan, row: RowRecord, place: RowPlace): void {
    for (const { code, column, value, message, hint, isCoveredByColumn = false } of row.faults) {
      const planned = sheet.columns[column] ?? null;
      const hasValue = row.values[column] != null;
      const said = { code, value, message, hint, hasValue, isCoveredByColumn };
      this.#findings.push({ ...said, row, column: planned, place });
    }
  }

  #find(
    code: FindingCode,
    row: RowSpot,
    column: PlanColumn | null,
    place: RowPlace,
    value: string | null,
    message: string,
    hint: string | null = null,
  ): void {
    const said = { code, value, message, hint, hasValue: true, isCoveredByColumn: false };
    this.#findings.push({ ...said, row, column, place });
  }
}

function duplicateMessage(sheet: SheetPlan, row: RowRecord, original: RowRecord): string {
  return `Row ${row.rowNumber} of sheet ${sheet.sheet} repeats row ${original.rowNumber} and adds nothing; it is counted once`;
}

function byNumber(left: ItemDraft, right: ItemDraft): number {
  // Items without a number come after those with one, in the order of their rows.
  if (left.number === null || right.number === null) {
    return Number(left.number === null) - Number(right.number === null);
  }
  return left.number - right.number;
}
