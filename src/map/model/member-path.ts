// A path into the message, as the catalogue and as headers write it. `[]` after one of the three
// lists that rows add to (goods items, packaging, documents) is "the element of this row"; after any
// other member it is its first element, and `[1]`, `[2]` … are the further ones.
import type { FieldLevel } from "./levels.ts";

/** Names, and the indexes of array elements. */
export type PathSegments = readonly (string | number)[];

export interface MemberPath {
  readonly level: FieldLevel;
  /** Within the element that the level names; within the message for `shipment`. */
  readonly segments: PathSegments;
  /** Where the lists of its message stand; those of a customs shipment when left out. */
  readonly lists?: PathLists;
}

/** Where a list stands: `item` in the message, `packaging` in an element of `item`. */
export type PathLists = Readonly<Record<"item" | "packaging", PathSegments>>;

/** The member of a list's element that is the element itself: `types[]` holds values and no objects. */
export const LISTED_VALUE = "";

type PathReading =
  | { readonly kind: "path"; readonly path: MemberPath }
  | { readonly kind: "unusable"; readonly reason: string }
  | { readonly kind: "no-path" };

/** Where the lists stand: items and documents in the message, packaging in its item. */
export const listSegments = {
  item: ["singleAdministrativeDocument", "goodsShipment", "governmentAgencyGoodsItems"],
  packaging: ["packaging"],
  document: ["singleAdministrativeDocument", "additionalDocuments"],
} as const satisfies Record<Exclude<FieldLevel, "shipment">, readonly string[]>;

/** Members of the message that are known as such without a dot. Source: seeds/000, cas-api 6.1. */
const topMembers = new Set([
  "direction",
  "externalReference",
  "messageType",
  "storageLocationReference",
  "version",
  "customsFlow",
]);

/** Whether a path starts at a member that every message may have. */
export function startsAtKnownMember(path: MemberPath): boolean {
  const root = path.level === "shipment" ? path.segments[0] : SAD_MEMBER;
  return root === SAD_MEMBER || topMembers.has(String(root));
}

const SAD_MEMBER = "singleAdministrativeDocument";

// Members of CAS are camelCase, so `Ref.No` is a heading and no path.
const PATH = /^[a-z][A-Za-z0-9_]*(?:\[\d*\])?(?:\.[a-z][A-Za-z0-9_]*(?:\[\d*\])?)*$/;
const STEP = /([A-Za-z0-9_]+)(?:\[(\d*)\])?/g;

/** More elements than this in one column's array are a mistake, not data. */
const ARRAY_INDEX_MAX = 99;

/** A message of CAS goes down eight. */
const LEVELS_MAX = 32;

export function parseMemberPath(text: string): PathReading {
  if (!PATH.test(text)) return { kind: "no-path" };
  if (!text.includes(".") && !topMembers.has(text)) return { kind: "no-path" };
  const steps = [...text.matchAll(STEP)].map(([, name = "", index]) => ({ name, index }));
  if (steps.length > LEVELS_MAX) {
    return { kind: "unusable", reason: `it goes down more than ${LEVELS_MAX} levels` };
  }
  if (steps.some(({ name }) => name === "constructor" || name === "prototype")) {
    return { kind: "unusable", reason: "it names no member of a message" };
  }
  if (steps.some(({ index }) => Number(index ?? 0) > ARRAY_INDEX_MAX)) {
    return { kind: "unusable", reason: `indexes go up to [${ARRAY_INDEX_MAX}]` };
  }
  return placePath(steps);
}

interface Step {
  readonly name: string;
  /** Undefined without brackets, empty for `[]`. */
  readonly index: string | undefined;
}

function placePath(steps: readonly Step[]): PathReading {
  for (const level of ["item", "document"] as const) {
    const list = listSegments[level];
    if (!list.every((name, position) => steps[position]?.name === name)) continue;
    const inside = steps.slice(list.length);
    if (steps[list.length - 1]?.index !== "" || inside.length === 0) {
      return {
        kind: "unusable",
        reason: `${list.join(".")} is filled row by row, written with [] and a member after it`,
      };
    }
    if (level === "item" && inside[0]?.name === listSegments.packaging[0]) {
      if (inside[0].index !== "" || inside.length === 1) {
        return {
          kind: "unusable",
          reason: "packaging is filled row by row, written with [] and a member after it",
        };
      }
      return usable("packaging", inside.slice(1));
    }
    return usable(level, inside);
  }
  return usable("shipment", steps);
}

function usable(level: FieldLevel, steps: readonly Step[]): PathReading {
  const segments = steps.flatMap(({ name, index }) =>
    index === undefined ? [name] : [name, Number(index)],
  );
  return { kind: "path", path: { level, segments } };
}

/** The place of the elements that a value belongs to, zero-based; null where it is not known. */
interface ElementPlace {
  readonly itemIndex: number | null;
  readonly packagingIndex: number | null;
  readonly documentIndex: number | null;
}

export const nowhere: ElementPlace = { itemIndex: null, packagingIndex: null, documentIndex: null };

/** Shape: `singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].commodity…`. */
export function pathText(path: MemberPath, place: ElementPlace): string {
  const text = segmentsText(path.segments);
  const inside = text === LISTED_VALUE ? "" : `.${text}`;
  const lists: PathLists = path.lists ?? listSegments;
  const item = `${segmentsText(lists.item)}${indexText(place.itemIndex)}`;
  switch (path.level) {
    case "shipment":
      return text;
    case "item":
      return `${item}${inside}`;
    case "packaging":
      return `${item}.${segmentsText(lists.packaging)}${indexText(place.packagingIndex)}${inside}`;
    case "document":
      return `${listSegments.document.join(".")}${indexText(place.documentIndex)}${inside}`;
  }
}

export function segmentsText(segments: PathSegments): string {
  return segments
    .map((segment, position) =>
      typeof segment === "number" ? `[${segment}]` : position === 0 ? segment : `.${segment}`,
    )
    .join("");
}

function indexText(index: number | null): string {
  return index === null ? "[]" : `[${index}]`;
}
