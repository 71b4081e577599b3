// Which decimal mark a number's own form tells. `1,234` tells none: it is a thousand in one country
// and a fraction in the next.

/** How fractions are written. */
export type DecimalMark = "." | ",";

// Two thousands groups, or one before a decimal mark.
const GROUPED_BY_POINTS = /^[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})$/;
const GROUPED_BY_COMMAS = /^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})$/;
const GROUP_DIGITS = 3;
const [POINT, COMMA, PLUS, MINUS, ZERO, NINE] = [0x2e, 0x2c, 0x2b, 0x2d, 0x30, 0x39];

/**
 * The mark that must have been meant; `either` when both may have been; null for a whole number and
 * for what is no number. Asked about every number of a file: most need no expression to be matched.
 */
export function markOfNumber(text: string): DecimalMark | "either" | null {
  const sign = text.charCodeAt(0);
  const start = sign === PLUS || sign === MINUS ? 1 : 0;
  let markAt = -1;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= ZERO && code <= NINE) continue;
    if (code !== POINT && code !== COMMA) return null;
    if (markAt >= 0) return markOfGrouped(text);
    markAt = at;
  }
  const before = markAt - start;
  const after = text.length - markAt - 1;
  if (markAt < 0 || before === 0 || after === 0) return null;
  const isOneGroup =
    after === GROUP_DIGITS && before <= GROUP_DIGITS && text.charCodeAt(start) !== ZERO;
  if (isOneGroup) return "either";
  return text.charCodeAt(markAt) === COMMA ? "," : ".";
}

function markOfGrouped(text: string): DecimalMark | null {
  if (GROUPED_BY_POINTS.test(text)) return ",";
  return GROUPED_BY_COMMAS.test(text) ? "." : null;
}
