// The number format of every cell style: only it distinguishes a date from a number. Formats of cells are
// those listed right below the root; conditional formats, table styles and extensions have formats
// of their own, often under a number that means something else there.
// Source: ECMA-376-1, 18.8.30 (built-in formats) and 18.8.31 (format codes).
import { readElements } from "../package/scan-part.ts";
import type { XlsxPackage } from "../package/xlsx-package.ts";
import { xmlAttributes } from "../package/xml-markup.ts";

export interface NumberFormat {
  readonly code: string;
  readonly shows: FormatKind;
}

/** What a format makes of a number: a time of day hides the day, a duration counts beyond 24 hours. */
export type FormatKind = "number" | "date" | "time" | "duration";

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

export const generalFormat: NumberFormat = { code: "General", shows: "number" };

const ELAPSED = /\[(?:h+|m+|s+)\]/i;

function formatKind(code: string): FormatKind {
  const bare = code
    // Literals, fill and padding characters, colours, conditions and currencies are no date parts;
    // elapsed hours, minutes and seconds in brackets are.
    .replace(/"[^"]*"?|[\\_*]./g, "")
    .replace(/\[(?!h+\]|m+\]|s+\])[^\][]*\]/gi, "")
    .replace(/General/gi, "");
  if (ELAPSED.test(bare)) return "duration";
  const letters = bare.replace(/AM\/PM|A\/P/gi, "h").toLowerCase();
  const hasTime = /[hs]/.test(letters);
  // Beside hours or seconds, one or two m are minutes.
  if (/[yd]|mmm/.test(letters) || (letters.includes("m") && !hasTime)) return "date";
  return hasTime ? "time" : "number";
}

function numberFormat(id: number, custom: ReadonlyMap<number, string>): NumberFormat {
  const code = custom.get(id) ?? BUILT_IN[id];
  if (code !== undefined) return { code, shows: formatKind(code) };
  return isEastAsianDate(id) ? { code: "yyyy-mm-dd", shows: "date" } : generalFormat;
}

const TRANSPARENT: ReadonlySet<string> = new Set(["AlternateContent", "Fallback"]);
/** Elements on the way to a format; the others are never written out, however long their names are. */
const STEPS: ReadonlySet<string> = new Set(["styleSheet", "cellXfs", "xf", "numFmts", "numFmt"]);
const OTHER = "?";

/** The number formats by style number. @throws UnreadableFileError when the part is damaged */
export async function readNumberFormats(
  xlsx: XlsxPackage,
  part: string,
): Promise<readonly NumberFormat[]> {
  const custom = new Map<number, string>();
  const styleFormatIds: number[] = [];
  // The names of the open elements; what is said in an alternate content is said around it.
  const path: string[] = [];
  await readElements(
    xlsx,
    part,
    (name, text) => {
      path.push(TRANSPARENT.has(name) ? "" : STEPS.has(name) ? name : OTHER);
      switch (path.filter((step) => step !== "").join("/")) {
        case "styleSheet/cellXfs/xf":
          styleFormatIds.push(Number(xmlAttributes(text)["numFmtId"] ?? 0));
          break;
        case "styleSheet/numFmts/numFmt": {
          const attributes = xmlAttributes(text);
          // A file may give a built-in number a meaning of its own, and then that counts.
          custom.set(Number(attributes["numFmtId"]), attributes["formatCode"] ?? "General");
        }
      }
    },
    () => path.pop(),
  );
  const known = new Map<number, NumberFormat>();
  return styleFormatIds.map((id) => {
    const format = known.get(id) ?? numberFormat(id, custom);
    known.set(id, format);
    return format;
  });
}
