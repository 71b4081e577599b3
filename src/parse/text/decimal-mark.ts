// How a file writes fractions. One mark holds for the whole file: deciding it cell by cell would
// read `1.234` in one row as a thousand and in the next as one and a bit. What the head of the file
// shows is all that is known here, and not every text of it is a number that is sent; whether the
// numbers that are sent bear it out is found when they are read.
import { markOfNumber, type DecimalMark } from "../../core/decimal-mark.ts";

/** How many cells can only be read with one mark. */
interface DecimalVotes {
  readonly comma: number;
  readonly point: number;
}

export const noDecimalVotes: DecimalVotes = { comma: 0, point: 0 };

export function addDecimalVotes(votes: DecimalVotes, texts: readonly string[]): DecimalVotes {
  let { comma, point } = votes;
  for (const text of texts) {
    const mark = markOfNumber(text.trim());
    if (mark === ",") comma += 1;
    else if (mark === ".") point += 1;
  }
  return { comma, point };
}

/** The mark most cells agree on; `otherwise` when they do not. */
export function decideDecimalMark(votes: DecimalVotes, otherwise: DecimalMark): DecimalMark {
  if (votes.comma === votes.point) return otherwise;
  return votes.comma > votes.point ? "," : ".";
}

/** Whether neither the user nor the cells decide. */
export function isDecimalMarkGuess(votes: DecimalVotes, named: DecimalMark | undefined): boolean {
  return named === undefined && votes.comma === votes.point;
}

export function decimalMarkName(mark: DecimalMark): string {
  return mark === "," ? "comma" : "point";
}
