// Adds our comments to those of one sheet. A cell's own comment keeps its text and gets ours below; what an
// earlier annotated copy wrote is taken out first, known by its first words. Cells with a comment thread are
// left alone: Excel shows the thread and no comment.
// Source: ECMA-376-1, 18.7 (comments); [MS-XLSX] 2.6.205 (threaded comments).
import { parseCellAddress } from "../../../core/cell.ts";
import { workbookText } from "../../text/workbook-text.ts";
import {
  attributesOf,
  elementsNamed,
  escapeXml,
  innerText,
  prefixOf,
  rootTag,
  textOf,
  type XmlElement,
} from "../package/package-xml.ts";

/** The first line of every comment of ours. */
const OUR_MARK = "cas-batch:";
const AUTHOR = "cas-batch";
/** Excel's placeholder for a thread has an author of this form. */
const THREAD_AUTHOR = "tc=";
/** A comment is read in a small box; the reason column holds everything. Unit: characters. */
const COMMENT_CHARS_MAX = 2_000;

export interface CellComment {
  /** Shape: `M8`. */
  readonly address: string;
  readonly text: string;
}

interface CommentsEdit {
  readonly text: string;
  /** Cells that have a comment now and had none: they need a shape. */
  readonly added: readonly string[];
  /** Cells that had a comment of ours only: their shape must go. */
  readonly removed: readonly string[];
  /** Cells that got none, because a thread is there. */
  readonly threaded: readonly string[];
}

export function emptyComments(namespace: string): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="${namespace}"><authors><author>${AUTHOR}</author></authors><commentList></commentList></comments>`;
}

export function editComments(start: string, comments: readonly CellComment[]): CommentsEdit {
  const prefix = prefixOf(rootTag(start));
  const authors = elementsNamed(start, "author").map((author) => innerText(start, author));
  const ours = authors.indexOf(AUTHOR);
  const authorId = ours < 0 ? authors.length : ours;
  const waiting = new Map(comments.map(({ address, text }) => [address, text]));
  const removed: string[] = [];
  const threaded: string[] = [];
  const [list] = elementsNamed(start, "commentList");
  const kept: string[] = [];
  const inner = list === undefined ? "" : start.slice(list.tag.start, list.end);
  for (const element of elementsNamed(inner, "comment")) {
    const attributes = attributesOf(inner, element.tag);
    const address = attributes.get("ref") ?? "";
    const comment = inner.slice(element.tag.start, element.end);
    if (authors[Number(attributes.get("authorId"))]?.startsWith(THREAD_AUTHOR) === true) {
      kept.push(comment);
      if (waiting.delete(address)) threaded.push(address);
      continue;
    }
    const own = withoutOurs(comment);
    const added = waiting.get(address);
    if (own !== null) kept.push(added === undefined ? own : withOurs(own, prefix, added));
    else if (added === undefined) removed.push(address);
    else kept.push(newComment(prefix, address, authorId, added));
    waiting.delete(address);
  }
  for (const [address, text] of waiting) kept.push(newComment(prefix, address, authorId, text));
  const written = `<${prefix}commentList>${kept.sort(byPlace).join("")}</${prefix}commentList>`;
  const withList =
    list === undefined ? start : start.slice(0, list.tag.start) + written + start.slice(list.end);
  const text = ours < 0 ? withAuthor(withList, prefix) : withList;
  return { text, added: [...waiting.keys()], removed, threaded };
}

function withAuthor(text: string, prefix: string): string {
  const author = `<${prefix}author>${AUTHOR}</${prefix}author>`;
  const [list] = elementsNamed(text, "authors");
  if (list === undefined) {
    const { end } = rootTag(text);
    return `${text.slice(0, end)}<${prefix}authors>${author}</${prefix}authors>${text.slice(end)}`;
  }
  if (list.tag.kind === "empty") {
    const whole = `<${prefix}authors>${author}</${prefix}authors>`;
    return text.slice(0, list.tag.start) + whole + text.slice(list.end);
  }
  const close = text.lastIndexOf("</", list.end - 1);
  return text.slice(0, close) + author + text.slice(close);
}

/** The comment as its writer left it; null when all of it is ours. */
function withoutOurs(comment: string): string | null {
  const whole = textOf(comment);
  const at = whole.indexOf(OUR_MARK);
  if (at < 0) return comment;
  if (whole.slice(0, at).trim() === "") return null;
  let left = at;
  let result = "";
  let from = 0;
  for (const element of elementsNamed(comment, "t")) {
    const text = innerText(comment, element);
    const kept = left >= text.length ? text : text.slice(0, left).trimEnd();
    result += comment.slice(from, element.tag.start) + textElement(element, kept);
    from = element.end;
    left = Math.max(0, left - text.length);
  }
  return result + comment.slice(from);
}

function textElement({ tag }: XmlElement, text: string): string {
  return `<${prefixOf(tag)}t xml:space="preserve">${escapeXml(text)}</${prefixOf(tag)}t>`;
}

/** The comment of a cell with our text below its own. */
function withOurs(comment: string, prefix: string, text: string): string {
  const [body] = elementsNamed(comment, "text");
  if (body === undefined) return comment;
  const inner = comment.slice(body.tag.end, comment.lastIndexOf("</", body.end - 1));
  // A plain text and runs of text cannot stand side by side.
  const runs = elementsNamed(inner, "r").length > 0 ? inner : `<${prefix}r>${inner}</${prefix}r>`;
  const own = body.tag.kind === "empty" ? "" : runs;
  const ours = run(prefix, `\n\n${ourText(text)}`);
  const written = `<${prefix}text>${own}${ours}</${prefix}text>`;
  return comment.slice(0, body.tag.start) + written + comment.slice(body.end);
}

function newComment(prefix: string, address: string, authorId: number, text: string): string {
  return `<${prefix}comment ref="${address}" authorId="${String(authorId)}"><${prefix}text>${run(prefix, ourText(text))}</${prefix}text></${prefix}comment>`;
}

function run(prefix: string, text: string): string {
  return `<${prefix}r><${prefix}t xml:space="preserve">${escapeXml(workbookText(text))}</${prefix}t></${prefix}r>`;
}

function ourText(text: string): string {
  const cut =
    text.length <= COMMENT_CHARS_MAX
      ? text
      : `${text.slice(0, COMMENT_CHARS_MAX)} … (the column cas-batch reason holds all of it)`;
  return `${OUR_MARK} ${cut}`;
}

/** By column, then by row, as Excel writes them. */
function byPlace(left: string, right: string): number {
  const [from, to] = [left, right].map((comment) =>
    parseCellAddress(attributesOf(comment, rootTag(comment)).get("ref") ?? ""),
  );
  if (from == null || to == null) return Number(from != null) - Number(to != null);
  return from.columnIndex - to.columnIndex || from.rowNumber - to.rowNumber;
}

/** Whether a comment of an earlier annotated copy may be among these. */
export function hasOurComments(text: string): boolean {
  return text.includes(OUR_MARK);
}
