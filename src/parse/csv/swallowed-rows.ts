// Finds rows inside a quoted value: a stray quotation mark whose partner stands lines below makes one value of
// all rows between, which would vanish without a trace. Addresses and descriptions of several lines hold few
// delimiters, and a blank behind each.
import type { CsvMarks } from "./csv-splitter.ts";

interface SwallowedRow {
  /** Of the value that holds it. A = 0. */
  readonly column: number;
  /** The line that looks like a row. */
  readonly line: string;
}

/** Half of the columns are taken for a row that lacks its last ones, where that are at least these. */
const DELIMITERS_SURE = 5;
/** So many times the usual columns are two rows, also where both lack their last ones. */
const TWO_ROWS = 1.7;
const LINE_ENDS = /\r\n|\r|\n/;

/**
 * A line that looks like a row in a quoted value of a record, or null.
 * @param columns How many columns most records have.
 */
export function findSwallowedRow(
  fields: readonly string[],
  { delimiter }: CsvMarks,
  columns: number,
): SwallowedRow | null {
  const column = fields.findIndex(
    (field, at) =>
      LINE_ENDS.test(field) &&
      // A mark behind a delimiter and a blank opens nothing; at the start of a row it does.
      (at === 0 ? field.includes(delimiter) : holdsDelimiter(field, delimiter)),
  );
  if (column < 0) return null;
  const lines = fields
    .map((field) => (LINE_ENDS.test(field) ? field : field.replaceAll(delimiter, " ")))
    .join(delimiter)
    .split(LINE_ENDS);
  const [first = "", ...below] = lines;
  const last = below.at(-1) ?? "";
  const isRow = (line: string): boolean => looksComplete(line, delimiter, columns);
  const begins = valueShape(firstCell(first, delimiter));
  for (const field of fields) {
    const own = field.split(LINE_ENDS).slice(1);
    for (const [at, line] of own.entries()) {
      const isInner = at < own.length - 1;
      if ((isInner && isRow(line)) || beginsLikeRow(line, delimiter, begins)) {
        return { column, line };
      }
    }
  }
  // With a partner in the very next line no whole row stands between the two: both together make a
  // record of nearly twice as many columns. A text of two lines adds but its own delimiters.
  const together = first.split(delimiter).length + last.split(delimiter).length;
  const areTwoRows = isRow(first) && isRow(last) && together > columns * TWO_ROWS;
  return areTwoRows ? { column, line: last } : null;
}

/** Other than the delimiters of prose, behind which a blank stands. */
function holdsDelimiter(text: string, delimiter: string): boolean {
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + 1)) {
    if (text.charAt(at + delimiter.length) !== " ") return true;
  }
  return false;
}

function looksComplete(line: string, delimiter: string, columns: number): boolean {
  const cells = line.split(delimiter);
  if (cells.length >= Math.max(DELIMITERS_SURE + 1, columns / 2)) return true;
  return (
    columns > 1 &&
    cells.length >= columns &&
    cells.slice(columns).every((cell) => cell.trim() === "")
  );
}

/** A row that lacks its last columns is known by its first: a reference, or blank below one. */
function beginsLikeRow(line: string, delimiter: string, begins: string): boolean {
  if (!holdsDelimiter(line, delimiter)) return false;
  const shape = valueShape(firstCell(line, delimiter));
  if (shape !== "") return shape === begins && shape.includes("9");
  return delimiter !== "\t" && line.split(delimiter).length > 2;
}

function firstCell(line: string, delimiter: string): string {
  return line.split(delimiter, 1)[0] ?? "";
}

/** What a value looks like: letters as `a`, digits as `9`, so that R-12 and AB-3 are alike. */
export function valueShape(text: string): string {
  const shape = text.trim().replaceAll(/\p{L}+/gu, "a");
  // The length of a bare number is all that its shape has.
  return /^\d+$/.test(shape) ? shape.replaceAll(/\d/g, "9") : shape.replaceAll(/\d+/g, "9");
}
