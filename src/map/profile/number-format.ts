// Numbers written in the one way that a profile names, by showing how 1234.56 is written.
import { toDecimal, type Decimal } from "../../core/decimal.ts";
import type { NumberSample } from "./profile.ts";

export const NUMBER_SAMPLES = [
  "1.234,56",
  "1,234.56",
  "1 234,56",
  "1 234.56",
  "1'234.56",
] as const satisfies readonly NumberSample[];

const BLANKS = /[\u00a0\u2007\u2009\u202f]/g;
const APOSTROPHES = /’/g;

/** The reader of one way to write numbers: null for text that is written in another way. */
export function numberReader(sample: NumberSample): (text: string) => Decimal | null {
  const group = sample.charAt(1);
  const mark = sample.charAt(5);
  const form = new RegExp(`^([+-]?)(\\d{1,3}(?:\\${group}\\d{3})+|\\d+)(?:\\${mark}(\\d+))?(-?)$`);
  return (text) => {
    const written = form.exec(text.replace(BLANKS, " ").replace(APOSTROPHES, "'"));
    if (written === null) return null;
    const [, sign = "", whole = "", fraction, trailingMinus = ""] = written;
    // ERP systems write the minus behind the number.
    if (sign !== "" && trailingMinus !== "") return null;
    const digits = whole.replaceAll(group, "");
    const isNegative = sign === "-" || trailingMinus === "-";
    return toDecimal(
      `${isNegative ? "-" : ""}${digits}${fraction === undefined ? "" : `.${fraction}`}`,
    );
  };
}
