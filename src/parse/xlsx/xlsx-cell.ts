// Makes a cell of its markup in a sheet's XML.
// Source: ECMA-376-1, 18.3.1.4 (c) and 18.18.11 (cell types).
import type { Cell, CellType } from "../../core/cell.ts";
import { decimalFromDouble, toDecimal } from "../../core/decimal.ts";
import { excelMoment, isoMoment } from "./excel-date.ts";
import { generalFormat, type NumberFormat } from "./number-formats.ts";
import { unescapeText } from "../package/xml-markup.ts";

/** What all cells of a workbook need to be understood. */
export interface WorkbookContext {
  readonly sharedStrings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly date1904: boolean;
}

/** A cell of the XML, collected until its end tag. */
export interface CellMarkup {
  readonly type: string;
  readonly style: number;
  /** The text of `v`, or null when there is none. */
  value: string | null;
  /** The texts of `is`, without phonetic runs, or null when there is none. */
  inlineText: string | null;
  isFormula: boolean;
}

/** A cell says something that cannot be; the message says what. */
export class CellBrokenError extends Error {
  override readonly name = "CellBrokenError";
}

const PLAIN_NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/** A cell that is no formula. All cells are made here or below, so that they have one layout. */
export function plainCell(type: CellType, value: string, raw: string, format: string): Cell {
  return { type, value, raw, format };
}

function readNumber(raw: string, format: NumberFormat, date1904: boolean): Cell {
  if (!PLAIN_NUMBER.test(raw)) throw new CellBrokenError(`"${raw}" is no number`);
  const double = Number(raw);
  const moment = format.shows === "number" ? null : excelMoment(double, format.shows, date1904);
  if (moment !== null) return plainCell(moment.type, moment.value, raw, format.code);
  // 15 digits rarely need an exponent; where they do, the slower way writes them out.
  const value = toDecimal(double.toPrecision(15)) ?? decimalFromDouble(double);
  if (value === null) throw new CellBrokenError(`"${raw}" is no number that Excel can hold`);
  return plainCell("number", value, raw, format.code);
}

function readText(value: string, format: NumberFormat): Cell {
  return plainCell("string", value, value, format.code);
}

function readValue(
  markup: CellMarkup,
  raw: string,
  format: NumberFormat,
  workbook: WorkbookContext,
): Cell {
  switch (markup.type) {
    case "s": {
      const shared = workbook.sharedStrings[/^\s*\d+\s*$/.test(raw) ? Number(raw) : -1];
      if (shared === undefined) throw new CellBrokenError(`There is no shared text "${raw}"`);
      return readText(shared, format);
    }
    case "str":
    case "inlineStr":
      return readText(unescapeText(raw), format);
    case "b": {
      const word = raw.trim();
      if (word === "1" || word === "true") return plainCell("boolean", "true", raw, format.code);
      if (word === "0" || word === "false") return plainCell("boolean", "false", raw, format.code);
      throw new CellBrokenError(`"${raw}" is neither true nor false`);
    }
    case "e":
      return plainCell("error", raw.trim(), raw, format.code);
    case "d": {
      const moment = isoMoment(raw.trim(), format.shows);
      // What is no date is the text that it is: whether that can be sent is for the column to say.
      if (moment === null) return readText(unescapeText(raw), format);
      return plainCell(moment.type, moment.value, raw, format.code);
    }
    case "n":
      return readNumber(raw, format, workbook.date1904);
    default:
      throw new CellBrokenError(`The cell type "${markup.type}" is not known`);
  }
}

/**
 * The characters that count. A cell of inline text shows `is` whatever its `v` says; in any other `is`
 * has no place, and programs do not agree on which of the two they show.
 */
function rawText({ type, value, inlineText }: CellMarkup): string | null {
  if (inlineText === null || inlineText === value) return value;
  if (type === "inlineStr") return inlineText;
  if (inlineText === "") return value;
  throw new CellBrokenError(`The inline text "${inlineText}" stands in a cell of another type`);
}

/**
 * The cell, or undefined when it is blank.
 * @throws CellBrokenError when the markup says something that cannot be
 */
export function xlsxCell(markup: CellMarkup, workbook: WorkbookContext): Cell | undefined {
  const format = workbook.formats[markup.style] ?? generalFormat;
  const raw = rawText(markup);
  if (markup.isFormula && (raw === null || (raw === "" && markup.type !== "str"))) {
    return { type: "blank", value: "", raw: "", format: format.code, formula: "missing" };
  }
  if (raw === null || raw === "") return undefined;
  const cell = readValue(markup, raw, format, workbook);
  if (cell.value === "") return undefined;
  return markup.isFormula ? { ...cell, formula: "cached" } : cell;
}
