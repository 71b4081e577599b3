// The second reading of a sheet: writes its XML again as it streams by, with bad cells marked and our columns
// filled. Everything that the plan does not name passes as it is.
// Source: ECMA-376-1, 18.3.1.99 (worksheet: the order of its elements), 18.3.1.17 (cols).
import { cellAddress, parseCellAddress } from "../../../core/cell.ts";
import { ourColumns, type ColumnPlaces, type RowNote } from "../annotate-columns.ts";
import { changeRow, rowCells, rowNumberOf, textCell, type CellChange } from "./annotate-row.ts";
import type { LegacyDrawing } from "./annotate-sheet-comments.ts";
import type { SheetExtent } from "./measure-sheet.ts";
import type { MarkTone, StyleBook } from "./annotate-styles.ts";
import { columnRanges, widenColumns } from "./annotate-widths.ts";
import { xmlPieces } from "../package/package-pieces.ts";
import {
  attributesOf,
  elementsNamed,
  escapeXml,
  nextTag,
  NotEditableError,
  prefixOf,
  rootTag,
  withAttribute,
} from "../package/package-xml.ts";

export interface SheetPlan {
  readonly extent: SheetExtent;
  readonly styles: StyleBook;
  /** Null when the sheet gets no columns: its header row is not known. */
  readonly columns: {
    readonly headerRow: number;
    readonly places: ColumnPlaces;
    readonly noteOf: (rowNumber: number) => RowNote | null;
  } | null;
  /** By row, then by zero-based column. */
  readonly marks: ReadonlyMap<number, ReadonlyMap<number, MarkTone>>;
  /** The relation of comment shapes to add; null when there is one already or none is needed. */
  readonly legacyDrawing: LegacyDrawing | null;
}

/** What could not be marked, because the workbook has too many formats. */
export interface SheetOutcome {
  unmarked: number;
}

export async function* annotateSheet(
  chunks: AsyncIterable<string>,
  plan: SheetPlan,
  outcome: SheetOutcome,
): AsyncGenerator<string> {
  const { extent, columns } = plan;
  let rowNumber = 0;
  let columnStyle: (column: number) => number = () => 0;
  for await (const { kind, text } of xmlPieces(chunks, "sheetData", "row")) {
    if (kind === "head") {
      columnStyle = columnStyles(text);
      yield columns === null ? text : changeHead(text, extent, columns.places);
    } else if (kind === "item") {
      rowNumber = rowNumberOf(text, rootTag(text), rowNumber);
      yield annotateRow(text, rowNumber, { ...plan, columnStyle, outcome });
    } else if (kind === "tail" && plan.legacyDrawing !== null) {
      yield withLegacyDrawing(text, plan.legacyDrawing);
    } else yield text;
  }
}

interface RowPlan extends SheetPlan {
  readonly columnStyle: (column: number) => number;
  readonly outcome: SheetOutcome;
}

function annotateRow(row: string, rowNumber: number, plan: RowPlan): string {
  const { columns, extent, styles } = plan;
  const marks = plan.marks.get(rowNumber);
  const note =
    columns === null || rowNumber <= columns.headerRow ? null : columns.noteOf(rowNumber);
  const isHeader = rowNumber === columns?.headerRow;
  const startsBehind =
    columns !== null && Math.min(...Object.values(columns.places)) > extent.lastCellColumn;
  if (
    marks === undefined &&
    !isHeader &&
    !styles.hasOurFills &&
    (columns === null || startsBehind)
  ) {
    if (note === null || columns === null) return row;
    const appended = appendNote(row, rowNumber, note, columns.places, plan.columnStyle);
    if (appended !== null) return appended;
  }
  const changes = new Map<number, CellChange>();
  if (styles.hasOurFills) {
    for (const { column, style } of rowCells(row)) {
      if (styles.cleared(style) !== style) changes.set(column, { style: styles.cleared });
    }
  }
  for (const [column, tone] of marks ?? []) {
    changes.set(column, { style: (base) => marked(base, tone, plan) });
  }
  if (columns !== null) {
    for (const [column, text] of textsOf(row, rowNumber, note, plan)) {
      changes.set(column, { ...changes.get(column), text });
    }
    if (isHeader) styleHeaders(row, columns.places, extent, changes);
  }
  if (changes.size === 0) return row;
  return changeRow(row, rowNumber, changes, defaultStyle(row, plan.columnStyle));
}

function marked(base: number, tone: MarkTone, { styles, outcome }: RowPlan): number {
  const style = styles.marked(styles.cleared(base), tone);
  if (style === null) outcome.unmarked += 1;
  return style ?? base;
}

/** The texts of our columns in one row: the headers, the note, or nothing where an old one stood. */
function* textsOf(
  row: string,
  rowNumber: number,
  note: RowNote | null,
  { columns, extent }: RowPlan,
): Generator<readonly [number, string]> {
  if (columns === null || rowNumber < columns.headerRow) return;
  const mayHoldOld = Object.values(columns.places).some((place) => place <= extent.lastCellColumn);
  const present = mayHoldOld ? new Set(rowCells(row).map(({ column }) => column)) : new Set();
  for (const { member, header } of ourColumns) {
    const column = columns.places[member];
    if (rowNumber === columns.headerRow) yield [column, header];
    else if (note !== null && note[member] !== "") yield [column, note[member]];
    else if (present.has(column)) yield [column, ""];
  }
}

/** New headers get the format of the header beside them. */
function styleHeaders(
  row: string,
  places: ColumnPlaces,
  { headerCells, lastColumn }: SheetExtent,
  changes: Map<number, CellChange>,
): void {
  const like = headerCells.at(-1)?.style;
  if (like === undefined) return;
  const present = new Set(rowCells(row).map(({ column }) => column));
  for (const column of Object.values(places)) {
    if (column <= lastColumn || present.has(column)) continue;
    changes.set(column, { ...changes.get(column), style: () => like });
  }
}

/** The quick way for a row that nothing else happens to; null when the row is not that simple. */
function appendNote(
  row: string,
  rowNumber: number,
  note: RowNote,
  places: ColumnPlaces,
  columnStyle: (column: number) => number,
): string | null {
  const tag = rootTag(row);
  if (tag.kind === "empty" || row.includes("<!") || row.includes("extLst")) return null;
  const prefix = prefixOf(tag);
  const style = defaultStyle(row, columnStyle);
  const cells = ourColumns
    .map(({ member }) => ({ column: places[member], text: note[member] }))
    .filter(({ text }) => text !== "")
    .sort((left, right) => left.column - right.column)
    .map(({ column, text }) =>
      textCell(prefix, cellAddress(column, rowNumber), style(column), text),
    );
  const opened = withAttribute(row.slice(0, tag.end), "spans", null);
  const close = row.lastIndexOf("</");
  return opened + row.slice(tag.end, close) + cells.join("") + row.slice(close);
}

/** The format of a cell that is not there: that of its row, else that of its column. */
function defaultStyle(
  row: string,
  columnStyle: (column: number) => number,
): (column: number) => number {
  const attributes = attributesOf(row, rootTag(row));
  const custom = attributes.get("customFormat");
  const isCustom = custom === "1" || custom === "true";
  const rowStyle = Number(attributes.get("s") ?? 0);
  return (column) => (isCustom ? rowStyle : columnStyle(column));
}

function columnStyles(head: string): (column: number) => number {
  const ranges = columnRanges(head);
  return (column) =>
    ranges.find(({ first, last }) => column >= first - 1 && column < last)?.style ?? 0;
}

function changeHead(head: string, extent: SheetExtent, places: ColumnPlaces): string {
  const added = ourColumns
    .map(({ member, width }) => ({ column: places[member], width }))
    .filter(({ column }) => column > extent.lastColumn);
  if (added.length === 0) return head;
  return widenColumns(widenDimension(head, Math.max(...Object.values(places))), added);
}

/** `dimension` is a hint that some readers trust. */
function widenDimension(head: string, lastColumn: number): string {
  const open = head.lastIndexOf("<");
  const [dimension] = elementsNamed(head.slice(0, open), "dimension");
  if (dimension === undefined) return head;
  const { tag } = dimension;
  const ref = attributesOf(head, tag).get("ref") ?? "";
  const [from = "", last = from] = ref.split(":");
  const to = parseCellAddress(last);
  if (to === null || to.columnIndex >= lastColumn) return head;
  const wider = `${from}:${cellAddress(lastColumn, to.rowNumber)}`;
  const changed = withAttribute(head.slice(tag.start, tag.end), "ref", wider);
  return head.slice(0, tag.start) + changed + head.slice(tag.end);
}

const BEHIND_LEGACY_DRAWING = new Set([
  "legacyDrawingHF",
  "drawingHF",
  "picture",
  "oleObjects",
  "controls",
  // Wraps form controls and embedded objects.
  "AlternateContent",
  "webPublishItems",
  "tableParts",
  "extLst",
]);

const COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006";
const VML = "urn:schemas-microsoft-com:vml";

/** The strict form has no such element; Excel writes it there for those who know the old markup. */
function withLegacyDrawing(tail: string, { id, namespace, isStrict }: LegacyDrawing): string {
  const close = nextTag(tail, tail.lastIndexOf("</"));
  if (close?.name !== "worksheet") throw new NotEditableError("Its worksheet does not end");
  const prefix = prefixOf(close);
  const at = placeOfLegacyDrawing(tail) ?? close.start;
  const element = `<${prefix}legacyDrawing xmlns:r="${namespace}" r:id="${escapeXml(id)}"/>`;
  const written = isStrict
    ? `<mc:AlternateContent xmlns:mc="${COMPATIBILITY}"><mc:Choice xmlns:v="${VML}" Requires="v">${element}</mc:Choice></mc:AlternateContent>`
    : element;
  return tail.slice(0, at) + written + tail.slice(at);
}

/** Before the first element that must stand behind it; null when there is none. */
function placeOfLegacyDrawing(tail: string): number | null {
  let depth = 0;
  for (let tag = nextTag(tail, 0); tag !== null; tag = nextTag(tail, tag.end)) {
    if (tag.kind === "close") {
      // The tail begins before or behind the closing tag of `sheetData`.
      if (tag.name !== "sheetData") depth -= 1;
    } else {
      if (depth === 0 && BEHIND_LEGACY_DRAWING.has(tag.name)) return tag.start;
      if (tag.kind === "open") depth += 1;
    }
  }
  return null;
}
