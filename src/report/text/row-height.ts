// The height of a row with wrapped texts. Not every program works it out for a file that it did not
// write, so we write it down.

/** Unit: points, of a line of the body font. */
export const LINE_POINTS = 13;
const PADDING_POINTS = 3;
/** A longer text is read in the formula bar; a row must leave room for others on the screen. */
const LINES_MAX = 20;
/** Running text of size 10 is narrower than the digits of size 11 that a width counts, also in the wide faces that stand in for ours. */
const FILLED_SHARE = 1.2;
/** Letters that take the room of two. */
const WIDE = /[\u1100-\u11ff\u2e80-\uffdc]/g;

export interface WrappedText {
  readonly text: string;
  /** Of its column. Unit: characters. */
  readonly width: number;
}

/** Unit: points; null when one line is enough. */
export function rowHeight(texts: readonly WrappedText[]): number | null {
  let lines = 1;
  for (const { text, width } of texts) lines = Math.max(lines, wrappedLines(text, width));
  return lines === 1 ? null : Math.min(lines, LINES_MAX) * LINE_POINTS + PADDING_POINTS;
}

function wrappedLines(text: string, width: number): number {
  const room = Math.max(1, Math.floor(width * FILLED_SHARE));
  if (text.length * 2 <= room && !text.includes("\n")) return 1;
  return text
    .split("\n", LINES_MAX)
    .reduce((sum, line) => sum + linesOf(line.replace(WIDE, "$&$&"), room), 0);
}

/** Breaks between words, and inside a word that is longer than a line. */
function linesOf(line: string, room: number): number {
  if (line.length <= room) return 1;
  let lines = 1;
  let used = 0;
  for (const { length } of line.split(" ")) {
    if (used > 0 && used + 1 + length > room) {
      lines += 1;
      used = 0;
    }
    const atEnd = used + (used > 0 ? 1 : 0) + length;
    lines += Math.floor(Math.max(0, atEnd - 1) / room);
    used = atEnd === 0 ? 0 : ((atEnd - 1) % room) + 1;
    if (lines >= LINES_MAX) return LINES_MAX;
  }
  return lines;
}
