// Texts for a person to read: characters that are not seen, and that a terminal or a program that reads
// our JSON would act on, are written as their names.

/** What may be one of them; pairs of surrogates are told apart by `CONTROL`. */
export const MAYBE_CONTROL = /[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]/;
/** All but line ends and tabs. */
export const CONTROL =
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Noncharacter_Code_Point}|\p{Surrogate}/u;
const CONTROLS = new RegExp(CONTROL, "gu");
const HEX = 16;
const HEX_DIGITS_MIN = 4;

/** The text with its controls in words. */
export function visibleText(text: string): string {
  return MAYBE_CONTROL.test(text) ? text.replace(CONTROLS, nameOf) : text;
}

/** Shape: `U+001D`. */
export function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(HEX).toUpperCase().padStart(HEX_DIGITS_MIN, "0")}`;
}
