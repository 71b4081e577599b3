// The height of a row with wrapped texts. Not every program works it out for a file that it did not
// write, so we write it down.

/** Unit: points, of a line of the body font. */
const LINE_POINTS = 13.5;
const PADDING_POINTS = 3;
/** A longer text is read in the formula bar; a row must leave room for others. */
const LINES_MAX = 12;
/** Running text is a little narrower than the digits that a width counts. */
const FILLED_SHARE = 1.2;

export interface WrappedText {
  readonly text: string;
  /** Of its column. Unit: characters. */
  readonly width: number;
}

/** Unit: points; null when one line is enough. */
export function rowHeight(texts: readonly WrappedText[]): number | null {
  const lines = Math.max(1, ...texts.map(({ text, width }) => wrappedLines(text, width)));
  return lines === 1 ? null : Math.min(lines, LINES_MAX) * LINE_POINTS + PADDING_POINTS;
}

function wrappedLines(text: string, width: number): number {
  return text
    .split("\n", LINES_MAX)
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / (width * FILLED_SHARE))), 0);
}
