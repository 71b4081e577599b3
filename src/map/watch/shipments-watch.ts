// What the shipments of a file lack, or give as zero, gathered while they are built and reported once for
// the file: most of it is left to CAS on purpose, and then every shipment lacks it.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding } from "../../core/finding.ts";
import type { Direction } from "../../core/shipment.ts";
import type { FieldLevel } from "../model/levels.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import type { PathSegments } from "../model/member-path.ts";
import { nodeAt, type MemberNode } from "../model/member-tree.ts";
import { placeIn, weighedFinding } from "../model/plan-finding.ts";
import { columnOfSlot, decimalOf, type Slots } from "../model/row-content.ts";
import { shownOf } from "./column-watcher.ts";
import { isPackedTogether } from "../rules/check-packaging.ts";
import {
  messageTypeOf,
  type ItemDraft,
  type RowSpot,
  type ShipmentDraft,
} from "../shipment/shipment-draft.ts";

const ROWS_SHOWN_MAX = 5;

export interface ShipmentsWatch {
  /** Takes a shipment that can be sent. */
  readonly see: (draft: ShipmentDraft, direction: Direction) => void;
  readonly atEnd: () => readonly Finding[];
}

/** Which members say a thing, one of them is enough. */
interface Members {
  readonly slots: readonly number[];
  /** A constant of the profile says it where no cell does. */
  readonly isFixed: boolean;
}

interface Remark {
  readonly code: FindingCode;
  /** Shape: completes "… 3 of 120 goods items". */
  readonly header: string;
  readonly level: FieldLevel;
  /** -1 where no column says it. */
  readonly slot: number;
  readonly of: string;
  readonly what: string;
  all: number;
  count: number;
  readonly first: RowSpot[];
}

const SAD = "singleAdministrativeDocument";
const GOODS = [SAD, "goodsShipment"];
/** CAS knows the goods by any of them. */
const commodity: readonly PathSegments[] = [
  ["commodity", "classification"],
  ["commodity", "classifications"],
  ["commodity", "itemId"],
];
const partners: Readonly<Record<Direction, readonly PathSegments[]>> = {
  IN: [
    [...GOODS, "consignee"],
    [SAD, "importer"],
    [...GOODS, "importer"],
  ],
  OUT: [
    [...GOODS, "consignor"],
    [SAD, "exporter"],
    [...GOODS, "exporter"],
  ],
};

export function createShipmentsWatch(plan: MappingPlan): ShipmentsWatch {
  const { known, trees } = plan;
  const ofGoods = membersAt(trees.item, commodity);
  const ofPartner = {
    IN: membersAt(trees.shipment, partners.IN),
    OUT: membersAt(trees.shipment, partners.OUT),
  };
  const lacksCode = lacking("Commodity code", "item", ofGoods, "goods item");
  const lacksPartner = {
    IN: lacking("Consignee EORI", "shipment", ofPartner.IN, "import"),
    OUT: lacking("Consignor EORI", "shipment", ofPartner.OUT, "export"),
  };
  const zeros = [
    { isMass: true, of: zero("Gross mass (kg)", known.grossMass) },
    { isMass: true, of: zero("Net mass (kg)", known.netMass) },
    { isMass: false, of: zero("Customs value", known.amount) },
  ].filter(({ of }) => of.slot >= 0);

  const seeItem = (draft: ShipmentDraft, item: ItemDraft): void => {
    note(lacksCode, item.firstRow, !saysAny(ofGoods, item.slots));
    for (const { isMass, of } of zeros) {
      const placed = item.slots[of.slot];
      if (placed === undefined) continue;
      const isZero = decimalOf(placed.value) === "0" && !(isMass && isWithin(plan, draft, item));
      const { sheetIndex } = placed.sheet;
      note(of, isZero ? { sheetIndex, rowNumber: placed.rowNumber } : item.firstRow, isZero);
    }
  };
  return {
    see: (draft, direction) => {
      const [row] = draft.rows;
      // An Update says what changes, and no more.
      if (row === undefined || messageTypeOf(plan, draft) === "Update") return;
      note(lacksPartner[direction], row, !saysAny(ofPartner[direction], draft.slots));
      for (const item of draft.items) seeItem(draft, item);
    },
    atEnd: () =>
      [lacksCode, lacksPartner.IN, lacksPartner.OUT, ...zeros.map(({ of }) => of)].flatMap((of) =>
        remarkFinding(plan, of),
      ),
  };
}

/** Goods in packages that another item counts: their mass may be said there. */
function isWithin(plan: MappingPlan, draft: ShipmentDraft, { packaging }: ItemDraft): boolean {
  return (
    packaging.length > 0 &&
    packaging.every((slots) => {
      const quantity = slots[plan.known.packageQuantity];
      return (
        quantity !== undefined &&
        decimalOf(quantity.value) === "0" &&
        isPackedTogether(slots, plan, draft)
      );
    })
  );
}

function membersAt(tree: MemberNode, paths: readonly PathSegments[]): Members {
  const slots: number[] = [];
  let isFixed = false;
  const gather = (node: MemberNode | undefined): void => {
    switch (node?.kind) {
      case "leaf":
        if (node.slot >= 0) slots.push(node.slot);
        if (node.fallback !== undefined) isFixed = true;
        return;
      case "object":
        for (const member of node.members.values()) gather(member);
        return;
      case "array":
        for (const element of node.elements) gather(element);
        return;
      case "list":
      case undefined:
    }
  };
  for (const path of paths) gather(nodeAt(tree, path));
  return { slots, isFixed };
}

function saysAny({ slots, isFixed }: Members, said: Slots): boolean {
  return isFixed || slots.some((slot) => said[slot] !== undefined);
}

function lacking(header: string, level: FieldLevel, { slots }: Members, of: string): Remark {
  const [slot = -1] = slots;
  const said = { code: "value-advisable", what: "is missing in" } as const;
  return { ...said, header, level, slot, of, all: 0, count: 0, first: [] };
}

function zero(header: string, slot: number): Remark {
  const said = { code: "value-zero", what: "is 0 in", of: "goods item" } as const;
  return { ...said, header, level: "item", slot, all: 0, count: 0, first: [] };
}

function note(of: Remark, spot: RowSpot, isSo: boolean): void {
  of.all += 1;
  if (!isSo) return;
  of.count += 1;
  if (of.first.length < ROWS_SHOWN_MAX) of.first.push(spot);
}

function remarkFinding(plan: MappingPlan, of: Remark): readonly Finding[] {
  const [spot] = of.first;
  if (spot === undefined || plan.hidden.has(of.header)) return [];
  const sheet = plan.sheets[spot.sheetIndex];
  const column = columnOfSlot(sheet, of.level, of.slot);
  const rows = shownOf(
    of.first.map(({ rowNumber }) => rowNumber),
    of.count,
  );
  const counted =
    of.all === 1
      ? `the only ${of.of}`
      : `${of.count === of.all ? "all" : `${of.count} of`} ${of.all} ${of.of}s`;
  const message = `${column?.header ?? of.header} ${of.what} ${counted} (${of.first.length === 1 ? "row" : "rows"} ${rows})`;
  const place = { ...placeIn(plan, sheet, spot.rowNumber, column), path: null };
  return weighedFinding(plan, of.code, place, { message });
}
