// Reads the rows of a delimited text, in batches. One record is one row, whatever line ends its quoted values
// hold.
import {
  cellAddress,
  type Cell,
  type RowFlaw,
  type SheetRow,
  type SourceFile,
} from "../../core/cell.ts";
import type { UnreadableFileError } from "../../core/errors.ts";
import { endsBefore } from "../../core/incomplete-row.ts";
import type { SteadyFile } from "../../core/files/steady-file.ts";
import { openDecoder } from "../../core/text/text-codec.ts";
import { readingError } from "../assert-unchanged.ts";
import { createBrokenRowWatch, PIECES_MAX, type RowPiece } from "./broken-rows.ts";
import type { CsvDialect } from "./csv-dialect.ts";
import {
  csvRecords,
  decodedText,
  OpenQuoteError,
  type CsvRecord,
  type QuoteFault,
  type TextEnd,
} from "./csv-splitter.ts";
import { unreadable } from "../text/file-finding.ts";
import { holdsContent } from "../text/holds-content.ts";
import { batchRows, type ReadLimits } from "../text/read-limits.ts";
import { findSwallowedRow } from "./swallowed-rows.ts";
import type { TextEncoding } from "../encoding/text-encoding.ts";

interface CsvSource {
  readonly file: SourceFile;
  readonly bytes: SteadyFile;
  readonly sheetName: string;
  readonly encoding: TextEncoding;
  readonly dialect: CsvDialect;
  readonly limits: ReadLimits;
}

/** The usual way to keep the zeros of a code: a formula whose result is the text that stands in it. */
const TEXT_FORMULA = /^="([^"]*)"$/;
const EQUALS_CODE = 61;

function csvCell(text: string): Cell | undefined {
  if (text.charCodeAt(0) === EQUALS_CODE) {
    const value = TEXT_FORMULA.exec(text)?.[1];
    if (value === "") return undefined;
    if (value !== undefined) {
      return { type: "string", value, raw: text, format: "", isRepaired: true };
    }
  }
  return text === "" ? undefined : { type: "string", value: text, raw: text, format: "" };
}

function brokenEncoding(
  source: CsvSource,
  record: readonly string[],
  column: number,
  row: number,
): UnreadableFileError {
  return unreadable(
    source.file.name,
    "encoding-broken",
    `Row ${row} of "${source.file.name}" holds bytes that are not ${source.encoding.name}`,
    {
      sheet: source.sheetName,
      row,
      cell: cellAddress(column, row),
      ...(record[column] === undefined ? {} : { value: record[column] }),
    },
  );
}

function brokenQuote(source: CsvSource, row: number, what: string): UnreadableFileError {
  return unreadable(
    source.file.name,
    "csv-quote-broken",
    `Row ${row} of "${source.file.name}" ${what}`,
    { sheet: source.sheetName, row },
  );
}

/** The error for what went wrong while reading; a fault of ours stays what it is. */
function readError(source: CsvSource, error: unknown, row: number): unknown {
  if (error instanceof OpenQuoteError) return brokenQuote(source, row, error.message);
  return readingError(source.file.name, error);
}

/**
 * What is wrong with a row whose quotation marks are doubtful.
 * @throws UnreadableFileError when other rows may be part of it: it reaches over a line end, or lacks
 *   columns that may stand in the next
 */
function flawOf(source: CsvSource, fields: readonly string[], fault: QuoteFault, row: number) {
  const { column, what, reachesOverLines } = fault;
  if (reachesOverLines || fields.length < source.dialect.columns) {
    throw brokenQuote(source, row, what);
  }
  const flaw: RowFlaw = {
    code: "csv-quote-broken",
    columnIndex: column,
    value: fields[column] ?? null,
    message: `Row ${row} ${what}, so that its values may be cut in the wrong places`,
  };
  return flaw;
}

/** Shown of a line that looks like a row. */
const LINE_CHARS_MAX = 60;

/** @throws UnreadableFileError when lines of a quoted value look like rows that it has swallowed */
function refuseSwallowedRows(source: CsvSource, fields: readonly string[], row: number): void {
  const found = findSwallowedRow(fields, source.dialect, source.dialect.columns);
  if (found === null) return;
  const cell = cellAddress(found.column, row);
  const { line } = found;
  const shown = line.length > LINE_CHARS_MAX ? `${line.slice(0, LINE_CHARS_MAX)}…` : line;
  throw unreadable(
    source.file.name,
    "csv-quote-broken",
    `The quotation mark that opens in ${cell} of "${source.file.name}" is closed only lines below, and a line between looks like a row of its own: ${shown}`,
    {
      sheet: source.sheetName,
      row,
      cell,
      hint: "Correct or double the quotation mark, or export the file anew; where the lines are one text, replace its line ends by blanks",
    },
  );
}

/** Blank columns at the end are those of a sheet that was saved as it stands. */
function refuseTooWide(
  { file, sheetName, limits: { columnsMax } }: CsvSource,
  cells: readonly (Cell | undefined)[],
  row: number,
): void {
  if (cells.filter((cell) => cell !== undefined).length <= columnsMax) return;
  throw unreadable(
    file.name,
    "file-too-large",
    `Row ${row} of "${file.name}" fills more than ${columnsMax} columns`,
    {
      sheet: sheetName,
      row,
      hint: "Check the delimiter, or leave out columns that are not needed",
    },
  );
}

/** What makes it doubtful that a row is whole, by its length alone; null when nothing does. */
function shortFlaw(
  { dialect: { lengths } }: CsvSource,
  { fields, lineEnd }: CsvRecord,
  row: number,
): RowFlaw | null {
  const { width, fieldsMin, isEven } = lengths;
  // Every other row is ended and whole: the rest of this one did not arrive.
  const isCutOff = lineEnd === "" && isEven && fields.length < width;
  if (fields.length >= fieldsMin && !isCutOff) return null;
  const ends = endsBefore(fields.length);
  return {
    code: "row-too-short",
    columnIndex: fields.length,
    value: fields.at(-1) ?? null,
    message: isCutOff
      ? `Row ${row}, the last, ${ends} and without a line end, so the file was probably cut off`
      : `Row ${row} ${ends}, and other rows have values from there on`,
  };
}

function paddingFlaw({ padding }: TextEnd, row: number): RowFlaw {
  return {
    code: "nul-padding",
    columnIndex: -1,
    value: null,
    message: `Row ${row} is the last, and ${padding} NUL characters follow it to the end of the file`,
  };
}

/** A row that may still turn out to be the piece of another. */
type OpenRow = Omit<SheetRow, "flaw"> & { flaw?: RowFlaw };

function markBroken(pieces: readonly RowPiece<OpenRow>[], width: number): void {
  const rows = pieces.flatMap(({ row, fields }) => (row === null ? [] : [{ row, fields }]));
  const first = rows[0]?.row.rowNumber ?? 0;
  const last = rows.at(-1)?.row.rowNumber ?? 0;
  for (const { row, fields } of rows) {
    const columnIndex = row.rowNumber === first ? fields.length - 1 : 0;
    const ends =
      fields.length < width ? ` ${endsBefore(fields.length)}:` : " is no row of its own:";
    row.flaw = {
      code: "row-broken",
      columnIndex,
      value: fields[columnIndex] ?? null,
      message: `Row ${row.rowNumber}${ends} rows ${first} to ${last} look like one row that a line end inside a value has broken`,
    };
  }
}

/**
 * The rows that hold something, in file order. `rowNumber` counts blank records too.
 * @throws UnreadableFileError when a quote is broken or bytes are no text in the encoding
 */
export async function* csvRows(source: CsvSource): AsyncGenerator<readonly SheetRow[]> {
  const { width } = source.dialect.lengths;
  const sheet = source.sheetName;
  const watch = createBrokenRowWatch<OpenRow>(width);
  const rows: OpenRow[] = [];
  const end: TextEnd = { padding: 0 };
  let rowNumber = 0;
  const { faults } = source.encoding;
  let isBelowHeaders = false;
  const text = decodedText(source.bytes.chunks(), openDecoder(source.encoding.label), end);
  const { recordCharsMax, columnsMax } = source.limits;
  try {
    for await (const records of csvRecords(text, source.dialect, recordCharsMax)) {
      for (const record of records) {
        const { fields, fault } = record;
        rowNumber += 1;
        if (rowNumber === 1 && source.dialect.hasSepLine) continue;
        if (faults !== null) {
          const column = fields.findIndex((text) => faults.test(text));
          if (column >= 0) throw brokenEncoding(source, fields, column, rowNumber);
        }
        if (record.isMultiLine) refuseSwallowedRows(source, fields, rowNumber);
        const cells = fields.map(csvCell);
        if (fields.length > columnsMax) refuseTooWide(source, cells, rowNumber);
        const row: OpenRow | null = holdsContent(cells) ? { sheet, rowNumber, cells } : null;
        if (row !== null) {
          if (fault !== null) row.flaw = flawOf(source, fields, fault, rowNumber);
          else if (fields.length >= width) isBelowHeaders = true;
          else if (isBelowHeaders) {
            const flaw = shortFlaw(source, record, rowNumber);
            if (flaw !== null) row.flaw = flaw;
          }
          rows.push(row);
        }
        const broken = watch(row, record);
        if (broken.length > 0) markBroken(broken, width);
        // What may still be a piece of a broken row is among those that stay.
        if (rows.length === batchRows + PIECES_MAX) yield rows.splice(0, batchRows);
      }
    }
  } catch (error) {
    throw readError(source, error, rowNumber + 1);
  }
  const last = rows.at(-1);
  if (last !== undefined && end.padding > 0) last.flaw ??= paddingFlaw(end, last.rowNumber);
  if (rows.length > 0) yield rows;
}
