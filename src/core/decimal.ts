// Money and mass as decimal text. A JavaScript number cannot hold n..20,4 exactly, so amounts are
// text from the cell to the JSON edge and are compared and added by a decimal library.
import { Big } from "big.js";

declare const decimalBrand: unique symbol;

/** Shape: canonical decimal text: `-?digits[.digits]`, no exponent, no leading or trailing zeros. */
export type Decimal = string & { readonly [decimalBrand]: true };

const PLAIN = /^[+-]?\d+(?:\.\d+)?$/;
/** What most files write: canonical already. */
const CANONICAL = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/** The canonical decimal for plain decimal text (`007.50` gives `7.5`), or null for anything else. */
export function toDecimal(text: string): Decimal | null {
  if (CANONICAL.test(text)) return text as Decimal;
  if (!PLAIN.test(text)) return null;
  const negative = text.startsWith("-");
  const digits = text.replace(/^[+-]/, "");
  const [whole = "", fraction = ""] = digits.split(".");
  const shortWhole = whole.replace(/^0+(?=\d)/, "");
  const shortFraction = fraction.replace(/(?<!0)0+$/, "");
  const body = shortFraction === "" ? shortWhole : `${shortWhole}.${shortFraction}`;
  return (negative && body !== "0" ? `-${body}` : body) as Decimal;
}

/**
 * The decimal that Excel shows for a stored binary number: 15 significant digits, no exponent.
 * Null for what is no finite number.
 */
export function decimalFromDouble(double: number): Decimal | null {
  if (!Number.isFinite(double)) return null;
  return toDecimal(new Big(double.toPrecision(15)).toFixed());
}

/** Negative, zero or positive, as `left` is less than, equal to or greater than `right`. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  return new Big(left).cmp(right);
}

/** Exact: no digit is lost, whatever their number. */
export function multiplyDecimals(left: Decimal, right: Decimal): Decimal {
  const product = toDecimal(new Big(left).times(right).toFixed());
  if (product === null) throw new Error(`The product of ${left} and ${right} is no decimal`);
  return product;
}

/** Half a unit of the last decimal kept is rounded up. */
export function roundDecimal(decimal: Decimal, decimals: number): Decimal {
  const rounded = toDecimal(new Big(decimal).round(decimals, Big.roundHalfUp).toFixed());
  if (rounded === null) throw new Error(`${decimal} rounded is no decimal`);
  return rounded;
}

export function addDecimals(left: Decimal, right: Decimal): Decimal {
  // A sum of plain decimals written without an exponent is canonical.
  return new Big(left).plus(right).toFixed() as Decimal;
}

/** How many digits stand after the decimal point. */
export function fractionDigits(decimal: Decimal): number {
  const point = decimal.indexOf(".");
  return point < 0 ? 0 : decimal.length - point - 1;
}

/** How many digits there are in all, before and after the point. */
export function totalDigits(decimal: Decimal): number {
  return decimal.replace(/[-.]/g, "").replace(/^0+(?=\d)/, "").length;
}
