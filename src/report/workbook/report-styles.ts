// How the report looks, once for all sheets. Every style is one shared object: the streaming writer
// recognises it by identity, so a million cells cost one style. Colour always comes with words.
import type { Alignment, Border, Borders, Fill, Font, Style } from "exceljs";
import type { CellKind, Tone } from "../model/sheet.ts";

const INK = "FF1F2937";
const NAVY = "FF1F3A5F";
const WHITE = "FFFFFFFF";
const GREY = "FF6B7280";
const RULE = "FFD9DEE5";
const FACE = { name: "Calibri", family: 2 } as const;

const toneColours: Readonly<Record<Tone, { readonly fill: string; readonly ink: string }>> = {
  bad: { fill: "FFFBE3E0", ink: "FF8E1B10" },
  wait: { fill: "FFFDF3D6", ink: "FF7A5600" },
  good: { fill: "FFE1F3E5", ink: "FF1B5E2B" },
  quiet: { fill: "FFF0F2F5", ink: "FF4B5563" },
};

const numberFormats: Readonly<Record<CellKind, string>> = {
  text: "@",
  wrapped: "@",
  integer: "#,##0",
  days: "0.0",
  time: "yyyy-mm-dd hh:mm",
};

const hairline: Partial<Border> = { style: "thin", color: { argb: RULE } };
const underline: Partial<Borders> = { bottom: hairline };

function solid(argb: string): Fill {
  return { type: "pattern", pattern: "solid", fgColor: { argb } };
}

function alignmentOf(kind: CellKind): Partial<Alignment> {
  if (kind === "wrapped") return { vertical: "top", wrapText: true };
  return kind === "text" || kind === "time"
    ? { vertical: "top", horizontal: "left" }
    : { vertical: "top", horizontal: "right", indent: 1 };
}

function bodyStyle(kind: CellKind, font: Partial<Font>, fill?: Fill): Partial<Style> {
  return {
    numFmt: numberFormats[kind],
    alignment: alignmentOf(kind),
    font: { ...FACE, size: 10, color: { argb: INK }, ...font },
    border: underline,
    ...(fill === undefined ? {} : { fill }),
  };
}

const kinds = Object.keys(numberFormats) as CellKind[];

function perKind(make: (kind: CellKind) => Partial<Style>): Record<CellKind, Partial<Style>> {
  const styles: Partial<Record<CellKind, Partial<Style>>> = {};
  for (const kind of kinds) styles[kind] = make(kind);
  return styles as Record<CellKind, Partial<Style>>;
}

function tonedStyle(tone: Tone): Record<CellKind, Partial<Style>> {
  const { fill, ink } = toneColours[tone];
  return perKind((kind) => bodyStyle(kind, { color: { argb: ink }, bold: true }, solid(fill)));
}

export const plainStyles = perKind((kind) => bodyStyle(kind, {}));
export const strongStyles = perKind((kind) => bodyStyle(kind, { bold: true }));
/** The value of a label to its left. */
export const factStyles = perKind((kind) => ({
  ...strongStyles[kind],
  alignment: { horizontal: "left" },
}));
export const indentedStyle: Partial<Style> = {
  ...plainStyles.text,
  alignment: { horizontal: "left", indent: 2 },
};
export const tonedStyles: Readonly<Record<Tone, Record<CellKind, Partial<Style>>>> = {
  bad: tonedStyle("bad"),
  wait: tonedStyle("wait"),
  good: tonedStyle("good"),
  quiet: tonedStyle("quiet"),
};

export const headerStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 10, bold: true, color: { argb: WHITE } },
  fill: solid(NAVY),
  alignment: { vertical: "middle", horizontal: "left", wrapText: true },
};

export const noteStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 10, italic: true, color: { argb: GREY } },
  alignment: { vertical: "top" },
};

export const titleStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 13, bold: true, color: { argb: NAVY } },
  alignment: { vertical: "bottom" },
};

/** The one line that must be read. */
export function headlineStyle(tone: Tone): Partial<Style> {
  const { fill, ink } = toneColours[tone];
  return {
    numFmt: "@",
    font: { ...FACE, size: 15, bold: true, color: { argb: ink } },
    fill: solid(fill),
    alignment: { vertical: "middle", horizontal: "left", indent: 1 },
  };
}

export const tabColours: Readonly<Record<Tone, string>> = {
  bad: "FFC0392B",
  wait: "FFD9A300",
  good: "FF2E8B57",
  quiet: "FF9CA3AF",
};

export const BAR_COLOUR = "FF9DC3E6";
