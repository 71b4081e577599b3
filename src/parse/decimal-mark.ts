// How a file writes fractions. One mark holds for the whole file: deciding it cell by cell would
// read `1.234` in one row as a thousand and in the next as one and a bit.
import type { Finding } from "../core/finding.ts";
import { fileFinding } from "./file-finding.ts";

export type DecimalMark = "." | ",";

/** How many cells can only be read with one mark, and an example of each. */
export interface DecimalVotes {
  readonly comma: number;
  readonly point: number;
  readonly commaExample: string;
  readonly pointExample: string;
}

export const noDecimalVotes: DecimalVotes = {
  comma: 0,
  point: 0,
  commaExample: "",
  pointExample: "",
};

// `1,234` alone proves nothing: it is a thousand in one country and a fraction in the next.
const COMMA =
  /^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|\d{4,},\d+|0,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})$/;
const POINT =
  /^[+-]?(?:\d+\.(?:\d{1,2}|\d{4,})|\d{4,}\.\d+|0\.\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,})$/;

export function addDecimalVotes(votes: DecimalVotes, texts: readonly string[]): DecimalVotes {
  let { comma, point, commaExample, pointExample } = votes;
  for (const text of texts) {
    const trimmed = text.trim();
    if (COMMA.test(trimmed)) {
      comma += 1;
      commaExample ||= trimmed;
    } else if (POINT.test(trimmed)) {
      point += 1;
      pointExample ||= trimmed;
    }
  }
  return { comma, point, commaExample, pointExample };
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

/** What to tell when cells contradict each other, or null. */
export function decimalMarkFinding(
  fileName: string,
  votes: DecimalVotes,
  mark: DecimalMark,
): Finding | null {
  if (votes.comma === 0 || votes.point === 0) return null;
  return fileFinding(
    fileName,
    "number-ambiguous",
    `"${fileName}" writes numbers both as "${votes.commaExample}" and as "${votes.pointExample}"; the decimal mark is taken to be the ${decimalMarkName(mark)}`,
    {
      severity: "warning",
      hint: "Write all numbers in one way, or name the mark with --decimal-mark",
    },
  );
}
