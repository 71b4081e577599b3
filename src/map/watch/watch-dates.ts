// A column of dates has three kinds of damage: every text date can be read in two ways; real dates stand
// beside text; real dates that can all be swapped stand beside text that cannot. The last is the trace
// of a program that opened day-first text as month-first: it made dates of what fitted and left the
// rest as text.
import type { PlanColumn } from "../model/mapping-plan.ts";
import {
  addSeen,
  exampleOf,
  noneSeen,
  type Seen,
  type ReportColumn,
  type Watcher,
} from "./column-watcher.ts";
import { dateForm, isSwappable } from "../cells/read-date.ts";

/** In a column of fewer dates each gets a finding of its own: they say too little about the rest. */
const COLUMN_DATES_MIN = 2;

export function watchDates({ header, letters }: PlanColumn): Watcher {
  const real = noneSeen();
  const realSwappable = noneSeen();
  const text = noneSeen();
  const dayFirst = noneSeen();
  const monthFirst = noneSeen();
  // Kept to the end: only then it is known whether each gets a finding of its own.
  const ambiguousRows: number[] = [];
  const ambiguousTexts: string[] = [];

  const seeText = (written: string, rowNumber: number, isRead: boolean): void => {
    const form = dateForm(written);
    if (!isRead) {
      if (form !== "either") return;
      ambiguousRows.push(rowNumber);
      ambiguousTexts.push(written);
      return;
    }
    addSeen(text, written, rowNumber);
    if (form === "day-first") addSeen(dayFirst, written, rowNumber);
    if (form === "month-first") addSeen(monthFirst, written, rowNumber);
  };

  const reportAmbiguous = (report: ReportColumn): void => {
    const [first] = ambiguousTexts;
    const [firstRow] = ambiguousRows;
    if (first === undefined || firstRow === undefined) return;
    const dates = ambiguousRows.length + real.count + text.count;
    if (ambiguousRows.length === dates && dates >= COLUMN_DATES_MIN) {
      report(
        "dates-ambiguous",
        firstRow,
        `Column ${letters} \`${header}\` cannot be read: in all of its ${dates} dates, from "${first}" in row ${firstRow} to row ${ambiguousRows.at(-1) ?? firstRow}, day and month can change places`,
        first,
      );
      return;
    }
    const others = orderOf(dayFirst, monthFirst);
    for (const [index, written] of ambiguousTexts.entries()) {
      const row = ambiguousRows[index] ?? firstRow;
      const message = `${header} cannot be "${written}": day and month can change places${others}`;
      report("date-ambiguous", row, message, written);
    }
  };

  return {
    see: (cell, rowNumber, value) => {
      if (cell.type === "string") seeText(cell.value.trim(), rowNumber, value !== null);
      else if (cell.type === "date" && value !== null) {
        addSeen(real, cell.value, rowNumber);
        if (isSwappable(cell.value)) addSeen(realSwappable, cell.value, rowNumber);
      }
    },
    atEnd: (report) => {
      reportAmbiguous(report);
      if (dayFirst.first !== null && monthFirst.first !== null) {
        report(
          "date-orders-mixed",
          monthFirst.first.rowNumber,
          `Column ${letters} \`${header}\` holds ${dayFirst.count} dates with the day first (${exampleOf(dayFirst)}) and ${monthFirst.count} with the month first (${exampleOf(monthFirst)})`,
          monthFirst.first.text,
        );
      }
      if (real.first === null || (text.first === null && ambiguousRows.length === 0)) return;
      const fixed = dayFirst.first === null ? monthFirst : dayFirst;
      const isSwapped =
        real.count === realSwappable.count &&
        ambiguousRows.length === 0 &&
        fixed.first !== null &&
        fixed.count === text.count;
      if (isSwapped) {
        report(
          "dates-maybe-swapped",
          real.first.rowNumber,
          `Column ${letters} \`${header}\` cannot be trusted: ${real.count} real dates (${exampleOf(real)}) all have a day that may be a month, and ${text.count} texts (${exampleOf(text)}) all have one that may not`,
          real.first.text,
        );
      } else if (text.first !== null) {
        report(
          "dates-mixed",
          text.first.rowNumber,
          `Column ${letters} \`${header}\` holds ${real.count} real dates (${exampleOf(real)}) and ${text.count} texts (${exampleOf(text)})`,
          text.first.text,
        );
      }
    },
  };
}

function orderOf(dayFirst: Seen, monthFirst: Seen): string {
  if ((dayFirst.first === null) === (monthFirst.first === null)) return "";
  const first = dayFirst.first === null ? "month" : "day";
  const other = dayFirst.first === null ? monthFirst : dayFirst;
  return `; the column has dates with the ${first} first, ${exampleOf(other)}`;
}
