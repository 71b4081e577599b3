// Headers as people write them, brought to one form for comparison: case, blanks around and inside,
// a star that marks required columns and a trailing unit in parentheses make no difference.
import { distance } from "fastest-levenshtein";

const TRAILING_PARENTHESES = /\s*\(([^()]*)\)$/;
const STARS_AROUND = /^[*\s]+|[*\s]+$/g;
const BLANKS = /\s+/g;

export function normalizeHeader(text: string): string {
  return withoutStars(withoutStars(text).replace(TRAILING_PARENTHESES, "")).toLowerCase();
}

/** The text in the trailing parentheses, in small letters; null without parentheses. */
export function headerUnit(text: string): string | null {
  const unit = TRAILING_PARENTHESES.exec(withoutStars(text))?.[1];
  return unit === undefined ? null : unit.trim().toLowerCase();
}

function withoutStars(text: string): string {
  return text.replace(STARS_AROUND, "").replace(BLANKS, " ");
}

const NEAREST_MAX = 3;
/** A suggestion may differ from what was written in this share of its letters, and at least in two. */
const DIFFERING_SHARE_MAX = 0.4;
const DIFFERING_LETTERS_MIN = 2;

/** The candidates that the text may have been meant to be, nearest first; compared normalized. */
export function nearestHeaders(text: string, candidates: readonly string[]): readonly string[] {
  const wanted = normalizeHeader(text);
  return candidates
    .map((candidate) => ({ candidate, distance: distance(wanted, normalizeHeader(candidate)) }))
    .filter(
      ({ candidate, distance: letters }) =>
        letters <=
        Math.max(
          DIFFERING_LETTERS_MIN,
          DIFFERING_SHARE_MAX * Math.min(wanted.length, candidate.length),
        ),
    )
    .sort((left, right) => left.distance - right.distance)
    .slice(0, NEAREST_MAX)
    .map(({ candidate }) => candidate);
}
