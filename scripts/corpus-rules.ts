// Why another reader may say something else than ours. Each rule has a name, holds for one known
// cause, and proves from the raw text that it is this cause; what no rule explains is a fault.
import { decimalFromDouble } from "../src/core/decimal.ts";
import { isMoment } from "./corpus-cells.ts";
import type { Difference } from "./corpus-differences.ts";

interface Rule {
  readonly name: string;
  readonly reason: string;
  readonly explains: (difference: Difference) => boolean;
}

/** Excel's days up to the 29 February 1900 that never was. Source: ECMA-376-1, 18.17.4.1 */
const FALSE_LEAP_DAY = 60;
const ESCAPE = /_x([0-9A-Fa-f]{4})_/g;

function serialOf({ ours }: Difference): number {
  return ours?.raw === undefined || ours.raw.trim() === "" ? Number.NaN : Number(ours.raw);
}

/** Of a duration in hours, minutes and seconds, to the second. */
function hoursOf(duration: string): number {
  const [, sign, hours = "0", minutes = "0", seconds = "0"] =
    /^(-?)PT(?:(-?[\d.]+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration) ?? [];
  const total = Number(hours) + Number(minutes) / 60 + Number(seconds) / 3_600;
  return Math.round((sign === "-" ? -total : total) * 3_600);
}

export const rules: readonly Rule[] = [
  {
    name: "exceljs-loses-false-and-zero",
    reason: "exceljs drops a formula's result when it is 0 or false",
    explains: ({ reader, ours, theirs }) =>
      reader === "exceljs" &&
      theirs?.type === "formula-without-value" &&
      ours?.isFormula === true &&
      (ours.value === "0" || ours.value === "false"),
  },
  {
    name: "exceljs-finds-sheets-by-name-only",
    reason: "exceljs sees sheets under xl/worksheets/sheetN.xml only, and says 0 cells of others",
    explains: ({ reader, theirs, theirSheetIsEmpty }) =>
      reader === "exceljs" && theirs === null && theirSheetIsEmpty,
  },
  {
    name: "exceljs-keeps-escapes-in-formula-texts",
    reason: "exceljs leaves _x000D_ as it stands in the text of a formula",
    explains: ({ reader, ours, theirs }) =>
      reader === "exceljs" &&
      ours?.isFormula === true &&
      ours.type === "string" &&
      theirs?.value.replace(ESCAPE, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))) ===
        ours.value,
  },
  {
    name: "exceljs-drops-inline-formula-results",
    reason: "exceljs has no result for a formula whose text stands in an inline string",
    explains: ({ reader, ours, theirs }) =>
      reader === "exceljs" &&
      theirs?.type === "formula-without-value" &&
      ours?.isFormula === true &&
      ours.type === "string",
  },
  {
    name: "first-days-of-1900",
    reason:
      "before 1 March 1900 Excel shows one day more than a true calendar, and day 0 as a time",
    explains: (difference) => {
      const serial = serialOf(difference);
      const { ours, theirs } = difference;
      const isDate = ours?.type === "date" || ours?.type === "time";
      return isDate && theirs?.type === "date" && serial >= 0 && serial < FALSE_LEAP_DAY + 1;
    },
  },
  {
    name: "durations",
    reason:
      "numbers of days that are counted in hours, or whose days the format hides, are no dates",
    explains: (difference) =>
      difference.ours?.type === "duration" &&
      difference.theirs?.type === "date" &&
      hoursOf(difference.ours.value) === hoursOf(`PT${serialOf(difference) * 24}H`),
  },
  {
    name: "negative-days",
    reason: "Excel shows no date for a negative number; the others count back from 1900",
    explains: (difference) =>
      difference.ours?.type === "number" &&
      difference.theirs?.type === "date" &&
      serialOf(difference) < 0,
  },
  {
    name: "date-format-not-seen",
    reason: "the other does not know the format for a date: the number is the same",
    explains: ({ ours, theirs }) =>
      isMoment(ours) &&
      theirs?.type === "number" &&
      /[ymdhs]|A\/P/i.test(ours?.format ?? "") &&
      theirs.value === decimalFromDouble(Number(ours?.raw)),
  },
  {
    name: "iso-date-cell",
    reason: "a cell of the type d holds ISO text: exceljs reads its year as days, hucre as text",
    explains: ({ ours, theirs }) =>
      isMoment(ours) && /^(?:\d{4}-|T?\d{2}:|-?P)/.test(ours?.raw ?? "") && theirs !== null,
  },
  {
    name: "empty-text-result",
    reason: "a formula whose result is empty text is blank to us, and without result to the others",
    explains: ({ ours, theirs }) => ours === null && theirs?.type === "formula-without-value",
  },
  {
    name: "line-ends",
    reason: "XML makes every line end of a part a line feed; hucre keeps carriage returns",
    explains: ({ reader, ours, theirs }) =>
      reader === "hucre" &&
      ours?.type === "string" &&
      theirs?.type === "string" &&
      ours.value.replace(/\r*\n|\r/g, "\n") === theirs.value.replace(/\r*\n|\r/g, "\n"),
  },
];

/** The name of the rule that explains it, or null. */
export function explain(difference: Difference): string | null {
  return rules.find((rule) => rule.explains(difference))?.name ?? null;
}
