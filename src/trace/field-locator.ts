// From a field that CAS names to the cell of the user's file that caused it, or to the line of the profile where no
// cell did. Where the way ends early the nearest cell is named, so that every error of a shipment of ours leads
// somewhere; the path always says what was meant, and `notInMessage` what our message does not have.
import { cellAddress } from "../core/cell.ts";
import { formatFieldPath, type FieldStep } from "./field-path.ts";
import { parseJson } from "../core/json.ts";
import type { ProfileLine, ProfileLines } from "../core/profile-line.ts";
import type { SourceTree } from "../core/shipment.ts";
import { parseSourcePlace } from "../core/source-place.ts";
import { profileLineFinder, scalarText, type FindProfileLine } from "./profile-line-of.ts";
import { placesBelow, walkMessage, type Place, type Walk } from "./walk-message.ts";

/** A message as it was sent, and where its values came from. */
export interface SentMessage {
  /** The exact JSON text. */
  readonly payload: string;
  readonly sources: SourceTree;
  /** The sheet of cells whose address names none, because the file has only one. */
  readonly sheet: string | null;
  /** The lines of the profile that say values; left out or null where it says none, or it is not known. */
  readonly profile?: ProfileLines | null;
}

export interface FieldPlace {
  /** Null when there is no cell and no row. */
  readonly sheet: string | null;
  /** Shape: `M8`; null where a line of the profile says the value. */
  readonly cell: string | null;
  /** What says the value without a cell, or the table that the cell was read through. */
  readonly profile?: ProfileLine;
  /** Of the nearest cell, where a line of the profile says the value. One-based. */
  readonly row?: number;
  /**
   * Shape: `singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure`,
   * indexes zero-based. Null when the message knows nothing of the field.
   */
  readonly path: string | null;
  readonly value: string | null;
  /** What CAS names and the message does not have. */
  readonly notInMessage?: string;
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
  const findLine = profileLineFinder(sent.profile ?? null);
  return (steps) => {
    const walk = walkMessage(message, sent.sources, steps);
    const deepest = walk.trail.length > 1 ? walk.trail.at(-1) : undefined;
    const path = deepest === undefined ? null : formatFieldPath([...deepest.steps, ...walk.rest]);
    const { address, value, profile } = locate(walk, sent.sources, findLine);
    const place = address === null ? null : parseSourcePlace(address);
    const told = {
      ...{ path, value },
      ...(profile === null ? {} : { profile }),
      ...(walk.rest.length === 0 ? {} : { notInMessage: formatFieldPath(walk.rest) }),
    };
    if (place === null) return { sheet: null, cell: null, ...told };
    const sheet = place.sheet ?? sent.sheet;
    return profile !== null && isSaidByLine(profile)
      ? { sheet, cell: null, row: place.rowNumber, ...told }
      : { sheet, cell: cellAddress(place.columnIndex, place.rowNumber), ...told };
  };
}

function isSaidByLine({ by }: ProfileLine): boolean {
  return by === "constant" || by === "default";
}

interface Leaf {
  /** Shape: `M8` or `Goods items!M8`; null when there is no cell. */
  readonly address: string | null;
  readonly value: string | null;
  readonly profile: ProfileLine | null;
}

function locate({ trail, rest }: Walk, sources: SourceTree, findLine: FindProfileLine): Leaf {
  const deepest = trail.at(-1);
  const named = rest.length === 0 ? deepest : undefined;
  const own = named === undefined ? null : scalarText(named.value);
  let said: Leaf | null = null;
  // Up to the enclosing element (a goods item, a packaging), whose row the user should check.
  for (const place of [...trail].reverse()) {
    if (SPANNING_PATHS.has(formatFieldPath(place.steps))) break;
    const leaf = firstLeafOf(place, cellOf("filled")) ?? firstLeafOf(place, cellOf("blank"));
    if (leaf !== null) {
      const { address, value } = leaf;
      if (said !== null) return { ...said, address };
      return place === named
        ? { address, value, profile: findLine(leaf.place) }
        : { address, value: own, profile: null };
    }
    if (place === named) said = firstLeafOf(place, lineOf(findLine));
  }
  const { externalReference } = sources;
  const address = typeof externalReference === "string" ? externalReference : null;
  return { value: own, profile: null, ...said, address };
}

interface PlacedLeaf extends Leaf {
  readonly place: Place;
}

/** What a member that holds no others is led to; null where that is nothing. */
type LeafOf = (place: Place) => PlacedLeaf | null;

/** A `blank` cell is that of a member that the message lacks. */
function cellOf(kind: "filled" | "blank"): LeafOf {
  return (place) => {
    const { value, source } = place;
    if (typeof source !== "string" || (value === null) !== (kind === "blank")) return null;
    return { place, address: source, value: scalarText(value), profile: null };
  };
}

function lineOf(findLine: FindProfileLine): LeafOf {
  return (place) => {
    const profile = place.source === null ? findLine(place) : null;
    return profile === null
      ? null
      : { place, address: null, value: scalarText(place.value), profile };
  };
}

/** The first at or below a place. */
function firstLeafOf(place: Place, leafOf: LeafOf): PlacedLeaf | null {
  const below = placesBelow(place);
  if (below.length === 0) return leafOf(place);
  for (const inside of below) {
    const leaf = firstLeafOf(inside, leafOf);
    if (leaf !== null) return leaf;
  }
  return null;
}
