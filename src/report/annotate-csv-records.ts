// A delimited text cut into records without being read: where a record ends depends on its quotes,
// by the same rules as when the file was checked, so that row numbers agree.
import type { TextBytes } from "./annotate-csv-bytes.ts";

/** Each record with its line end; together they are the file. The file was read before: quotes close. */
export async function* csvRecords(
  chunks: AsyncIterable<unknown>,
  bytes: TextBytes,
  delimiter: string,
): AsyncGenerator<string> {
  let rest = "";
  let odd: Buffer = Buffer.alloc(0);
  let isStart = true;
  for await (const chunk of chunks as AsyncIterable<Buffer>) {
    const whole = odd.length === 0 ? chunk : Buffer.concat([odd, chunk]);
    const even = whole.length - (whole.length % bytes.unitBytes);
    odd = whole.subarray(even);
    rest += bytes.fromBytes(whole.subarray(0, even));
    let start = 0;
    for (;;) {
      const mark = isStart ? bytes.markOf(rest).length : 0;
      const end = recordEnd(rest, start + mark, delimiter, false);
      if (end === null) break;
      yield rest.slice(start, end);
      start = end;
      isStart = false;
    }
    rest = rest.slice(start);
  }
  while (rest !== "") {
    const mark = isStart ? bytes.markOf(rest).length : 0;
    const end = recordEnd(rest, mark, delimiter, true) ?? rest.length;
    yield rest.slice(0, end);
    rest = rest.slice(end);
    isStart = false;
  }
}

/** Behind the line end of the record that begins at `start`; null when the text ends before. */
function recordEnd(
  text: string,
  start: number,
  delimiter: string,
  isWhole: boolean,
): number | null {
  let at = start;
  let atFieldStart = true;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"' && atFieldStart) {
      const close = quoteEnd(text, at);
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
function quoteEnd(text: string, start: number): number | null {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && text.charAt(at + 1) === '"') at = text.indexOf('"', at + 2);
  return at < 0 ? null : at + 1;
}

/** The fields of a record without its line end, quotes and all. */
export function rawFields(record: string, delimiter: string): readonly string[] {
  const fields: string[] = [];
  let start = 0;
  let at = 0;
  let atFieldStart = true;
  while (at < record.length) {
    if (record.charAt(at) === '"' && atFieldStart) {
      at = quoteEnd(record, at) ?? record.length;
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
