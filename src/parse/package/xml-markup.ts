// The tokens of XML in a text: where tags and sections begin and end, what attributes and references stand
// for. Shared by the scanner that reads parts and by the code that edits them; what is not well-formed is
// an error.
// Source: XML 1.0, Fifth Edition, sections 2 to 4 and appendix F.

/** The text is no well-formed XML, or holds what a workbook's part must not hold. */
export class XmlBrokenError extends Error {
  override readonly name = "XmlBrokenError";
}

/** A document type can define entities that expand without end, or that read other files. */
export class XmlDoctypeError extends Error {
  override readonly name = "XmlDoctypeError";
}

/** The encoding of a part by its first bytes; OPC allows UTF-8 and UTF-16 only. */
export function xmlEncoding(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  if (head[0] === 0x3c && head[1] === 0) return "utf-16le";
  if (head[0] === 0 && head[1] === 0x3c) return "utf-16be";
  return "utf-8";
}

/** A comment, a CDATA section or an instruction. */
interface XmlSection {
  readonly start: string;
  readonly end: string;
  /** Whether what it holds is text. */
  readonly isText: boolean;
}

const SECTIONS: readonly XmlSection[] = [
  { start: "<!--", end: "-->", isText: false },
  { start: "<![CDATA[", end: "]]>", isText: true },
  { start: "<?", end: "?>", isText: false },
];
const SECTION_START_CHARS_MAX = 9;

/**
 * What begins at the `<` at `at`; `cut off` when the text ends before that is certain.
 * @throws XmlDoctypeError when it is a document type
 */
export function markupAt(text: string, at: number): XmlSection | "tag" | "cut off" {
  const second = text.charCodeAt(at + 1);
  if (second !== 33 /* ! */ && second !== 63 /* ? */) return "tag";
  for (const section of SECTIONS) if (text.startsWith(section.start, at)) return section;
  if (text.length - at < SECTION_START_CHARS_MAX) return "cut off";
  throw new XmlDoctypeError("There is a document type declaration");
}

const NAMED_ENTITIES: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
const CODE_POINT_MAX = 0x10ffff;
/** Source: XML 1.0, production 2. */
const CHARACTER = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u;
/** So much of a reference without an end is shown. */
const SHOWN_CHARS = 12;

/** @throws XmlBrokenError when an ampersand begins no reference to a character that XML allows */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:#x([0-9A-Fa-f]+);|#(\d+);|([^\s&;]{1,32});)?/g,
    (
      whole,
      hex: string | undefined,
      decimal: string | undefined,
      name: string | undefined,
      at: number,
    ) => {
      if (name !== undefined) {
        const named = NAMED_ENTITIES.get(name);
        if (named === undefined) throw new XmlBrokenError(`The entity "${whole}" is not known`);
        return named;
      }
      if (hex === undefined && decimal === undefined) {
        const shown = text.slice(at, at + SHOWN_CHARS);
        throw new XmlBrokenError(`The "&" of "${shown}" begins no entity`);
      }
      const codePoint = hex === undefined ? Number(decimal) : parseInt(hex, 16);
      const character = codePoint > CODE_POINT_MAX ? "" : String.fromCodePoint(codePoint);
      if (!CHARACTER.test(character)) throw new XmlBrokenError(`"${whole}" is no character`);
      return character;
    },
  );
}

/** Whether a text stands for characters that XML allows. */
export function hasSoundReferences(text: string): boolean {
  try {
    decodeEntities(text);
    return true;
  } catch (error) {
    if (error instanceof XmlBrokenError) return false;
    throw error;
  }
}

/**
 * The attributes of a tag by name; one of a namespace is found under `*:id`, however its writer calls
 * the namespace. It never stands in for one without: the `r` of `x14ac:r="9"` is no row number.
 * @throws XmlBrokenError when the text is no list of attributes
 */
export function xmlAttributes(text: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  eachAttribute(text, (name, value) => {
    if (name.startsWith("xmlns")) return;
    attributes[name.includes(":") ? `*:${localName(name)}` : name] = decodeEntities(value);
  });
  return attributes;
}

/** @throws XmlBrokenError when the text is no list of attributes */
export function eachAttribute(text: string, take: (name: string, value: string) => void): void {
  let at = 0;
  for (let equals = text.indexOf("="); equals >= 0; equals = text.indexOf("=", at)) {
    const name = text.slice(at, equals).trim();
    let start = equals + 1;
    while (isBlank(text.charCodeAt(start))) start += 1;
    const quote = text.charAt(start);
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, start + 1) : -1;
    if (end < 0) throw new XmlBrokenError(`The attribute "${name}" has no value`);
    take(name, text.slice(start + 1, end));
    at = end + 1;
  }
  if (text.slice(at).trim() !== "") throw new XmlBrokenError("A tag has a broken attribute");
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Where the tag that starts at `from` ends (the place of its `>`), or -1 when it is cut off. */
export function tagEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 62 /* > */) return at;
    if (code === 34 /* " */ || code === 39 /* ' */) {
      at = text.indexOf(text.charAt(at), at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

export function nameEnd(tag: string): number {
  for (let at = 0; at < tag.length; at += 1) {
    if (isBlank(tag.charCodeAt(at))) return at;
  }
  return tag.length;
}

/** Characters that XML cannot hold are written `_x000D_`. Source: ECMA-376-1, 22.9.2.19 */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
