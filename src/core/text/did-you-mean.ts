// A guess at what was meant, for the end of a message.
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
  const isClose = isLike(distance(small, nearest), word.length);
  return meant === undefined || !isClose ? "" : `; did you mean \`${meant}\`?`;
}

/** Half of the letters may differ, yet not all of them. */
function isLike(differingLetters: number, length: number): boolean {
  return differingLetters <= Math.ceil(length / 2) && differingLetters < length;
}
