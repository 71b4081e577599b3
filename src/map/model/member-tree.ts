// Which slot's value goes to which member of the message. The tree is built once per file from the paths
// of the columns, which shows collisions before a row is read, and drawn once per shipment. A member
// without a value is left out, and so are objects and array elements without any: later elements of an
// array move up.
import type { PathSegments } from "./member-path.ts";
import type { StoredValue } from "./value-rule.ts";

export type MemberNode =
  | ObjectNode
  | { readonly kind: "array"; readonly elements: (MemberNode | undefined)[] }
  | LeafNode
  /** Filled with the elements that rows add. */
  | { readonly kind: "list"; readonly list: ListName };

export interface LeafNode {
  readonly kind: "leaf";
  /** -1 when no column fills it. */
  readonly slot: number;
  /** What is written when no cell says a value. */
  fallback?: StoredValue;
}

export interface ObjectNode {
  readonly kind: "object";
  readonly members: Map<string, MemberNode>;
  /** Written when the object has other members and this one has no value of its own. */
  readonly constants: Map<string, string>;
}

export type ListName = "items" | "packaging" | "documents";

export function objectNode(): ObjectNode {
  return { kind: "object", members: new Map(), constants: new Map() };
}

/** What stands in the way of a new member: a value's slot, or a list. */
export type Collision = { readonly slot: number } | { readonly list: ListName };

/** Puts a node at the end of a path, or says what stands there already. */
export function plant(root: ObjectNode, segments: PathSegments, end: MemberNode): Collision | null {
  let node: MemberNode = root;
  for (const [position, segment] of segments.entries()) {
    const last = position === segments.length - 1;
    const below: MemberNode | undefined = childOf(node, segment);
    if (below === undefined) {
      const grown: MemberNode = last ? end : emptyNodeFor(segments[position + 1]);
      if (!setChild(node, segment, grown)) return firstTenant(node);
      node = grown;
    } else if (last) {
      return firstTenant(below);
    } else {
      node = below;
    }
  }
  return null;
}

/** Gives a member beside others, on a path that is planted, the value it has when no column says one. */
export function plantConstant(root: ObjectNode, segments: PathSegments, value: string): void {
  const node = nodeAt(root, segments.slice(0, -1));
  const name = segments.at(-1);
  if (node?.kind === "object" && typeof name === "string") node.constants.set(name, value);
}

/** What stands at the end of a path; undefined where nothing does. */
export function nodeAt(root: MemberNode, segments: PathSegments): MemberNode | undefined {
  let node: MemberNode | undefined = root;
  for (const segment of segments) if (node !== undefined) node = childOf(node, segment);
  return node;
}

function emptyNodeFor(next: string | number | undefined): MemberNode {
  return typeof next === "number" ? { kind: "array", elements: [] } : objectNode();
}

function childOf(node: MemberNode, segment: string | number): MemberNode | undefined {
  if (node.kind === "object" && typeof segment === "string") return node.members.get(segment);
  if (node.kind === "array" && typeof segment === "number") return node.elements[segment];
  return undefined;
}

function setChild(node: MemberNode, segment: string | number, child: MemberNode): boolean {
  if (node.kind === "object" && typeof segment === "string") {
    node.members.set(segment, child);
    return true;
  }
  if (node.kind === "array" && typeof segment === "number") {
    node.elements[segment] = child;
    return true;
  }
  return false;
}

function firstTenant(node: MemberNode): Collision | null {
  switch (node.kind) {
    case "leaf":
      return { slot: node.slot };
    case "list":
      return { list: node.list };
    case "object":
      for (const member of node.members.values()) return firstTenant(member);
      return null;
    case "array":
      for (const element of node.elements) if (element !== undefined) return firstTenant(element);
      return null;
  }
}
