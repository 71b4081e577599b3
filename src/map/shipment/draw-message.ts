// Draws a shipment's draft: the body that is sent, and the cell that each value came from or, where it is
// blank, could have come from.
import type { Decimal } from "../../core/decimal.ts";
import { jsonNumber, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { SourceNode, SourceTree } from "../../core/shipment.ts";
import { sourcePlaceText } from "../../core/source-place.ts";
import type { FieldLevel } from "../model/levels.ts";
import type { MappingPlan, PlanColumn, SheetPlan } from "../model/mapping-plan.ts";
import { LISTED_VALUE } from "../model/member-path.ts";
import type { LeafNode, ListName, MemberNode, ObjectNode } from "../model/member-tree.ts";
import { columnOfSlot, type Slots } from "../model/row-content.ts";
import type { StoredValue } from "../model/value-rule.ts";
import { messageTypeOf, type ShipmentDraft } from "./shipment-draft.ts";

export interface DrawnMessage {
  readonly body: JsonObject;
  readonly sources: SourceTree;
}

/**
 * A value and its source, which a constant lacks. Without a value nothing was said; the source is then
 * the blank cell where it could have been.
 */
interface Drawn {
  readonly value: JsonValue | undefined;
  readonly source: SourceNode | undefined;
}

/** What one element of the message is drawn from. */
interface Drawing {
  readonly plan: MappingPlan;
  readonly level: FieldLevel;
  readonly slots: Slots;
  readonly lists: (list: ListName) => readonly DrawnMessage[];
}

const noLists: Drawing["lists"] = () => [];

export function drawMessage(filePlan: MappingPlan, draft: ShipmentDraft): DrawnMessage {
  const plan = messageTypeOf(filePlan, draft) === "Update" ? filePlan : clearingNothing(filePlan);
  const draw = (level: FieldLevel, slots: Slots, lists: Drawing["lists"]): DrawnMessage => {
    const { body, sources } = drawObject({ plan, level, slots, lists }, plan.trees[level]);
    return { body: body ?? {}, sources };
  };
  const items = draft.items.map((item) => {
    const packaging = item.packaging.map((slots) => draw("packaging", slots, noLists));
    return draw("item", item.slots, () => packaging);
  });
  const documents = draft.documents.map((slots) => draw("document", slots, noLists));
  return draw("shipment", draft.slots, (list) => (list === "items" ? items : documents));
}

function clearingNothing(plan: MappingPlan): MappingPlan {
  return plan.emptyCellDeletes ? { ...plan, emptyCellDeletes: false } : plan;
}

function drawObject(
  drawing: Drawing,
  node: ObjectNode,
): { readonly body: JsonObject | undefined; readonly sources: SourceTree } {
  const body: Record<string, JsonValue> = {};
  const sources: Record<string, SourceNode> = {};
  let isEmpty = true;
  for (const [name, member] of node.members) {
    const { value, source } = drawNode(drawing, member);
    // What has a value all the same did not come from its blank cell.
    if (value === undefined && node.constants.has(name)) continue;
    if (source !== undefined) sources[name] = source;
    if (value === undefined) continue;
    isEmpty = false;
    body[name] = value;
  }
  if (isEmpty) return { body: undefined, sources };
  for (const [name, value] of node.constants) body[name] ??= value;
  return { body, sources };
}

function drawNode(drawing: Drawing, node: MemberNode): Drawn {
  switch (node.kind) {
    case "leaf":
      return drawLeaf(drawing, node);
    case "object": {
      const { body, sources } = drawObject(drawing, node);
      const isNowhere = body === undefined && Object.keys(sources).length === 0;
      return { value: body, source: isNowhere ? undefined : sources };
    }
    case "array": {
      // Which element of CAS's own array an element of nulls would clear is unknown.
      const inside = { ...drawing, plan: clearingNothing(drawing.plan) };
      const elements = node.elements.flatMap((element) =>
        element === undefined ? [] : [drawNode(inside, element)],
      );
      const values = elements.flatMap(({ value }) => (value === undefined ? [] : [value]));
      // Blank elements are left out of the message, and what stands after them moves up.
      const placed = elements.filter(({ value, source }) =>
        values.length > 0 ? value !== undefined : source !== undefined,
      );
      return {
        value: values.length > 0 ? values : undefined,
        source: placed.length > 0 ? placed.map(({ source }) => source ?? null) : undefined,
      };
    }
    case "list": {
      const elements = drawing.lists(node.list);
      return elements.length === 0
        ? { value: undefined, source: undefined }
        : {
            value: elements.map(({ body }) => body[LISTED_VALUE] ?? body),
            source: elements.map(({ sources }) => sources[LISTED_VALUE] ?? sources),
          };
    }
  }
}

function drawLeaf({ plan, level, slots }: Drawing, { slot, fallback }: LeafNode): Drawn {
  const placed = slots[slot];
  if (placed !== undefined) {
    const { value, sheet, column, rowNumber } = placed;
    return { value: jsonValue(value), source: sourceText(plan, sheet, column, rowNumber) };
  }
  if (fallback !== undefined) return { value: jsonValue(fallback), source: undefined };
  // Source: assumed, CAS does not say what null does (docs/profiles.md, Empty cells).
  const clears = plan.emptyCellDeletes && slot >= 0;
  return { value: clears ? null : undefined, source: blankCell(plan, level, slots, slot) };
}

/** The cell of a column without a value, in a row that says something else of the same element. */
function blankCell(
  plan: MappingPlan,
  level: FieldLevel,
  slots: Slots,
  slot: number,
): string | undefined {
  for (const placed of slots) {
    if (placed === undefined) continue;
    const { sheet, rowNumber } = placed;
    const column = columnOfSlot(sheet, level, slot);
    if (column !== null) return sourceText(plan, sheet, column, rowNumber);
  }
  return undefined;
}

export function jsonValue(value: StoredValue): JsonValue {
  // A wrapped text is the canonical decimal that a cell reader stored.
  return typeof value === "object" ? jsonNumber(value[0] as Decimal) : value;
}

function sourceText(
  plan: MappingPlan,
  sheet: SheetPlan,
  column: PlanColumn,
  rowNumber: number,
): string {
  const address = `${column.letters}${rowNumber}`;
  return sourcePlaceText(plan.namesSheetInSources ? sheet.sheet : null, address);
}
