// The rows of a delimited text, in batches. Rows are counted here and not by csv-parse: a record is
// one row of a spreadsheet program, whatever line ends its quoted values hold, and asking csv-parse
// for its own count costs a third of the time.
import { createReadStream } from "node:fs";
import { finished } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { cellAddress, type Cell, type SheetRow, type SourceFile } from "../core/cell.ts";
import type { UnreadableFileError } from "../core/errors.ts";
import type { CsvDialect } from "./csv-dialect.ts";
import { unreadable } from "./file-finding.ts";
import { holdsContent } from "./holds-content.ts";
import { batchRows, type ReadLimits } from "./read-limits.ts";
import type { TextEncoding } from "./text-encoding.ts";

export interface CsvSource {
  readonly file: SourceFile;
  readonly sheetName: string;
  readonly encoding: TextEncoding;
  readonly dialect: CsvDialect;
  readonly limits: ReadLimits;
}

const CHUNK_BYTES = 64 * 1024;
/** What a decoder puts in place of bytes that are no text. */
const REPLACEMENT = "\uFFFD";

/** The file as UTF-8, which is all that csv-parse takes in without a detour. */
async function* utf8Chunks(source: CsvSource): AsyncGenerator<Buffer | string> {
  const bytes: AsyncIterable<Buffer> = createReadStream(source.file.path, {
    highWaterMark: CHUNK_BYTES,
  });
  if (source.encoding.label === "utf-8") {
    yield* bytes;
    return;
  }
  const decoder = new TextDecoder(source.encoding.label);
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

function csvCell(text: string): Cell | undefined {
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

const QUOTE_MESSAGES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: "opens a quotation mark that is never closed",
  CSV_INVALID_CLOSING_QUOTE: "has text after a closing quotation mark",
  INVALID_OPENING_QUOTE: "has a quotation mark inside a value that does not begin with one",
  CSV_MAX_RECORD_SIZE:
    "is longer than any row should be; a quotation mark is probably never closed",
};

/** The error to throw for what went wrong in or before `row`; a fault of ours stays what it is. */
function rowError(source: CsvSource, error: unknown, row: number): unknown {
  if (error instanceof Error && "syscall" in error) {
    return unreadable(
      source.file.name,
      "file-unreadable",
      `"${source.file.name}" could not be read to its end`,
      { sheet: source.sheetName, row, cause: error },
    );
  }
  if (!(error instanceof CsvError)) return error;
  const what = QUOTE_MESSAGES[error.code] ?? `cannot be split into columns (${error.message})`;
  return unreadable(
    source.file.name,
    "csv-quote-broken",
    `Row ${row} of "${source.file.name}" ${what}`,
    { sheet: source.sheetName, row, cause: error },
  );
}

/**
 * The records of the file as they stand, blank ones too, one array per chunk.
 * They are taken from csv-parse by its `on_record`, because those before a fault would be lost in
 * its stream, and with them the number of the row at fault.
 */
async function* csvRecords(source: CsvSource): AsyncGenerator<readonly (readonly string[])[]> {
  let records: string[][] = [];
  let rowsRead = 0;
  const parser = parse({
    delimiter: source.dialect.delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    bom: true,
    relax_column_count: true,
    max_record_size: source.limits.recordCharsMax,
    on_record: (record: string[]) => {
      records.push(record);
      return null;
    },
  });
  const take = (): readonly string[][] => {
    const taken = records;
    rowsRead += taken.length;
    records = [];
    return taken;
  };
  // Nothing is pushed, yet a stream that nobody reads never ends.
  parser.resume();
  const ended = finished(parser);
  // A fault is taken from the write that met it; this keeps it from counting as unhandled.
  ended.catch(() => undefined);
  try {
    for await (const chunk of utf8Chunks(source)) {
      const failure = await new Promise<Error | null | undefined>((resolve) => {
        parser.write(chunk, resolve);
      });
      yield take();
      if (failure) throw failure;
    }
    parser.end();
    const failure = await ended.then(
      () => null,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
    yield take();
    if (failure !== null) throw failure;
  } catch (error) {
    throw rowError(source, error, rowsRead + 1);
  } finally {
    parser.destroy();
  }
}

/**
 * The rows that hold something, in file order. `rowNumber` counts blank records too.
 * @throws UnreadableFileError when a quote is broken or bytes are no text in the encoding
 */
export async function* csvRows(source: CsvSource): AsyncGenerator<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  let rowNumber = 0;
  for await (const records of csvRecords(source)) {
    for (const record of records) {
      rowNumber += 1;
      if (rowNumber === 1 && source.dialect.hasSepLine) continue;
      if (source.encoding.suspect && record.some((text) => text.includes(REPLACEMENT))) {
        throw brokenEncoding(source, record, rowNumber);
      }
      const cells = record.map(csvCell);
      if (!holdsContent(cells)) continue;
      rows.push({ sheet: source.sheetName, rowNumber, cells });
      if (rows.length === batchRows) yield rows.splice(0, batchRows);
    }
  }
  if (rows.length > 0) yield rows;
}
