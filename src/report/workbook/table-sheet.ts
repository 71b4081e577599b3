// One table on as many sheets as it needs: header frozen, filter, widths, print titles, and each
// cell written as what it is. A value that comes from outside is always a text cell: nothing in here
// makes a formula, and a link is only made from an address that is one.
//
// No sheet may hold both links and conditional formatting: exceljs' streaming writer puts them in an
// order that Excel calls damaged.
import type { Cell, PageSetup, PaperSize, Worksheet } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import { cellText } from "../text/cell-text.ts";
import { rowHeight } from "../text/row-height.ts";
import { textValue } from "../text/text-value.ts";
import type { ReportWorkbook } from "./report-workbook.ts";
import {
  headerStyle,
  linkStyles,
  noteStyle,
  plainStyles,
  tabColours,
  tonedStyles,
  type ColumnKind,
  type Tone,
} from "./report-styles.ts";

export interface TableColumn {
  readonly header: string;
  /** Unit: characters. */
  readonly width: number;
  readonly kind: ColumnKind;
}

export interface LinkCell {
  readonly text: string;
  readonly url: string;
}
export interface TonedCell {
  readonly text: string;
  readonly tone: Tone;
}
export type ReportCell = string | number | Date | LinkCell | TonedCell | null;

export interface TableSheet {
  readonly addRow: (cells: readonly ReportCell[]) => void;
  /** Ends the table; an empty one says so in words. */
  readonly end: () => void;
}

interface TableOptions {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  /** How many columns stay in sight when scrolling sideways. */
  readonly frozenColumns: number;
  readonly tabTone: Tone;
  readonly emptyNote: string;
  /** Rows below the header. Only tests lower it. */
  readonly rowsPerSheetMax?: number;
}

/** Source: Excel specifications and limits, Worksheet size, less the header. */
const ROWS_PER_SHEET_MAX = 1_048_575;
/** Source: Excel specifications and limits, Hyperlinks in a worksheet: 65,530; beyond, plain text. */
const LINKS_PER_SHEET_MAX = 65_000;
/** Excel refuses longer addresses. Unit: UTF-16 code units. */
const LINK_LENGTH_MAX = 2_000;
const HEADER_HEIGHT_POINTS = 30;
/** Letters of some 7 points on paper, about 220 characters across a landscape page. */
const TABLE_SCALE_PERCENT = 65;
// The library declares a const enum that does not exist at run time. Source: ECMA-376 part 1, 18.3.1.63.
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- see above
const PAPER_A4: PaperSize = 9;

export function startTable(workbook: ReportWorkbook, options: TableOptions): TableSheet {
  const rowsMax = options.rowsPerSheetMax ?? ROWS_PER_SHEET_MAX;
  let sheetNumber = 1;
  let sheet = startSheet(workbook, options, sheetNumber);
  let rows = 0;
  let links = 0;
  return {
    addRow: (cells) => {
      if (rows === rowsMax) {
        endSheet(sheet, options, rows);
        sheetNumber += 1;
        sheet = startSheet(workbook, options, sheetNumber);
        rows = 0;
        links = 0;
      }
      const row = sheet.addRow([]);
      options.columns.forEach(({ kind }, index) => {
        const content = cells[index] ?? null;
        if (fill(row.getCell(index + 1), kind, content, links < LINKS_PER_SHEET_MAX)) links += 1;
      });
      const height = rowHeight(wrappedTexts(options.columns, cells));
      if (height !== null) row.height = height;
      row.commit();
      rows += 1;
    },
    end: () => {
      if (rows === 0) {
        const row = sheet.addRow([options.emptyNote]);
        row.getCell(1).style = noteStyle;
        row.commit();
      }
      endSheet(sheet, options, rows);
    },
  };
}

function startSheet(
  workbook: ReportWorkbook,
  { name, columns, frozenColumns, tabTone }: TableOptions,
  sheetNumber: number,
): Worksheet {
  const sheet = workbook.writer.addWorksheet(
    sheetNumber === 1 ? name : `${name} (${String(sheetNumber)})`,
    {
      properties: { tabColor: { argb: tabColours[tabTone] } },
      views: [{ state: "frozen", ySplit: 1, xSplit: frozenColumns, showGridLines: false }],
      pageSetup: tablePages(frozenColumns),
      headerFooter: pageFooter,
    },
  );
  sheet.columns = columns.map(({ width }) => ({ width }));
  const header = sheet.addRow(columns.map((column) => column.header));
  header.height = HEADER_HEIGHT_POINTS;
  header.eachCell((cell) => {
    cell.style = headerStyle;
  });
  header.commit();
  return sheet;
}

function endSheet(sheet: Worksheet, { columns }: TableOptions, rows: number): void {
  sheet.autoFilter = `A1:${columnLetters(columns.length - 1)}${String(Math.max(rows, 1) + 1)}`;
  sheet.commit();
}

function wrappedTexts(
  columns: readonly TableColumn[],
  cells: readonly ReportCell[],
): { text: string; width: number }[] {
  return columns.flatMap(({ kind, width }, index) => {
    const content = cells[index];
    return kind === "wrapped" && typeof content === "string" ? [{ text: content, width }] : [];
  });
}

/** Fills one cell. Returns whether it became a link. */
function fill(cell: Cell, kind: ColumnKind, content: ReportCell, linkAllowed: boolean): boolean {
  cell.style = plainStyles[kind];
  if (content === null) return false;
  if (typeof content === "string") {
    cell.value = textValue(content);
    if (kind !== "wrapped") cell.style = plainStyles.text;
    return false;
  }
  if (typeof content === "number" || content instanceof Date) {
    cell.value = content;
    return false;
  }
  if ("tone" in content) {
    cell.value = textValue(content.text);
    cell.style = tonedStyles[content.tone][kind];
    return false;
  }
  if (!linkAllowed || content.url.length > LINK_LENGTH_MAX || !isWebAddress(content.url)) {
    cell.value = textValue(content.text);
    return false;
  }
  cell.value = { text: cellText(content.text), hyperlink: new URL(content.url).href };
  cell.style = linkStyles[kind];
  return true;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && ["https:", "http:"].includes(new URL(url).protocol);
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
