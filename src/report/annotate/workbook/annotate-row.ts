// Edits one row of a sheet's XML: finds its cells with their columns, and writes the row with some of them
// changed. A cell that is not named stays as it is, character by character.
// Source: ECMA-376-1, 18.3.1.73 (row), 18.3.1.4 (c), 18.3.1.53 (is).
import { cellAddress, columnIndexOf } from "../../../core/cell.ts";
import { workbookText } from "../../text/workbook-text.ts";
import {
  attributesOf,
  wholeElement,
  escapeXml,
  NotEditableError,
  nextTag,
  prefixOf,
  rootTag,
  withAttribute,
  type XmlTag,
} from "../package/package-xml.ts";

interface RowCell {
  readonly column: number;
  readonly tag: XmlTag;
  readonly end: number;
  readonly style: number;
}

/** What a cell is to be; members left out stay. */
export interface CellChange {
  /** The new format, from the one that the cell has. */
  readonly style?: (base: number) => number;
  /** The new text; empty for a blank cell. */
  readonly text?: string;
}

/** The row's number; a row without one follows the one before. */
export function rowNumberOf(row: string, tag: XmlTag, before: number): number {
  const given = attributesOf(row.slice(0, tag.end), tag).get("r");
  return given === undefined ? before + 1 : Number(given);
}

export function rowCells(row: string): readonly RowCell[] {
  const rowTag = rootTag(row);
  if (rowTag.kind === "empty") return [];
  const cells: RowCell[] = [];
  let column = -1;
  let tag = nextTag(row, rowTag.end);
  while (tag !== null && tag.kind !== "close") {
    const element = wholeElement(row, tag);
    if (element === null) throw new NotEditableError("One of its rows is cut off");
    if (tag.name === "c") {
      const attributes = attributesOf(row, tag);
      const address = attributes.get("r");
      column = address === undefined ? column + 1 : columnIndexOf(address);
      cells.push({
        column,
        tag,
        end: element.end,
        style: Number(attributes.get("s") ?? 0),
      });
    }
    tag = nextTag(row, element.end);
  }
  return cells;
}

/** Whether the cell holds a value or a formula, and not only a format. */
export function holdsValue(row: string, { tag, end }: RowCell): boolean {
  return tag.kind === "open" && nextTag(row, tag.end)?.kind !== "close" && end > tag.end;
}

/**
 * The row with the changes made and new cells added where there are none.
 * @param defaultStyle the format of a cell that the row does not hold
 */
export function changeRow(
  row: string,
  rowNumber: number,
  changes: ReadonlyMap<number, CellChange>,
  defaultStyle: (column: number) => number,
): string {
  const rowTag = rootTag(row);
  const prefix = prefixOf(rowTag);
  // `spans` is an optional hint that would no longer be true.
  const opened = withAttribute(row.slice(0, rowTag.end), "spans", null).replace(
    /(?<!\s)\s*\/>$/,
    ">",
  );
  const cells = rowCells(row);
  const waiting = [...changes.keys()].sort((left, right) => left - right);
  const written = (column: number, cell: RowCell | null): string => {
    const change = changes.get(column);
    const old = cell === null ? null : row.slice(cell.tag.start, cell.end);
    if (change === undefined) return old ?? "";
    const base = cell === null ? defaultStyle(column) : cell.style;
    return changedCell(old, { prefix, column, rowNumber }, base, change);
  };
  let body = "";
  let at = rowTag.end;
  for (const cell of cells) {
    while (waiting[0] !== undefined && waiting[0] < cell.column) {
      body += written(waiting.shift() ?? 0, null);
    }
    if (waiting[0] === cell.column) waiting.shift();
    body += row.slice(at, cell.tag.start) + written(cell.column, cell);
    at = cell.end;
  }
  for (const column of waiting) body += written(column, null);
  return rowTag.kind === "empty"
    ? `${opened}${body}</${rowTag.rawName}>`
    : opened + body + row.slice(at);
}

function changedCell(
  old: string | null,
  place: { readonly prefix: string; readonly column: number; readonly rowNumber: number },
  base: number,
  { style, text }: CellChange,
): string {
  const { prefix, column, rowNumber } = place;
  const newStyle = style?.(base) ?? base;
  if (old !== null && text === undefined) {
    const tag = rootTag(old);
    return withAttribute(old.slice(0, tag.end), "s", String(newStyle)) + old.slice(tag.end);
  }
  if (old === null && (text === undefined || text === "") && newStyle === base) return "";
  return textCell(prefix, cellAddress(column, rowNumber), newStyle, text ?? "");
}

/** A cell of text as XML. @param style null for the usual one */
export function textCell(
  prefix: string,
  address: string,
  style: number | null,
  text: string,
): string {
  const start = `<${prefix}c r="${address}"${style === null ? "" : ` s="${String(style)}"`}`;
  if (text === "") return `${start}/>`;
  const safe = escapeXml(workbookText(text));
  return `${start} t="inlineStr"><${prefix}is><${prefix}t xml:space="preserve">${safe}</${prefix}t></${prefix}is></${prefix}c>`;
}
