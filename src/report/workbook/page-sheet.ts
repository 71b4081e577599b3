// Draws a page: a headline, then sections of words and small tables from top to bottom, some of them beside others.
import type { Style } from "exceljs";
import { columnLetters } from "../../core/cell.ts";
import type { PageRow, PageSection, PageSheet, SheetLink } from "../model/sheet.ts";
import { wallTime } from "../../core/time/wall-time.ts";
import { rowHeight, type WrappedText } from "../text/row-height.ts";
import { textValue } from "../text/workbook-text.ts";
import {
  BAR_COLOUR,
  cellStyles,
  headerStyle,
  headlineStyle,
  linkedStyle,
  markedTimeStyle,
  tabColour,
  titleStyle,
} from "./report-styles.ts";
import {
  addBars,
  landscape,
  linkCell,
  pageFooter,
  type ReportWorkbook,
} from "./report-workbook.ts";

interface StyledCell {
  /** From 0 on. */
  readonly column: number;
  readonly span: number;
  readonly value: string | number | Date | null;
  readonly style: Partial<Style>;
  readonly link?: SheetLink | undefined;
}

interface GridRow {
  readonly cells: readonly StyledCell[];
  readonly heightPoints?: number | undefined;
  /** Of the section that begins with the rows after this one: how many show a bar, in which column. */
  readonly bars?: { readonly rows: number; readonly column: number };
}

const TITLE_HEIGHT_POINTS = 22;
/** Words of a header may flow to the right. */
const pageHeaderStyle: Partial<Style> = { ...headerStyle, alignment: { vertical: "middle" } };

export function writePage(workbook: ReportWorkbook, page: PageSheet): void {
  const { widths, tone } = page;
  const sheet = workbook.writer.addWorksheet(page.name, {
    properties: { tabColor: tabColour(tone) },
    views: [{ state: "frozen", ySplit: 1, xSplit: 0, showGridLines: false }],
    pageSetup: page.onePage ? { ...landscape, fitToHeight: 1 } : landscape,
    headerFooter: pageFooter,
  });
  sheet.columns = widths.map((width) => ({ width }));
  const addRow = (rowNumber: number, { cells, heightPoints }: GridRow): void => {
    const row = sheet.addRow([]);
    for (const { column, span, value, style, link } of cells) {
      const cell = row.getCell(column + 1);
      const { wall, mark } =
        value instanceof Date ? wallTime(value, workbook.timeZone) : { wall: value, mark: "" };
      cell.value = typeof wall === "string" ? textValue(wall) : wall;
      const shown = mark === "" ? style : markedTimeStyle(mark);
      if (span > 1) {
        sheet.mergeCells(rowNumber, column + 1, rowNumber, column + span);
        for (let covered = 1; covered <= span; covered += 1) {
          row.getCell(column + covered).style = shown;
        }
      }
      cell.style = link === undefined ? shown : linkedStyle(shown);
      if (link !== undefined) linkCell(sheet, columnLetters(column) + String(rowNumber), link);
    }
    const height = heightPoints ?? rowHeight(wrappedTexts(cells, widths));
    if (height !== null) row.height = height;
    row.commit();
  };
  const rows: readonly BandRow[] = [
    {
      cells: across([page.headline], headlineStyle(tone), 0, widths.length),
      heightPoints: page.headlineHeightPoints,
    },
    ...gridOf(page),
  ];
  for (const [index, row] of rows.entries()) addRow(index + 1, row);
  const barRanges = rows.flatMap(({ barsBelow = [] }, index) =>
    barsBelow.map(({ rows: count, column }) => {
      const letters = columnLetters(column);
      return `${letters}${String(index + 2)}:${letters}${String(index + 1 + count)}`;
    }),
  );
  addBars(sheet, barRanges, BAR_COLOUR);
  sheet.commit();
}

interface BandRow extends GridRow {
  readonly barsBelow?: readonly NonNullable<GridRow["bars"]>[];
}

/** The sections in bands: each of some sections, and beside them those that want to stand there. */
function gridOf({ sections, widths, besideColumn = widths.length }: PageSheet): BandRow[] {
  const bands: { readonly main: PageSection[]; readonly beside: PageSection[] }[] = [];
  let isOpen = false;
  for (const section of sections) {
    const last = bands.at(-1);
    const { across: alone = false, beside = false } = section;
    if (beside) last?.beside.push(section);
    else if (isOpen && !alone && last?.beside.length === 0) last.main.push(section);
    else bands.push({ main: [section], beside: [] });
    isOpen = !alone;
  }
  return bands.flatMap(({ main, beside }) => {
    const end = beside.length > 0 ? besideColumn - 1 : widths.length;
    const left = main.flatMap((section) => rowsOf(section, 0, end));
    const right = beside.flatMap((section) => rowsOf(section, besideColumn, widths.length));
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index): BandRow => {
      const halves = [left[index], right[index]].filter((row) => row !== undefined);
      const heights = halves.flatMap(({ heightPoints }) => heightPoints ?? []);
      return {
        cells: halves.flatMap(({ cells }) => cells),
        heightPoints: heights.length > 0 ? Math.max(...heights) : undefined,
        barsBelow: halves.flatMap(({ bars }) => bars ?? []),
      };
    });
  });
}

/** @param from first column of the section; @param end the first one behind it */
function rowsOf(section: PageSection, from: number, end: number): GridRow[] {
  const { title, headers = [], rows, bars = 0 } = section;
  const body = rows.map((row): GridRow => ({ cells: cellsOf(row, from, end) }));
  const marked = bars > 0 ? { bars: { rows: bars, column: from + 1 } } : {};
  const above: GridRow[] = [];
  if (title !== undefined) {
    const cell = { column: from, span: 1, value: title, style: titleStyle };
    above.push({ cells: [cell], heightPoints: TITLE_HEIGHT_POINTS });
  }
  if (headers.length > 0) {
    above.push({ cells: across(headers, pageHeaderStyle, from, end), ...marked });
  }
  return [...above, ...body];
}

function cellsOf(row: PageRow, from: number, end: number): StyledCell[] {
  if ("line" in row) {
    const style = cellStyles[row.tone].wrapped;
    return [{ column: from, span: end - from, value: row.line, style }];
  }
  let column = from;
  return row.map(({ value, kind = "text", style = "plain", span = 1, link }) => {
    const cell = { column, span, value, style: cellStyles[style][kind], link };
    column += span;
    return cell;
  });
}

/** The fill runs across; words flow over the cells that stay empty. */
function across(
  texts: readonly string[],
  style: Partial<Style>,
  from: number,
  end: number,
): StyledCell[] {
  return Array.from({ length: end - from }, (_, index) => ({
    ...{ column: from + index, span: 1, value: texts[index] ?? null, style },
  }));
}

function wrappedTexts(cells: readonly StyledCell[], widths: readonly number[]): WrappedText[] {
  return cells.flatMap(({ column, span, value, style }) => {
    const width = widths.slice(column, column + span).reduce((sum, one) => sum + one, 0);
    return style.alignment?.wrapText === true && typeof value === "string"
      ? [{ text: value, width }]
      : [];
  });
}
