// The lists that every format points into. A workbook may do without any of them, and then all its
// cells look alike; to colour one cell they must be there. What the user's file holds stays in its
// place. Source: ECMA-376-1, 18.8.39 (styleSheet: the order of its elements, all optional).
import {
  wholeElement,
  elementsNamed,
  nextTag,
  NotEditableError,
  prefixOf,
  rootTag,
  withAttribute,
  type XmlElement,
  type XmlTag,
} from "../package/package-xml.ts";

interface StandardList {
  readonly name: string;
  readonly item: string;
  /** The entries that a list begins with, without prefixes. */
  readonly entries: readonly string[];
}

/** In the order of the schema. Excel takes the first two fills for these whatever stands there. */
const standardLists: readonly StandardList[] = [
  {
    name: "fonts",
    item: "font",
    entries: ['<font><sz val="11"/><name val="Calibri"/></font>'],
  },
  {
    name: "fills",
    item: "fill",
    entries: [
      '<fill><patternFill patternType="none"/></fill>',
      '<fill><patternFill patternType="gray125"/></fill>',
    ],
  },
  {
    name: "borders",
    item: "border",
    entries: ["<border><left/><right/><top/><bottom/><diagonal/></border>"],
  },
  { name: "cellStyleXfs", item: "xf", entries: ["<xf/>"] },
  { name: "cellXfs", item: "xf", entries: ["<xf/>"] },
];
const order = ["numFmts", ...standardLists.map(({ name }) => name)];

/** The styles with every list that formats need, and in each what it begins with. */
export function completeStyles(styles: string): string {
  const root = rootTag(styles);
  const start =
    root.kind === "empty"
      ? `${styles.slice(0, root.end).replace(/(?<!\s)\s*\/>$/, ">")}</${root.rawName}>`
      : styles;
  return standardLists.reduce(withList, start);
}

function withList(text: string, { name, item, entries }: StandardList): string {
  const root = rootTag(text);
  const prefix = prefixOf(root);
  const prefixed = entries.map((entry) => entry.replaceAll(/<(\/?)/g, `<$1${prefix}`));
  const present = topElements(text, root).find(({ tag }) => tag.name === name);
  if (present === undefined) {
    const count = String(entries.length);
    const list = `<${prefix}${name} count="${count}">${prefixed.join("")}</${prefix}${name}>`;
    const at = placeOf(text, root, name);
    return text.slice(0, at) + list + text.slice(at);
  }
  const { tag, end } = present;
  const own = text.slice(tag.start, end);
  const held = elementsNamed(own, item).length;
  if (held >= entries.length) return text;
  const opened = withAttribute(text.slice(tag.start, tag.end), "count", String(entries.length));
  const inner = tag.kind === "empty" ? "" : text.slice(tag.end, text.lastIndexOf("</", end - 1));
  const list = `${opened.replace(/(?<!\s)\s*\/>$/, ">")}${inner}${prefixed.slice(held).join("")}</${tag.rawName}>`;
  return text.slice(0, tag.start) + list + text.slice(end);
}

/** Behind everything that stands before a list of that name. */
function placeOf(text: string, root: XmlTag, name: string): number {
  const before = new Set(order.slice(0, order.indexOf(name)));
  const last = topElements(text, root).findLast(({ tag }) => before.has(tag.name));
  return last?.end ?? root.end;
}

function topElements(text: string, root: XmlTag): readonly XmlElement[] {
  const found: XmlElement[] = [];
  let tag = nextTag(text, root.end);
  while (tag !== null && tag.kind !== "close") {
    const element = wholeElement(text, tag);
    if (element === null) throw new NotEditableError(`Its element ${tag.name} does not end`);
    found.push(element);
    tag = nextTag(text, element.end);
  }
  return found;
}
