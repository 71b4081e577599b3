// Finds out from the head of a delimited text how it is written: delimiter, quotation mark, line end, row
// lengths. The right delimiter is the one that gives every record the same number of columns.

import { CsvError, parse } from "csv-parse/sync";
import { noDelimiter, type CsvMarks } from "./csv-splitter.ts";

export interface CsvDialect extends CsvMarks {
  /** How many columns most of the first records have. */
  readonly columns: number;
  /** Whether the first line is Excel's `sep=;`, which is not data. */
  readonly hasSepLine: boolean;
  readonly lineEnd: "CRLF" | "LF" | "CR" | "none";
  readonly lengths: RowLengths;
}

/** How many fields the rows of a file have. */
interface RowLengths {
  /** Of the headers: the first record that has as many as most records. */
  readonly width: number;
  /** A row with fewer ends before a column that the other rows fill. */
  readonly fieldsMin: number;
  /** Whether no row below the headers that is ended is shorter than they are. */
  readonly isEven: boolean;
}

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
  { delimiter, quote }: CsvMarks,
  isWhole: boolean,
): readonly (readonly string[])[] {
  const records: string[][] = [];
  try {
    parse(text, {
      delimiter,
      ...(quote === "" ? { quote: null } : { quote, escape: quote }),
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      relax_quotes: true,
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
  readonly records: number;
  /** How many columns most records have. */
  readonly columns: number;
  /** Which share of the records has that many. */
  readonly share: number;
  /** The first record that has that many. Zero-based. */
  readonly first: number;
  /** The share from that one on: titles and comments may stand above the headers. */
  readonly shareBelow: number;
}

function splitBy(text: string, form: CsvMarks, isWhole: boolean): Split {
  return { delimiter: form.delimiter, ...usualColumns(sampleRecords(text, form, isWhole)) };
}

/**
 * How many columns most records have, of those that are not blank. Records of one column above all others are titles
 * and comments.
 */
export function usualColumns(sample: readonly (readonly string[])[]): Omit<Split, "delimiter"> {
  const lengths = sample.filter((record) => record.some(isFilled)).map(({ length }) => length);
  const counts = new Map<number, number>();
  const titles = Math.max(
    0,
    lengths.findIndex((length) => length > 1),
  );
  for (const length of lengths.slice(titles)) counts.set(length, (counts.get(length) ?? 0) + 1);
  let columns = 1;
  let most = 0;
  for (const [count, records] of counts) {
    if (records > most || (records === most && count > columns)) {
      columns = count;
      most = records;
    }
  }
  const records = lengths.length;
  const first = Math.max(0, lengths.indexOf(columns));
  return {
    records,
    columns,
    share: records === 0 ? 0 : most / records,
    first,
    shareBelow: records === 0 ? 0 : most / (records - first),
  };
}

/**
 * The delimiter of a text, `noDelimiter` for one column, or null when two fit equally well.
 * Where two split consistently, the one that makes more columns wins, but for one case: n columns
 * of decimal commas (`1,5;2,5`) are n + 1 columns to the comma.
 *
 * Where the first record never ends, a quotation mark is open, and the text is split without regard to marks.
 */
export function detectDelimiter(text: string, quote: string, isWhole: boolean): string | null {
  const present = CANDIDATES.filter((delimiter) => text.includes(delimiter));
  const splits = present.map((delimiter) => splitBy(text, { delimiter, quote }, isWhole));
  if (quote === "" || splits.every(({ records }) => records > 0)) return decideDelimiter(splits);
  const plain = detectDelimiter(text, "", isWhole);
  const isOpen = splits.some(({ delimiter, records }) => delimiter === plain && records === 0);
  return isOpen ? plain : decideDelimiter(splits);
}

/** A delimiter with less of the best one's share splits by chance. */
const COMPARABLE_SHARE = 0.5;

function decideDelimiter(all: readonly Split[]): string | null {
  const splits = all.filter(({ columns }) => columns > 1);
  const perfect = splits.filter(({ share }) => share === 1);
  if (perfect.length > 0) return likeliest(perfect);
  // Rows are ragged, or titles stand above the headers.
  const best = Math.max(0, ...splits.map(({ shareBelow }) => shareBelow));
  const comparable = splits.filter(({ shareBelow }) => shareBelow >= best * COMPARABLE_SHARE);
  return likeliest(
    comparable.filter((split) => !comparable.some((other) => isBelowHeaders(split, other))),
  );
}

/**
 * Whether a delimiter splits only what is below the line where another one begins to, and no better: that line
 * holds the headers, and the first one stands in the numbers and texts below.
 */
function isBelowHeaders(split: Split, other: Split): boolean {
  return (
    other.first < split.first &&
    other.columns * 2 >= split.columns &&
    other.shareBelow >= split.shareBelow
  );
}

function likeliest(splits: readonly Split[]): string | null {
  const [most, next] = splits.toSorted(
    (left, right) =>
      right.columns - left.columns || right.share - left.share || left.first - right.first,
  );
  if (most === undefined) return noDelimiter;
  if (next === undefined) return most.delimiter;
  if (most.columns === next.columns) {
    return most.share === next.share && most.first === next.first ? null : most.delimiter;
  }
  const areDecimalCommas = most.delimiter === "," && most.columns === next.columns + 1;
  return areDecimalCommas ? next.delimiter : most.delimiter;
}

/** Of the rows, at most this share is short by a fault; more of them leave out what is blank. */
const SHORT_SHARE_MAX = 0.2;
/** A column that more of the rows fill is one that a row should not end before. */
const FILLED_SHARE_MIN = 0.5;
/** The same where blank columns at the end may have been left out: of the rows that reach the column. */
const REACHED_SHARE_MIN = 0.9;

/**
 * What the first records of a file show of its rows' lengths. Writers that leave out blank columns at the
 * end do so in many rows, and never write a blank one there.
 * @param columns How many columns most of them have.
 * @param isLastEnded Whether a line end follows the last of them.
 */
export function rowLengths(
  records: readonly (readonly string[])[],
  columns: number,
  isLastEnded: boolean,
): RowLengths {
  const header = records.findIndex(({ length }) => length >= columns);
  const width = records[header]?.length ?? columns;
  const rows = records.slice(header + 1).filter((row) => row.some(isFilled));
  const filled = new Array<number>(width).fill(0);
  const ending = new Array<number>(width).fill(0);
  for (const row of rows) {
    if (row.length < width) ending[row.length] = (ending[row.length] ?? 0) + 1;
    for (let column = 0; column < Math.min(width, row.length); column += 1) {
      if (isFilled(row[column] ?? "")) filled[column] = (filled[column] ?? 0) + 1;
    }
  }
  const writesBlanks = rows.some((row) => row.length > 1 && !isFilled(row.at(-1) ?? ""));
  const shortMax = writesBlanks ? rows.length : Math.max(1, rows.length * SHORT_SHARE_MAX);
  let fieldsMin = 0;
  let short = 0;
  for (const [column, count] of filled.entries()) {
    short += ending[column] ?? 0;
    // Of the other rows: a single one that is short does not count itself.
    const others = rows.length - (writesBlanks ? Math.min(1, short) : short);
    const share = writesBlanks ? FILLED_SHARE_MIN : REACHED_SHARE_MIN;
    if (short <= shortMax && count > others * share) fieldsMin = column + 1;
  }
  const ended = isLastEnded ? rows : rows.slice(0, -1);
  return { width, fieldsMin, isEven: ended.every(({ length }) => length >= width) };
}

function isFilled(text: string): boolean {
  return text.trim() !== "";
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
