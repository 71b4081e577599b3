// A value for a CSV file that people open in a spreadsheet program.

/** What a spreadsheet program would take for a formula. Source: OWASP, CSV Injection. */
const FORMULA_START = /^[=+\-@\t\r]/;

/**
 * The field as it is to be written. A text that would become a formula gets an apostrophe before it:
 * what others wrote into a cell or an answer must never run on the desk of the one who reads it.
 */
export function csvField(text: string, delimiter: string, quote = '"'): string {
  const safe = FORMULA_START.test(text) ? `'${text}` : text;
  // Without quotation marks nothing can hold a delimiter or a line end.
  if (quote === "") return safe.replaceAll(/[\r\n]+/g, " ").replaceAll(delimiter, " ");
  const needsQuotes =
    safe.includes(delimiter) || safe.includes(quote) || /[\r\n]|^\s|\s$/.test(safe);
  return needsQuotes ? `${quote}${safe.replaceAll(quote, quote + quote)}${quote}` : safe;
}
