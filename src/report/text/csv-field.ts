// Values for CSV files that people open in a spreadsheet program.
import { visibleText } from "../../core/text/visible-text.ts";

/** By it Excel knows that a file is UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";
/** What spreadsheet programs on the continent expect. */
const DELIMITER = ";";
const LINE_END = "\r\n";

/**
 * What a spreadsheet program would take for a formula, also behind blanks and in full width; and what it might
 * drop before it. Source: OWASP, CSV Injection.
 */
const FORMULA_START = /^[\t\r\n]|^[\s\u00ad\u200c\u200d]*[=+\-@＝＋－＠]/;
/** The same inside a text, where a program that expects another delimiter begins a new cell. */
const FORMULA_INSIDE = /([,;\t\r\n][\s"]{0,20})(?=[=@＝＠]|[+\-＋－](?!\s{0,20}(?:[\d.,\s]|$)))/g;

/** A line of the CSV files that we lay out ourselves. */
export function csvLine(texts: readonly string[]): string {
  return texts.map((text) => csvField(text, DELIMITER)).join(DELIMITER) + LINE_END;
}

/**
 * The field as it is written, in visible characters. A text that would become a formula gets an apostrophe before it: what
 * others wrote into a cell or an answer must never run on the reader's machine.
 */
export function csvField(text: string, delimiter: string, quote = '"'): string {
  const visible = visibleText(text).replace(FORMULA_INSIDE, "$1'");
  const safe = FORMULA_START.test(visible) ? `'${visible}` : visible;
  // Without quotation marks nothing can hold a delimiter or a line end.
  if (quote === "") return safe.replaceAll(/[\r\n]+/g, " ").replaceAll(delimiter, " ");
  const needsQuotes =
    safe.includes(delimiter) || safe.includes(quote) || /[\r\n]|^\s|\s$/.test(safe);
  return needsQuotes ? `${quote}${safe.replaceAll(quote, quote + quote)}${quote}` : safe;
}
