// Makes the cells of a sheet, the frequent ones by short cuts: a cell that occurs again (same text, same
// style) is the same object. Every table has a bound. Everything else goes to `xlsxCell`, and a short cut must
// give what that would give.
import type { Cell } from "../../core/cell.ts";
import { generalFormat } from "./number-formats.ts";
import { plainCell, xlsxCell, type WorkbookContext } from "./xlsx-cell.ts";

/** Texts with a higher number occur rarely each: writers number them as they first occur. */
const SHARED_TEXTS_MAX = 65_536;
/** Item numbers, quantities and the like. */
const WHOLE_NUMBERS_MAX = 1_024;
/** Different days of one style. */
const DAYS_MAX = 4_096;
/** Styles that have tables; the cells of further ones are made anew each time. */
const STYLES_MAX = 32;

export interface CellMaker {
  /** Undefined when the text is empty. @throws CellBrokenError when there is no such text */
  readonly sharedText: (style: number, index: number) => Cell | undefined;
  /** The cell of a number without sign and fraction, when there was one before. */
  readonly knownNumber: (style: number, whole: number) => Cell | undefined;
  /**
   * A number of at most 15 digits, written the shortest way: it is its own value. `whole` is that
   * number when it has neither sign nor fraction, else -1.
   */
  readonly plainNumber: (style: number, raw: string, whole: number) => Cell;
}

interface StyleCells {
  readonly sharedTexts: (Cell | undefined)[];
  readonly wholeNumbers: (Cell | undefined)[];
  readonly days: Map<number, Cell>;
}

export function createCellMaker(workbook: WorkbookContext): CellMaker {
  const { sharedStrings, formats } = workbook;
  const styles: (StyleCells | undefined)[] = [];
  let styleCount = 0;

  const cellsOf = (style: number): StyleCells | undefined => {
    const known = styles[style];
    if (known !== undefined || style >= formats.length || styleCount >= STYLES_MAX) return known;
    styleCount += 1;
    const added = {
      sharedTexts: new Array<Cell | undefined>(Math.min(sharedStrings.length, SHARED_TEXTS_MAX)),
      wholeNumbers: new Array<Cell | undefined>(WHOLE_NUMBERS_MAX),
      days: new Map<number, Cell>(),
    };
    styles[style] = added;
    return added;
  };

  const makeSharedText = (style: number, index: number): Cell | undefined => {
    const text = sharedStrings[index];
    if (text === undefined || text === "") return slowCell(style, "s", String(index));
    return plainCell("string", text, text, (formats[style] ?? generalFormat).code);
  };

  const slowCell = (style: number, type: string, value: string): Cell | undefined =>
    xlsxCell({ type, style, value, inlineText: null, isFormula: false }, workbook);

  return {
    sharedText: (style, index) => {
      if (index >= SHARED_TEXTS_MAX) return makeSharedText(style, index);
      const cells = cellsOf(style)?.sharedTexts;
      const known = cells?.[index];
      if (known !== undefined) return known;
      const made = makeSharedText(style, index);
      if (cells !== undefined && made !== undefined) cells[index] = made;
      return made;
    },
    knownNumber: (style, whole) =>
      whole < WHOLE_NUMBERS_MAX
        ? styles[style]?.wholeNumbers[whole]
        : styles[style]?.days.get(whole),
    plainNumber: (style, raw, whole) => {
      const format = formats[style] ?? generalFormat;
      const date = format.shows === "number" ? undefined : slowCell(style, "n", raw);
      const made = date ?? plainCell("number", raw, raw, format.code);
      if (whole < 0) return made;
      if (whole < WHOLE_NUMBERS_MAX) {
        const cells = cellsOf(style);
        if (cells !== undefined) cells.wholeNumbers[whole] = made;
      } else if (format.shows !== "number") {
        const days = cellsOf(style)?.days;
        if (days !== undefined && days.size < DAYS_MAX) days.set(whole, made);
      }
      return made;
    },
  };
}
