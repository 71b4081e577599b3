// Texts for a person to read: characters that are not seen, that reorder what stands around them, or that a
// terminal or a program that reads our files would act on, are written as their names.

/** What may be one of them; pairs of surrogates are told apart by `CONTROL`. */
export const MAYBE_CONTROL = /[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]/;
/** All but line ends and tabs. */
export const CONTROL =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Noncharacter_Code_Point}|\p{Surrogate}/u;

/**
 * What no declaration refuses and no eye sees: marks of the writing direction, blanks without width, line ends
 * of Unicode, tags. Joiners stay: scripts and emoji are written with them.
 */
const HIDDEN =
  "\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}";
const MAYBE_HIDDEN =
  /[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff]/;
const NAMED = new RegExp(`${CONTROL.source}|[${HIDDEN}]`, "gu");
/** What JSON leaves as it is. */
const NOT_ESCAPED = new RegExp(`[\\x7f-\\x9f${HIDDEN}]`, "gu");
const LINE_END = /[\r\n]/;
const HEX = 16;
const HEX_DIGITS_MIN = 4;

/** The text with its controls in words; line ends and tabs stay. Shape: `a<U+001D>b`. */
export function visibleText(text: string): string {
  return MAYBE_HIDDEN.test(text)
    ? text.replace(NAMED, (character) => `<${nameOf(character)}>`)
    : text;
}

/** The same on one line, whatever line ends the text has: no text can pass for two. */
export function visibleLine(text: string): string {
  if (!LINE_END.test(text)) return visibleText(text);
  const [first = "", ...others] = text.split(/[\r\n]+/);
  return visibleText([first.trimEnd(), ...others.map((line) => line.trim())].join(" "));
}

/** The same JSON, with escapes for what a terminal would act on. */
export function visibleJson(json: string): string {
  return MAYBE_HIDDEN.test(json) ? json.replace(NOT_ESCAPED, escapeOf) : json;
}

/** Shape: `U+001D`. */
export function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(HEX).toUpperCase().padStart(HEX_DIGITS_MIN, "0")}`;
}

/** Shape: `\u009b`; two of them for a character beyond U+FFFF. */
function escapeOf(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(HEX).padStart(HEX_DIGITS_MIN, "0")}`)
    .join("");
}
