// How a delimited text is written, told from its beginning: by which character, with which line
// ends. The right delimiter is the one that gives every record the same number of columns.

import { CsvError, parse } from "csv-parse/sync";
import type { CsvForm } from "./csv-splitter.ts";

export interface CsvDialect extends CsvForm {
  /** How many columns most of the first records have. */
  readonly columns: number;
  /** Whether the first line is Excel's `sep=;`, which is not data. */
  readonly hasSepLine: boolean;
  readonly lineEnd: "CRLF" | "LF" | "CR" | "none";
}

/**
 * For a file of one column: the unit separator, a character that no text holds, so that splitting
 * by it splits nothing.
 */
const noDelimiter = "\u001f";

export const delimiterNames: Readonly<Record<string, string>> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "vertical bar",
  [noDelimiter]: "none",
};
const CANDIDATES: readonly string[] = [",", ";", "\t", "|"];

/**
 * The first records of a text with quotes respected; an unfinished last one is left out. By csv-parse,
 * which reads past whatever is odd about a quotation mark: it only has to be counted here.
 */
export function sampleRecords(
  text: string,
  { delimiter, quote }: CsvForm,
  isWhole: boolean,
): readonly (readonly string[])[] {
  const records: string[][] = [];
  try {
    parse(text, {
      delimiter,
      ...(quote === "" ? { quote: null } : { quote, escape: quote }),
      record_delimiter: ["\r\n", "\n", "\r"],
      ...{ relax_column_count: true, relax_quotes: true },
      on_record: (record: string[]) => {
        records.push(record);
        return null;
      },
    });
  } catch (error) {
    // A quotation mark that the end of the text leaves open.
    if (!(error instanceof CsvError)) throw error;
    return records;
  }
  return isWhole ? records : records.slice(0, -1);
}

interface Split {
  readonly delimiter: string;
  /** How many columns most records have. */
  readonly columns: number;
  /** Which share of the records has that many. */
  readonly share: number;
}

function splitBy(text: string, form: CsvForm, isWhole: boolean): Split {
  const counts = new Map<number, number>();
  let total = 0;
  for (const record of sampleRecords(text, form, isWhole)) {
    if (record.every((cell) => cell.trim() === "")) continue;
    counts.set(record.length, (counts.get(record.length) ?? 0) + 1);
    total += 1;
  }
  let columns = 1;
  let most = 0;
  for (const [count, records] of counts) {
    if (records > most || (records === most && count > columns)) {
      columns = count;
      most = records;
    }
  }
  return { delimiter: form.delimiter, columns, share: total === 0 ? 0 : most / total };
}

/**
 * The delimiter of a text, `noDelimiter` for one column, or null when two fit equally well.
 * Where two split consistently, the one that makes more columns wins, but for one case: n columns
 * of decimal commas (`1,5;2,5`) are n + 1 columns to the comma.
 */
export function detectDelimiter(text: string, quote: string, isWhole: boolean): string | null {
  const splits = CANDIDATES.map((delimiter) => splitBy(text, { delimiter, quote }, isWhole)).filter(
    ({ columns }) => columns > 1,
  );
  const share = Math.max(...splits.map((split) => split.share));
  const [most, next] = splits
    .filter((split) => split.share === share)
    .sort((left, right) => right.columns - left.columns);
  if (most === undefined) return noDelimiter;
  if (next === undefined) return most.delimiter;
  if (most.columns === next.columns) return null;
  const areDecimalCommas = most.delimiter === "," && most.columns === next.columns + 1;
  return areDecimalCommas ? next.delimiter : most.delimiter;
}

/** How many columns most of the first records have. */
export function usualColumns(text: string, form: CsvForm, isWhole: boolean): number {
  return splitBy(text, form, isWhole).columns;
}

export const usualQuote = '"';
/**
 * Every field of the first line that holds something stands between apostrophes: no text begins and ends
 * so by chance.
 */
const APOSTROPHES = /^'(?:[^'\r\n]|'')*'(?:[,;\t|](?:'(?:[^'\r\n]|'')*')?)*[ \t]*(?:[\r\n]|$)/;

/** The quotation mark of a text: the usual one, unless the first line shows that it is `'`. */
export function detectQuote(text: string): string {
  return APOSTROPHES.test(text) ? "'" : usualQuote;
}

const SEP_LINE = /^sep=(.)(\r\n|\n|\r|$)/i;

/** The delimiter that a first line `sep=;` names. Source: Excel reads and hides such a line. */
export function sepLine(
  text: string,
): { readonly delimiter: string; readonly chars: number } | null {
  const match = SEP_LINE.exec(text);
  return match?.[1] === undefined ? null : { delimiter: match[1], chars: match[0].length };
}

/** The line end that the text uses first, outside quotes. */
export function detectLineEnd(text: string, quote: string): CsvDialect["lineEnd"] {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === quote) quoted = !quoted;
    else if (quoted) continue;
    else if (char === "\n") return "LF";
    else if (char === "\r") return text.charAt(at + 1) === "\n" ? "CRLF" : "CR";
  }
  return "none";
}
