// Amounts and masses: decimal text with at most 20 digits, never negative.
// A file has one decimal mark. The other mark is accepted only where it can be nothing but a
// thousands separator; a value that could be read in two ways is never guessed. Where a person named
// the mark, the other one cannot be a decimal mark, so a single group of three is thousands.
import type { Cell } from "../../core/cell.ts";
import { markOfNumber, type DecimalMark } from "../../core/decimal-mark.ts";
import { fractionDigits, toDecimal, totalDigits, type Decimal } from "../../core/decimal.ts";
import type { Report } from "../model/mapping-plan.ts";
import type { StoredValue } from "../model/value-rule.ts";

/** Source: Data types, money `n..20,4`. */
const DIGITS_MAX = 20;
/** Half of the last decimal that is sent: what differs by less is noise of binary fractions. */
const KEPT_DIFFERENCE_MIN = 0.00005;

const EXPONENT = /^[+-]?\d+(?:[.,]\d*)?[eE][+-]?\d+$/;
const DIGITS_AND_MARKS = /^[+-]?\d[\d.,'’\u00a0\u2007\u2009\u202f ]*$/;
// Groups of three after a blank or an apostrophe, which no one uses as a decimal mark.
const SEPARATORS_BETWEEN_GROUPS = /(?<=\d)['’\u00a0\u2007\u2009\u202f ](?=\d{3}(?:\D|$))/g;

/** Blanks and apostrophes between groups of three are no marks. */
export function withoutBlankGroups(text: string): string {
  return text.replace(SEPARATORS_BETWEEN_GROUPS, "");
}

interface NumberForm {
  readonly plain: RegExp;
  /** Thousands groups that are certain: two of them, or one before a decimal mark. */
  readonly grouped: RegExp;
  readonly thousandsMark: RegExp;
}
const forms: Readonly<Record<DecimalMark, NumberForm>> = {
  ".": {
    plain: /^[+-]?\d+(?:\.\d+)?$/,
    grouped: /^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})$/,
    thousandsMark: /,/g,
  },
  ",": {
    plain: /^[+-]?\d+(?:,\d+)?$/,
    grouped: /^[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/,
    thousandsMark: /\./g,
  },
};

/**
 * The way out where the mark of a number is in doubt: a workbook holds numbers that have no mark at all.
 * @param isDelimited whether the file is delimited text, where every number is text
 */
export function decimalMarkHint(isDelimited: boolean): string {
  const named =
    "with `decimalMark` in a profile, for the file or for the column, or with --decimal-mark";
  return isDelimited
    ? `Name the mark once ${named}: then the other mark stands before thousands; correct what is written otherwise`
    : `Enter the numbers as numbers, not as text: then no mark has to be known (in Excel: Data > Text to Columns). Where they stay text, name the mark ${named}`;
}

/** The decimal that a text says, whatever its size; null when a fault was reported. */
function readDecimalText(
  text: string,
  header: string,
  { decimalMark, decimalMarkIsNamed = false, isDelimited = true }: DecimalSettings,
  report: Report,
): Decimal | null {
  const form = forms[decimalMark];
  if (form.plain.test(text)) return toDecimal(withPoint(text, decimalMark));
  if (EXPONENT.test(text)) {
    report(
      "number-exponent",
      `${header} cannot be "${text}": digits without an exponent are needed`,
    );
    return null;
  }
  if (!DIGITS_AND_MARKS.test(text)) return refuse(text, header, decimalMark, report);
  const joined = withoutBlankGroups(text);
  const isGrouped =
    form.grouped.test(joined) || (decimalMarkIsNamed && markOfNumber(joined) === "either");
  const decimal = isGrouped
    ? toDecimal(withPoint(joined.replace(form.thousandsMark, ""), decimalMark))
    : form.plain.test(joined)
      ? toDecimal(withPoint(joined, decimalMark))
      : null;
  if (decimal === null && decimalMarkIsNamed) return refuse(text, header, decimalMark, report);
  if (decimal === null) {
    report(
      "number-ambiguous",
      `${header} cannot be "${text}": the decimal mark of this file is "${decimalMark}", so the number can be read in more than one way`,
      `${isDelimited ? "Write" : "Enter it as a number, not as text, or write"} the number with the decimal mark "${decimalMark}" and without thousands separators`,
    );
    return null;
  }
  report("value-repaired", `${header} "${text}" was read as ${decimal}`);
  return decimal;
}

function refuse(text: string, header: string, decimalMark: DecimalMark, report: Report): null {
  report(
    "number-invalid",
    `${header} cannot be "${text}": a number with the decimal mark "${decimalMark}" is needed`,
  );
  return null;
}

/** A number cell whose digits all were kept; null when a fault was reported. */
export function readNumberCell(cell: Cell, header: string, report: Report): Decimal | null {
  const { value, raw } = cell;
  if (raw !== value && Math.abs(Number(raw) - Number(value)) >= KEPT_DIFFERENCE_MIN) {
    report(
      "number-lost-digits",
      `${header} cannot be ${raw}: it is stored as a number, and only ${value} is kept of it`,
    );
    return null;
  }
  return readDecimalText(value, header, { decimalMark: "." }, report);
}

/** How the numbers of a file are written that are text. */
export interface DecimalSettings {
  readonly decimalMark: DecimalMark;
  /** No person named the mark, and nothing in the file's head shows it. */
  readonly decimalMarkIsGuess?: boolean;
  /** A person did. */
  readonly decimalMarkIsNamed?: boolean;
  /** Whether the file is delimited text, where every number is text; true when left out. */
  readonly isDelimited?: boolean;
}

/** Like `readDecimalText`, but a mark that is only a guess decides nothing. */
export function readFileDecimal(
  text: string,
  header: string,
  settings: DecimalSettings,
  report: Report,
): Decimal | null {
  if (settings.decimalMarkIsGuess === true && markOfNumber(text) === "either") {
    report(
      "number-ambiguous",
      `${header} cannot be "${text}": it may be ${text.replace(/[.,]/, "")} or ${text.replace(",", ".")}, and nothing in the head of the file shows the decimal mark`,
      decimalMarkHint(settings.isDelimited ?? true),
    );
    return null;
  }
  return readDecimalText(text, header, settings, report);
}

function withPoint(text: string, decimalMark: DecimalMark): string {
  return decimalMark === "," ? text.replace(",", ".") : text;
}

/** Kept even when it is at fault: a profile may make less of that, and an error stops the shipment. */
export function storeAmount(
  decimal: Decimal,
  header: string,
  fractionDigitsMax: number,
  report: Report,
  mayBeNegative = false,
): StoredValue {
  if (decimal.startsWith("-") && !mayBeNegative) {
    report("number-negative", `${header} cannot be ${decimal}: zero or more is needed`);
  } else if (fractionDigits(decimal) > fractionDigitsMax) {
    report(
      "number-too-precise",
      `${header} cannot be ${decimal}: it has ${fractionDigits(decimal)} decimals, ${fractionDigitsMax} are allowed`,
    );
  } else if (totalDigits(decimal) > DIGITS_MAX) {
    report(
      "number-too-large",
      `${header} cannot be ${decimal}: it has ${totalDigits(decimal)} digits, ${DIGITS_MAX} are allowed`,
    );
  }
  return [decimal];
}

export function storeWholeNumber(
  decimal: Decimal,
  header: string,
  rule: { readonly digitsMax: number; readonly positive: boolean },
  report: Report,
): StoredValue | null {
  if (decimal.startsWith("-")) {
    report("number-negative", `${header} cannot be ${decimal}: a whole number is needed`);
    return null;
  }
  if (fractionDigits(decimal) > 0) {
    report("number-not-whole", `${header} cannot be ${decimal}: a whole number is needed`);
    return null;
  }
  if (rule.positive && decimal === "0") {
    report("value-not-allowed", `${header} cannot be 0: it starts with 1`);
    return null;
  }
  if (decimal.length > rule.digitsMax) {
    report(
      "number-too-large",
      `${header} cannot be ${decimal}: it has ${decimal.length} digits, ${rule.digitsMax} are allowed`,
    );
    return null;
  }
  return [decimal];
}
