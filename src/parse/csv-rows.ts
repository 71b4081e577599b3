// The rows of a delimited text, in batches. A record is one row of a spreadsheet program, whatever line
// ends its quoted values hold.
import {
  cellAddress,
  type Cell,
  type RowFlaw,
  type SheetRow,
  type SourceFile,
} from "../core/cell.ts";
import type { UnreadableFileError } from "../core/errors.ts";
import { FileChangedError, type SteadyFile } from "../core/steady-file.ts";
import { changedWhileRead } from "./assert-unchanged.ts";
import type { CsvDialect } from "./csv-dialect.ts";
import { createCsvSplitter, type QuoteFault } from "./csv-splitter.ts";
import { unreadable } from "./file-finding.ts";
import { holdsContent } from "./holds-content.ts";
import { batchRows, type ReadLimits } from "./read-limits.ts";
import type { TextEncoding } from "./text-encoding.ts";

export interface CsvSource {
  readonly file: SourceFile;
  readonly bytes: SteadyFile;
  readonly sheetName: string;
  readonly encoding: TextEncoding;
  readonly dialect: CsvDialect;
  readonly limits: ReadLimits;
}

/** What a decoder puts in place of bytes that are no text. */
const REPLACEMENT = "\uFFFD";

/** The mark that old DOS programs put behind a text; what a line end follows. */
const END_MARK = /\u001a[\r\n]{0,2}$/;

/** The text of the file without a byte order mark, and without an end mark as its last character. */
async function* textChunks(source: CsvSource): AsyncGenerator<string> {
  const decoder = new TextDecoder(source.encoding.label);
  let held = "";
  for await (const chunk of source.bytes.chunks()) {
    const text = held + decoder.decode(chunk, { stream: true });
    held = END_MARK.exec(text)?.[0] ?? "";
    yield text.slice(0, text.length - held.length);
  }
  yield (held + decoder.decode()).replace(END_MARK, "");
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
  row: number,
): UnreadableFileError {
  const column = record.findIndex((text) => text.includes(REPLACEMENT));
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

const NEVER_CLOSED = "opens a quotation mark that is never closed";
const TOO_LONG = "is longer than any row should be; a quotation mark is probably never closed";

function brokenQuote(source: CsvSource, row: number, what: string): UnreadableFileError {
  return unreadable(
    source.file.name,
    "csv-quote-broken",
    `Row ${row} of "${source.file.name}" ${what}`,
    { sheet: source.sheetName, row },
  );
}

/** The error to throw for what went wrong while reading; a fault of ours stays what it is. */
function readError(source: CsvSource, error: unknown, row: number): unknown {
  if (error instanceof FileChangedError) return changedWhileRead(source.file.name, error);
  if (!(error instanceof Error && "syscall" in error)) return error;
  return unreadable(
    source.file.name,
    "file-unreadable",
    `"${source.file.name}" could not be read to its end`,
    { sheet: source.sheetName, row, cause: error },
  );
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly fault: QuoteFault | null;
}

/** The records of the file as they stand, blank ones too, one array per chunk. */
async function* csvRecords(source: CsvSource): AsyncGenerator<readonly CsvRecord[]> {
  let records: CsvRecord[] = [];
  let rowsRead = 0;
  const splitter = createCsvSplitter(source.dialect, (fields, fault) => {
    records.push({ fields, fault });
  });
  const take = (): readonly CsvRecord[] => {
    const taken = records;
    rowsRead += taken.length;
    records = [];
    return taken;
  };
  try {
    for await (const chunk of textChunks(source)) {
      splitter.write(chunk);
      yield take();
      if (splitter.pendingChars() > source.limits.recordCharsMax) {
        throw brokenQuote(source, rowsRead + 1, TOO_LONG);
      }
    }
    const isClosed = splitter.end();
    yield take();
    if (!isClosed) throw brokenQuote(source, rowsRead + 1, NEVER_CLOSED);
  } catch (error) {
    throw readError(source, error, rowsRead + 1);
  }
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

/**
 * The rows that hold something, in file order. `rowNumber` counts blank records too.
 * @throws UnreadableFileError when a quote is broken or bytes are no text in the encoding
 */
export async function* csvRows(source: CsvSource): AsyncGenerator<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  let rowNumber = 0;
  for await (const records of csvRecords(source)) {
    for (const { fields: record, fault } of records) {
      rowNumber += 1;
      if (rowNumber === 1 && source.dialect.hasSepLine) continue;
      if (source.encoding.suspect && record.some((text) => text.includes(REPLACEMENT))) {
        throw brokenEncoding(source, record, rowNumber);
      }
      const cells = record.map(csvCell);
      if (!holdsContent(cells)) continue;
      const sheet = source.sheetName;
      rows.push(
        fault === null
          ? { sheet, rowNumber, cells }
          : { sheet, rowNumber, cells, flaw: flawOf(source, record, fault, rowNumber) },
      );
      if (rows.length === batchRows) yield rows.splice(0, batchRows);
    }
  }
  if (rows.length > 0) yield rows;
}
