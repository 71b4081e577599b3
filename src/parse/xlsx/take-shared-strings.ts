// Shared texts without runs, phonetics or special characters, read straight from the bytes; all
// others are left to the XML scanner.
// Source: ECMA-376-1, 18.4.8 (si), 18.4.12 (t).
import * as code from "../package/byte-codes.ts";
import { plainTextEnd, windowText } from "../package/part-window.ts";
import type { ElementTaker } from "../package/scan-part.ts";
import { unescapeText } from "../package/unescape-text.ts";

const PRESERVE = ' xml:space="preserve">';

export function createSharedStringTaker(strings: string[], isInside: () => boolean): ElementTaker {
  let open = "";
  let close = "";
  return {
    parent: "sst",
    element: "si",
    isInside,
    begin: (prefix) => {
      open = `<${prefix}si><${prefix}t`;
      close = `</${prefix}t></${prefix}si>`;
    },
    take: (window, from) => {
      const { bytes, text } = window;
      let at = from;
      for (;;) {
        if (!text.startsWith(open, at)) return at;
        let start = at + open.length;
        if (bytes[start] === code.GREATER) start += 1;
        else if (text.startsWith(PRESERVE, start)) start += PRESERVE.length;
        else return at;
        const end = plainTextEnd(bytes, start);
        if (end < 0 || !text.startsWith(close, end)) return at;
        strings.push(unescapeText(windowText(window, start, end)));
        at = end + close.length;
      }
    },
  };
}
