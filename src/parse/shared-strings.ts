// The texts that cells refer to by number. A workbook writes each text once; they are all kept,
// because any cell may name any of them.
// Source: ECMA-376-1, 18.4.
import { readPart, type XlsxPackage } from "./xlsx-package.ts";

/** Characters that XML cannot hold are written `_x000D_`. Source: ECMA-376-1, 22.9.2.19 */
export function unescapeText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_whole, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}

/** The shared texts by number. @throws UnreadableFileError when the part is damaged */
export async function readSharedStrings(
  xlsx: XlsxPackage,
  part: string,
): Promise<readonly string[]> {
  const strings: string[] = [];
  let current = "";
  let inText = false;
  // Phonetic runs repeat the text in another script; Excel does not show them in the cell.
  let phoneticDepth = 0;
  await readPart(xlsx, part, {
    open: (name) => {
      if (name === "t") inText = phoneticDepth === 0;
      else if (name === "si") current = "";
      else if (name === "rPh") phoneticDepth += 1;
    },
    text: (text) => {
      if (inText) current += text;
    },
    close: (name) => {
      if (name === "t") inText = false;
      else if (name === "si") strings.push(unescapeText(current));
      else if (name === "rPh") phoneticDepth -= 1;
    },
  });
  return strings;
}
