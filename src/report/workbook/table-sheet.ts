// Draws a table on as many worksheets as it needs: header frozen, filter, widths, print titles, and
// each cell as what it is. A text stays a text cell: nothing in here makes a formula or a link.
import type { Cell, PageSetup, PaperSize, Worksheet } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import type { CellKind, CellValue, TableSheet, Tone } from "../model/sheet.ts";
import { rowHeight, type WrappedText } from "../text/row-height.ts";
import { textValue } from "../text/workbook-text.ts";
import { headerStyle, noteStyle, plainStyles, tabColours, tonedStyles } from "./report-styles.ts";
import type { ReportWorkbook } from "./report-workbook.ts";

export interface Table<Row> {
  readonly addRow: (row: Row) => void;
  /** Ends the table; an empty one says so in words. */
  readonly end: () => void;
}

type TableForm<Row> = Omit<TableSheet<Row>, "lists" | "record">;

/** Source: Excel specifications and limits, Worksheet size, less the header. */
const ROWS_PER_SHEET_MAX = 1_048_575;
const HEADER_HEIGHT_POINTS = 30;
/** Letters of some 7 points on paper, about 220 characters across a landscape page. */
const TABLE_SCALE_PERCENT = 65;
// The library declares a const enum that does not exist at run time. Source: ECMA-376 part 1, 18.3.1.63.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
const PAPER_A4: PaperSize = 9;

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
        row.getCell(1).style = noteStyle;
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
    properties: { tabColor: { argb: tabColours[tabTone] } },
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
  if (typeof content !== "string") {
    cell.style = plainStyles[kind];
    if (content !== null) cell.value = content;
    return;
  }
  // A text in a column of numbers or times is aligned and formatted as a text.
  const textKind = kind === "wrapped" ? kind : "text";
  cell.style = (tone === undefined ? plainStyles : tonedStyles[tone])[textKind];
  cell.value = textValue(content);
}

/**
 * For tables: as many pages side by side as can be read, with the header row and the columns that
 * tell the rows apart on each, the halves of a row one after the other.
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

/** As wide as one page. */
export const landscape = {
  orientation: "landscape",
  paperSize: PAPER_A4,
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
  margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.3, footer: 0.3 },
} as const;

export const pageFooter = {
  oddFooter: "&L&8cas-batch status report · &A&R&8Page &P of &N",
} as const;
