// A text as exceljs must be given it.
import type { CellRichTextValue } from "exceljs";
import { cellText } from "./cell-text.ts";

/**
 * The value of a cell that shows `text` and nothing else. Outer blanks and line ends survive only
 * as rich text: there exceljs marks them to be kept, elsewhere the reading program may drop them.
 */
export function textValue(text: string): string | CellRichTextValue {
  const safe = cellText(text);
  return /^\s|\s$|\n/.test(safe) ? { richText: [{ text: safe }] } : safe;
}
