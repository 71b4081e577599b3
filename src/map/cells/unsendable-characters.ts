// Characters that no declaration can hold: controls, halves of pairs, code points that are no characters,
// and the sign for a lost character. They come from scanners, databases and broken exports, are invisible
// on a screen, and would be refused far away from their cell.
import { CONTROL, MAYBE_CONTROL, nameOf } from "../../core/text/visible-text.ts";

const LINE_BREAK_OR_TAB = /[\t\n\r]/;
const LOST = "\ufffd";
const PADDING = /(?<!\0)\0+$/;

interface Unsendable {
  readonly kind: "control" | "lost";
  /** Shape: `U+001D`. */
  readonly name: string;
  /** What stands before it. */
  readonly before: string;
}

/** Quick, and true for a few sound texts too. */
export function mayHoldUnsendable(text: string): boolean {
  return MAYBE_CONTROL.test(text);
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
