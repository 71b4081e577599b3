// A delimited text cut into records without being read: where a record ends depends on its quotes,
// by the same rules as when the file was checked, so that row numbers agree.
import { endOfText } from "../../../core/end-of-text.ts";
import type { TextBytes } from "./annotate-csv-bytes.ts";

/** In units of the file. */
export interface CsvMarks {
  readonly delimiter: string;
  /** Empty when the text has no quotation marks. */
  readonly quote: string;
}

/** Each record with its line end; together they are the file. The file was read before: quotes close. */
export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  bytes: TextBytes,
  marks: CsvMarks,
): AsyncGenerator<string> {
  let rest = "";
  let odd: Buffer = Buffer.alloc(0);
  let isStart = true;
  for await (const chunk of chunks) {
    const whole = odd.length === 0 ? chunk : Buffer.concat([odd, chunk]);
    const even = whole.length - (whole.length % bytes.unitBytes);
    odd = whole.subarray(even);
    rest += bytes.fromBytes(whole.subarray(0, even));
    const textEnd = endOfText(rest);
    const held = rest.slice(textEnd);
    rest = rest.slice(0, textEnd);
    let start = 0;
    for (;;) {
      const mark = isStart ? bytes.markOf(rest).length : 0;
      const end = recordEnd(rest, start + mark, marks, false);
      if (end === null) break;
      yield rest.slice(start, end);
      start = end;
      isStart = false;
    }
    rest = rest.slice(start) + held;
  }
  rest = rest.slice(0, endOfText(rest));
  while (rest !== "") {
    const mark = isStart ? bytes.markOf(rest).length : 0;
    const end = recordEnd(rest, mark, marks, true) ?? rest.length;
    yield rest.slice(0, end);
    rest = rest.slice(end);
    isStart = false;
  }
}

/** Behind the line end of the record that begins at `start`; null when the text ends before. */
function recordEnd(
  text: string,
  start: number,
  { delimiter, quote }: CsvMarks,
  isWhole: boolean,
): number | null {
  let at = start;
  let atFieldStart = true;
  while (at < text.length) {
    const character = text.charAt(at);
    if (atFieldStart && isQuoteAt(text, at, quote)) {
      const close = quoteEnd(text, at, quote);
      if (close === null) return null;
      at = close;
      atFieldStart = false;
    } else if (character === "\n") return at + 1;
    else if (character === "\r") {
      // The second half of the line end may stand in the next chunk.
      if (at + 1 === text.length && !isWhole) return null;
      return text.charAt(at + 1) === "\n" ? at + 2 : at + 1;
    } else if (text.startsWith(delimiter, at)) {
      at += delimiter.length;
      atFieldStart = true;
    } else {
      at += 1;
      atFieldStart = false;
    }
  }
  return null;
}

/** Behind the quote that closes the one at `start`; null when there is none. */
function quoteEnd(text: string, start: number, quote: string): number | null {
  const { length } = quote;
  let at = text.indexOf(quote, start + length);
  while (at >= 0 && text.startsWith(quote, at + length)) at = text.indexOf(quote, at + 2 * length);
  return at < 0 ? null : at + length;
}

function isQuoteAt(text: string, at: number, quote: string): boolean {
  return quote !== "" && text.startsWith(quote, at);
}

/** The fields of a record without its line end, quotes and all. */
export function rawFields(record: string, { delimiter, quote }: CsvMarks): readonly string[] {
  const fields: string[] = [];
  let start = 0;
  let at = 0;
  let atFieldStart = true;
  while (at < record.length) {
    if (atFieldStart && isQuoteAt(record, at, quote)) {
      at = quoteEnd(record, at, quote) ?? record.length;
      atFieldStart = false;
    } else if (record.startsWith(delimiter, at)) {
      fields.push(record.slice(start, at));
      at += delimiter.length;
      start = at;
      atFieldStart = true;
    } else {
      at += 1;
      atFieldStart = false;
    }
  }
  return [...fields, record.slice(start)];
}
