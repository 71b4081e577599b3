// Several texts in one cell.

/** Joins what fits and says how much was left out: `a, b, c (3 of 7 shown)`. */
export function joinShown(texts: readonly string[], total: number, separator: string): string {
  const joined = texts.join(separator);
  return total > texts.length
    ? `${joined}${separator}(${String(texts.length)} of ${String(total)} shown)`
    : joined;
}

/** Each text once, those that are there. Shape: `Released, Submitted`. */
export function joinDistinct(texts: readonly (string | null)[]): string {
  return [...new Set(texts.filter((text) => text !== null))].join(", ");
}
