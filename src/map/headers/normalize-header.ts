// Brings headers to one form for comparison: case, blanks around and inside, a star that marks required
// columns and a trailing unit in parentheses make no difference.
import { distance } from "fastest-levenshtein";

const TRAILING_PARENTHESES = /\s*\(([^()]*)\)$/;
const STARS_AROUND = /^[*\s]+|(?<![*\s])[*\s]+$/g;
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

/** A slip of the keyboard changes as many letters at most, and this share of them. */
const SLIP_LETTERS_MAX = 2;
const SLIP_SHARE_MAX = 0.2;

/** The one candidate that the text all but is; null when there is none, or more than one. */
export function mistypedHeader(text: string, candidates: readonly string[]): string | null {
  const wanted = normalizeHeader(text);
  const slips = candidates.filter((candidate) => {
    const meant = normalizeHeader(candidate);
    const letters = distance(wanted, meant);
    return letters <= Math.min(SLIP_LETTERS_MAX, SLIP_SHARE_MAX * meant.length);
  });
  const [only] = slips;
  return slips.length === 1 && only !== undefined ? only : null;
}

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
