// Characters that no declaration can hold: controls, halves of pairs, code points that are no
// characters, and the sign that stands where a character was lost. They come from scanners, databases
// and broken exports, are not seen on a screen, and end in a refusal far away from their cell.

/** What may be one of them; pairs of surrogates are looked at by `findUnsendable`. */
const MAYBE = /[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff]/;
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Noncharacter_Code_Point}|\p{Surrogate}/u;
const CONTROLS = new RegExp(CONTROL, "gu");
const LINE_BREAK_OR_TAB = /[\t\n\r]/;
const LOST = "\ufffd";
const PADDING = /\0+$/;
const HEX = 16;
const HEX_DIGITS_MIN = 4;

export interface Unsendable {
  readonly kind: "control" | "lost";
  /** Shape: `U+001D`. */
  readonly name: string;
  /** What stands before it. */
  readonly before: string;
}

/** Quick, and true for a few sound texts too. */
export function mayHoldUnsendable(text: string): boolean {
  return MAYBE.test(text);
}

/** @param mayBreak Whether line breaks and tabs are part of the text. */
export function findUnsendable(text: string, mayBreak: boolean): Unsendable | null {
  const control = CONTROL.exec(text) ?? (mayBreak ? null : LINE_BREAK_OR_TAB.exec(text));
  const at = control === null ? text.indexOf(LOST) : control.index;
  if (at < 0) return null;
  const [character = LOST] = control ?? [LOST];
  return {
    kind: control === null ? "lost" : "control",
    name: nameOf(character),
    before: text.slice(0, at),
  };
}

/** Zero bytes behind a text are padding of a database, and no part of it. */
export function withoutPadding(text: string): string {
  return text.replace(PADDING, "").trim();
}

/** The text with its controls in words, for a person to read. */
export function visibleText(text: string): string {
  return MAYBE.test(text) ? text.replace(CONTROLS, nameOf) : text;
}

/** Shape: `U+001D`. */
export function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(HEX).toUpperCase().padStart(HEX_DIGITS_MIN, "0")}`;
}
