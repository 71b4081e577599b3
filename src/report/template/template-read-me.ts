// The sheet `Read me`: how to fill in the workbook, what belongs in every column, and the examples.
// They stand here because a row below the headers is a shipment and would be sent.
import type { Style, Workbook } from "exceljs";
import type { TemplateModel, TemplateSheet, TemplateWords } from "../../core/template.ts";
import { rowHeight } from "../text/row-height.ts";
import { markedHeader } from "./template-sheet.ts";
import {
  exampleStyle,
  paragraphStyle,
  templateHeaderStyle,
  templateHeadingStyle,
  templateTitleStyle,
} from "./template-styles.ts";

type RowKind = "title" | "paragraph" | "heading" | "header" | "column" | "example";
/** The texts of a row from left to right; a paragraph runs across all columns. */
type ReadMeRow = readonly [RowKind, ...string[]];

const WIDTHS = [30, 14, 62, 26];
const PAGE_WIDTH = WIDTHS.reduce((sum, width) => sum + width, 0);
const heightsPoints: Readonly<Partial<Record<RowKind, number>>> = { title: 36, heading: 28 };
/** The text is a point larger than that of the report. */
const BODY_HEIGHT_SCALE = 1.12;
const LINE_HEIGHT_POINTS = 14;
const PARAGRAPH_GAP_POINTS = 5;

const styles: Readonly<Record<RowKind, Partial<Style>>> = {
  title: templateTitleStyle,
  paragraph: paragraphStyle,
  heading: templateHeadingStyle,
  header: templateHeaderStyle(true),
  column: paragraphStyle,
  example: exampleStyle,
};

export function addReadMe(workbook: Workbook, model: TemplateModel): void {
  const sheet = workbook.addWorksheet(model.words.readMe, {
    views: [{ state: "normal", showGridLines: false }],
    pageSetup: { orientation: "landscape", fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
  });
  sheet.columns = WIDTHS.map((width) => ({ width }));
  for (const [kind, ...texts] of rowsOf(model)) {
    const row = sheet.addRow(texts);
    const isExample = (index: number): boolean => kind === "column" && index === WIDTHS.length - 1;
    texts.forEach((_text, index) => {
      row.getCell(index + 1).style = isExample(index) ? exampleStyle : styles[kind];
    });
    if (kind === "paragraph") sheet.mergeCells(row.number, 1, row.number, WIDTHS.length);
    const height = heightsPoints[kind] ?? neededHeight(kind, texts);
    if (height !== null) row.height = height;
  }
}

function rowsOf({ title, instructions, sheets, words }: TemplateModel): readonly ReadMeRow[] {
  return [
    ["title", title],
    ...[...instructions, words.examplesNote].map((text): ReadMeRow => ["paragraph", text]),
    ...sheets.flatMap((sheet) => [...columnRows(sheet, words), ...exampleRows(sheet, words)]),
  ];
}

function columnRows(
  { name, columns }: TemplateSheet,
  { columnsOf, tableHeaders, types }: TemplateWords,
): readonly ReadMeRow[] {
  return [
    ["heading", columnsOf.replace("{sheet}", name)],
    ["header", ...tableHeaders],
    ...columns.map((column): ReadMeRow => [
      "column",
      markedHeader(column),
      types[column.type],
      column.note,
      column.example,
    ]),
  ];
}

/**
 * The example rows that say more than the column `Example row` does already, from top to bottom: a
 * table of them would be wider than any page.
 */
function exampleRows(
  { name, columns, examples }: TemplateSheet,
  { exampleRow }: TemplateWords,
): readonly ReadMeRow[] {
  return examples.flatMap((example, index) => {
    if (columns.every((column) => (example[column.header] ?? "") === column.example)) return [];
    const filled = columns.filter(({ header }) => (example[header] ?? "") !== "");
    return [
      ["heading", exampleRow.replace("{number}", String(index + 1)).replace("{sheet}", name)],
      ...filled.map(({ header }): ReadMeRow => ["example", header, "", example[header] ?? ""]),
    ] satisfies readonly ReadMeRow[];
  });
}

/** Unit: points; null when one line is enough. */
function neededHeight(kind: RowKind, texts: readonly string[]): number | null {
  if (kind === "paragraph") {
    const height = rowHeight(texts.map((text) => ({ text, width: PAGE_WIDTH })));
    return (height ?? LINE_HEIGHT_POINTS) * BODY_HEIGHT_SCALE + PARAGRAPH_GAP_POINTS;
  }
  const height = rowHeight(texts.map((text, index) => ({ text, width: WIDTHS[index] ?? 0 })));
  return height === null ? null : height * BODY_HEIGHT_SCALE;
}
