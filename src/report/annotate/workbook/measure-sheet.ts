// The first of two readings of a sheet: how far its columns go, which of ours it has from an earlier annotated
// copy, where its comment shapes are. Keeps none of its rows.
import { columnIndexOf, COLUMNS_MAX, parseCellAddress } from "../../../core/cell.ts";
import { memberOfHeader, type ColumnPlaces, type OurMember } from "../annotate-columns.ts";
import { holdsValue, rowCells, rowNumberOf } from "./annotate-row.ts";
import { xmlPieces } from "../package/package-pieces.ts";
import type { SourcePackage } from "../package/package-file.ts";
import { relationIdOf } from "../package/package-parts.ts";
import {
  attributesOf,
  elementsNamed,
  innerText,
  prefixOf,
  rootTag,
  textOf,
} from "../package/package-xml.ts";

interface HeaderCell {
  readonly column: number;
  readonly style: number;
  /** Null when it stands among the shared texts. */
  readonly text: string | null;
  readonly sharedIndex: number | null;
}

export interface SheetExtent {
  /** The last column with a value in any row, zero-based; -1 in an empty sheet. */
  readonly lastColumn: number;
  /** The same with cells that only have a format. */
  readonly lastCellColumn: number;
  readonly headerCells: readonly HeaderCell[];
  /** The relation of the sheet's shapes of comments and form controls. */
  readonly legacyDrawingId: string | null;
}

/** @throws NotEditableError when the sheet's XML holds what we cannot go around */
export async function measureSheet(
  source: SourcePackage,
  part: string,
  headerRow: number | null,
): Promise<SheetExtent> {
  let lastColumn = -1;
  let lastCellColumn = -1;
  let rowNumber = 0;
  let headerCells: readonly HeaderCell[] = [];
  let tail = "";
  for await (const piece of xmlPieces(source.textChunks(part), "sheetData", "row")) {
    if (piece.kind === "tail") tail = piece.text;
    if (piece.kind !== "item") continue;
    const row = piece.text;
    rowNumber = rowNumberOf(row, rootTag(row), rowNumber);
    const last = lastColumns(row);
    lastColumn = Math.max(lastColumn, last.withValue);
    lastCellColumn = Math.max(lastCellColumn, last.withFormat);
    if (rowNumber === headerRow) headerCells = readHeaderCells(row);
  }
  const [legacyDrawing] = elementsNamed(tail, "legacyDrawing");
  return {
    lastColumn: Math.max(lastColumn, lastMergedColumn(tail, headerRow ?? 0)),
    lastCellColumn,
    headerCells,
    legacyDrawingId:
      legacyDrawing === undefined ? null : relationIdOf(attributesOf(tail, legacyDrawing.tag)),
  };
}

/**
 * Where our columns go: where they already are, else right of everything that the sheet holds.
 * Null when there is no room left.
 */
export function placeColumns(
  extent: SheetExtent,
  sharedTexts: readonly string[],
): ColumnPlaces | null {
  const present = new Map<OurMember, number>();
  for (const { column, text, sharedIndex } of extent.headerCells) {
    const shown = text ?? sharedTexts[sharedIndex ?? -1] ?? "";
    const member = memberOfHeader(shown);
    if (member !== null && !present.has(member)) present.set(member, column);
  }
  let next = extent.lastColumn + 1;
  const place = (member: OurMember): number => present.get(member) ?? next++;
  const places = {
    outcome: place("outcome"),
    referenceId: place("referenceId"),
    status: place("status"),
    mrn: place("mrn"),
    reason: place("reason"),
  };
  return next > COLUMNS_MAX ? null : places;
}

const LAST_CELL = /^<[^>]*?\sr="([A-Z]+)\d+"[^>]*[^/]><(?:\w+:)?(?:v|f|is)[\s>]/;

/** By the last cell when it has an address and a value, else by all cells. */
function lastColumns(row: string): { readonly withValue: number; readonly withFormat: number } {
  const tag = rootTag(row);
  const start = row.lastIndexOf(`<${prefixOf(tag)}c `);
  const match = start < 0 || row.includes("<!") ? null : LAST_CELL.exec(row.slice(start));
  if (match !== null) {
    const column = columnIndexOf(match[1] ?? "");
    return { withValue: column, withFormat: column };
  }
  const cells = rowCells(row);
  const withValue = cells.filter((cell) => holdsValue(row, cell));
  return { withValue: lastOf(withValue), withFormat: lastOf(cells) };
}

function lastOf(cells: readonly { readonly column: number }[]): number {
  return cells.reduce((last, { column }) => Math.max(last, column), -1);
}

function readHeaderCells(row: string): readonly HeaderCell[] {
  return rowCells(row)
    .filter((cell) => holdsValue(row, cell))
    .map((cell) => {
      const xml = row.slice(cell.tag.start, cell.end);
      const type = attributesOf(row, cell.tag).get("t");
      const { column, style } = cell;
      const [value] = elementsNamed(xml, "v");
      const plain = value === undefined ? "" : innerText(xml, value);
      if (type === "s") return { column, style, text: null, sharedIndex: Number(plain) };
      const text = type === "inlineStr" ? textOf(xml) : plain;
      return { column, style, text, sharedIndex: null };
    });
}

/** A cell under a merged one is not seen, so our columns begin right of those in the table. */
function lastMergedColumn(tail: string, headerRow: number): number {
  return elementsNamed(tail, "mergeCell").reduce((last, { tag }) => {
    const to = parseCellAddress((attributesOf(tail, tag).get("ref") ?? "").replace(/^.*:/, ""));
    const isBeside = to !== null && to.rowNumber >= headerRow && to.columnIndex < COLUMNS_MAX - 1;
    return isBeside ? Math.max(last, to.columnIndex) : last;
  }, -1);
}
