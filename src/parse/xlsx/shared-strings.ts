// The texts that cells refer to by number. A workbook writes each text once; they are all kept,
// because any cell may name any of them. A text that is counted once too often moves all those behind
// it to other cells, so what stands where no text may stand is refused.
// Source: ECMA-376-1, 18.4; alternate content: ECMA-376-3, 7.
import * as code from "../package/byte-codes.ts";
import { plainTextEnd, windowText } from "../package/part-window.ts";
import { scanPart, type ElementTaker } from "../package/scan-part.ts";
import type { XlsxPackage } from "../package/xlsx-package.ts";
import { unescapeText, XmlBrokenError } from "../package/xml-markup.ts";
import type { XmlHandler } from "../package/xml-scanner.ts";

/** Where the handler stands; `alternate` is between the versions of a content. */
type Place = "table" | "item" | "run" | "text" | "alternate";

/** What makes a text, and where it may stand. */
const placesOf: Readonly<Record<string, readonly Place[]>> = {
  si: ["table"],
  r: ["item"],
  t: ["item", "run"],
};
const placeIn: Readonly<Record<string, Place>> = { si: "item", r: "run", t: "text" };
/**
 * Left out with all that is in them: phonetic runs repeat the text in another script, which Excel does
 * not show in the cell; extensions and versions for other programs are not for us.
 */
const OF_NO_CONCERN: ReadonlySet<string> = new Set(["rPh", "extLst", "Choice"]);

interface TextCollector extends XmlHandler {
  /** Whether the next thing may be a text. */
  readonly isBetweenTexts: () => boolean;
}

/** Collects the texts of a table from XML events. */
function textCollector(strings: string[]): TextCollector {
  let namespace = "";
  // From the table inwards; empty outside of it.
  const places: Place[] = [];
  let current = "";
  let written = "";
  let skippedDepth = 0;
  let isOfNoConcern = false;

  const here = (): Place | undefined => places.at(-1);
  const enter = (place: Place): void => {
    if (place === "item") current = "";
    else if (place === "text") written = "";
    places.push(place);
  };
  const misplaced = (name: string): XmlBrokenError =>
    new XmlBrokenError(`There is a <${name}> in a shared text where none may stand`);

  return {
    isBetweenTexts: () => here() === "table" && skippedDepth === 0,
    open: (name, _attributes, elementNamespace) => {
      const place = here();
      if (place === undefined) {
        if (name !== "sst") return;
        namespace = elementNamespace;
        enter("table");
        return;
      }
      const isOurs = elementNamespace === namespace;
      const placesOfName = isOurs ? placesOf[name] : undefined;
      if (skippedDepth > 0) {
        skippedDepth += 1;
        if (placesOfName !== undefined && !isOfNoConcern) throw misplaced(name);
      } else if (name === "AlternateContent" && place !== "text") {
        places.push("alternate");
      } else if (name === "Fallback" && place === "alternate") {
        places.push(places.at(-2) ?? "table");
      } else if (placesOfName?.includes(place) === true) {
        enter(placeIn[name] ?? place);
      } else if (placesOfName !== undefined || (place === "text" && isOurs)) {
        throw misplaced(name);
      } else {
        skippedDepth = 1;
        isOfNoConcern = !isOurs || OF_NO_CONCERN.has(name);
      }
    },
    text: (text) => {
      if (here() === "text" && skippedDepth === 0) written += text;
    },
    close: (name) => {
      if (skippedDepth > 0) {
        skippedDepth -= 1;
        return;
      }
      const place = places.pop();
      if (place === "text") current += unescapeText(written);
      else if (place === "item" && name === "si") strings.push(current);
    },
    where: () => `the shared text number ${strings.length}, counted from 0`,
  };
}

const PRESERVE = ' xml:space="preserve">';

/**
 * Takes texts without runs, phonetics or special characters straight from the bytes; all others are left
 * to the XML scanner.
 */
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

/**
 * The shared texts by number, at least the first `countMin` of them where the table has so many.
 * @throws UnreadableFileError when the part is damaged
 */
export async function readSharedStrings(
  xlsx: XlsxPackage,
  part: string,
  countMin = Infinity,
): Promise<readonly string[]> {
  const strings: string[] = [];
  const collector = textCollector(strings);
  const taker = createSharedStringTaker(strings, collector.isBetweenTexts);
  for await (const _chunk of scanPart(xlsx, part, collector, taker)) {
    if (strings.length >= countMin) break;
  }
  return strings;
}
