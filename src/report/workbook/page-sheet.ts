// Draws a page: a headline, then sections of words and small tables from top to bottom.
import type { Style } from "exceljs";
import type { PageCell, PageRow, PageSheet } from "../model/sheet.ts";
import { rowHeight, type WrappedText } from "../text/row-height.ts";
import { textValue } from "../text/workbook-text.ts";
import {
  BAR_COLOUR,
  cellStyles,
  headerStyle,
  headlineStyle,
  tabColour,
  titleStyle,
} from "./report-styles.ts";
import { landscape, pageFooter, type ReportWorkbook } from "./report-workbook.ts";

interface StyledCell {
  readonly value: PageCell["value"];
  readonly style: Partial<Style>;
}

const TITLE_HEIGHT_POINTS = 26;
/** Words of a header may flow to the right. */
const pageHeaderStyle: Partial<Style> = { ...headerStyle, alignment: { vertical: "middle" } };

export function writePage(workbook: ReportWorkbook, page: PageSheet): void {
  const { widths, tone, sections } = page;
  const sheet = workbook.writer.addWorksheet(page.name, {
    properties: { tabColor: tabColour(tone) },
    views: [{ state: "frozen", ySplit: 1, xSplit: 0, showGridLines: false }],
    pageSetup: page.onePage ? { ...landscape, fitToHeight: 1 } : landscape,
    headerFooter: pageFooter,
  });
  sheet.columns = widths.map((width) => ({ width }));
  let rows = 0;
  const addCells = (cells: readonly StyledCell[], heightPoints?: number): void => {
    const row = sheet.addRow(
      cells.map(({ value }) => (typeof value === "string" ? textValue(value) : value)),
    );
    cells.forEach(({ style }, index) => {
      row.getCell(index + 1).style = style;
    });
    const height = heightPoints ?? rowHeight(wrappedTexts(cells, widths));
    if (height !== null) row.height = height;
    row.commit();
    rows += 1;
  };
  /** The fill runs across the page; words flow over the cells that stay empty. */
  const addAcross = (
    texts: readonly string[],
    style: Partial<Style>,
    heightPoints?: number,
  ): void => {
    const cells = widths.map((_width, index) => ({ value: texts[index] ?? null, style }));
    addCells(cells, heightPoints);
  };
  const addRow = (row: PageRow): void => {
    if ("line" in row) addAcross([row.line], cellStyles[row.tone].text);
    else {
      addCells(
        row.map(({ value, kind = "text", style = "plain" }) => ({
          value,
          style: cellStyles[style][kind],
        })),
      );
    }
  };
  addAcross([page.headline], headlineStyle(tone), page.headlineHeightPoints);
  for (const { title, headers = [], rows: sectionRows, bars = 0 } of sections) {
    if (title !== undefined) {
      addCells([]);
      addCells([{ value: title, style: titleStyle }], TITLE_HEIGHT_POINTS);
      addAcross(headers, pageHeaderStyle);
    }
    const firstRow = rows + 1;
    sectionRows.forEach(addRow);
    if (bars > 0) {
      // The library draws the bar's colour from the rule itself, which its types do not declare.
      const rule = {
        type: "dataBar" as const,
        priority: 1,
        cfvo: [{ type: "num" as const, value: 0 }, { type: "max" as const }],
        color: { argb: BAR_COLOUR },
      };
      const ref = `B${String(firstRow)}:B${String(firstRow + bars - 1)}`;
      sheet.addConditionalFormatting({ ref, rules: [rule] });
    }
  }
  sheet.commit();
}

function wrappedTexts(cells: readonly StyledCell[], widths: readonly number[]): WrappedText[] {
  return cells.flatMap(({ value, style }, index) => {
    const width = widths[index];
    const wraps = style.alignment?.wrapText === true && typeof value === "string";
    return wraps && width !== undefined ? [{ text: value, width }] : [];
  });
}
