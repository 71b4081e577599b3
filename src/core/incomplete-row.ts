// The words that say where a row of a text ends too early. A copy of failed rows fills such a row up with
// blank columns, and its reason column repeats the words: by them the row is known when the copy is read,
// or it would be sent without the values that it lacks.
import { columnLetters } from "./cell.ts";

const COLUMN = /\bends before column ([A-Z]{1,3})\b/;

/** Completes "Row 7 ". @param columnIndex The first that is missing, A = 0. */
export function endsBefore(columnIndex: number): string {
  return `ends before column ${columnLetters(columnIndex)}`;
}

/** The letters of the first column that a text says is missing; null when it says none. */
export function missingColumn(text: string): string | null {
  return COLUMN.exec(text)?.[1] ?? null;
}
