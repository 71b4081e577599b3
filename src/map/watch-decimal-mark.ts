// A column of numbers in a file that does not tell its decimal mark. The file has one mark, so what
// cannot be read for want of it is one question to the user and not one per cell.
import type { Tell } from "./column-watcher.ts";
import type { PlanColumn } from "./mapping-plan.ts";
import type { RowFault } from "./row-record.ts";

const THREE_DIGITS_LAST = /[.,]\d{3}$/;

interface Seen {
  readonly text: string;
  readonly rowNumber: number;
}

export interface DecimalMarkWatch {
  /** Takes the fault of a number that can be read in more than one way. */
  readonly seeFault: (fault: RowFault, rowNumber: number) => void;
  readonly atEnd: (tell: Tell) => void;
}

export function watchDecimalMark({ header, letters }: PlanColumn): DecimalMarkWatch {
  let count = 0;
  let first: Seen | null = null;
  let lastRow = 0;
  // Below the head of the file, where the mark was sought.
  let telling: Seen | null = null;
  return {
    seeFault: ({ value }, rowNumber) => {
      const seen = { text: value ?? "", rowNumber };
      count += 1;
      lastRow = rowNumber;
      first ??= seen;
      if (!THREE_DIGITS_LAST.test(seen.text)) telling ??= seen;
    },
    atEnd: (tell) => {
      if (first === null) return;
      const numbers = count === 1 ? "1 number" : `${count} numbers`;
      const other =
        telling === null
          ? "no number in the head of the file tells the decimal mark"
          : `only "${telling.text}" in row ${telling.rowNumber} tells the decimal mark, too late for those above`;
      tell(
        "numbers-ambiguous",
        first.rowNumber,
        `Column ${letters} \`${header}\` cannot be read: ${numbers}, from "${first.text}" in row ${first.rowNumber} to row ${lastRow}, may have thousands or fractions, and ${other}`,
        first.text,
      );
    },
  };
}
