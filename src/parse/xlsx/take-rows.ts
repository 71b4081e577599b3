// Reads rows as almost every writer writes them straight from the bytes. A row is taken whole or left whole:
// the first unexpected byte leaves it to the XML scanner and `xlsxCell`, which know everything else. What is
// taken is exactly what those would read.
// Source: ECMA-376-1, 18.3.1.73 (row).
import { ROWS_MAX, type Cell } from "../../core/cell.ts";
import * as code from "../package/byte-codes.ts";
import { createCellMaker } from "./cell-maker.ts";
import type { PartWindow } from "../package/part-window.ts";
import type { RowSink } from "./row-sink.ts";
import type { ElementTaker } from "../package/scan-part.ts";
import { createCellTaker } from "./take-cell.ts";
import { CellBrokenError, type WorkbookContext } from "./xlsx-cell.ts";

interface RowTag {
  rowNumber: number;
  isHidden: boolean;
  isEmpty: boolean;
}

function isBlank(byte: number | undefined): boolean {
  return byte === code.BLANK || byte === code.LINE_FEED || byte === code.CARRIAGE_RETURN;
}

function skipBlanks(bytes: Buffer, from: number): number {
  let at = from;
  while (isBlank(bytes[at])) at += 1;
  return at;
}

/** Reads the attributes of a row that start at `from` into `tag`; gives the place behind, or -1. */
function readRowTag({ bytes, text }: PartWindow, from: number, tag: RowTag): number {
  let at = from;
  while (bytes[at] === code.BLANK) {
    const nameAt = at + 1;
    let localAt = nameAt;
    at = nameAt;
    for (let byte = bytes[at]; byte !== code.EQUALS; byte = bytes[at]) {
      if (byte === undefined || byte === code.GREATER || byte === code.QUOTE) return -1;
      at += 1;
      if (byte === code.COLON) localAt = at;
    }
    const valueAt = at + 2;
    if (bytes[at + 1] !== code.QUOTE) return -1;
    let end = valueAt;
    for (let byte = bytes[end]; byte !== code.QUOTE; byte = bytes[end]) {
      if (byte === undefined || byte === code.AMPERSAND || byte === code.LESS) return -1;
      end += 1;
    }
    if (text.startsWith("r=", localAt)) {
      if (localAt !== nameAt) return -1;
      let rowNumber = 0;
      for (at = valueAt; at < end; at += 1) {
        const digit = (bytes[at] ?? 0) - code.ZERO;
        if (digit < 0 || digit > 9) return -1;
        rowNumber = rowNumber * 10 + digit;
      }
      if (rowNumber < 1 || rowNumber > ROWS_MAX) return -1;
      tag.rowNumber = rowNumber;
    } else if (text.startsWith("hidden=", localAt)) {
      const value = text.slice(valueAt, end);
      if (localAt !== nameAt || !/^(?:[01]|true|false)$/.test(value)) return -1;
      tag.isHidden = value === "1" || value === "true";
    } else if (text.startsWith("xmlns", nameAt)) {
      return -1;
    }
    at = end + 1;
  }
  tag.isEmpty = bytes[at] === code.SLASH;
  if (tag.isEmpty) at += 1;
  return bytes[at] === code.GREATER ? at + 1 : -1;
}

export function createRowTaker(
  workbook: WorkbookContext,
  sink: RowSink,
  isInside: () => boolean,
): ElementTaker {
  const maker = createCellMaker(workbook);
  let cells = createCellTaker("", maker, workbook);
  let openRow = "<row";
  let closeRow = "</row>";
  let openCell = "<c";
  let width = 0;

  /** The place behind the row at `from`, or -1 when it is left. */
  const takeRow = (window: PartWindow, from: number): number => {
    const { bytes, text } = window;
    const tag: RowTag = { rowNumber: sink.lastRowNumber() + 1, isHidden: false, isEmpty: false };
    let at = readRowTag(window, from + openRow.length, tag);
    if (at < 0) return -1;
    // Most rows are as wide as the one before.
    const row = new Array<Cell | undefined>(width);
    let length = 0;
    cells.rowNumber = tag.rowNumber;
    cells.column = -1;
    while (!tag.isEmpty) {
      if (bytes[at] !== code.LESS) at = skipBlanks(bytes, at);
      if (bytes[at + 1] === code.SLASH) {
        if (!text.startsWith(closeRow, at)) return -1;
        at += closeRow.length;
        break;
      }
      if (!isCellAt(window, at)) return -1;
      at = cells.take(window, at);
      if (at < 0) return -1;
      if (cells.cell === undefined) continue;
      row[cells.column] = cells.cell;
      if (cells.column >= length) length = cells.column + 1;
    }
    row.length = length;
    width = length;
    sink.add(tag.rowNumber, tag.isHidden, row);
    return at;
  };

  const isCellAt = ({ bytes, text }: PartWindow, at: number): boolean => {
    const nameEnd = bytes[at + openCell.length];
    if (nameEnd !== code.BLANK && nameEnd !== code.GREATER && nameEnd !== code.SLASH) return false;
    return openCell.length === 2
      ? bytes[at] === code.LESS && bytes[at + 1] === code.LOWER_C
      : text.startsWith(openCell, at);
  };

  return {
    parent: "sheetData",
    element: "row",
    isInside,
    begin: (prefix) => {
      cells = createCellTaker(prefix, maker, workbook);
      openRow = `<${prefix}row`;
      closeRow = `</${prefix}row>`;
      openCell = `<${prefix}c`;
    },
    take: (window, from) => {
      let at = from;
      for (;;) {
        at = skipBlanks(window.bytes, at);
        if (at === window.bytes.length || !window.text.startsWith(openRow, at)) return at;
        let end: number;
        try {
          end = takeRow(window, at);
        } catch (error) {
          // The slow way will find the same, and say in which cell.
          if (!(error instanceof CellBrokenError)) throw error;
          return at;
        }
        if (end < 0) return at;
        at = end;
      }
    },
  };
}
