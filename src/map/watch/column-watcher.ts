// A watcher of one column while its rows are read, and those that need a counter and a first place only.
import type { Cell, SheetRow } from "../../core/cell.ts";
import { plural } from "../../core/text/count-words.ts";
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding } from "../../core/finding.ts";
import { saysNothing } from "../cells/words-for-nothing.ts";
import { textOfCell } from "../headers/header-evidence.ts";
import type { PlanColumn, UnknownColumn } from "../model/mapping-plan.ts";
import type { StoredValue } from "../model/value-rule.ts";

export interface Watcher {
  /** @param value Null when the cell could not be read. */
  readonly see: (cell: Cell, rowNumber: number, value: StoredValue | null) => void;
  readonly atEnd: (report: ReportColumn) => void;
}

/** Reports a finding about a column: the row that stands for it, the message, the value to show. */
export type ReportColumn = (
  code: FindingCode,
  rowNumber: number,
  message: string,
  value?: string | null,
) => void;

/** How often something was seen, and where first. */
export interface Seen {
  count: number;
  first: { readonly text: string; readonly rowNumber: number } | null;
}

export function noneSeen(): Seen {
  return { count: 0, first: null };
}

export function addSeen(to: Seen, text: string, rowNumber: number): void {
  to.count += 1;
  to.first ??= { text, rowNumber };
}

/** Shape: `such as "4,5" in row 7`. */
export function exampleOf({ first }: Seen): string {
  return first === null ? "" : `such as "${first.text}" in row ${first.rowNumber}`;
}

/** Shape: `2, 5, 9; 3 of 12 shown`. @param first the first of `count` */
export function shownOf(first: readonly (string | number)[], count: number): string {
  const more = count > first.length ? `; ${first.length} of ${count} shown` : "";
  return `${first.join(", ")}${more}`;
}

/**
 * Numbers that a workbook holds as text: its own sums leave them out, and their decimal mark is a
 * matter of reading. In CSV everything is text.
 */
export function watchNumbersAsText({ header, letters }: PlanColumn): Watcher {
  const texts = noneSeen();
  let numbers = 0;
  return {
    see: (cell, rowNumber, value) => {
      if (value === null) return;
      if (cell.type === "number") numbers += 1;
      // Cells of a workbook have a format, if only "General".
      if (cell.type === "string" && cell.format !== "") addSeen(texts, cell.value, rowNumber);
    },
    atEnd: (report) => {
      const { count, first } = texts;
      if (first === null) return;
      const message = `Column ${letters} \`${header}\` holds ${count} of ${count + numbers} numbers as text, ${exampleOf(texts)}`;
      report("numbers-as-text", first.rowNumber, message, first.text);
    },
  };
}

/**
 * Texts that are words for "there is none". Those of programs count in every column of texts, those of
 * people only where a text is needed: "-" as shipping marks says enough.
 */
export function watchWords({ header, letters, required }: PlanColumn): Watcher {
  const seen = noneSeen();
  return {
    see: (cell, rowNumber, value) => {
      if (typeof value !== "string" || cell.type !== "string") return;
      const says = saysNothing(value);
      if (says === "program" || (says === "person" && required)) addSeen(seen, value, rowNumber);
    },
    atEnd: (report) => {
      const { count, first } = seen;
      if (first === null) return;
      const cells = `${plural(count, "cell")} that ${count === 1 ? "says" : "say"}`;
      const message = `Column ${letters} \`${header}\` has ${cells} that there is no value, ${exampleOf(seen)}, sent as written`;
      report("values-say-nothing", first.rowNumber, message, first.text);
    },
  };
}

const ROWS_SHOWN_MAX = 5;

/** Rows that are hidden or filtered away are sent, although a person does not see them in the sheet. */
export function watchHiddenRows(sheet: string): {
  readonly see: (rowNumber: number) => void;
  readonly atEnd: (report: ReportColumn) => void;
} {
  let count = 0;
  const first: number[] = [];
  return {
    see: (rowNumber) => {
      count += 1;
      if (first.length < ROWS_SHOWN_MAX) first.push(rowNumber);
    },
    atEnd: (report) => {
      const [row] = first;
      if (row === undefined) return;
      const are = count === 1 ? "is" : "are";
      const message = `Sheet ${sheet} has ${plural(count, "row")} that ${are} hidden or filtered away and ${are} sent like the others (row ${shownOf(first, count)})`;
      report("rows-hidden", row, message);
    },
  };
}

const VALUES_KEPT_MAX = 25;

/**
 * Columns that the head of the sheet does not decide: the first values that count are kept until there
 * are enough to judge by. Null when there is nothing to watch.
 */
export function watchUnknownColumns(columns: readonly UnknownColumn[]): {
  readonly see: (row: SheetRow) => void;
  readonly atEnd: () => readonly Finding[];
} | null {
  if (columns.length === 0) return null;
  const kept = columns.map((column) => ({ column, texts: [] as string[] }));
  return {
    see: ({ cells }) => {
      for (const { column, texts } of kept) {
        if (texts.length >= VALUES_KEPT_MAX) continue;
        const text = textOfCell(cells[column.columnIndex]);
        if (text !== null && column.keeps(text)) texts.push(text);
      }
    },
    atEnd: () =>
      kept.flatMap(({ column, texts }) => (texts.length === 0 ? [] : (column.judge(texts) ?? []))),
  };
}
