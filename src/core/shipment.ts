// What we send: one customs shipment, and where in the user's files each of its values came from.
import { canonicalJson, sha256Hex, type JsonObject } from "./json.ts";
import type { MessageKind } from "./message-kind.ts";

export type Environment = "production" | "acceptance" | "simulator";

/** Source: seeds/000, Create a customs shipment. */
export type Direction = "IN" | "OUT";

/** Source: seeds/004, Message types. */
export type MessageType = "New" | "Replace" | "Update" | "Upsert";

/** What identifies a customs shipment within one environment and tenant. Source: Generic data models. */
export interface ShipmentKey {
  readonly direction: Direction;
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
  /** The body of `POST /v1/customsshipments`. */
  readonly body: JsonObject;
  /** The fingerprint of the body, see `contentHash`; made when it is first asked for. */
  readonly contentHash: string;
  readonly sources: SourceTree;
}

/**
 * The fingerprint of what a message says. The message type is left out: the same content sent
 * again under another type would still be the same content.
 */
export function contentHash(body: JsonObject): string {
  const { messageType: _messageType, ...content } = body;
  return sha256Hex(canonicalJson(content));
}

export function keyText(key: ShipmentKey): string {
  return `${key.direction} ${key.externalReference}`;
}
