// The XML of a workbook's parts as text with places in it: tags are found, everything between them
// stays as it was written. A part is never parsed into a tree and written anew, because what a tree
// does not know is lost. Source: XML 1.0, sections 2.4 to 2.8 and 3.1.

/** The part says something that cannot be changed safely; the notes go beside it instead. */
export class NotEditableError extends Error {
  override readonly name = "NotEditableError";
}

export interface XmlTag {
  readonly kind: "open" | "close" | "empty";
  /** With the prefix, as it is written. */
  readonly rawName: string;
  /** Without the prefix. */
  readonly name: string;
  readonly start: number;
  /** Behind the closing `>`. */
  readonly end: number;
}

const LONGEST_OPENER = "<![CDATA[".length;

/** The next whole tag at or behind `from`; null when the text ends before one is complete. */
export function nextTag(text: string, from: number): XmlTag | null {
  let at = text.indexOf("<", from);
  while (at >= 0) {
    const second = text.charAt(at + 1);
    if (second === "!" || second === "?") {
      const end = endOfOther(text, at);
      if (end === null) return null;
      at = text.indexOf("<", end);
    } else {
      const end = endOfTag(text, at);
      return end === null ? null : tagAt(text, at, end);
    }
  }
  return null;
}

function endOfOther(text: string, start: number): number | null {
  const closer = closerOf(text, start);
  if (closer === null) return null;
  const end = text.indexOf(closer, start + 2);
  return end < 0 ? null : end + closer.length;
}

/** What ends the comment, CDATA section or instruction that begins here; null when cut off. */
function closerOf(text: string, start: number): string | null {
  if (text.charAt(start + 1) === "?") return "?>";
  if (text.startsWith("<!--", start)) return "-->";
  if (text.startsWith("<![CDATA[", start)) return "]]>";
  if (text.length - start < LONGEST_OPENER) return null;
  throw new NotEditableError("It holds a document type declaration");
}

function endOfTag(text: string, start: number): number | null {
  let quote = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at + 1;
  }
  return null;
}

const NAME_END = /[\s/>]/g;

function tagAt(text: string, start: number, end: number): XmlTag {
  const isClose = text.charAt(start + 1) === "/";
  const nameStart = isClose ? start + 2 : start + 1;
  NAME_END.lastIndex = nameStart;
  const nameEnd = NAME_END.exec(text)?.index ?? end;
  const rawName = text.slice(nameStart, nameEnd);
  const isEmpty = !isClose && text.charAt(end - 2) === "/";
  return {
    kind: isClose ? "close" : isEmpty ? "empty" : "open",
    rawName,
    name: rawName.slice(rawName.indexOf(":") + 1),
    start,
    end,
  };
}

export interface XmlElement {
  readonly tag: XmlTag;
  /** Behind the closing tag. */
  readonly end: number;
}

/** The element that `tag` opens, to its own closing tag; null when the text ends before. */
export function elementOf(text: string, tag: XmlTag): XmlElement | null {
  if (tag.kind !== "open") return { tag, end: tag.end };
  let depth = 1;
  for (let next = nextTag(text, tag.end); next !== null; next = nextTag(text, next.end)) {
    if (next.rawName !== tag.rawName || next.kind === "empty") continue;
    depth += next.kind === "open" ? 1 : -1;
    if (depth === 0) return { tag, end: next.end };
  }
  return null;
}

/** Every element of that local name that stands in none of its own kind, in order. */
export function elementsNamed(text: string, name: string, from = 0): readonly XmlElement[] {
  const found: XmlElement[] = [];
  let tag = nextTag(text, from);
  while (tag !== null) {
    let next = tag.end;
    if (tag.name === name && tag.kind !== "close") {
      const element = elementOf(text, tag);
      if (element === null) throw new NotEditableError(`Its element ${name} does not end`);
      found.push(element);
      next = element.end;
    }
    tag = nextTag(text, next);
  }
  return found;
}

/** The root element's opening tag. */
export function rootTag(text: string): XmlTag {
  const tag = nextTag(text, 0);
  if (tag === null || tag.kind === "close") throw new NotEditableError("It has no root element");
  return tag;
}

/** Shape: `x:` or empty. */
export function prefixOf(tag: XmlTag): string {
  return tag.rawName.slice(0, tag.rawName.length - tag.name.length);
}

const ATTRIBUTE = /([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The attributes of an opening tag by their names as written. */
export function attributesOf(text: string, tag: XmlTag): ReadonlyMap<string, string> {
  const inside = text.slice(tag.start + 1 + tag.rawName.length, tag.end);
  return new Map(
    [...inside.matchAll(ATTRIBUTE)].map(([, name = "", double, single]) => [
      name,
      unescapeXml(double ?? single ?? ""),
    ]),
  );
}

/** The value of the attribute of that local name, whatever its prefix. */
export function attributeNamed(
  attributes: ReadonlyMap<string, string>,
  name: string,
): string | null {
  for (const [rawName, value] of attributes) {
    if (rawName === name || rawName.endsWith(`:${name}`)) return value;
  }
  return null;
}

/** An opening tag with that attribute set, added or (null) taken away. */
export function withAttribute(tagText: string, name: string, value: string | null): string {
  const present = new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`);
  const written = value === null ? "" : ` ${name}="${escapeXml(value)}"`;
  if (present.test(tagText)) return tagText.replace(present, () => written);
  return tagText.replace(/\s*\/?>$/, (end) => written + end);
}

const ENTITY = /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const CODE_POINT_MAX = 0x10ffff;

function unescapeXml(text: string): string {
  return text.replace(ENTITY, (whole, hexadecimal, decimal, name) => {
    if (typeof name === "string") return NAMED[name] ?? whole;
    const isHexadecimal = typeof hexadecimal === "string";
    const code = Number.parseInt(
      String(isHexadecimal ? hexadecimal : decimal),
      isHexadecimal ? 16 : 10,
    );
    return code <= CODE_POINT_MAX ? String.fromCodePoint(code) : whole;
  });
}

const SPECIAL = /[&<>"\r]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
};

/** For text and for attributes in double quotes. */
export function escapeXml(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character);
}

/** The text inside all elements `t` of a piece of XML, phonetic guides left out. */
export function textOf(xml: string): string {
  const phonetic = elementsNamed(xml, "rPh");
  const isPhonetic = ({ start }: XmlTag): boolean =>
    phonetic.some((guide) => start > guide.tag.start && start < guide.end);
  return elementsNamed(xml, "t")
    .filter(({ tag }) => !isPhonetic(tag))
    .map((element) => innerText(xml, element))
    .join("");
}

/** The text between an element's tags, with CDATA and entities resolved. */
export function innerText(xml: string, { tag, end }: XmlElement): string {
  if (tag.kind === "empty") return "";
  const inner = xml.slice(tag.end, xml.lastIndexOf("</", end - 1));
  return inner
    .split(/(<!\[CDATA\[[\s\S]*?\]\]>)/)
    .map((piece) =>
      piece.startsWith("<![CDATA[") ? piece.slice(LONGEST_OPENER, -3) : unescapeXml(piece),
    )
    .join("");
}
