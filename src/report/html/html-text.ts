// Text as a page shows it: always text, never markup, whatever it holds.
import { visibleText } from "../../core/text/visible-text.ts";
import { cutText } from "../text/workbook-text.ts";

/** Unit: UTF-16 code units. The workbook and the twin have the rest. */
const TEXT_MAX = 2_000;
const MARKUP = /[&<>"']/g;
const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For an element and for an attribute in quotes. */
export function htmlText(text: string): string {
  const shown = cutText(visibleText(text.replace(/\r\n?/g, "\n")), TEXT_MAX, text.length);
  return shown.replace(MARKUP, (character) => names[character] ?? "");
}
