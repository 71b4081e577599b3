// A guess at what was meant, for the end of a message.
import { closest, distance } from "fastest-levenshtein";

/** Fewer letters than these begin too many words. */
const BEGINNING_LENGTH_MIN = 3;

/** A shorter part stands in too many words. */
const PART_LENGTH_MIN = 4;

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

/** Those nearest to the wrong word, the nearest first: with few slips, or with it as their beginning or end. */
export function nearMisses(
  word: string,
  known: Iterable<string>,
  shownMax: number,
): readonly string[] {
  const small = word.toLowerCase();
  const slipsMax = Math.ceil(small.length / 6);
  const near = new Map<string, number>();
  for (const candidate of known) {
    if (Math.abs(candidate.length - small.length) > slipsMax) {
      const isPart = small.length >= PART_LENGTH_MIN && candidate.toLowerCase().includes(small);
      if (isPart) near.set(candidate, slipsMax);
      continue;
    }
    const slips = distance(small, candidate.toLowerCase());
    if (slips <= slipsMax) near.set(candidate, slips);
  }
  const sorted = [...near].sort(([, left], [, right]) => left - right);
  return sorted.slice(0, shownMax).map(([candidate]) => candidate);
}
