// Builds the messages of all rows that name one reference: of shipments one per direction, else one. A message comes
// out only when nothing is wrong with any row of its shipment: a declaration that lacks an item would be
// a false one.
import type { Finding } from "../core/finding.ts";
import type { JsonObject } from "../core/json.ts";
import { contentHash } from "../core/content-hash.ts";
import { kindOf, type MessageKind } from "../core/message-kind.ts";
import {
  messageKey,
  type MessageType,
  type RowRef,
  type ShipmentKey,
  type ShipmentMessage,
  type SourceTree,
} from "../core/shipment.ts";
import { hasForm } from "./rules/check-form.ts";
import { checkGroup, isWithoutShipment } from "./rules/check-group.ts";
import { checkElements } from "./rules/check-elements.ts";
import { checkAgainstSchema } from "./rules/check-against-schema.ts";
import { drawMessage, type DrawnMessage } from "./shipment/draw-message.ts";
import type { MappingPlan } from "./model/mapping-plan.ts";
import { placeFindings } from "./rules/place-finding.ts";
import type { Placed } from "./model/row-content.ts";
import { decodeRow, type RowRecord } from "./model/row-record.ts";
import {
  draftShipment,
  messageTypeOf,
  type RowSpot,
  type ShipmentDraft,
} from "./shipment/shipment-draft.ts";
import { checkShipment } from "./rules/shipment-rules.ts";
import type { ShipmentsWatch } from "./watch/shipments-watch.ts";
import {
  isShipmentsRow,
  splitDirections,
  type DirectionGroup,
} from "./shipment/split-directions.ts";

export interface ShipmentReading {
  /** Null when the direction is unknown: the rows belong to no shipment. */
  readonly key: ShipmentKey | null;
  readonly rows: readonly RowRef[];
  /** Rows that only repeat others; not among `rows`. */
  readonly duplicateRows: readonly RowRef[];
  /** Rows of a shipment that the profile leaves out; they are among no others. */
  readonly leftOutRows: readonly RowSpot[];
  /** Null when any finding is an error. */
  readonly message: ShipmentMessage | null;
  readonly findings: readonly Finding[];
}

/**
 * @param contents The records of all rows of one `groupKey`, in reading order.
 * @param watch Sees the shipments that can be sent; null when what they lack is of no interest.
 */
export function buildShipments(
  plan: MappingPlan,
  contents: readonly string[],
  watch: ShipmentsWatch | null = null,
): readonly ShipmentReading[] {
  const all = contents.map(decodeRow);
  const groups = isDirected(plan) ? splitDirections(plan, all) : [asOneGroup(all)];
  if (!all.some(({ isLeftOut }) => isLeftOut === true)) {
    const reference = referenceOf(plan, all);
    return groups.map((group) => buildShipment(plan, group, reference, watch));
  }
  return groups.flatMap((group) => {
    const rows = group.rows.filter(({ isLeftOut }) => isLeftOut !== true);
    if (rows.length === 0) return [];
    const isWanted =
      rows.length === group.rows.length || rows.some((row) => isShipmentsRow(plan, row));
    if (!isWanted) return [withoutParent(rows)];
    return [buildShipment(plan, { ...group, rows }, referenceOf(plan, rows), watch)];
  });
}

function isDirected({ kind }: MappingPlan): boolean {
  return kindOf(kind).isDirected;
}

function asOneGroup(rows: readonly RowRecord[]): DirectionGroup {
  return { direction: null, rows, undecided: [], isStatedElsewhere: false };
}

/** The rows of a shipment that is left out go with it. */
function withoutParent(rows: readonly RowRecord[]): ShipmentReading {
  return { key: null, rows: [], duplicateRows: [], leftOutRows: rows, message: null, findings: [] };
}

function buildShipment(
  plan: MappingPlan,
  group: DirectionGroup,
  reference: Placed,
  watch: ShipmentsWatch | null,
): ShipmentReading {
  const draft = withReference(plan, draftShipment(plan, group.rows), reference);
  const externalReference = String(reference.value);
  const rulesFindings = !isDirected(plan)
    ? checkElements(plan, draft)
    : isWithoutShipment(plan, group)
      ? []
      : checkShipment(plan, draft, group.direction);
  const findings = [
    ...placeFindings(plan, draft, [...draft.findings, ...rulesFindings]),
    ...(isDirected(plan) ? checkGroup(plan, group, externalReference) : []),
  ];
  const key =
    group.direction === null && isDirected(plan)
      ? null
      : messageKey(plan.kind, group.direction, externalReference);
  let message: ShipmentMessage | null = null;
  const isStopped =
    findings.some(({ severity }) => severity === "error") ||
    draft.findings.some(({ isCoveredByColumn }) => isCoveredByColumn);
  if (key !== null && !isStopped) {
    // Nothing below headers at fault is sent, and what they hide is said at the headers.
    const isDrawn = !plan.isRefused && !hasForm(plan, draft);
    const faults = isDrawn ? checkAgainstSchema(plan, drawMessage(plan, draft)) : [];
    findings.push(...faults);
    if (faults.length === 0) {
      message = new LazyMessage(plan, key, draft);
      if (key.direction !== null) watch?.see(draft, key.direction);
    }
  }
  return {
    key,
    rows: draft.rows.map((row) => rowRef(plan, row)),
    duplicateRows: draft.duplicateRows.map((row) => rowRef(plan, row)),
    leftOutRows: noRows,
    message,
    findings,
  };
}

const noRows: readonly RowSpot[] = [];

/** @throws Error when no row names the reference: the reader gives a group none but such rows. */
function referenceOf(plan: MappingPlan, rows: readonly RowRecord[]): Placed {
  for (const row of rows) {
    const sheet = plan.sheets[row.sheetIndex];
    const column = sheet?.columns[sheet.referenceColumn];
    const value = sheet === undefined ? null : row.values[sheet.referenceColumn];
    if (sheet !== undefined && column !== undefined && value != null) {
      return { value, sheet, column, rowNumber: row.rowNumber };
    }
  }
  throw new Error("A group of rows has no external reference");
}

/** A shipment whose rows all carry on the reference of another direction's row has it from there. */
function withReference(plan: MappingPlan, draft: ShipmentDraft, reference: Placed): ShipmentDraft {
  if (draft.slots[plan.known.reference] !== undefined) return draft;
  const slots = [...draft.slots];
  slots[plan.known.reference] = reference;
  return { ...draft, slots };
}

// A message that is drawn when its content is first asked for: checking a file never does. A class,
// because accessors of an object literal would give every message a hidden class of its own.
class LazyMessage implements ShipmentMessage {
  readonly key: ShipmentKey;
  readonly messageKind: MessageKind;
  readonly messageType: MessageType;
  readonly #plan: MappingPlan;
  readonly #draft: ShipmentDraft;
  #drawn: DrawnMessage | null = null;
  #contentHash: string | null = null;

  constructor(plan: MappingPlan, key: ShipmentKey, draft: ShipmentDraft) {
    this.key = key;
    this.messageKind = plan.kind;
    this.messageType = messageTypeOf(plan, draft);
    this.#plan = plan;
    this.#draft = draft;
  }

  get body(): JsonObject {
    return this.#draw().body;
  }

  get contentHash(): string {
    this.#contentHash ??= contentHash(this.body, this.messageKind);
    return this.#contentHash;
  }

  get sources(): SourceTree {
    return this.#draw().sources;
  }

  #draw(): DrawnMessage {
    this.#drawn ??= drawMessage(this.#plan, this.#draft);
    return this.#drawn;
  }
}

function rowRef(plan: MappingPlan, row: RowSpot): RowRef {
  return { sheet: plan.sheets[row.sheetIndex]?.sheet ?? "", row: row.rowNumber };
}
