// The texts that cells refer to by number. A workbook writes each text once; they are all kept,
// because any cell may name any of them.
// Source: ECMA-376-1, 18.4.
import { readPart } from "./scan-part.ts";
import { unescapeText } from "./unescape-text.ts";
import { createSharedStringTaker } from "./take-shared-strings.ts";
import type { XlsxPackage } from "./xlsx-package.ts";
import type { XmlHandler } from "./xml-scanner.ts";

/** The shared texts by number. @throws UnreadableFileError when the part is damaged */
export async function readSharedStrings(
  xlsx: XlsxPackage,
  part: string,
): Promise<readonly string[]> {
  const strings: string[] = [];
  let inTable = false;
  let inItem = false;
  let current = "";
  let inText = false;
  // Phonetic runs repeat the text in another script; Excel does not show them in the cell.
  let phoneticDepth = 0;
  const handler: XmlHandler = {
    open: (name) => {
      if (name === "t") inText = phoneticDepth === 0;
      else if (name === "sst") inTable = true;
      else if (name === "si") {
        inItem = true;
        current = "";
      } else if (name === "rPh") phoneticDepth += 1;
    },
    text: (text) => {
      if (inText) current += text;
    },
    close: (name) => {
      if (name === "t") inText = false;
      else if (name === "sst") inTable = false;
      else if (name === "si") {
        inItem = false;
        strings.push(unescapeText(current));
      } else if (name === "rPh") phoneticDepth -= 1;
    },
  };
  await readPart(
    xlsx,
    part,
    handler,
    createSharedStringTaker(strings, () => inTable && !inItem),
  );
  return strings;
}
