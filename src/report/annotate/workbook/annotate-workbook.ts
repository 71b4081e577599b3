// Writes the user's workbook with notes in it. Writes the sheets with notes, the styles, the comments and what
// points at them; copies every other part byte for byte, so that nothing unknown to this program is lost.
// Notes that cannot stand at their cell go to a sheet of their own. Memory is bounded by one row, one part of
// at most 64 MiB and the notes.
import { columnIndexOf } from "../../../core/cell.ts";
import type { SteadyFile } from "../../../core/files/steady-file.ts";
import { readSharedStrings } from "../../../parse/xlsx/shared-strings.ts";
import type { ColumnPlaces } from "../annotate-columns.ts";
import type { CellComment } from "./annotate-comments.ts";
import { commentText, type Fault, type FileNotes } from "../annotate-notes.ts";
import { NOTES_SHEET, notesSheet } from "./annotate-notes-sheet.ts";
import { annotateSheet, type SheetOutcome, type SheetPlan } from "./annotate-sheet.ts";
import { writeComments, type CopyState } from "./annotate-sheet-comments.ts";
import { placeColumns, measureSheet, type SheetExtent } from "./measure-sheet.ts";
import {
  bareStyles,
  createStyleBook,
  unchangedStyles,
  type MarkTone,
  type StyleBook,
} from "./annotate-styles.ts";
import { counted } from "../../../core/text/count-words.ts";
import { createPackage, openPackage, type SourcePackage } from "../package/package-file.ts";
import {
  editContentTypes,
  editRelations,
  freePartName,
  insertSheet,
  mainNamespace,
  readBookParts,
  type RelationsEdit,
  type BookSheet,
} from "../package/package-parts.ts";
import { notEditable } from "../package/package-xml.ts";

/** Comments in one sheet; programs get slow with more. All faults stand in the reason column. */
const COMMENTS_MAX = 5_000;
const CONTENT_TYPES = "[Content_Types].xml";
const SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";

/** What could not be said in the copy at the place where it belongs, in words. */
type Remarks = readonly string[];

/**
 * Writes the annotated copy of the workbook `file` to `targetPath`, where there is no file.
 * @param headerRows the header row of every sheet that was read, by the sheet's name
 * @throws NotEditableError when not even a copy with notes beside can be made
 */
export async function annotateWorkbook(
  file: SteadyFile,
  targetPath: string,
  notes: FileNotes,
  headerRows: Readonly<Record<string, number>>,
): Promise<Remarks> {
  try {
    const copy = await CopyPlan.make(await openPackage(file), notes, headerRows);
    await writeCopy(copy, targetPath);
    return copy.remarks;
  } catch (error) {
    throw notEditable(error);
  }
}

// All that must be known before the first byte of the copy is written.
class CopyPlan {
  readonly state: CopyState;
  readonly remarks: string[] = [];
  /** By the name of the sheet's part. */
  readonly sheets = new Map<string, SheetPlan>();
  readonly stylesPart: string;
  readonly styles: StyleBook;
  readonly #notes: FileNotes;
  readonly #headerRows: Readonly<Record<string, number>>;
  /** For the sheet of notes. */
  readonly #beside: Fault[] = [];

  private constructor(
    state: CopyState,
    styles: { readonly part: string; readonly book: StyleBook },
    notes: FileNotes,
    headerRows: Readonly<Record<string, number>>,
  ) {
    this.state = state;
    this.stylesPart = styles.part;
    this.styles = styles.book;
    this.#notes = notes;
    this.#headerRows = headerRows;
  }

  static async make(
    source: SourcePackage,
    notes: FileNotes,
    headerRows: Readonly<Record<string, number>>,
  ): Promise<CopyPlan> {
    const book = await readBookParts(source);
    const contentTypes = editContentTypes(await source.readText(CONTENT_TYPES));
    const state: CopyState = {
      source,
      book,
      contentTypes,
      parts: new Map(),
      taken: new Set(),
      // Behind the blocks that the sheets' own drawings usually have.
      shapeBlock: book.sheets.length + 1,
    };
    const bookRelations = await editRelations(source, book.workbookPart, book);
    let stylesPart = book.stylesPart;
    let stylesText: string;
    if (stylesPart === null) {
      const usual = "xl/styles.xml";
      stylesPart =
        source.find(usual) === null ? usual : freePartName(source, state.taken, "xl/styles", "xml");
      stylesText = bareStyles(book);
      bookRelations.add("styles", stylesPart);
      contentTypes.addPart(stylesPart, STYLES_TYPE);
    } else stylesText = await source.readText(stylesPart);
    const [styleBook, ...remarks] = stylesFor(stylesText);
    const plan = new CopyPlan(state, { part: stylesPart, book: styleBook }, notes, headerRows);
    plan.remarks.push(...remarks);
    await plan.#planSheets();
    plan.#planNotesSheet(bookRelations);
    return plan;
  }

  async #planSheets(): Promise<void> {
    const { book, source } = this.state;
    const measured: { readonly sheet: BookSheet; readonly extent: SheetExtent }[] = [];
    for (const sheet of book.sheets) {
      if (isNotesSheet(sheet)) continue;
      const headerRow = headerRowOf(this.#headerRows, sheet);
      if (headerRow === null && this.#notes.faultsOf(sheet.name).size === 0) continue;
      try {
        measured.push({ sheet, extent: await measureSheet(source, sheet.part, headerRow) });
      } catch (error) {
        this.#leaveAlone(sheet, error);
      }
    }
    const texts = await this.#sharedTexts(measured.flatMap(({ extent }) => extent.headerCells));
    for (const { sheet, extent } of measured) {
      await this.#planSheet(sheet, extent, placeColumns(extent, texts));
    }
  }

  /** The shared texts by number, as far as headers name them. */
  async #sharedTexts(headerCells: SheetExtent["headerCells"]): Promise<readonly string[]> {
    const { book, source } = this.state;
    const last = headerCells.reduce(
      (most, { sharedIndex }) => Math.max(most, sharedIndex ?? -1),
      -1,
    );
    if (book.sharedStringsPart === null || last < 0) return [];
    return readSharedStrings(source.xlsx, book.sharedStringsPart, last + 1);
  }

  async #planSheet(
    sheet: BookSheet,
    extent: SheetExtent,
    places: ColumnPlaces | null,
  ): Promise<void> {
    const headerRow = headerRowOf(this.#headerRows, sheet);
    const noteOf = (row: number) => this.#notes.noteOf(sheet.name, row);
    if (places === null) {
      this.remarks.push(`The sheet "${sheet.name}" has no room for further columns`);
    }
    const columns = headerRow === null || places === null ? null : { headerRow, places, noteOf };
    const comments = this.#commentsOf(sheet.name, columns === null);
    let legacyDrawing: SheetPlan["legacyDrawing"] = null;
    try {
      const written = await writeComments(this.state, sheet.part, extent, comments);
      ({ legacyDrawing } = written);
      this.#setBeside(sheet.name, new Set(written.threaded));
    } catch (error) {
      this.remarks.push(`No comments in the sheet "${sheet.name}". ${notEditable(error).message}`);
      this.#setBeside(sheet.name, null);
    }
    const marks = marksOf(this.#notes.faultsOf(sheet.name));
    this.sheets.set(sheet.part, { extent, styles: this.styles, columns, marks, legacyDrawing });
  }

  /** Comments for bad cells, as many as fit; what stands nowhere else goes beside. */
  #commentsOf(sheetName: string, hasNoColumns: boolean): readonly CellComment[] {
    const all: CellComment[] = [];
    for (const faults of this.#notes.faultsOf(sheetName).values()) {
      for (const [address, own] of byCell(faults)) {
        all.push({ address, text: commentText(own) });
      }
      if (hasNoColumns) this.#beside.push(...faults.filter(({ cell }) => cell === null));
    }
    if (all.length > COMMENTS_MAX) {
      this.remarks.push(
        `${counted(COMMENTS_MAX)} of ${counted(all.length)} bad cells in the sheet "${sheetName}" have a comment; the column cas-batch reason names all`,
      );
    }
    return withRepaired(all.slice(0, COMMENTS_MAX), this.#notes.repairedOf(sheetName));
  }

  /** Puts the faults of these cells on the sheet of notes; null means all cells. */
  #setBeside(sheetName: string, addresses: ReadonlySet<string> | null): void {
    for (const faults of this.#notes.faultsOf(sheetName).values()) {
      for (const fault of faults) {
        if (fault.cell !== null && (addresses === null || addresses.has(fault.cell))) {
          this.#beside.push(fault);
        }
      }
    }
  }

  #leaveAlone(sheet: BookSheet, error: unknown): void {
    this.remarks.push(`The sheet "${sheet.name}" is left as it is. ${notEditable(error).message}`);
    for (const faults of this.#notes.faultsOf(sheet.name).values()) this.#beside.push(...faults);
  }

  #planNotesSheet(bookRelations: RelationsEdit): void {
    const { source, book, contentTypes, parts, taken } = this.state;
    const { cut, repairedCut } = this.#notes;
    for (const remark of [cut, repairedCut]) if (remark !== null) this.remarks.push(remark);
    const known = new Set(book.sheets.map(({ name }) => name));
    const elsewhere = this.#notes.sheetNames
      .filter((name) => !known.has(name))
      .flatMap((name) => [...this.#notes.faultsOf(name).values()].flat());
    const faults = [...this.#notes.unplaced, ...elsewhere, ...this.#beside];
    const present = book.sheets.find(isNotesSheet);
    if (present === undefined && faults.length + this.remarks.length > 0) {
      const part = freePartName(source, taken, "xl/worksheets/sheet", "xml");
      contentTypes.addPart(part, SHEET_TYPE);
      const id = bookRelations.add("worksheet", part);
      parts.set(book.workbookPart, insertSheet(book, NOTES_SHEET, id));
      parts.set(part, notesSheet(mainNamespace(book), this.remarks, faults));
    } else if (present !== undefined) {
      const remarks = faults.length + this.remarks.length > 0 ? this.remarks : ["Nothing to add"];
      parts.set(present.part, notesSheet(mainNamespace(book), remarks, faults));
    }
    if (bookRelations.isChanged()) parts.set(bookRelations.part, bookRelations.text());
    parts.set(CONTENT_TYPES, contentTypes.text());
  }
}

async function writeCopy(copy: CopyPlan, targetPath: string): Promise<void> {
  const { state, sheets, styles, stylesPart, remarks } = copy;
  const { source, parts } = state;
  const writer = createPackage(targetPath, source);
  const outcome: SheetOutcome = { unmarked: 0 };
  try {
    for (const name of source.names) {
      const plan = sheets.get(name);
      const text = parts.get(name);
      // The styles are known when the last sheet is written.
      if (name === stylesPart) continue;
      if (plan !== undefined) {
        await writer.write(name, annotateSheet(source.textChunks(name), plan, outcome));
      } else if (text !== undefined) await writer.write(name, [text]);
      else await writer.copy(name);
    }
    for (const [name, text] of parts) {
      if (source.find(name) === null) await writer.write(name, [text]);
    }
    await writer.write(stylesPart, [styles.text()]);
    await writer.end();
  } finally {
    await writer.abandon();
  }
  if (outcome.unmarked > 0 && styles.canMark) {
    remarks.push(
      `${counted(outcome.unmarked)} bad cells are not coloured: the workbook has no room for further formats`,
    );
  }
}

function headerRowOf(
  headerRows: Readonly<Record<string, number>>,
  { name }: BookSheet,
): number | null {
  return Object.hasOwn(headerRows, name) ? (headerRows[name] ?? null) : null;
}

function stylesFor(text: string): readonly [StyleBook, ...string[]] {
  try {
    return [createStyleBook(text)];
  } catch (error) {
    return [unchangedStyles(text), `No cells are coloured. ${notEditable(error).message}`];
  }
}

function isNotesSheet({ name }: BookSheet): boolean {
  return name.toLowerCase() === NOTES_SHEET;
}

function byCell(faults: readonly Fault[]): ReadonlyMap<string, readonly Fault[]> {
  const cells = new Map<string, Fault[]>();
  for (const fault of faults) {
    if (fault.cell === null) continue;
    const known = cells.get(fault.cell);
    if (known === undefined) cells.set(fault.cell, [fault]);
    else known.push(fault);
  }
  return cells;
}

/** Values that were read otherwise than written get a comment without a colour, as many as still fit. */
function withRepaired(
  comments: readonly CellComment[],
  repaired: ReturnType<FileNotes["repairedOf"]>,
): readonly CellComment[] {
  const byAddress = new Map(comments.map(({ address, text }) => [address, text]));
  for (const { cell, message } of repaired) {
    const other = cell === null ? undefined : byAddress.get(cell);
    if (cell === null || (other === undefined && byAddress.size >= COMMENTS_MAX)) continue;
    byAddress.set(cell, other === undefined ? message : `${other}\n\n${message}`);
  }
  return Array.from(byAddress, ([address, text]) => ({ address, text }));
}

/** The worst severity decides the colour of a cell. */
function marksOf(
  faults: ReadonlyMap<number, readonly Fault[]>,
): ReadonlyMap<number, ReadonlyMap<number, MarkTone>> {
  const marks = new Map<number, Map<number, MarkTone>>();
  for (const [row, own] of faults) {
    const cells = new Map<number, MarkTone>();
    for (const [address, ofCell] of byCell(own)) {
      const isError = ofCell.some(({ severity }) => severity === "error");
      cells.set(columnIndexOf(address), isError ? "error" : "warning");
    }
    if (cells.size > 0) marks.set(row, cells);
  }
  return marks;
}
