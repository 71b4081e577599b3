// Gives every member of the message that columns fill a slot, the same on all sheets, and finds the
// columns that would fill one another's members.
import type { MessageType } from "../../core/shipment.ts";
import { cataloguePath } from "../catalogue/field-catalogue.ts";
import type { FieldLevel } from "../model/levels.ts";
import { segmentsText, type MemberPath } from "../model/member-path.ts";
import {
  objectNode,
  plant,
  plantConstant,
  type Collision,
  type LeafNode,
  type ObjectNode,
} from "../model/member-tree.ts";
import type { CatalogueField, MessageCatalogue } from "../model/message-catalogue.ts";
import type { StoredValue } from "../model/value-rule.ts";

interface ColumnName {
  readonly sheet: string;
  readonly letters: string;
  readonly text: string;
}

type SlotPlace =
  | { readonly kind: "slot"; readonly slot: number }
  /** Shape: column C `Extra` of sheet Shipments; or the list in the way. */
  | { readonly kind: "conflict"; readonly with: string };

export interface MemberSlots {
  /** The slot of a path, made when it is new; -1 without a path. */
  readonly take: (
    path: MemberPath | null,
    field: CatalogueField | null,
    column: ColumnName,
  ) => SlotPlace;
  /**
   * Gives a member the value that it has where no column says one; after all columns.
   * Returns what is in the way, as `take` does; null when nothing is.
   */
  readonly fix: (
    path: MemberPath,
    field: CatalogueField | null,
    value: StoredValue,
  ) => string | null;
  readonly slots: Readonly<Record<FieldLevel, readonly MemberPath[]>>;
  readonly trees: Readonly<Record<FieldLevel, ObjectNode>>;
}

/** @param messageType Null for a kind whose messages have none. */
export function createMemberSlots(
  catalogue: Pick<MessageCatalogue, "lists">,
  messageType: MessageType | null,
): MemberSlots {
  const slots: Record<FieldLevel, MemberPath[]> = {
    shipment: [],
    item: [],
    packaging: [],
    document: [],
  };
  const trees = emptyTrees(catalogue, messageType);
  const owners = new Map<MemberPath, ColumnName>();
  const taken = new Map<string, { readonly leaf: LeafNode; readonly sheets: Set<string> }>();

  const describe = (level: FieldLevel, collision: Collision): string => {
    if ("list" in collision) return `the list of ${collision.list}`;
    if (collision.slot < 0) return "another constant";
    const path = slots[level][collision.slot];
    const owner = path === undefined ? undefined : owners.get(path);
    return owner === undefined
      ? "another column"
      : `column ${owner.letters} \`${owner.text}\` of sheet ${owner.sheet}`;
  };

  return {
    slots,
    trees,
    take: (path, field, column) => {
      if (path === null) return { kind: "slot", slot: -1 };
      const key = `${path.level} ${segmentsText(path.segments)}`;
      const known = taken.get(key);
      const slot = known?.leaf.slot ?? slots[path.level].length;
      if (known?.sheets.has(column.sheet) === true) {
        return { kind: "conflict", with: describe(path.level, { slot }) };
      }
      if (known !== undefined) {
        known.sheets.add(column.sheet);
        return { kind: "slot", slot };
      }
      const tree = trees[path.level];
      const leaf: LeafNode = { kind: "leaf", slot };
      const collision = plant(tree, path.segments, leaf);
      if (collision !== null) {
        return { kind: "conflict", with: describe(path.level, collision) };
      }
      slots[path.level].push(path);
      owners.set(path, column);
      taken.set(key, { leaf, sheets: new Set([column.sheet]) });
      if (field?.companion !== undefined) {
        plantConstant(tree, cataloguePath(field.companion.path).segments, field.companion.value);
      }
      return { kind: "slot", slot };
    },
    fix: (path, field, value) => {
      const known = taken.get(`${path.level} ${segmentsText(path.segments)}`);
      const tree = trees[path.level];
      if (known !== undefined) known.leaf.fallback = value;
      else {
        const leaf: LeafNode = { kind: "leaf", slot: -1, fallback: value };
        const collision = plant(tree, path.segments, leaf);
        if (collision !== null) return describe(path.level, collision);
      }
      if (field?.companion !== undefined) {
        plantConstant(tree, cataloguePath(field.companion.path).segments, field.companion.value);
      }
      return null;
    },
  };
}

/** The lists stand before any column comes, so that no column can take their place. */
function emptyTrees(
  { lists }: Pick<MessageCatalogue, "lists">,
  messageType: MessageType | null,
): Record<FieldLevel, ObjectNode> {
  const trees = {
    shipment: objectNode(),
    item: objectNode(),
    packaging: objectNode(),
    document: objectNode(),
  };
  for (const { name, level, segments } of lists) {
    plant(trees[level], segments, { kind: "list", list: name });
  }
  if (messageType !== null) plantConstant(trees.shipment, ["messageType"], messageType);
  return trees;
}
