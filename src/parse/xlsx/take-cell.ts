// One cell as almost every writer writes it, read straight from the bytes; -1 for any other, which
// then is read the slow way. Numbers are compared as bytes, texts are cut from the window.
// Source: ECMA-376-1, 18.3.1.4 (c).
import { COLUMNS_MAX, type Cell } from "../../core/cell.ts";
import * as code from "../package/byte-codes.ts";
import type { CellMaker } from "./cell-maker.ts";
import { asciiText, plainTextEnd, windowText, type PartWindow } from "../package/part-window.ts";
import { hasSoundReferences } from "../package/xml-markup.ts";
import { xlsxCell, type WorkbookContext } from "./xlsx-cell.ts";

interface CellTaker {
  /** Of the row whose cells are taken. One-based. */
  rowNumber: number;
  /** Zero-based column of the cell last taken; -1 starts a row. */
  column: number;
  /** Undefined when it is blank. */
  cell: Cell | undefined;
  /** Takes the cell whose `<` is at `at`; gives the place behind it, or -1. */
  readonly take: (window: PartWindow, at: number) => number;
}

/** As many digits as a double certainly keeps. */
const DIGITS_MAX = 15;
/** More cannot be the number of a shared text or style, nor overflow. */
const INDEX_DIGITS_MAX = 9;
const PRESERVE = ' xml:space="preserve">';

export function createCellTaker(
  prefix: string,
  maker: CellMaker,
  workbook: WorkbookContext,
): CellTaker {
  const nameAt = prefix.length + 1;
  const openValue = `<${prefix}v`;
  const openFormula = `<${prefix}f`;
  const closeFormula = `</${prefix}f>`;
  const openInline = `<${prefix}is><${prefix}t`;
  const closeInline = `</${prefix}t></${prefix}is></${prefix}c>`;
  const closeCell = `</${prefix}c>`;
  const closeValue = `</${prefix}v></${prefix}c>`;
  const isBare = prefix === "";

  const closesValue = ({ bytes, text }: PartWindow, at: number): boolean =>
    isBare
      ? bytes[at + 1] === code.SLASH &&
        bytes[at + 2] === code.LOWER_V &&
        bytes[at + 3] === code.GREATER &&
        bytes[at + 4] === code.LESS &&
        bytes[at + 5] === code.SLASH &&
        bytes[at + 6] === code.LOWER_C &&
        bytes[at + 7] === code.GREATER
      : text.startsWith(closeValue, at);

  const takeSharedText = (window: PartWindow, from: number, style: number): number => {
    const { bytes } = window;
    let index = 0;
    let at = from;
    let byte = bytes[at] ?? 0;
    while (byte >= code.ZERO && byte <= code.NINE) {
      index = index * 10 + byte - code.ZERO;
      at += 1;
      byte = bytes[at] ?? 0;
    }
    const digits = at - from;
    if (digits === 0 || digits > INDEX_DIGITS_MAX || byte !== code.LESS) return -1;
    if (!closesValue(window, at)) return -1;
    taker.cell = maker.sharedText(style, index);
    return at + closeValue.length;
  };

  const takeNumber = (window: PartWindow, from: number, style: number): number => {
    const { bytes } = window;
    let at = from;
    let byte = bytes[at] ?? 0;
    const isNegative = byte === code.MINUS;
    if (isNegative) {
      at += 1;
      byte = bytes[at] ?? 0;
    }
    const first = byte;
    const wholeFrom = at;
    let whole = 0;
    while (byte >= code.ZERO && byte <= code.NINE) {
      whole = whole * 10 + byte - code.ZERO;
      at += 1;
      byte = bytes[at] ?? 0;
    }
    let digits = at - wholeFrom;
    // A zero in front or at the end would make the value differ from what is written.
    if (digits === 0 || (first === code.ZERO && digits > 1)) return -1;
    if (byte === code.POINT) {
      const fractionFrom = at + 1;
      do {
        at += 1;
        byte = bytes[at] ?? 0;
      } while (byte >= code.ZERO && byte <= code.NINE);
      if (at === fractionFrom || bytes[at - 1] === code.ZERO) return -1;
      digits += at - fractionFrom;
      whole = -1;
    } else if (isNegative) {
      if (first === code.ZERO) return -1;
      whole = -1;
    }
    if (digits > DIGITS_MAX || byte !== code.LESS || !closesValue(window, at)) return -1;
    taker.cell =
      (whole < 0 ? undefined : maker.knownNumber(style, whole)) ??
      maker.plainNumber(style, asciiText(window, from, at), whole);
    return at + closeValue.length;
  };

  /** The place behind the formula at `at`, or -1. Its content does not matter. */
  const formulaEnd = ({ bytes, text }: PartWindow, at: number): number => {
    let next = at + openFormula.length;
    for (let inQuotes = false; ; next += 1) {
      const byte = bytes[next];
      if (byte === undefined || byte === code.LESS || byte === code.AMPERSAND) return -1;
      if (byte === code.QUOTE) inQuotes = !inQuotes;
      else if (byte === code.GREATER && !inQuotes) break;
    }
    if (bytes[next - 1] === code.SLASH) return next + 1;
    const end = bytes.indexOf(code.LESS, next);
    if (!text.startsWith(closeFormula, end)) return -1;
    const isSound = hasSoundReferences(text.slice(next + 1, end));
    return isSound ? end + closeFormula.length : -1;
  };

  /** Where the text starts after `open` without attributes, or with the one that is usual; or -1. */
  const contentStart = ({ bytes, text }: PartWindow, at: number, open: string): number => {
    if (!text.startsWith(open, at)) return -1;
    const end = at + open.length;
    if (bytes[end] === code.GREATER) return end + 1;
    return text.startsWith(PRESERVE, end) ? end + PRESERVE.length : -1;
  };

  /** Any content whose shape is usual; what it means is for `xlsxCell` to say. */
  const takeContent = (window: PartWindow, from: number, type: string, style: number): number => {
    const { text, bytes } = window;
    let at = from;
    let value: string | null = null;
    let inlineText: string | null = null;
    const nameEnd = bytes[at + openFormula.length];
    const isFormula =
      text.startsWith(openFormula, at) &&
      (nameEnd === code.GREATER || nameEnd === code.BLANK || nameEnd === code.SLASH);
    if (isFormula) at = formulaEnd(window, at);
    if (at < 0) return -1;
    if (text.startsWith(closeCell, at)) at += closeCell.length;
    else {
      const isInline = type === "inlineStr" && text.startsWith(openInline, at);
      const start = contentStart(window, at, isInline ? openInline : openValue);
      if (start < 0) return -1;
      const end = plainTextEnd(bytes, start);
      const close = isInline ? closeInline : closeValue;
      if (end < 0 || !text.startsWith(close, end)) return -1;
      if (isInline) inlineText = windowText(window, start, end);
      else value = windowText(window, start, end);
      at = end + close.length;
    }
    taker.cell = xlsxCell({ type, style, value, inlineText, isFormula }, workbook);
    return at;
  };

  const taker: CellTaker = {
    rowNumber: 0,
    column: -1,
    cell: undefined,
    take: (window, from) => {
      const { bytes, text } = window;
      let at = from + nameAt + 1;
      let column = taker.column + 1;
      let style = 0;
      let type = "n";
      while (bytes[at] === code.BLANK) {
        const name = bytes[at + 1];
        if (bytes[at + 2] !== code.EQUALS || bytes[at + 3] !== code.QUOTE) return -1;
        at += 4;
        let byte = bytes[at] ?? 0;
        const start = at;
        if (name === code.LOWER_R) {
          column = 0;
          while (byte >= code.UPPER_A && byte <= code.UPPER_Z) {
            column = column * 26 + byte - code.UPPER_A + 1;
            at += 1;
            byte = bytes[at] ?? 0;
          }
          if (column === 0) return -1;
          column -= 1;
          let rowNumber = 0;
          while (byte >= code.ZERO && byte <= code.NINE) {
            rowNumber = rowNumber * 10 + byte - code.ZERO;
            at += 1;
            byte = bytes[at] ?? 0;
          }
          if (rowNumber !== taker.rowNumber) return -1;
        } else if (name === code.LOWER_S) {
          while (byte >= code.ZERO && byte <= code.NINE) {
            style = style * 10 + byte - code.ZERO;
            at += 1;
            byte = bytes[at] ?? 0;
          }
          if (at === start || at - start > INDEX_DIGITS_MAX) return -1;
        } else if (name === code.LOWER_T) {
          at = text.indexOf('"', start);
          type = at === start + 1 && byte === code.LOWER_S ? "s" : text.slice(start, at);
        } else return -1;
        if (bytes[at] !== code.QUOTE) return -1;
        at += 1;
      }
      if (column <= taker.column || column >= COLUMNS_MAX) return -1;
      taker.column = column;
      taker.cell = undefined;
      if (bytes[at] === code.SLASH && bytes[at + 1] === code.GREATER) return at + 2;
      if (bytes[at] !== code.GREATER) return -1;
      at += 1;
      if (bytes[at + nameAt] === code.LOWER_V && bytes[at + nameAt + 1] === code.GREATER) {
        if (bytes[at] !== code.LESS || !(isBare || text.startsWith(openValue, at))) return -1;
        const valueAt = at + nameAt + 2;
        if (type === "s") return takeSharedText(window, valueAt, style);
        const end = type === "n" ? takeNumber(window, valueAt, style) : -1;
        if (end >= 0) return end;
      }
      return takeContent(window, at, type, style);
    },
  };
  return taker;
}
