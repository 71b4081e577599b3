// Cuts one large part of a workbook into pieces while it streams by: the text before the items, each item, the
// text after. Holds one piece at a time, so memory does not grow with the sheet.
import { NotEditableError, nextTag, type XmlTag } from "./package-xml.ts";

interface XmlPiece {
  readonly kind: "head" | "item" | "between" | "tail";
  readonly text: string;
}

/** One item, a head or a tail longer than this is left alone. Unit: UTF-16 code units. */
const PIECE_CHARS_MAX = 64 * 1024 * 1024;

/**
 * Cuts `chunks` at the items directly inside the first `container` element; together the pieces are
 * the text. A part without the container is all head.
 * @throws NotEditableError when a piece is too long or the text is cut off
 */
export async function* xmlPieces(
  chunks: AsyncIterable<string>,
  container: string,
  item: string,
): AsyncGenerator<XmlPiece> {
  let rest = "";
  let searchedTo = 0;
  let stage: "head" | "items" | "tail" = "head";
  for await (const chunk of chunks) {
    rest += chunk;
    if (rest.length > PIECE_CHARS_MAX) throw new NotEditableError("A piece of it is too long");
    if (stage === "head") {
      const found = containerIn(rest, container, searchedTo);
      searchedTo = found.searchedTo;
      if (found.tag === null) continue;
      yield { kind: "head", text: rest.slice(0, found.tag.end) };
      rest = rest.slice(found.tag.end);
      stage = found.tag.kind === "empty" ? "tail" : "items";
    }
    if (stage !== "items") continue;
    let start = 0;
    for (;;) {
      const tag = nextTag(rest, start);
      if (tag === null) break;
      if (tag.kind === "close") {
        stage = "tail";
        break;
      }
      if (tag.name !== item) {
        throw new NotEditableError(`Its element ${container} holds an element ${tag.name}`);
      }
      const end = endOfItem(rest, tag);
      if (end === null) break;
      if (tag.start > start) yield { kind: "between", text: rest.slice(start, tag.start) };
      yield { kind: "item", text: rest.slice(tag.start, end) };
      start = end;
    }
    rest = rest.slice(start);
  }
  if (stage === "items") throw new NotEditableError(`Its element ${container} does not end`);
  yield { kind: stage, text: rest };
}

function containerIn(
  text: string,
  container: string,
  from: number,
): { readonly tag: XmlTag | null; readonly searchedTo: number } {
  let searchedTo = from;
  for (let tag = nextTag(text, from); tag !== null; tag = nextTag(text, tag.end)) {
    if (tag.name === container && tag.kind !== "close") return { tag, searchedTo };
    searchedTo = tag.end;
  }
  return { tag: null, searchedTo };
}

/** Behind the closing tag of an item, which never holds another item; null when it is not there. */
function endOfItem(text: string, tag: XmlTag): number | null {
  if (tag.kind === "empty") return tag.end;
  const closer = `</${tag.rawName}`;
  const close = text.indexOf(closer, tag.end);
  if (close < 0) return null;
  // Only a comment or CDATA section could hold a closing tag that is none.
  const inside = text.indexOf("<!", tag.end);
  if (inside < 0 || inside > close) {
    const end = text.indexOf(">", close);
    return end < 0 ? null : end + 1;
  }
  for (let next = nextTag(text, tag.end); next !== null; next = nextTag(text, next.end)) {
    if (next.kind === "close" && next.rawName === tag.rawName) return next.end;
  }
  return null;
}
