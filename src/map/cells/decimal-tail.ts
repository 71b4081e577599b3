// A code that went through a column of numbers: `1022100.0` was 01022100. What is left of it is digits
// without a break, a mark, and zeros alone; a zero in front is lost.

/** What a text like that says. */
export interface DecimalTail {
  /** Before the mark, without the blanks between thousands. */
  readonly digits: string;
  /** The digits and the zeros without the mark between them. */
  readonly joined: string;
  /** Whether the mark may be a dot that groups a code, as in `2501.00` or `854231.00`. */
  readonly mayBeGroups: boolean;
}

const TAIL = /^(\d+|\d{1,3}(?:[ '’\u00a0\u2007\u2009\u202f]\d{3})+)([.,])(0+)$/;
const ZERO_CODE = 0x30;
/** Codes are grouped by pairs of digits. */
const GROUP_DIGITS = 2;

export function decimalTail(text: string): DecimalTail | null {
  if (text.charCodeAt(text.length - 1) !== ZERO_CODE) return null;
  const [, written, mark, zeros] = TAIL.exec(text) ?? [];
  if (written === undefined || zeros === undefined) return null;
  const digits = written.replace(/\D/g, "");
  const mayBeGroups =
    mark === "." &&
    written === digits &&
    digits.length % GROUP_DIGITS === 0 &&
    zeros.length % GROUP_DIGITS === 0;
  return { digits, joined: digits + zeros, mayBeGroups };
}
