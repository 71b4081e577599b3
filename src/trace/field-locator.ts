// From a field that CAS names to the cell of the user's file that caused it. Where the way ends early
// the nearest cell is named, so that every error of a shipment of ours leads somewhere, and the path
// always says what was meant.
import { cellAddress } from "../core/cell.ts";
import { formatFieldPath, type FieldStep } from "./field-path.ts";
import { isJsonNumber, isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import type { SourceNode, SourceTree } from "../core/shipment.ts";
import { parseSourcePlace } from "../core/source-place.ts";
import { walkMessage, type Place, type Walk } from "./walk-message.ts";

/** A message as it was sent, and where its values came from. */
export interface SentMessage {
  /** The exact JSON text. */
  readonly payload: string;
  readonly sources: SourceTree;
  /** The sheet of cells whose address names none, because the file has only one. */
  readonly sheet: string | null;
}

export interface FieldPlace {
  /** Null when there is no cell. */
  readonly sheet: string | null;
  /** Shape: `M8`. */
  readonly cell: string | null;
  /**
   * Shape: `singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure`,
   * indexes zero-based. Null when the message knows nothing of the field.
   */
  readonly path: string | null;
  readonly value: string | null;
}

/** These span the whole message, so their first cell says nothing about the field. */
const SPANNING_PATHS: ReadonlySet<string> = new Set([
  "",
  "singleAdministrativeDocument",
  "singleAdministrativeDocument.goodsShipment",
]);

/** Reads the message once, for all the fields that one answer names. */
export function fieldLocator(sent: SentMessage): (steps: readonly FieldStep[]) => FieldPlace {
  const message = parseJson(sent.payload);
  return (steps) => {
    const walk = walkMessage(message, sent.sources, steps);
    const deepest = walk.trail.length > 1 ? walk.trail.at(-1) : undefined;
    const path = deepest === undefined ? null : formatFieldPath([...deepest.steps, ...walk.rest]);
    const { address, value } = locate(walk, sent.sources);
    const place = address === null ? null : parseSourcePlace(address);
    if (place === null) return { sheet: null, cell: null, path, value };
    const cell = cellAddress(place.columnIndex, place.rowNumber);
    return { sheet: place.sheet ?? sent.sheet, cell, path, value };
  };
}

interface Leaf {
  /** Shape: `M8` or `Goods items!M8`; null when there is no cell. */
  readonly address: string | null;
  readonly value: string | null;
}

function locate({ trail, rest }: Walk, sources: SourceTree): Leaf {
  const deepest = trail.at(-1);
  const own = rest.length === 0 && deepest !== undefined ? scalarText(deepest.value) : null;
  // Up to the enclosing element (a goods item, a packaging), whose row the user should check.
  for (const place of [...trail].reverse()) {
    if (SPANNING_PATHS.has(formatFieldPath(place.steps))) break;
    const leaf = firstLeafOf(place, "filled") ?? firstLeafOf(place, "blank");
    if (leaf !== null) {
      const isNamed = rest.length === 0 && place === deepest;
      return { address: leaf.address, value: isNamed ? leaf.value : own };
    }
  }
  const { externalReference } = sources;
  return { address: typeof externalReference === "string" ? externalReference : null, value: own };
}

type Node = Pick<Place, "value" | "source">;

/** The first cell at or below a place; a `blank` one is that of a member that the message lacks. */
function firstLeafOf({ value, source }: Node, kind: "filled" | "blank"): Leaf | null {
  if (source === null) return null;
  if (typeof source === "string") {
    const isOfKind = (value === null) === (kind === "blank");
    return isOfKind ? { address: source, value: scalarText(value) } : null;
  }
  const members: readonly (readonly [string, SourceNode | null])[] = Object.entries(source);
  for (const [member, below] of members) {
    const leaf = firstLeafOf({ value: memberValue(value, member), source: below }, kind);
    if (leaf !== null) return leaf;
  }
  return null;
}

function memberValue(value: JsonValue, member: string): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[])[Number(member)] ?? null;
  return isJsonObject(value) ? (value[member] ?? null) : null;
}

function scalarText(value: JsonValue): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  return isJsonNumber(value) ? value.rawJSON : null;
}
