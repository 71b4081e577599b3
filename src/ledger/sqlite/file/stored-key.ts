// The key of a message in SQL: its kind, its direction, which is '' for a kind without directions, and its
// reference. One text for all queries, so that none forgets the kind.
import type { MessageKind } from "../../../core/message-kind.ts";
import { kindOfKey, messageKey, type Direction, type ShipmentKey } from "../../../core/shipment.ts";

/** A key as the columns of KEY_SQL give it. */
export interface StoredKey {
  readonly keyKind: MessageKind;
  readonly direction: Direction | null;
  readonly externalReference: string;
}

/** The columns of a key. @param table `shipments` or `lines`, by its alias */
export function keySql(table: string): string {
  return `${table}.message_kind AS keyKind, nullif(${table}.direction, '') AS direction,
    ${table}.external_reference AS externalReference`;
}

export function keyOf({ keyKind, direction, externalReference }: StoredKey): ShipmentKey {
  return messageKey(keyKind, direction, externalReference);
}

/** Whether the rows of two tables have one key. */
export function sameKeySql(left: string, right: string): string {
  return `${left}.external_reference = ${right}.external_reference
    AND ${left}.direction = ${right}.direction AND ${left}.message_kind = ${right}.message_kind`;
}

/** A condition on the parameters of keyParameters(). */
export function hasKeySql(table: string): string {
  return `${table}.external_reference = @externalReference AND ${table}.direction = @direction
    AND ${table}.message_kind = @keyKind`;
}

export function keyParameters(key: ShipmentKey): {
  readonly keyKind: string;
  readonly direction: string;
  readonly externalReference: string;
} {
  const { direction, externalReference } = key;
  return { keyKind: kindOfKey(key), direction: direction ?? "", externalReference };
}

/** How people name the message of a row of `shipments s`. */
export const KEY_WORDS_SQL =
  "coalesce(nullif(s.direction, ''), s.message_kind) || ' ' || s.external_reference";
