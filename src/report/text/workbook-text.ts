// Text as a cell of a workbook can hold it. Input may contain what a workbook cannot: control
// characters, halves of surrogate pairs, texts beyond Excel's limit. What is replaced or cut stays
// visible, because a character that silently disappears cannot be corrected.
import type { CellRichTextValue } from "exceljs";
import { visibleText } from "../../core/text/visible-text.ts";

/** Unit: UTF-16 code units. Source: Excel specifications and limits, Total number of characters. */
const CELL_TEXT_MAX = 32_767;

// Excel reads _x0041_ inside a text as the character A. Source: ECMA-376 part 1, 22.9.2.19 ST_Xstring.
const ESCAPE_LOOKALIKE = /_(?=x[0-9a-f]{4}_)/gi;

export function workbookText(text: string): string {
  const escaped = visibleText(text.replace(/\r\n?/g, "\n")).replace(ESCAPE_LOOKALIKE, "_x005F_");
  return cutText(escaped, CELL_TEXT_MAX, text.length);
}

const OUTER_SPACE = /^\s|\s$|\n/;
const XML_SPECIAL = /[<>&]/;

/** What follows on the start of a cell in the XML of a sheet, for a cell that shows `text` and nothing else. */
export function cellXml(text: string): string {
  const safe = workbookText(text);
  const xml = XML_SPECIAL.test(safe)
    ? safe.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    : safe;
  return OUTER_SPACE.test(safe)
    ? ` t="inlineStr"><is><r><t xml:space="preserve">${xml}</t></r></is></c>`
    : ` t="str"><v>${xml}</v></c>`;
}

/**
 * The value of an exceljs cell that shows `text` and nothing else: never a formula. Outer blanks and
 * line ends survive only as rich text: there exceljs marks them to be kept, elsewhere the reading
 * program may drop them.
 */
export function textValue(text: string): string | CellRichTextValue {
  const safe = workbookText(text);
  return OUTER_SPACE.test(safe) ? { richText: [{ text: safe }] } : safe;
}

/** A text beyond `max` ends with a mark that tells its length. */
export function cutText(text: string, max: number, originalLength: number): string {
  if (text.length <= max) return text;
  const mark = ` … [cut: the text has ${String(originalLength)} characters]`;
  return text.slice(0, max - mark.length).replace(/[\ud800-\udbff]$/, "") + mark;
}
