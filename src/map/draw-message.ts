// A shipment's draft to the body that is sent and, in the same shape, to the cells it came from.
import type { Decimal } from "../core/decimal.ts";
import { jsonNumber, type JsonObject, type JsonValue } from "../core/json.ts";
import type { SourceNode, SourceTree } from "../core/shipment.ts";
import type { FieldLevel } from "./field-catalogue.ts";
import type { MappingPlan, StoredValue } from "./mapping-plan.ts";
import type { ListName, MemberNode, ObjectNode } from "./member-tree.ts";
import type { Placed, Slots } from "./row-content.ts";
import type { ShipmentDraft } from "./shipment-draft.ts";

export interface DrawnMessage {
  readonly body: JsonObject;
  readonly sources: SourceTree;
}

/** A value and its source, which a constant lacks; undefined where nothing was said. */
type Drawn = { readonly value: JsonValue; readonly source: SourceNode | undefined } | undefined;
type DrawList = (list: ListName) => readonly DrawnMessage[];

const noLists: DrawList = () => [];

export function drawMessage(filePlan: MappingPlan, draft: ShipmentDraft): DrawnMessage {
  const plan = isUpdate(filePlan, draft) ? filePlan : clearingNothing(filePlan);
  const draw = (level: FieldLevel, slots: Slots, lists: DrawList): DrawnMessage =>
    drawObject(plan, plan.trees[level], slots, lists) ?? { body: {}, sources: {} };
  const items = draft.items.map((item) => {
    const packaging = item.packaging.map((slots) => draw("packaging", slots, noLists));
    return draw("item", item.slots, () => packaging);
  });
  const documents = draft.documents.map((slots) => draw("document", slots, noLists));
  return draw("shipment", draft.slots, (list) => (list === "items" ? items : documents));
}

function isUpdate(plan: MappingPlan, draft: ShipmentDraft): boolean {
  return (draft.slots[plan.known.messageType]?.value ?? plan.messageType) === "Update";
}

function clearingNothing(plan: MappingPlan): MappingPlan {
  return plan.emptyCellDeletes ? { ...plan, emptyCellDeletes: false } : plan;
}

function drawObject(
  plan: MappingPlan,
  node: ObjectNode,
  slots: Slots,
  lists: DrawList,
): DrawnMessage | undefined {
  const body: Record<string, JsonValue> = {};
  const sources: Record<string, SourceNode> = {};
  let isEmpty = true;
  for (const [name, member] of node.members) {
    const drawn = drawNode(plan, member, slots, lists);
    if (drawn === undefined) continue;
    isEmpty = false;
    body[name] = drawn.value;
    if (drawn.source !== undefined) sources[name] = drawn.source;
  }
  if (isEmpty) return undefined;
  for (const [name, value] of node.constants) body[name] ??= value;
  return { body, sources };
}

function drawNode(plan: MappingPlan, node: MemberNode, slots: Slots, lists: DrawList): Drawn {
  switch (node.kind) {
    case "leaf": {
      const placed = slots[node.slot];
      if (placed !== undefined) {
        return { value: jsonValue(placed.value), source: sourceText(plan, placed) };
      }
      const { fallback } = node;
      if (fallback !== undefined) return { value: jsonValue(fallback), source: undefined };
      // Source: assumed, CAS does not say what null does (docs/profiles.md, Empty cells).
      const clears = plan.emptyCellDeletes && node.slot >= 0;
      return clears ? { value: null, source: undefined } : undefined;
    }
    case "object": {
      const drawn = drawObject(plan, node, slots, lists);
      return drawn === undefined ? undefined : { value: drawn.body, source: drawn.sources };
    }
    case "array": {
      // Nobody can tell which element of CAS's own array an element of nulls would clear.
      const inside = clearingNothing(plan);
      const elements = node.elements.flatMap((element) => {
        const drawn = element === undefined ? undefined : drawNode(inside, element, slots, lists);
        return drawn === undefined ? [] : [drawn];
      });
      return elements.length === 0
        ? undefined
        : {
            value: elements.map(({ value }) => value),
            source: elements.map(({ source }) => source ?? null),
          };
    }
    case "list": {
      const elements = lists(node.list);
      return elements.length === 0
        ? undefined
        : {
            value: elements.map(({ body }) => body),
            source: elements.map(({ sources }) => sources),
          };
    }
  }
}

export function jsonValue(value: StoredValue): JsonValue {
  // A wrapped text is the canonical decimal that a cell reader stored.
  return typeof value === "object" ? jsonNumber(value[0] as Decimal) : value;
}

function sourceText(plan: MappingPlan, { sheet, column, rowNumber }: Placed): string {
  const address = `${column.letters}${rowNumber}`;
  return plan.namesSheetInSources ? `${sheet.sheet}!${address}` : address;
}
