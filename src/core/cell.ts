// What reading a spreadsheet yields: rows of cells that still know where they stood and what was
// written there. A cell's raw text and number format are kept because they show damage (lost zeros,
// text dates) that its value no longer does.
import type { DecimalMark } from "./decimal-mark.ts";
import type { Finding } from "./finding.ts";
import type { FindingCode } from "./codes/finding-codes.ts";

export type CellType =
  | "string"
  | "number"
  | "boolean"
  /** A day, with or without a time of day. */
  | "date"
  /** A time of day alone. */
  | "time"
  | "duration"
  | "error"
  | "blank";

export interface Cell {
  readonly type: CellType;
  /**
   * Shape: text of a string; exact decimal text of a number, as Excel shows it with 15 significant
   * digits ("0.3", never "0.30000000000000004" or "1e3"); ISO 8601 of a date ("2026-03-01",
   * "2026-03-01T12:34:56.789"), a time ("12:34:56") or a duration ("PT36H"), with a zone only where the
   * file states one; "true" or "false"; the error's name ("#N/A").
   */
  readonly value: string;
  /** The characters as they stand in the file. */
  readonly raw: string;
  /** The number format ("General", "@", "0.00"); empty in CSV. */
  readonly format: string;
  /** Set when the cell is a formula: whether the file holds its last computed value. */
  readonly formula?: "cached" | "missing";
  /** Set when the value is certain, though it was not written as it should be. */
  readonly isRepaired?: true;
}

/** What is wrong with a row as it is written, before anybody asks what its cells mean. */
export interface RowFlaw {
  readonly code: FindingCode;
  /** A = 0. */
  readonly columnIndex: number;
  readonly value: string | null;
  readonly message: string;
  /** Where that of the code does not fit. */
  readonly hint?: string;
}

export interface SheetRow {
  readonly sheet: string;
  /** One-based, as a spreadsheet program shows it at the left edge. */
  readonly rowNumber: number;
  /** Indexed by column, A = 0. A missing or undefined element is a blank cell. */
  readonly cells: readonly (Cell | undefined)[];
  /** Set when the row is hidden or filtered away in the workbook. */
  readonly hidden?: boolean;
  readonly flaw?: RowFlaw;
}

/** Cells that are shown as one, with the value of the first; what the others hold is not shown. */
export interface MergedRange {
  /** One-based. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** A = 0. */
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** What people see: the path below the inbox, or the file's base name. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Shape: 64 hexadecimal digits. */
  readonly sha256: string;
}

/** How a delimited text is written. */
export interface TextForm {
  /** A label that `openDecoder` takes: `utf-8`, `windows-1252` … */
  readonly encoding: string;
  /** One character; null in a file of one column. */
  readonly delimiter: string | null;
  /** One character; empty when the text has no quotation marks. */
  readonly quote: string;
}

/** One spreadsheet file, open for reading. */
export interface Table {
  readonly file: SourceFile;
  readonly format: "xlsx" | "csv";
  /** What was found out about the file, in words to show: encoding, delimiter, line end … */
  readonly detected: Readonly<Record<string, string>>;
  /** Left out for a workbook. */
  readonly text?: TextForm;
  /** How fractions are written in text cells: one mark for the whole file, never per cell. */
  readonly decimalMark: DecimalMark;
  /** A person named the mark: nothing is to be found out. */
  readonly decimalMarkIsNamed?: true;
  /** Nobody named the mark, and no number of the file's head tells it. */
  readonly decimalMarkIsGuess?: true;
  readonly sheets: readonly { readonly name: string; readonly hidden: boolean }[];
  /** The file wants its formulas to be calculated anew: their stored results may be wrong. */
  readonly formulasMaybeStale?: boolean;
  /** What is odd about the file as a whole, though it can be read. */
  readonly findings: readonly Finding[];
  /**
   * The rows of one sheet that hold at least one non-blank cell, in file order, in batches.
   * May be asked for several times; each reads the file anew.
   * @throws UnreadableFileError when the file turns out to be damaged further down
   */
  readonly rows: (sheetName: string) => AsyncIterable<readonly SheetRow[]>;
  /**
   * The merged cells of a sheet. A workbook says them behind its rows: they are
   * known once the rows of the sheet have been read to their end.
   */
  readonly mergedRanges: (sheetName: string) => readonly MergedRange[];
  readonly close: () => Promise<void>;
}

/** Shape: `A`, `Z`, `AA` … for 0, 25, 26 … */
export function columnLetters(columnIndex: number): string {
  let letters = "";
  for (let rest = columnIndex + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  }
  return letters;
}

/** The inverse of `columnLetters`, by the letters that a text begins with; -1 without any. */
export function columnIndexOf(text: string): number {
  let column = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charCodeAt(at) & ~32;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column - 1;
}

/** Shape: `M8`. */
export function cellAddress(columnIndex: number, rowNumber: number): string {
  return `${columnLetters(columnIndex)}${String(rowNumber)}`;
}

export interface CellPlace {
  /** A = 0. */
  readonly columnIndex: number;
  /** One-based. */
  readonly rowNumber: number;
}

/** The inverse of `cellAddress`; null for any other text. */
export function parseCellAddress(address: string): CellPlace | null {
  const [, letters, digits] = ADDRESS.exec(address) ?? [];
  if (letters === undefined) return null;
  return { columnIndex: columnIndexOf(letters), rowNumber: Number(digits) };
}

const ADDRESS = /^([A-Z]+)(\d+)$/i;

/** Source: Excel specifications and limits, worksheet size. */
export const ROWS_MAX = 1_048_576;
export const COLUMNS_MAX = 16_384;
