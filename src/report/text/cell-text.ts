// Text as a cell can hold it. Input may contain what a workbook cannot: control characters, halves
// of surrogate pairs, texts beyond Excel's limit. It is shown all the same, and what had to be
// replaced or cut is visible, because a character that silently disappears cannot be corrected.

/** Unit: UTF-16 code units. Source: Excel specifications and limits, Total number of characters. */
export const CELL_TEXT_MAX = 32_767;

// Excel reads _x0041_ inside a text as the character A. Source: ECMA-376 part 1, 22.9.2.19 ST_Xstring.
const ESCAPE_LOOKALIKE = /_(?=x[0-9a-f]{4}_)/gi;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;
const DELETE_CODE = 0x7f;
/** Unicode has a picture for each control character, in the same order from U+2400. */
const CONTROL_PICTURES = 0x2400;
const DELETE_PICTURE = "\u2421";

/** The text for a cell: always text, never a formula, with nothing that would break the file. */
export function cellText(text: string): string {
  const printable = text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(CONTROL, controlPicture);
  const escaped = printable.replace(ESCAPE_LOOKALIKE, "_x005F_");
  return escaped.length <= CELL_TEXT_MAX ? escaped : cut(escaped, text.length);
}

function controlPicture(character: string): string {
  const code = character.charCodeAt(0);
  return code === DELETE_CODE ? DELETE_PICTURE : String.fromCharCode(CONTROL_PICTURES + code);
}

function cut(text: string, originalLength: number): string {
  const mark = ` … [cut: the text has ${String(originalLength)} characters]`;
  return text.slice(0, CELL_TEXT_MAX - mark.length).replace(/[\ud800-\udbff]$/, "") + mark;
}

/** A number people read, `12,345`. */
export function groupedNumber(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 shipment`, `2 shipments`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${groupedNumber(count)} ${count === 1 ? singular : plural}`;
}

/** Joins what fits and says how much was left out: `a, b, c (3 of 7 shown)`. */
export function joinShown(texts: readonly string[], total: number, separator: string): string {
  const joined = texts.join(separator);
  return total > texts.length
    ? `${joined}${separator}(${String(texts.length)} of ${String(total)} shown)`
    : joined;
}
