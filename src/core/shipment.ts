// What we send: one message, mostly a customs shipment, and where in the user's files each of its values came from.
import type { JsonObject } from "./json.ts";
import { DEFAULT_KIND, type MessageKind } from "./message-kind.ts";

export const environments = ["production", "acceptance", "simulator"] as const;
export type Environment = (typeof environments)[number];

/** Source: seeds/000, Create a customs shipment. */
export type Direction = "IN" | "OUT";

/** Source: seeds/004, Message types. */
export type MessageType = "New" | "Replace" | "Update" | "Upsert";

/** Of every kind but the customs shipment. */
export type OtherKind = Exclude<MessageKind, typeof DEFAULT_KIND>;

/**
 * What identifies a message within one environment and tenant: its kind, its direction where the kind has
 * directions, and its reference. Source: Generic data models, for the customs shipment.
 */
export interface ShipmentKey {
  /** Left out for a customs shipment. */
  readonly kind?: OtherKind;
  /** Null for a kind without directions. */
  readonly direction: Direction | null;
  readonly externalReference: string;
}

/**
 * A tree like the message whose leaves say where the value stood: `A2` in a one-sheet file,
 * `Goods items!M8` elsewhere. Constants and defaults have no leaf. Members that the message lacks
 * because their cell is blank have a leaf that says which: CAS may ask for them.
 */
export interface SourceTree {
  readonly [member: string]: SourceNode;
}
export type SourceNode = string | SourceTree | readonly (SourceNode | null)[];

export interface RowRef {
  readonly sheet: string;
  readonly row: number;
}

/** A validated message, ready to be queued. */
export interface ShipmentMessage {
  readonly key: ShipmentKey;
  readonly messageKind: MessageKind;
  readonly messageType: MessageType;
  /** The body of the request. */
  readonly body: JsonObject;
  /** The fingerprint of the body, see `contentHash`; made when it is first asked for. */
  readonly contentHash: string;
  readonly sources: SourceTree;
}

/** Shape: `IN PO-1`, `Formula F-1`. */
export function keyText({ kind, direction, externalReference }: ShipmentKey): string {
  return `${direction ?? kind ?? ""} ${externalReference}`;
}

/** For a log that programs read. */
export function keyFields({
  kind,
  direction,
  externalReference: reference,
}: ShipmentKey): Readonly<Record<string, string>> {
  return {
    reference,
    ...(direction === null ? {} : { direction }),
    ...(kind === undefined ? {} : { kind }),
  };
}

export function kindOfKey({ kind }: Pick<ShipmentKey, "kind">): MessageKind {
  return kind ?? DEFAULT_KIND;
}

/** The key of a message of any kind. */
export function messageKey(
  kind: MessageKind,
  direction: Direction | null,
  externalReference: string,
): ShipmentKey {
  return kind === DEFAULT_KIND
    ? { direction, externalReference }
    : { kind, direction, externalReference };
}
