// The sheet `Read me`: how to fill in the workbook, what belongs in every column, and the examples.
// They stand here because a row below the headers is a shipment and would be sent.
import type { Style, Workbook, Worksheet } from "exceljs";
import type { TemplateModel, TemplateSheet } from "../../core/template.ts";
import { rowHeight } from "../text/row-height.ts";
import { markedHeader } from "./template-sheet.ts";
import {
  exampleStyle,
  paragraphStyle,
  templateHeaderStyle,
  templateHeadingStyle,
  templateTitleStyle,
} from "./template-styles.ts";

const READ_ME_SHEET = "Read me";
const WIDTHS = [30, 14, 62, 26];
const PAGE_WIDTH = WIDTHS.reduce((sum, width) => sum + width, 0);
const TITLE_HEIGHT_POINTS = 36;
const HEADING_HEIGHT_POINTS = 28;
/** The text is a point larger than that of the report. */
const BODY_HEIGHT_SCALE = 1.12;
const LINE_HEIGHT_POINTS = 14;
const PARAGRAPH_GAP_POINTS = 5;

const EXAMPLES_NOTE =
  "The examples stand on this sheet only. Every row below the headers of the other sheets is real: it belongs to a shipment and is sent.";

const typeWords = {
  text: "text",
  code: "code (text)",
  decimal: "number",
  integer: "whole number",
  date: "date",
} as const;

export function addReadMe(workbook: Workbook, model: TemplateModel): void {
  const sheet = workbook.addWorksheet(READ_ME_SHEET, {
    views: [{ state: "normal", showGridLines: false }],
    pageSetup: { orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.columns = WIDTHS.map((width) => ({ width }));
  addRow(sheet, [model.title], templateTitleStyle, TITLE_HEIGHT_POINTS);
  for (const paragraph of [...model.instructions, EXAMPLES_NOTE]) addParagraph(sheet, paragraph);
  for (const templateSheet of model.sheets) {
    addColumns(sheet, templateSheet);
    addExamples(sheet, templateSheet);
  }
}

function addColumns(sheet: Worksheet, { name, columns }: TemplateSheet): void {
  addRow(sheet, [`Columns of the sheet ${name}`], templateHeadingStyle, HEADING_HEIGHT_POINTS);
  addRow(
    sheet,
    ["Column", "Holds", "What belongs in it", "Example row"],
    templateHeaderStyle(true),
  );
  for (const column of columns) {
    const row = addRow(
      sheet,
      [markedHeader(column), typeWords[column.type], column.note, column.example],
      paragraphStyle,
    );
    sheet.getCell(row, WIDTHS.length).style = exampleStyle;
  }
}

/**
 * The example rows that say more than the column `Example row` does already, from top to bottom: a
 * table of them would be wider than any page.
 */
function addExamples(sheet: Worksheet, { name, columns, examples }: TemplateSheet): void {
  examples.forEach((example, index) => {
    if (columns.every((column) => (example[column.header] ?? "") === column.example)) return;
    const title = `Example row ${String(index + 1)} for the sheet ${name}`;
    addRow(sheet, [title], templateHeadingStyle, HEADING_HEIGHT_POINTS);
    for (const { header } of columns) {
      const value = example[header];
      if (value !== undefined && value !== "") addRow(sheet, [header, "", value], exampleStyle);
    }
  });
}

function addParagraph(sheet: Worksheet, text: string): void {
  const row = addRow(sheet, [text], paragraphStyle);
  sheet.mergeCells(row, 1, row, WIDTHS.length);
  const height = rowHeight([{ text, width: PAGE_WIDTH }]) ?? LINE_HEIGHT_POINTS;
  sheet.getRow(row).height = height * BODY_HEIGHT_SCALE + PARAGRAPH_GAP_POINTS;
}

function addRow(
  sheet: Worksheet,
  texts: readonly string[],
  style: Partial<Style>,
  heightPoints?: number,
): number {
  const row = sheet.addRow([...texts]);
  texts.forEach((_text, index) => {
    row.getCell(index + 1).style = style;
  });
  const wrapped = texts.map((text, index) => ({ text, width: WIDTHS[index] ?? PAGE_WIDTH }));
  const needed = texts.length > 1 ? rowHeight(wrapped) : null;
  const height = heightPoints ?? (needed === null ? null : needed * BODY_HEIGHT_SCALE);
  if (height !== null) row.height = height;
  return row.number;
}
