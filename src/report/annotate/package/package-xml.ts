// Edits the XML of a workbook's parts as text: finds tags and leaves everything else as it was written. A part
// is never parsed into a tree and written anew, because a tree loses what it does not know.
// Source: XML 1.0, sections 2.4 to 2.8 and 3.1.
import { UnreadableFileError } from "../../../core/errors.ts";
import {
  decodeEntities,
  eachAttribute,
  localName,
  markupAt,
  tagEnd,
  XmlBrokenError,
  XmlDoctypeError,
} from "../../../parse/package/xml-markup.ts";
import { ZipDamagedError } from "../../../parse/package/zip-directory.ts";

/** The part says something that cannot be changed safely; the notes go beside it instead. */
export class NotEditableError extends Error {
  override readonly name = "NotEditableError";
}

/**
 * Why a part cannot be changed, by what went wrong while it was read.
 * @throws the error itself when it says nothing of the part
 */
export function notEditable(error: unknown): NotEditableError {
  if (error instanceof NotEditableError) return error;
  const cause = error instanceof UnreadableFileError ? error.cause : error;
  if (
    cause instanceof XmlBrokenError ||
    cause instanceof XmlDoctypeError ||
    cause instanceof ZipDamagedError
  ) {
    return new NotEditableError(cause.message, { cause });
  }
  throw error;
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

/** The next whole tag at or behind `from`; null when the text ends before one is complete. */
export function nextTag(text: string, from: number): XmlTag | null {
  let at = text.indexOf("<", from);
  while (at >= 0) {
    const markup = markupAt(text, at);
    if (markup === "cut off") return null;
    if (markup === "tag") {
      const end = tagEnd(text, at + 1);
      return end < 0 ? null : tagAt(text, at, end + 1);
    }
    const end = text.indexOf(markup.end, at + markup.start.length);
    at = end < 0 ? -1 : text.indexOf("<", end);
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
    name: localName(rawName),
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
export function wholeElement(text: string, tag: XmlTag): XmlElement | null {
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
      const element = wholeElement(text, tag);
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

/** The attributes of an opening tag by their names as written. @throws XmlBrokenError */
export function attributesOf(text: string, tag: XmlTag): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  const end = tag.end - (tag.kind === "empty" ? "/>" : ">").length;
  eachAttribute(text.slice(tag.start + 1 + tag.rawName.length, end), (name, value) => {
    attributes.set(name, decodeEntities(value));
  });
  return attributes;
}

/** An opening tag with that attribute set, added or (null) taken away. */
export function withAttribute(tagText: string, name: string, value: string | null): string {
  const present = new RegExp(`\\s${name}\\s*=\\s*(?:"[^"]*"|'[^']*')`);
  const written = value === null ? "" : ` ${name}="${escapeXml(value)}"`;
  if (present.test(tagText)) return tagText.replace(present, () => written);
  return tagText.replace(/(?<!\s)\s*\/?>$/, (end) => written + end);
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
      piece.startsWith("<![CDATA[") ? piece.slice("<![CDATA[".length, -3) : decodeEntities(piece),
    )
    .join("");
}
