// Rows that are hidden or filtered away: a person who looks at the sheet does not see that they are
// sent.
import type { Tell } from "./column-watcher.ts";

const ROWS_SHOWN_MAX = 5;

export function watchHiddenRows(sheet: string): {
  readonly see: (rowNumber: number) => void;
  readonly atEnd: (tell: Tell) => void;
} {
  let count = 0;
  const first: number[] = [];
  return {
    see: (rowNumber) => {
      count += 1;
      if (first.length < ROWS_SHOWN_MAX) first.push(rowNumber);
    },
    atEnd: (tell) => {
      const [row] = first;
      if (row === undefined) return;
      const what =
        count === 1
          ? "1 row that is hidden or filtered away and is sent"
          : `${count.toLocaleString("en")} rows that are hidden or filtered away and are sent`;
      const places = first.join(", ");
      const shown =
        first.length === count ? places : `${places}; ${first.length} of ${count} shown`;
      tell("rows-hidden", row, `Sheet ${sheet} has ${what} like the others (row ${shown})`);
    },
  };
}
