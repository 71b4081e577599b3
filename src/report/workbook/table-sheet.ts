// Draws a table on as many worksheets as it needs: header frozen, filter, widths, print titles, and
// each cell as what it is. A text stays a text cell: nothing in here makes a formula or a link.
import type { Cell, PageSetup, Worksheet } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import type { Table } from "../model/report-form.ts";
import type { CellKind, CellValue, TableSheet, Tone } from "../model/sheet.ts";
import { rowHeight, type WrappedText } from "../text/row-height.ts";
import { textValue } from "../text/workbook-text.ts";
import { cellStyles, headerStyle, tabColour } from "./report-styles.ts";
import { landscape, pageFooter, type ReportWorkbook } from "./report-workbook.ts";

type TableForm<Row> = Omit<TableSheet<Row>, "lists" | "record">;

/** Source: Excel specifications and limits, Worksheet size, less the header. */
const ROWS_PER_SHEET_MAX = 1_048_575;
const HEADER_HEIGHT_POINTS = 30;
/** Letters of some 7 points on paper, about 220 characters across a landscape page. */
const TABLE_SCALE_PERCENT = 65;

/** @param rowsMax rows below the header of one worksheet; only tests lower it */
export function startTable<Row>(
  workbook: ReportWorkbook,
  form: TableForm<Row>,
  rowsMax = ROWS_PER_SHEET_MAX,
): Table<Row> {
  const { columns } = form;
  let sheetNumber = 1;
  let sheet = startSheet(workbook, form, form.name);
  let rows = 0;
  const endSheet = (): void => {
    const lastRow = String(Math.max(rows, 1) + 1);
    sheet.autoFilter = `A1:${columnLetters(columns.length - 1)}${lastRow}`;
    sheet.commit();
  };
  return {
    addRow: (item) => {
      if (rows === rowsMax) {
        endSheet();
        sheetNumber += 1;
        sheet = startSheet(workbook, form, `${form.name} (${String(sheetNumber)})`);
        rows = 0;
      }
      const row = sheet.addRow([]);
      const wrapped: WrappedText[] = [];
      columns.forEach(({ kind = "text", width, value, tone }, index) => {
        const content = value(item);
        fill(row.getCell(index + 1), kind, content, tone?.(item));
        if (kind === "wrapped" && typeof content === "string")
          wrapped.push({ text: content, width });
      });
      const height = rowHeight(wrapped);
      if (height !== null) row.height = height;
      row.commit();
      rows += 1;
    },
    end: () => {
      if (rows === 0) {
        const row = sheet.addRow([form.emptyNote]);
        row.getCell(1).style = cellStyles.note.text;
        row.commit();
      }
      endSheet();
    },
  };
}

function startSheet<Row>(
  workbook: ReportWorkbook,
  { columns, frozenColumns, tabTone }: TableForm<Row>,
  name: string,
): Worksheet {
  const sheet = workbook.writer.addWorksheet(name, {
    properties: { tabColor: tabColour(tabTone) },
    views: [{ state: "frozen", ySplit: 1, xSplit: frozenColumns, showGridLines: false }],
    pageSetup: tablePages(frozenColumns),
    headerFooter: pageFooter,
  });
  sheet.columns = columns.map(({ width }) => ({ width }));
  const row = sheet.addRow(columns.map(({ header }) => header));
  row.height = HEADER_HEIGHT_POINTS;
  row.eachCell((cell) => {
    cell.style = headerStyle;
  });
  row.commit();
  return sheet;
}

function fill(cell: Cell, kind: CellKind, content: CellValue, tone: Tone | undefined): void {
  if (typeof content === "string") {
    // A text in a column of numbers or times is aligned and formatted as a text.
    cell.style = cellStyles[tone ?? "plain"][kind === "wrapped" ? kind : "text"];
    cell.value = textValue(content);
    return;
  }
  cell.style = cellStyles.plain[kind];
  cell.value = content;
}

/**
 * As many pages side by side as can be read, each with the header row and the frozen columns, the
 * halves of a row one after the other.
 */
function tablePages(frozenColumns: number): Partial<PageSetup> {
  const { fitToPage: _fitToPage, fitToWidth: _width, fitToHeight: _height, ...paper } = landscape;
  return {
    ...paper,
    scale: TABLE_SCALE_PERCENT,
    pageOrder: "overThenDown",
    printTitlesRow: "1:1",
    printTitlesColumn: `A:${columnLetters(frozenColumns - 1)}`,
  };
}
