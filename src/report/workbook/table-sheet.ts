// Draws a table on as many worksheets as it needs: header frozen, filter, widths, print titles, and
// each cell as what it is. A text stays a text cell: nothing in here makes a formula, or a link out of the report.
// The rows are written as XML right away: a report has millions of cells, and the library makes objects of each.
import type { PageSetup, Style, Worksheet } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import type { Table } from "../model/report-form.ts";
import type { CellValue, TableSheet } from "../model/sheet.ts";
import { wallTime } from "../../core/time/wall-time.ts";
import { LINE_POINTS, rowHeight, type WrappedText } from "../text/row-height.ts";
import { cellXml } from "../text/workbook-text.ts";
import {
  cellStyles,
  headerStyle,
  linkedStyle,
  markedTimeStyle,
  tabColour,
} from "./report-styles.ts";
import {
  landscape,
  linkCell,
  pageFooter,
  ROWS_PER_SHEET_MAX,
  writeRowXml,
  type ReportWorkbook,
} from "./report-workbook.ts";

type TableForm<Row> = Omit<TableSheet<Row>, "lists" | "record">;

const HEADER_HEIGHT_POINTS = 30;
/** Letters of some 7 points on paper, about 220 characters across a landscape page. */
const TABLE_SCALE_PERCENT = 65;
/** A page of A4 landscape between its margins, and how far it may be made smaller. Unit: points. */
const PAGE_HEIGHT_POINTS = 516;
const PAGE_WIDTH_POINTS = 784;
const ONE_PAGE_SCALE_MIN = 0.6;
/** Unit: points, of one character that a width counts. Source: Calibri 11, 7 pixels at 96 dpi. */
const WIDTH_POINTS = 5.25;
/** Days from 1900, as Excel counts them, to 1970. */
const EXCEL_EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;
/** Unit: UTF-16 code units gathered before they are handed on. */
const XML_CHUNK = 65_536;

/** @param rowsMax rows below the header of one worksheet; only tests lower it */
export function startTable<Row>(
  workbook: ReportWorkbook,
  form: TableForm<Row>,
  rowsMax = ROWS_PER_SHEET_MAX,
): Table<Row> {
  const { columns } = form;
  const letters = columns.map((_column, index) => columnLetters(index));
  const cell = cellWriter(workbook);
  let sheetNumber = 1;
  let sheet = startSheet(workbook, form, form.name);
  let rows = 0;
  let heightPoints = HEADER_HEIGHT_POINTS;
  let pending = "";
  const flush = (): void => {
    writeRowXml(sheet, pending);
    pending = "";
  };
  const endSheet = (): void => {
    flush();
    const lastRow = String(Math.max(rows, 1) + 1);
    sheet.autoFilter = `A1:${String(letters.at(-1))}${lastRow}`;
    const { printedColumns } = form;
    if (printedColumns !== undefined) {
      const lastColumn = letters[printedColumns - 1] ?? "A";
      // The library sets a dollar before each of the two only.
      sheet.pageSetup.printArea = `A$1:${lastColumn}$${lastRow}`;
      const width = columns.slice(0, printedColumns).reduce((sum, column) => sum + column.width, 0);
      if (fitsOnePage(width, heightPoints)) sheet.pageSetup.fitToHeight = 1;
    }
    sheet.commit();
  };
  const addXml = (cells: string, height: number | null): void => {
    rows += 1;
    heightPoints += height ?? LINE_POINTS;
    const shown = height === null ? "" : ` ht="${String(height)}" customHeight="1"`;
    pending += `<row r="${String(rows + 1)}"${shown}>${cells}</row>`;
    if (pending.length >= XML_CHUNK) flush();
  };
  return {
    addRow: (item) => {
      if (rows === rowsMax) {
        endSheet();
        sheetNumber += 1;
        sheet = startSheet(workbook, form, `${form.name} (${String(sheetNumber)})`);
        rows = 0;
        heightPoints = HEADER_HEIGHT_POINTS;
      }
      const rowNumber = String(rows + 2);
      const wrapped: WrappedText[] = [];
      let cells = "";
      for (const [index, { kind = "text", width, value, tone, link }] of columns.entries()) {
        const content = value(item);
        const address = (letters[index] ?? "") + rowNumber;
        const isText = typeof content === "string";
        // A text in a column of numbers or times is aligned and formatted as a text.
        const shownKind = isText && kind !== "wrapped" ? "text" : kind;
        let style = cellStyles[(isText ? tone?.(item) : undefined) ?? "plain"][shownKind];
        const target = isText ? (link?.(item) ?? null) : null;
        if (target !== null && linkCell(sheet, address, target, rowsMax)) {
          style = linkedStyle(style);
        }
        if (kind === "wrapped" && isText) wrapped.push({ text: content, width });
        cells += cell(address, content, style);
      }
      addXml(cells, rowHeight(wrapped));
    },
    end: () => {
      if (rows === 0) addXml(cell("A2", form.emptyNote, cellStyles.note.text), null);
      endSheet();
    },
  };
}

function cellWriter(
  workbook: ReportWorkbook,
): (address: string, content: CellValue, style: Partial<Style>) => string {
  const { styleId, timeZone } = workbook;
  return (address, content, style) => {
    if (content instanceof Date) {
      const { wall, mark } = wallTime(content, timeZone);
      const id = styleId(mark === "" ? style : markedTimeStyle(mark));
      const days = wall.getTime() / DAY_MS + EXCEL_EPOCH_DAYS;
      return `<c r="${address}" s="${String(id)}"><v>${String(days)}</v></c>`;
    }
    const start = `<c r="${address}" s="${String(styleId(style))}"`;
    if (content === null) return `${start}/>`;
    if (typeof content === "number") return `${start}><v>${String(content)}</v></c>`;
    return start + cellXml(content);
  };
}

/** Whether the whole table is still read easily when it is made as small as one page. */
function fitsOnePage(widthCharacters: number, heightPoints: number): boolean {
  const scale = Math.min(1, PAGE_WIDTH_POINTS / (widthCharacters * WIDTH_POINTS));
  return heightPoints * Math.min(scale, ONE_PAGE_SCALE_MIN) <= PAGE_HEIGHT_POINTS;
}

function startSheet<Row>(
  workbook: ReportWorkbook,
  { columns, frozenColumns, printedColumns, tabTone }: TableForm<Row>,
  name: string,
): Worksheet {
  const sheet = workbook.writer.addWorksheet(name, {
    properties: { tabColor: tabColour(tabTone) },
    views: [{ state: "frozen", ySplit: 1, xSplit: frozenColumns, showGridLines: false }],
    pageSetup:
      printedColumns === undefined
        ? pagesBeside(frozenColumns)
        : { ...landscape, printTitlesRow: "1:1" },
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

/**
 * As many pages side by side as can be read, each with the header row and the frozen columns, the
 * halves of a row one after the other.
 */
function pagesBeside(frozenColumns: number): Partial<PageSetup> {
  const { fitToPage: _fitToPage, fitToWidth: _width, fitToHeight: _height, ...paper } = landscape;
  return {
    ...paper,
    scale: TABLE_SCALE_PERCENT,
    pageOrder: "overThenDown",
    printTitlesRow: "1:1",
    printTitlesColumn: `A:${columnLetters(frozenColumns - 1)}`,
  };
}
