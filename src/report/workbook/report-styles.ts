// How the report looks, once for all sheets. Every style is one shared object: the streaming writer
// recognises it by identity, so a million cells cost one style. Colour only repeats what words say.
import type { Alignment, Fill, Font, Style } from "exceljs";
import type { CellKind, CellStyle, Tone } from "../model/sheet.ts";
import { FACE, GREY, NAVY, RULE, WHITE } from "./colours.ts";

type StyleByKind = Readonly<Record<CellKind, Partial<Style>>>;

export const INK = "FF1F2937";
const RULED = { style: "thin", color: { argb: RULE } } as const;
const WRAPPED = { vertical: "top", wrapText: true } as const;

/** For the eye only: what they say stands in words, too. */
export const toneColours: Readonly<Record<Tone, { fill: string; ink: string; tab: string }>> = {
  bad: { fill: "FFFBE3E0", ink: "FF8E1B10", tab: "FFC0392B" },
  wait: { fill: "FFFDF3D6", ink: "FF7A5600", tab: "FFD9A300" },
  good: { fill: "FFE1F3E5", ink: "FF1B5E2B", tab: "FF2E8B57" },
  quiet: { fill: "FFF0F2F5", ink: "FF4B5563", tab: "FF9CA3AF" },
};

const numberFormats: Readonly<Record<CellKind, string>> = {
  text: "@",
  wrapped: "@",
  integer: "#,##0",
  days: "0.0",
  time: "yyyy-mm-dd hh:mm",
};

export const BAR_COLOUR = "FF9DC3E6";

export const headerStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 10, bold: true, color: { argb: WHITE } },
  fill: solid(NAVY),
  alignment: { vertical: "middle", horizontal: "left", wrapText: true },
};

export const titleStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 13, bold: true, color: { argb: NAVY } },
  alignment: { vertical: "bottom" },
};

const noteStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 10, italic: true, color: { argb: GREY } },
  alignment: { vertical: "top" },
};
const strong = perKind((kind) => bodyStyle(kind, { bold: true }));
const indentedStyle: Partial<Style> = {
  ...bodyStyle("text", {}),
  alignment: { vertical: "top", horizontal: "left", indent: 2 },
};

export const cellStyles: Readonly<Record<CellStyle, StyleByKind>> = {
  plain: perKind((kind) => bodyStyle(kind, {})),
  strong,
  fact: perKind((kind) => ({
    ...strong[kind],
    alignment: { vertical: "top", horizontal: "left", wrapText: kind === "wrapped" },
  })),
  indented: perKind(() => indentedStyle),
  note: { ...perKind(() => noteStyle), wrapped: { ...noteStyle, alignment: WRAPPED } },
  bad: toned("bad"),
  wait: toned("wait"),
  good: toned("good"),
  quiet: toned("quiet"),
};

const linkedStyles = new WeakMap<Partial<Style>, Partial<Style>>();

/** The same, underlined: a place to click. */
export function linkedStyle(style: Partial<Style>): Partial<Style> {
  const known = linkedStyles.get(style);
  if (known !== undefined) return known;
  const linked = { ...style, font: { ...style.font, underline: true } };
  linkedStyles.set(style, linked);
  return linked;
}

const markedStyles = new Map<string, Partial<Style>>();

/** A time that comes twice on its day, with its offset. @param mark shape: ` +02:00` */
export function markedTimeStyle(mark: string): Partial<Style> {
  const known = markedStyles.get(mark);
  if (known !== undefined) return known;
  const plain = cellStyles.plain.time;
  const marked = { ...plain, numFmt: `${numberFormats.time}"${mark}"` };
  markedStyles.set(mark, marked);
  return marked;
}

export function headlineStyle(tone: Tone): Partial<Style> {
  const { fill, ink } = toneColours[tone];
  return {
    numFmt: "@",
    font: { ...FACE, size: 15, bold: true, color: { argb: ink } },
    fill: solid(fill),
    alignment: { vertical: "middle", horizontal: "left", indent: 1 },
  };
}

export function tabColour(tone: Tone): { argb: string } {
  return { argb: toneColours[tone].tab };
}

function toned(tone: Tone): StyleByKind {
  const { fill, ink } = toneColours[tone];
  return perKind((kind) => ({
    ...bodyStyle(kind, { color: { argb: ink }, bold: true }),
    fill: solid(fill),
  }));
}

function perKind(make: (kind: CellKind) => Partial<Style>): StyleByKind {
  const kinds = Object.keys(numberFormats) as CellKind[];
  return Object.fromEntries(kinds.map((kind) => [kind, make(kind)])) as StyleByKind;
}

function bodyStyle(kind: CellKind, font: Partial<Font>): Partial<Style> {
  return {
    numFmt: numberFormats[kind],
    alignment: alignmentOf(kind),
    font: { ...FACE, size: 10, color: { argb: INK }, ...font },
    border: { bottom: RULED, right: RULED },
  };
}

function alignmentOf(kind: CellKind): Partial<Alignment> {
  if (kind === "wrapped") return WRAPPED;
  return kind === "text" || kind === "time"
    ? { vertical: "top", horizontal: "left" }
    : { vertical: "top", horizontal: "right", indent: 1 };
}

function solid(argb: string): Fill {
  return { type: "pattern", pattern: "solid", fgColor: { argb } };
}
