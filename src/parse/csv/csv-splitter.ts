// Delimited text cut into records as spreadsheet programs cut it: a quotation mark opens a quoted value
// at the very start of a field and is a character like any other elsewhere (`Rohr 3" lang`). Where
// that leaves it open what was meant, the record has a fault, and the rows around it are read on.
//
// Own code, because csv-parse ends at such a mark or hides it, and takes twice as long.
// docs/decisions/0010-own-csv-splitter.md

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

/** @param isMultiLine Whether a quoted value of the record holds a line end. */
export type TakeRecord = (
  fields: string[],
  fault: QuoteFault | null,
  lineEnd: LineEnd,
  isMultiLine: boolean,
) => void;

export interface CsvForm {
  /** One character. */
  readonly delimiter: string;
  /** One character; empty when the text has no quotation marks. */
  readonly quote: string;
}

export interface CsvSplitter {
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

export function createCsvSplitter({ delimiter, quote }: CsvForm, take: TakeRecord): CsvSplitter {
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
    while (text.startsWith(doubled, close)) close = find(quote, close + 2);
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
        const close = closingQuote(start + 1);
        // What follows the last mark may still come: another one, which would be doubled.
        if (close >= text.length - 1 && !(isWhole && close < text.length)) return -1;
        const reachesOverLines = lineEndFrom(start) < close;
        isMultiLine ||= reachesOverLines;
        end = Math.min(find(delimiter, close + 1), lineEndFrom(close + 1));
        value = text.slice(start + 1, close).replaceAll(doubled, quote);
        if (end > close + 1 && text.slice(close + 1, end).trim() !== "") {
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
      fields.push(value);
      if (end < text.length && text.startsWith(delimiter, end)) {
        start = end + delimiter.length;
        continue;
      }
      const behind = behindLineEnd(end);
      if (behind >= 0) take(fields, fault, lineEndBetween(end, behind), isMultiLine);
      return behind;
    }
  };

  const takeRecord = (): number => {
    const end = lineEndFrom(at);
    if (nextQuote < at) nextQuote = find(quote, at);
    if (nextQuote < end) return takeQuoted();
    const behind = behindLineEnd(end);
    if (behind >= 0) {
      take(text.slice(at, end).split(delimiter), null, lineEndBetween(end, behind), false);
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
