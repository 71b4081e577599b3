// A sheet that is read like a page, top to bottom: lines of words, titles, small tables.
import type { Style, Worksheet } from "exceljs";
import { rowHeight } from "../text/row-height.ts";
import { textValue } from "../text/text-value.ts";
import {
  BAR_COLOUR,
  headerStyle,
  plainStyles,
  strongStyles,
  tabColours,
  titleStyle,
  type ColumnKind,
  type Tone,
} from "./report-styles.ts";
import type { ReportWorkbook } from "./report-workbook.ts";
import { landscape, pageFooter } from "./table-sheet.ts";

export interface PageCell {
  readonly content: string | number | Date | null;
  readonly style: Partial<Style>;
}

export interface PageSheet {
  /** Adds a row and returns its number. */
  readonly addRow: (cells: readonly PageCell[], heightPoints?: number) => number;
  /** Adds words that run across the page. */
  readonly addLine: (text: string, style: Partial<Style>, heightPoints?: number) => void;
  /** Adds a blank row, a title and a row of headers. */
  readonly addTitle: (title: string, headers: readonly string[]) => void;
  /** Shows the numbers of a column as bars too; the numbers stay readable. */
  readonly addBars: (column: string, firstRow: number, lastRow: number) => void;
  readonly end: () => void;
}

interface PageOptions {
  readonly name: string;
  /** Unit: characters, one for each column. */
  readonly widths: readonly number[];
  readonly tabTone: Tone;
  /** How many rows stay in sight. */
  readonly frozenRows: number;
  /** Whether it is to be printed on one page. */
  readonly onePage: boolean;
}

const TITLE_HEIGHT_POINTS = 26;
/** Words of a header may flow to the right. */
const pageHeaderStyle: Partial<Style> = { ...headerStyle, alignment: { vertical: "middle" } };

export function startPage(
  workbook: ReportWorkbook,
  { name, widths, tabTone, frozenRows, onePage }: PageOptions,
): PageSheet {
  const sheet: Worksheet = workbook.writer.addWorksheet(name, {
    properties: { tabColor: { argb: tabColours[tabTone] } },
    views: [{ state: "frozen", ySplit: frozenRows, xSplit: 0, showGridLines: false }],
    pageSetup: onePage ? { ...landscape, fitToHeight: 1 } : landscape,
    headerFooter: pageFooter,
  });
  sheet.columns = widths.map((width) => ({ width }));
  const addRow: PageSheet["addRow"] = (cells, heightPoints) => {
    const row = sheet.addRow(
      cells.map(({ content }) => (typeof content === "string" ? textValue(content) : content)),
    );
    cells.forEach(({ style }, index) => {
      row.getCell(index + 1).style = style;
    });
    const height = heightPoints ?? rowHeight(wrappedTexts(cells, widths));
    if (height !== null) row.height = height;
    const { number } = row;
    row.commit();
    return number;
  };
  return {
    addRow,
    addLine: (text, style, heightPoints) => {
      // The fill runs across the page; the words flow over the cells that stay empty.
      addRow(
        widths.map((_width, index) => ({ content: index === 0 ? text : null, style })),
        heightPoints,
      );
    },
    addTitle: (title, headers) => {
      addRow([]);
      addRow([{ content: title, style: titleStyle }], TITLE_HEIGHT_POINTS);
      addRow(
        widths.map((_width, index) => ({
          content: headers[index] ?? null,
          style: pageHeaderStyle,
        })),
      );
    },
    addBars: (column, firstRow, lastRow) => {
      // The library draws the bar's colour from the rule itself, which its types do not declare.
      const rule = {
        type: "dataBar" as const,
        priority: 1,
        cfvo: [{ type: "num" as const, value: 0 }, { type: "max" as const }],
        color: { argb: BAR_COLOUR },
      };
      sheet.addConditionalFormatting({
        ref: `${column}${String(firstRow)}:${column}${String(lastRow)}`,
        rules: [rule],
      });
    },
    end: () => {
      sheet.commit();
    },
  };
}

function wrappedTexts(
  cells: readonly PageCell[],
  widths: readonly number[],
): { text: string; width: number }[] {
  return cells.flatMap(({ content, style }, index) => {
    const width = widths[index];
    const wraps = style.alignment?.wrapText === true && typeof content === "string";
    return wraps && width !== undefined ? [{ text: content, width }] : [];
  });
}

/** A cell of the page in the plain or the strong style of its kind. */
export function pageCell(
  content: PageCell["content"],
  kind: ColumnKind = "text",
  strong = false,
): PageCell {
  return { content, style: (strong ? strongStyles : plainStyles)[kind] };
}
