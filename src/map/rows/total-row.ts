// Lines of totals, which exports put below the last row, are no goods items. Two signs show them: a word
// for "total" as the only text of the row, and numbers that are the sums of those above.
//
// With the word and a sum that fits, or without any text and with sums that all fit, it is certain: the
// row is left out, and the shipment above it is whole. With the word and no fitting sum the row may be
// goods of that name, so it counts and stops its shipment.
import type { PlanColumn, SheetPlan } from "../model/mapping-plan.ts";
import type { RowFault } from "../model/row-record.ts";
import type { StoredValue } from "../model/value-rule.ts";

type TotalJudgement = "no-total" | "certain" | "doubtful";

interface TotalWatch {
  /** Asked about every row in reading order; rows that are no totals are added up. */
  readonly judge: (
    values: readonly (StoredValue | null)[],
    faults: readonly RowFault[],
  ) => TotalJudgement;
}

const WORD =
  /^(?:(?:grand|sub|sub-|overall) ?)?totals?$|^(?:(?:eind|sub|sub-)?totaal|algemeen totaal|totalen)$|^(?:(?:gesamt|zwischen|end)?summen?|gesamt|insgesamt|gesamtbetrag)$|^(?:somme|(?:sous-)?totaux|sous-total|total (?:général|general)|totale|totale generale|suma|razem|sum)$/;
const DIGIT = /\d/;
const MARKS_BEHIND = /[\s:.=*-]+$/;
const MARKS_BEFORE = /^[\s=*-]+/;
const WORD_LENGTH_MAX = 24;

/** Sums of binary numbers: equal when they differ by less than the last decimal sent. */
const DIFFERENCE_MAX = 0.000_05;
const DIFFERENCE_SHARE_MAX = 1e-9;
/** A row without any text is a line of totals only below as many rows. */
const ROWS_ABOVE_MIN = 2;

export function createTotalWatch(sheet: SheetPlan): TotalWatch {
  const { columns, referenceColumn, directionColumn, itemNumberColumn } = sheet;
  const numbers = indexesOf(
    columns,
    ({ kind }, index) => (kind === "decimal" || kind === "integer") && index !== itemNumberColumn,
  );
  const texts = indexesOf(
    columns,
    ({ level, kind }, index) =>
      level !== "shipment" &&
      kind !== "decimal" &&
      kind !== "integer" &&
      index !== itemNumberColumn,
  );
  // Of the whole sheet, and since the reference last changed.
  const sums = columns.map(() => 0);
  const shipmentSums = columns.map(() => 0);
  let rowsAbove = 0;
  let reference: string | null = null;

  const addUp = (values: readonly (StoredValue | null)[]): void => {
    const written = values[referenceColumn];
    if (typeof written === "string" && written !== reference) {
      reference = written;
      shipmentSums.fill(0);
    }
    for (const index of numbers) {
      const value = numberOf(values[index]);
      if (value === null) continue;
      sums[index] = (sums[index] ?? 0) + value;
      shipmentSums[index] = (shipmentSums[index] ?? 0) + value;
    }
    rowsAbove += 1;
  };
  const isSum = (index: number, value: number): boolean =>
    [sums[index] ?? 0, shipmentSums[index] ?? 0].some(
      (sum) =>
        sum !== 0 &&
        Math.abs(sum - value) < Math.max(DIFFERENCE_MAX, Math.abs(sum) * DIFFERENCE_SHARE_MAX),
    );
  const judgeNumbers = (
    values: readonly (StoredValue | null)[],
    hasWord: boolean,
  ): TotalJudgement => {
    let fitting = 0;
    let fittingDecimals = 0;
    let others = 0;
    for (const index of numbers) {
      const value = numberOf(values[index]);
      if (value === null) continue;
      if (!isSum(index, value)) others += 1;
      else {
        fitting += 1;
        if (columns[index]?.kind === "decimal") fittingDecimals += 1;
      }
    }
    if (hasWord) return fitting > 0 ? "certain" : "doubtful";
    return fittingDecimals > 0 && others === 0 && rowsAbove >= ROWS_ABOVE_MIN
      ? "certain"
      : "no-total";
  };
  /** Null when the row has a text that is no word for a total. */
  const hasTotalWord = (
    values: readonly (StoredValue | null)[],
    faults: readonly RowFault[],
  ): boolean | null => {
    const written = values[referenceColumn];
    let words = typeof written === "string" && isTotalWord(written) ? 1 : 0;
    for (const index of texts) {
      const value = values[index];
      if (value == null) continue;
      if (typeof value !== "string" || !isTotalWord(value)) return null;
      words += 1;
    }
    for (const { column, value } of faults) {
      if (column !== directionColumn && value !== null && isTotalWord(value)) words += 1;
    }
    return words > 0;
  };

  return {
    judge: (values, faults) => {
      const hasWord = hasTotalWord(values, faults);
      // Goods say something; only a blank reference makes numbers without a text suspicious.
      const isSuspicious =
        hasWord === true || (hasWord === false && values[referenceColumn] == null);
      const judgement =
        hasWord !== null && isSuspicious ? judgeNumbers(values, hasWord) : "no-total";
      if (judgement === "no-total") addUp(values);
      return judgement;
    },
  };
}

function indexesOf(
  columns: readonly PlanColumn[],
  fits: (column: PlanColumn, index: number) => boolean,
): readonly number[] {
  return columns.flatMap((column, index) => (fits(column, index) ? [index] : []));
}

function numberOf(value: StoredValue | null | undefined): number | null {
  return typeof value === "object" && value !== null ? Number(value[0]) : null;
}

function isTotalWord(text: string): boolean {
  // Asked about every description and reference: most of them end here.
  if (text.length > WORD_LENGTH_MAX || DIGIT.test(text)) return false;
  return WORD.test(text.toLowerCase().replace(MARKS_BEFORE, "").replace(MARKS_BEHIND, ""));
}
