// Cuts delimited text into records as spreadsheet programs do: a quotation mark opens a quoted value at the
// very start of a field and is a character like any other elsewhere (`Rohr 3" lang`). A record whose marks are
// doubtful has a fault; the rows around it are read. csv-parse ends at such a mark or hides it, and takes
// twice as long. docs/decisions/0010-own-csv-splitter.md
import { endOfText, endWithoutNuls } from "../../core/text/end-of-text.ts";

/** What is doubtful about a record. */
export interface QuoteFault {
  /** A = 0. */
  readonly column: number;
  /** Completes "Row 7 of … ". */
  readonly what: string;
  /** Whether the doubtful value reaches over a line end, so that other rows may be part of it. */
  readonly reachesOverLines: boolean;
}

/** What ends a record; empty at the end of a text that ends without a line end. */
export type LineEnd = "\n" | "\r" | "\r\n" | "";

export interface CsvRecord {
  readonly fields: readonly string[];
  readonly fault: QuoteFault | null;
  readonly lineEnd: LineEnd;
  /** Whether a quoted value of the record holds a line end. */
  readonly isMultiLine: boolean;
}

/** Each is one character, or the bytes of one where the text stands for bytes. */
export interface CsvMarks {
  readonly delimiter: string;
  /** Empty when the text has no quotation marks. */
  readonly quote: string;
}

/**
 * For a file of one column: the unit separator, a character that no text holds, so that splitting
 * by it splits nothing.
 */
export const noDelimiter = "\u001f";

interface CsvSplitter {
  /** Gives the records that are whole; the rest waits for more text. */
  readonly write: (text: string) => void;
  /** Gives the last record when no line end follows it. False when a quotation mark is never closed. */
  readonly end: () => boolean;
  /** How many characters wait for the end of their record. */
  readonly pendingChars: () => number;
}

const AFTER_CLOSING = "has text after a closing quotation mark";
const CLOSING_BELOW =
  "opens a quotation mark that is closed only lines below, with text right behind it";
const BEFORE_OPENING =
  "has a blank or = before a quotation mark that is not closed in the same field";

/** @param fieldsAre the values of the fields, or their characters with quotation marks and all */
export function createCsvSplitter(
  { delimiter, quote }: CsvMarks,
  take: (record: CsvRecord) => void,
  fieldsAre: "values" | "as written" = "values",
): CsvSplitter {
  const doubled = quote + quote;
  let text = "";
  let at = 0;
  let isWhole = false;
  // Where the next of these stands, from `at` on; the length of the text when there is none.
  let nextQuote = 0;
  let nextLineFeed = 0;
  let nextReturn = 0;

  const find = (what: string, from: number): number => {
    const found = what === "" ? -1 : text.indexOf(what, from);
    return found < 0 ? text.length : found;
  };

  const lineEndFrom = (from: number): number => {
    if (nextLineFeed < from) nextLineFeed = find("\n", from);
    if (nextReturn < from) nextReturn = find("\r", from);
    return Math.min(nextLineFeed, nextReturn);
  };

  /** Behind the line end at `end`, or -1 when its second half may still come. */
  const behindLineEnd = (end: number): number => {
    if (end === text.length) return isWhole ? end : -1;
    if (text.charCodeAt(end) === 10) return end + 1;
    if (end + 1 === text.length && !isWhole) return -1;
    return text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
  };

  const lineEndBetween = (end: number, behind: number): LineEnd => {
    if (behind === end) return "";
    if (behind > end + 1) return "\r\n";
    return text.charCodeAt(end) === 10 ? "\n" : "\r";
  };

  /** The closing quotation mark of the value that begins behind `from`; the length without one. */
  const closingQuote = (from: number): number => {
    let close = find(quote, from);
    while (text.startsWith(doubled, close)) close = find(quote, close + doubled.length);
    return close;
  };

  /** Takes a record with quotation marks; gives the place behind it, or -1 when it is not whole. */
  const takeQuoted = (): number => {
    const fields: string[] = [];
    let fault: QuoteFault | null = null;
    let isMultiLine = false;
    for (let start = at; ;) {
      let end: number;
      let value: string;
      if (text.startsWith(quote, start)) {
        const close = closingQuote(start + quote.length);
        // What follows the last mark may still come: another one, which would be doubled.
        if (close + doubled.length > text.length && !(isWhole && close < text.length)) return -1;
        const reachesOverLines = lineEndFrom(start) < close;
        isMultiLine ||= reachesOverLines;
        const closed = close + quote.length;
        end = Math.min(find(delimiter, closed), lineEndFrom(closed));
        value = text.slice(start + quote.length, close).replaceAll(doubled, quote);
        if (end > closed && text.slice(closed, end).trim() !== "") {
          fault ??= {
            column: fields.length,
            what: reachesOverLines ? CLOSING_BELOW : AFTER_CLOSING,
            reachesOverLines,
          };
          value = text.slice(start, end);
        }
      } else {
        end = Math.min(find(delimiter, start), lineEndFrom(start));
        value = text.slice(start, end);
        const within = quotedAfterBlanks(value, quote);
        if (within === null) {
          fault ??= { column: fields.length, what: BEFORE_OPENING, reachesOverLines: false };
        } else value = within;
      }
      if (end === text.length && !isWhole) return -1;
      fields.push(fieldsAre === "values" ? value : text.slice(start, end));
      if (end < text.length && text.startsWith(delimiter, end)) {
        start = end + delimiter.length;
        continue;
      }
      const behind = behindLineEnd(end);
      if (behind >= 0) take({ fields, fault, lineEnd: lineEndBetween(end, behind), isMultiLine });
      return behind;
    }
  };

  const takeRecord = (): number => {
    const end = lineEndFrom(at);
    if (nextQuote < at) nextQuote = find(quote, at);
    if (nextQuote < end) return takeQuoted();
    const behind = behindLineEnd(end);
    if (behind >= 0) {
      const fields = text.slice(at, end).split(delimiter);
      take({ fields, fault: null, lineEnd: lineEndBetween(end, behind), isMultiLine: false });
    }
    return behind;
  };

  const takeAll = (): void => {
    nextQuote = -1;
    nextLineFeed = -1;
    nextReturn = -1;
    while (at < text.length) {
      const behind = takeRecord();
      if (behind < 0) break;
      at = behind;
    }
  };

  return {
    write: (more) => {
      text = text.slice(at) + more;
      at = 0;
      takeAll();
    },
    end: () => {
      isWhole = true;
      text = text.slice(at);
      at = 0;
      takeAll();
      return at === text.length;
    },
    pendingChars: () => text.length - at,
  };
}

/** A quotation mark that is not closed. The message completes "Row 7 of … ". */
export class OpenQuoteError extends Error {
  override readonly name = "OpenQuoteError";
}

const NEVER_CLOSED = "opens a quotation mark that is never closed";
const TOO_LONG = "is longer than any row should be; a quotation mark is probably never closed";

/**
 * The records of a text that comes in pieces, blank ones too, one array per piece.
 * @throws OpenQuoteError in the record behind the last one given
 */
export async function* csvRecords(
  pieces: AsyncIterable<string>,
  marks: CsvMarks,
  recordCharsMax: number,
  fieldsAre: "values" | "as written" = "values",
): AsyncGenerator<readonly CsvRecord[]> {
  let records: CsvRecord[] = [];
  const splitter = createCsvSplitter(marks, (record) => records.push(record), fieldsAre);
  for await (const piece of pieces) {
    splitter.write(piece);
    yield records;
    records = [];
    if (splitter.pendingChars() > recordCharsMax) throw new OpenQuoteError(TOO_LONG);
  }
  const isClosed = splitter.end();
  yield records;
  if (!isClosed) throw new OpenQuoteError(NEVER_CLOSED);
}

/** How much of a padding that turned out to be part of the text is handed on at once. */
const NUL_RUN_CHARS = 64 * 1024;
const NUL = "\0";

/** What stands behind the text of a file. */
export interface TextEnd {
  /** NUL characters that fill it up behind its text, where no end mark says that they do. */
  padding: number;
}

export interface ChunkDecoder {
  readonly write: (chunk: Buffer) => string;
  readonly end: () => string;
}

/** The text of a file without what stands behind its last line, which is noted in `end`. */
export async function* decodedText(
  chunks: AsyncIterable<Buffer>,
  decoder: ChunkDecoder,
  end: TextEnd,
): AsyncGenerator<string> {
  let held = "";
  // Behind what is held: a padding may be long.
  let nuls = 0;
  for await (const chunk of chunks) {
    const decoded = decoder.write(chunk);
    if (held !== "" && endWithoutNuls(decoded) === 0) {
      nuls += decoded.length;
      continue;
    }
    for (; nuls > 0; nuls -= Math.min(nuls, NUL_RUN_CHARS)) {
      yield held + NUL.repeat(Math.min(nuls, NUL_RUN_CHARS));
      held = "";
    }
    const text = held + decoded;
    const textEnd = endOfText(text);
    held = text.slice(textEnd);
    yield text.slice(0, textEnd);
  }
  const text = held + decoder.end();
  const textEnd = endOfText(text);
  end.padding = text.charAt(textEnd) === NUL ? text.length - textEnd + nuls : 0;
  yield text.slice(0, textEnd);
}

/**
 * A value of which a quotation mark is not the first character. One in quotation marks after blanks is
 * what stands in them; null when a mark opens after blanks, or after `=`, and is not closed: then the
 * delimiter behind it may have been meant as part of the text.
 */
function quotedAfterBlanks(value: string, quote: string): string | null {
  if (quote === "" || !value.includes(quote)) return value;
  const trimmed = value.trim();
  const opens = trimmed.startsWith(quote) || trimmed.startsWith(`=${quote}`);
  if (!opens) return value;
  const marks = trimmed.split(quote).length - 1;
  if (marks % 2 === 1) return null;
  const inner = trimmed.slice(1, -1);
  const isQuoted =
    trimmed.startsWith(quote) &&
    trimmed.endsWith(quote) &&
    !inner.replaceAll(quote + quote, "").includes(quote);
  return isQuoted ? inner.replaceAll(quote + quote, quote) : value;
}
