// Values for CSV files that people open in a spreadsheet program.

/** By it Excel knows that a file is UTF-8. */
export const BYTE_ORDER_MARK = "\ufeff";
/** What spreadsheet programs on the continent expect. */
const DELIMITER = ";";
const LINE_END = "\r\n";

/** What a spreadsheet program would take for a formula. Source: OWASP, CSV Injection. */
const FORMULA_START = /^[=+\-@\t\r]/;

/** A line of the CSV files that we lay out ourselves. */
export function csvLine(texts: readonly string[]): string {
  return texts.map((text) => csvField(text, DELIMITER)).join(DELIMITER) + LINE_END;
}

/**
 * The field as it is written. A text that would become a formula gets an apostrophe before it: what
 * others wrote into a cell or an answer must never run on the reader's machine.
 */
export function csvField(text: string, delimiter: string, quote = '"'): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  // Without quotation marks nothing can hold a delimiter or a line end.
  if (quote === "") return safe.replaceAll(/[\r\n]+/g, " ").replaceAll(delimiter, " ");
  const needsQuotes =
    safe.includes(delimiter) || safe.includes(quote) || /[\r\n]|^\s|\s$/.test(safe);
  return needsQuotes ? `${quote}${safe.replaceAll(quote, quote + quote)}${quote}` : safe;
}
