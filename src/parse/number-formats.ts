// The number format of every cell style: only it tells a date from a number.
// Source: ECMA-376-1, 18.8.30 (built-in formats) and 18.8.31 (format codes).
import { readPart } from "./scan-part.ts";
import type { XlsxPackage } from "./xlsx-package.ts";
import { xmlAttributes } from "./xml-scanner.ts";

export interface NumberFormat {
  readonly code: string;
  readonly isDate: boolean;
}

const BUILT_IN: Readonly<Record<number, string>> = {
  0: "General",
  1: "0",
  2: "0.00",
  3: "#,##0",
  4: "#,##0.00",
  9: "0%",
  10: "0.00%",
  11: "0.00E+00",
  12: "# ?/?",
  13: "# ??/??",
  14: "mm-dd-yy",
  15: "d-mmm-yy",
  16: "d-mmm",
  17: "mmm-yy",
  18: "h:mm AM/PM",
  19: "h:mm:ss AM/PM",
  20: "h:mm",
  21: "h:mm:ss",
  22: "m/d/yy h:mm",
  37: "#,##0 ;(#,##0)",
  38: "#,##0 ;[Red](#,##0)",
  39: "#,##0.00;(#,##0.00)",
  40: "#,##0.00;[Red](#,##0.00)",
  45: "mm:ss",
  46: "[h]:mm:ss",
  47: "mmss.0",
  48: "##0.0E+0",
  49: "@",
};

/** East Asian builds of Excel keep these numbers for dates in their own scripts. */
function isEastAsianDate(id: number): boolean {
  return (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}

export const generalFormat: NumberFormat = { code: "General", isDate: false };

/** Whether a format code shows a date or a time. */
function isDateFormat(code: string): boolean {
  const bare = code
    // Literals, fill and padding characters, colours, conditions and currencies are no date parts;
    // elapsed hours, minutes and seconds in brackets are.
    .replace(/"[^"]*"?|[\\_*]./g, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, "")
    .replace(/General/gi, "");
  return /[ymdhs]|A\/P/i.test(bare);
}

function numberFormat(id: number, custom: ReadonlyMap<number, string>): NumberFormat {
  const code = custom.get(id) ?? BUILT_IN[id];
  if (code !== undefined) return { code, isDate: isDateFormat(code) };
  return isEastAsianDate(id) ? { code: "yyyy-mm-dd", isDate: true } : generalFormat;
}

/** The number formats by style number. @throws UnreadableFileError when the part is damaged */
export async function readNumberFormats(
  xlsx: XlsxPackage,
  part: string,
): Promise<readonly NumberFormat[]> {
  const custom = new Map<number, string>();
  const styleFormatIds: number[] = [];
  let inCellStyles = false;
  await readPart(xlsx, part, {
    open: (name, text) => {
      if (name === "cellXfs") inCellStyles = true;
      else if (name === "xf" && inCellStyles) {
        styleFormatIds.push(Number(xmlAttributes(text)["numFmtId"] ?? 0));
      } else if (name === "numFmt") {
        const attributes = xmlAttributes(text);
        const id = Number(attributes["numFmtId"]);
        // A conditional format may define its own number again; the table comes first and counts.
        if (!custom.has(id)) custom.set(id, attributes["formatCode"] ?? "General");
      }
    },
    text: () => undefined,
    close: (name) => {
      if (name === "cellXfs") inCellStyles = false;
    },
  });
  return styleFormatIds.map((id) => numberFormat(id, custom));
}
