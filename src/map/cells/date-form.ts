// How a text date is written, as far as the whole of a column tells what one cell cannot.

const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}$/;
const ISO_DATE = /^\d{4}-\d{2}-(\d{2})/;
const MONTHS = 12;

export type DateForm = "day-first" | "month-first" | "either" | "other";

export function dateForm(text: string): DateForm {
  const [, first, second] = YEAR_LAST.exec(text) ?? [];
  if (first === undefined || second === undefined) return "other";
  if (Number(first) > MONTHS) return "day-first";
  if (Number(second) > MONTHS) return "month-first";
  return Number(first) === Number(second) ? "other" : "either";
}

/** Whether a date stays one when its day and its month change places. Shape: ISO 8601. */
export function isSwappable(date: string): boolean {
  return Number(ISO_DATE.exec(date)?.[1] ?? MONTHS + 1) <= MONTHS;
}
