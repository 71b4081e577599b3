// Whether a shipment passes the schema, found without drawing its message: checking a file needs no
// message, and drawing and parsing one costs more than all other work on it. Compiled from the plan and
// the schema itself; a value that is neither text nor number is given to the schema. A property test
// holds both to the same answer.
import * as z from "zod";
import { exactNumber, text } from "../catalogue/customs-shipment-schema.ts";
import { jsonValue } from "../shipment/draw-message.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import type { LeafNode, MemberNode, ObjectNode } from "../model/member-tree.ts";
import type { Slots } from "../model/row-content.ts";
import type { ItemDraft, ShipmentDraft } from "../shipment/shipment-draft.ts";

/** True when `checkAgainstSchema` would find nothing in the message drawn from this draft. */
export function hasForm(plan: MappingPlan, draft: ShipmentDraft): boolean {
  let check = checks.get(plan);
  if (check === undefined) {
    check = objectCheck(plan, plan.trees.shipment, plan.catalogue.schema);
    checks.set(plan, check);
  }
  return check(draft.slots, draft, null) === "ok";
}

const checks = new WeakMap<MappingPlan, Check>();

/** What a node becomes in the message: nothing at all, a member that fits the schema, or one that does not. */
type Outcome = "absent" | "ok" | "fault";
type Check = (slots: Slots, draft: ShipmentDraft, item: ItemDraft | null) => Outcome;

/** Undefined where the schema says nothing. */
type Schema = z.core.$ZodType | undefined;

function nodeCheck(plan: MappingPlan, node: MemberNode, optional: Schema): Check {
  const schema = optional instanceof z.ZodOptional ? optional.unwrap() : optional;
  switch (node.kind) {
    case "leaf":
      return leafCheck(node, schema);
    case "object":
      return objectCheck(plan, node, schema);
    case "array": {
      const element = elementSchema(schema);
      const elements = node.elements.flatMap((child) =>
        child === undefined ? [] : [nodeCheck(plan, child, element)],
      );
      return listCheck(schema, (slots, draft, item) =>
        elements.map((check) => check(slots, draft, item)),
      );
    }
    case "list":
      return listCheck(schema, elementsCheck(plan, node.list, elementSchema(schema)));
  }
}

function leafCheck({ slot, fallback }: LeafNode, schema: Schema): Check {
  return (slots) => {
    const value = slots[slot]?.value ?? fallback;
    if (value === undefined) return "absent";
    if (schema === undefined) return "ok";
    if (schema === text) return typeof value === "string" && value !== "" ? "ok" : "fault";
    if (schema === exactNumber) return typeof value === "object" ? "ok" : "fault";
    return z.safeParse(schema, jsonValue(value)).success ? "ok" : "fault";
  };
}

function objectCheck(plan: MappingPlan, node: ObjectNode, schema: Schema): Check {
  const shape: Readonly<Record<string, Schema>> = schema instanceof z.ZodObject ? schema.shape : {};
  const isRequired = (name: string): boolean =>
    shape[name] !== undefined && !(shape[name] instanceof z.ZodOptional);
  const members = [...node.members].map(([name, member]) => ({
    check: nodeCheck(plan, member, shape[name]),
    isNeeded: isRequired(name) && !node.constants.has(name),
  }));
  const isNeverWhole =
    (schema !== undefined && !(schema instanceof z.ZodObject)) ||
    Object.keys(shape).some(
      (name) => isRequired(name) && !node.members.has(name) && !node.constants.has(name),
    ) ||
    [...node.constants].some(([name, value]) => {
      const ofConstant = shape[name];
      return ofConstant !== undefined && !z.safeParse(ofConstant, value).success;
    });
  return (slots, draft, item) => {
    let isDrawn = false;
    let lacks = isNeverWhole;
    for (const { check, isNeeded } of members) {
      const outcome = check(slots, draft, item);
      if (outcome === "fault") return "fault";
      if (outcome === "ok") isDrawn = true;
      else if (isNeeded) lacks = true;
    }
    if (!isDrawn) return "absent";
    return lacks ? "fault" : "ok";
  };
}

/** Elements that are absent are left out of an array, and an array without elements as well. */
function listCheck(
  schema: Schema,
  outcomesOf: (slots: Slots, draft: ShipmentDraft, item: ItemDraft | null) => Iterable<Outcome>,
): Check {
  const isList = schema === undefined || schema instanceof z.ZodArray;
  return (slots, draft, item) => {
    let isDrawn = false;
    for (const outcome of outcomesOf(slots, draft, item)) {
      if (outcome === "fault") return "fault";
      if (outcome === "ok") isDrawn = true;
    }
    if (!isDrawn) return "absent";
    return isList ? "ok" : "fault";
  };
}

/** The elements that rows add. One without members is drawn as an empty object. */
function elementsCheck(
  plan: MappingPlan,
  list: "items" | "packaging" | "documents",
  element: Schema,
): (slots: Slots, draft: ShipmentDraft, item: ItemDraft | null) => Iterable<Outcome> {
  const level = ({ items: "item", packaging: "packaging", documents: "document" } as const)[list];
  const check = objectCheck(plan, plan.trees[level], element);
  const ofEmpty: Outcome =
    element === undefined || z.safeParse(element, {}).success ? "ok" : "fault";
  const outcomeOf = (slots: Slots, draft: ShipmentDraft, item: ItemDraft | null): Outcome => {
    const outcome = check(slots, draft, item);
    return outcome === "absent" ? ofEmpty : outcome;
  };
  switch (list) {
    case "items":
      return (_slots, draft) => draft.items.map((item) => outcomeOf(item.slots, draft, item));
    case "packaging":
      return (_slots, draft, item) =>
        item === null ? [] : item.packaging.map((slots) => outcomeOf(slots, draft, item));
    case "documents":
      return (_slots, draft) => draft.documents.map((slots) => outcomeOf(slots, draft, null));
  }
}

function elementSchema(schema: Schema): Schema {
  return schema instanceof z.ZodArray ? schema.element : undefined;
}
