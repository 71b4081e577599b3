// A guess at what somebody meant to write, for the end of a message.
import { closest, distance } from "fastest-levenshtein";

/** The words that a wrong one may have been meant to be, as the end of a sentence; empty without one. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (known.length === 0) return "";
  const small = word.toLowerCase();
  const nearest = closest(
    small,
    known.map((candidate) => candidate.toLowerCase()),
  );
  const meant = known.find((candidate) => candidate.toLowerCase() === nearest);
  const isClose = distance(small, nearest) <= Math.max(1, word.length / 2);
  return meant === undefined || !isClose ? "" : `; did you mean \`${meant}\`?`;
}
