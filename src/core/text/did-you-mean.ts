// A guess at what was meant, for the end of a message.
import { closest, distance } from "fastest-levenshtein";

/** Fewer letters than these begin too many words. */
const BEGINNING_LENGTH_MIN = 3;

/**
 * The word that a wrong one may have been meant to be, as the end of a sentence; empty without one. It is the
 * nearest of `known`, or else one that begins with the wrong word, or begins it.
 * @param slipsMax how many letters may differ; by default half of them
 */
export function didYouMean(
  word: string,
  known: readonly string[],
  slipsMax = Math.ceil(word.length / 2),
): string {
  if (known.length === 0) return "";
  const small = word.toLowerCase();
  const candidates = known.map((candidate) => candidate.toLowerCase());
  const nearest = closest(small, candidates);
  const slips = distance(small, nearest);
  const guess =
    slips <= slipsMax && slips < word.length
      ? nearest
      : candidates.find((candidate) => beginsLike(candidate, small));
  const meant = known.find((candidate) => candidate.toLowerCase() === guess);
  return meant === undefined ? "" : `; did you mean \`${meant}\`?`;
}

function beginsLike(left: string, right: string): boolean {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left];
  return shorter.length >= BEGINNING_LENGTH_MIN && longer.startsWith(shorter);
}
