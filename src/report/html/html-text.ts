// Text as a page shows it: always text, never markup, whatever it holds.
import { escapedText } from "../../core/text/escaped-text.ts";
import { visibleText } from "../../core/text/visible-text.ts";
import { cutText } from "../text/workbook-text.ts";

/** Unit: UTF-16 code units. The workbook and the twin have the rest. */
const TEXT_MAX = 2_000;

/** For an element and for an attribute in quotes. */
export function htmlText(text: string): string {
  return escapedText(cutText(visibleText(text.replace(/\r\n?/g, "\n")), TEXT_MAX, text.length));
}
