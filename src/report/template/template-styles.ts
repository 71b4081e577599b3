// How the blank workbook looks: required columns are darker than the others.
import type { Style } from "exceljs";
import type { TemplateColumn } from "../../core/template.ts";
import { FACE, GREY, NAVY, RULE, WHITE } from "../workbook/colours.ts";

const STEEL = "FF5B7FA6";

/** Codes stay text, with their zeros. */
export const columnFormats: Readonly<Record<TemplateColumn["type"], string>> = {
  text: "@",
  code: "@",
  decimal: "0.00##",
  integer: "0",
  date: "yyyy-mm-dd",
};

export function templateHeaderStyle(required: boolean): Partial<Style> {
  return {
    numFmt: "@",
    font: { ...FACE, size: 11, bold: true, color: { argb: WHITE } },
    fill: { type: "pattern", pattern: "solid", fgColor: { argb: required ? NAVY : STEEL } },
    alignment: { vertical: "middle", wrapText: true },
    border: { right: { style: "thin", color: { argb: WHITE } } },
  };
}

export const templateTitleStyle: Partial<Style> = {
  font: { ...FACE, size: 18, bold: true, color: { argb: NAVY } },
  alignment: { vertical: "middle" },
};

export const templateHeadingStyle: Partial<Style> = {
  font: { ...FACE, size: 13, bold: true, color: { argb: NAVY } },
  alignment: { vertical: "bottom" },
};

export const paragraphStyle: Partial<Style> = {
  font: { ...FACE, size: 11 },
  alignment: { vertical: "top", wrapText: true },
};

export const exampleStyle: Partial<Style> = {
  numFmt: "@",
  font: { ...FACE, size: 11, italic: true, color: { argb: GREY } },
  alignment: { vertical: "top", wrapText: true },
  border: { bottom: { style: "thin", color: { argb: RULE } } },
};

export const listStyle: Partial<Style> = { numFmt: "@", font: { ...FACE, size: 11 } };

/** For a required cell that is still empty. */
export const missingFill = {
  type: "pattern",
  pattern: "solid",
  bgColor: { argb: "FFFBD5D0" },
} as const;
