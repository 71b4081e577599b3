// A stretch of a part that holds whole elements only, in two views of the same bytes: numbers to
// compare and a string with one character per byte to cut from. Cutting short texts from a string
// is several times as fast as decoding them from a buffer one by one.
import { isAscii, isUtf8 } from "node:buffer";
import * as code from "./byte-codes.ts";

export interface PartWindow {
  readonly bytes: Buffer;
  /** One character per byte, whatever the bytes mean: offsets are those of `bytes`. */
  readonly text: string;
  /** Whether every byte is a character of its own, so that `text` may be taken as it stands. */
  readonly isAscii: boolean;
}

/** The window of these bytes, or null when they are no UTF-8. */
export function partWindow(bytes: Buffer): PartWindow | null {
  const ascii = isAscii(bytes);
  if (!ascii && !isUtf8(bytes)) return null;
  return { bytes, text: bytes.toString("latin1"), isAscii: ascii };
}

/**
 * V8 copies shorter pieces of a string, and lets longer ones point into the whole: one code that is kept
 * would keep its whole window.
 */
const COPIED_CHARS_MAX = 12;

/** A text of which it is known that it is ASCII, holding on to nothing but itself. */
export function asciiText(window: PartWindow, start: number, end: number): string {
  return end - start <= COPIED_CHARS_MAX
    ? window.text.slice(start, end)
    : window.bytes.toString("latin1", start, end);
}

/** Any text, decoded, holding on to nothing but itself. */
export function windowText(window: PartWindow, start: number, end: number): string {
  return window.isAscii ? asciiText(window, start, end) : window.bytes.toString("utf8", start, end);
}

/** The place of the `<` after a text of no special characters, or -1. */
export function plainTextEnd(bytes: Buffer, from: number): number {
  for (let at = from; ; at += 1) {
    const byte = bytes[at];
    if (byte === code.LESS) return at;
    if (byte === code.AMPERSAND || byte === code.CARRIAGE_RETURN || byte === undefined) return -1;
  }
}
