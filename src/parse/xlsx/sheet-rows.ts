// Reads the rows of one sheet from its XML. Rows and cells without an address stand next to the one before, as
// the format says. A row or cell that stands twice, or behind one that it should precede, is refused:
// programs do not agree on which value is there.
// Source: ECMA-376-1, 18.3.1.73 (row), 18.3.1.4 (c).
import {
  cellAddress,
  columnIndexOf,
  COLUMNS_MAX,
  parseCellAddress,
  ROWS_MAX,
  type Cell,
  type MergedRange,
  type SheetRow,
} from "../../core/cell.ts";
import { unreadable } from "../text/file-finding.ts";
import { createRowSink, type RowSink } from "./row-sink.ts";
import { scanPart } from "../package/scan-part.ts";
import { createRowTaker } from "./take-rows.ts";
import type { WorkbookSheet } from "./workbook-parts.ts";
import { CellBrokenError, xlsxCell, type CellMarkup, type WorkbookContext } from "./xlsx-cell.ts";
import type { XlsxPackage } from "../package/xlsx-package.ts";
import { ZipTooLargeError } from "../package/zip-directory.ts";
import { xmlAttributes } from "../package/xml-markup.ts";
import type { XmlHandler } from "../package/xml-scanner.ts";

/** All others are skipped with what is in them: of alternate content the fallback is for us. */
const READ_ELEMENTS: ReadonlySet<string> = new Set(["row", "c", "v", "f", "is", "t", "r", "rPh"]);
const ALTERNATE_ELEMENTS: ReadonlySet<string> = new Set(["AlternateContent", "Fallback"]);

/** Of a cell; its row is null where the address names a column alone. Null for what is no address. */
function placeOf(address: string) {
  const isColumn = /^[A-Z]+$/i.test(address);
  return isColumn
    ? { columnIndex: columnIndexOf(address), rowNumber: null }
    : parseCellAddress(address);
}

/**
 * The merged cells that a `ref` names, `$A$2:$A$3` too, or null when it names a single cell or none.
 * Source: ECMA-376-1, 18.3.1.54 (mergeCell).
 */
function mergedRange(ref: string): MergedRange | null {
  const [from, to, ...rest] = ref.replaceAll("$", "").trim().split(":").map(parseCellAddress);
  if (from == null || to == null || rest.length > 0) return null;
  const range = {
    firstRow: Math.min(from.rowNumber, to.rowNumber),
    lastRow: Math.max(from.rowNumber, to.rowNumber),
    firstColumn: Math.min(from.columnIndex, to.columnIndex),
    lastColumn: Math.max(from.columnIndex, to.columnIndex),
  };
  const isOneCell = range.firstRow === range.lastRow && range.firstColumn === range.lastColumn;
  return isOneCell || range.lastColumn >= COLUMNS_MAX ? null : range;
}

interface RowCollector extends XmlHandler {
  /** Whether the next thing may be a row. */
  readonly isBetweenRows: () => boolean;
}

/** Collects rows from XML events into `sink`. */
function rowCollector(
  workbook: WorkbookContext,
  sink: RowSink,
  sheet: string,
  takeMerged: (range: MergedRange) => void,
): RowCollector {
  let inRows = false;
  let namespace = "";
  let inRow = false;
  let rowNumber = 0;
  let isNumbered = false;
  let rowHidden = false;
  let cells: (Cell | undefined)[] = [];
  let columnIndex = -1;
  let cell: CellMarkup | null = null;
  let collecting: "value" | "inline" | null = null;
  let inInline = false;
  let phoneticDepth = 0;
  // Elements of other kinds and all that is in them: extensions have a `v` and `t` of their own.
  let skippedDepth = 0;

  const openRow = (attributesText: string): void => {
    if (inRow) throw new CellBrokenError(`There is a row inside row ${rowNumber}`);
    const attributes = xmlAttributes(attributesText);
    const given = attributes["r"];
    isNumbered = given !== undefined;
    rowNumber = given === undefined ? sink.lastRowNumber() + 1 : Number(given);
    if (!Number.isInteger(rowNumber) || rowNumber < 1 || rowNumber > ROWS_MAX) {
      throw new CellBrokenError(`"${given ?? rowNumber}" is no row number`);
    }
    rowHidden = attributes["hidden"] === "1" || attributes["hidden"] === "true";
    inRow = true;
    cells = [];
    columnIndex = -1;
  };

  const openCell = (attributesText: string): void => {
    const attributes = xmlAttributes(attributesText);
    if (!inRow) throw new CellBrokenError("There is a cell outside of the rows");
    const given = attributes["r"];
    const place =
      given === undefined ? { columnIndex: columnIndex + 1, rowNumber: null } : placeOf(given);
    if (place === null || place.columnIndex >= COLUMNS_MAX) {
      throw new CellBrokenError(
        given === undefined
          ? `Row ${rowNumber} holds more cells than a sheet has columns`
          : `"${given}" is no cell address`,
      );
    }
    if (place.rowNumber !== null && place.rowNumber !== rowNumber) {
      // A row without a number is where its first cell is.
      if (isNumbered || columnIndex >= 0) {
        throw new CellBrokenError(`The cell ${given ?? ""} stands in row ${rowNumber}`);
      }
      rowNumber = place.rowNumber;
    }
    if (place.columnIndex <= columnIndex) {
      const address = cellAddress(place.columnIndex, rowNumber);
      throw new CellBrokenError(
        place.columnIndex === columnIndex
          ? `The cell ${address} is there twice`
          : `The cell ${address} stands behind ${cellAddress(columnIndex, rowNumber)}`,
      );
    }
    columnIndex = place.columnIndex;
    cell = {
      type: attributes["t"] ?? "n",
      style: Number(attributes["s"] ?? 0),
      value: null,
      inlineText: null,
      isFormula: false,
    };
  };

  const closeCell = (markup: CellMarkup): void => {
    try {
      const value = xlsxCell(markup, workbook);
      if (value !== undefined) cells[columnIndex] = value;
    } catch (error) {
      if (!(error instanceof CellBrokenError)) throw error;
      throw new CellBrokenError(`${cellAddress(columnIndex, rowNumber)}: ${error.message}`);
    }
    cell = null;
  };

  const heldTwice = (): CellBrokenError =>
    new CellBrokenError(`The cell ${cellAddress(columnIndex, rowNumber)} holds two values`);

  return {
    isBetweenRows: () => inRows && !inRow && skippedDepth === 0,
    open: (name, attributesText, elementNamespace) => {
      if (!inRows) {
        inRows = name === "sheetData";
        if (inRows) namespace = elementNamespace;
        else if (name === "mergeCell" && elementNamespace === namespace) {
          const range = mergedRange(xmlAttributes(attributesText)["ref"] ?? "");
          if (range !== null) takeMerged(range);
        }
        return;
      }
      const isOurs = elementNamespace === namespace;
      const isKnown = (isOurs && READ_ELEMENTS.has(name)) || ALTERNATE_ELEMENTS.has(name);
      if (skippedDepth > 0 || !isKnown) {
        skippedDepth += 1;
        return;
      }
      if (cell === null) {
        if (name === "row") openRow(attributesText);
        else if (name === "c") openCell(attributesText);
        return;
      }
      if (name === "v" && !inInline) {
        if (cell.value !== null) throw heldTwice();
        collecting = "value";
        cell.value = "";
      } else if (name === "f") cell.isFormula = true;
      else if (name === "is") {
        if (cell.inlineText !== null) throw heldTwice();
        cell.inlineText = "";
        inInline = true;
      } else if (name === "c" || name === "row") {
        throw new CellBrokenError(
          `There is a <${name}> inside the cell ${cellAddress(columnIndex, rowNumber)}`,
        );
      } else if (name === "rPh") phoneticDepth += 1;
      else if (name === "t" && inInline && phoneticDepth === 0) collecting = "inline";
    },
    text: (text) => {
      if (cell === null || collecting === null || skippedDepth > 0) return;
      if (collecting === "value") cell.value = (cell.value ?? "") + text;
      else cell.inlineText = (cell.inlineText ?? "") + text;
    },
    close: (name) => {
      if (!inRows) return;
      if (skippedDepth > 0) {
        skippedDepth -= 1;
        return;
      }
      if (name === "v" || name === "t") collecting = null;
      else if (name === "c" && cell !== null) closeCell(cell);
      else if (name === "row") {
        inRow = false;
        sink.add(rowNumber, rowHidden, cells);
      } else if (name === "is") inInline = false;
      else if (name === "rPh") phoneticDepth -= 1;
      else if (name === "sheetData") inRows = false;
    },
    where: () => {
      if (!inRow) return `the sheet "${sheet}"`;
      const place =
        cell === null ? `row ${rowNumber}` : `cell ${cellAddress(columnIndex, rowNumber)}`;
      return `${place} of the sheet "${sheet}"`;
    },
  };
}

/**
 * The rows of a sheet that hold something, in file order.
 * @param merged Is given the merged cells, when all rows have been read.
 * @throws UnreadableFileError when the sheet is damaged
 */
export async function* sheetRows(
  xlsx: XlsxPackage,
  sheet: WorkbookSheet,
  workbook: WorkbookContext,
  merged: MergedRange[] = [],
): AsyncGenerator<readonly SheetRow[]> {
  const { mergedRangesMax } = xlsx.limits;
  const sink = createRowSink(sheet.name, xlsx.limits);
  const collector = rowCollector(workbook, sink, sheet.name, (range) => {
    if (merged.push(range) <= mergedRangesMax) return;
    throw new ZipTooLargeError(
      `Its sheet "${sheet.name}" merges cells in more than ${mergedRangesMax} places`,
    );
  });
  const taker = createRowTaker(workbook, sink, collector.isBetweenRows);
  try {
    for await (const _chunk of scanPart(xlsx, sheet.part, collector, taker)) {
      yield* sink.batches();
    }
  } catch (error) {
    if (!(error instanceof CellBrokenError)) throw error;
    throw unreadable(
      xlsx.fileName,
      "file-damaged",
      `The sheet "${sheet.name}" of "${xlsx.fileName}" is damaged. ${error.message}`,
      { sheet: sheet.name, cause: error },
    );
  }
  yield* sink.batches();
}
