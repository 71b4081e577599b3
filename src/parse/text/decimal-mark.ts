// How a file writes fractions. One mark holds for the whole file: deciding it cell by cell would
// read `1.234` in one row as a thousand and in the next as one and a bit. Here the texts of the file's head
// vote; whether the numbers that are sent bear it out is found when they are read.
import type { Table } from "../../core/cell.ts";
import { markOfNumber, type DecimalMark } from "../../core/decimal-mark.ts";

type MarkOfTable = Pick<Table, "decimalMark" | "decimalMarkIsNamed" | "decimalMarkIsGuess">;

/**
 * @param texts of the first rows
 * @param named by the user, or by a header of ours
 * @param otherwise the mark of a file that names none and whose texts do not agree on one
 */
export function decideDecimalMark(
  texts: readonly string[],
  named: DecimalMark | undefined,
  otherwise: DecimalMark,
): MarkOfTable {
  if (named !== undefined) return { decimalMark: named, decimalMarkIsNamed: true };
  let commas = 0;
  let points = 0;
  for (const text of texts) {
    const mark = markOfNumber(text.trim());
    if (mark === ",") commas += 1;
    else if (mark === ".") points += 1;
  }
  if (commas === points) return { decimalMark: otherwise, decimalMarkIsGuess: true };
  return { decimalMark: commas > points ? "," : "." };
}

export function decimalMarkName(mark: DecimalMark): string {
  return mark === "," ? "comma" : "point";
}
