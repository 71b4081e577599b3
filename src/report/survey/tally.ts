// Counts by name, made the same way in both passes over the ledger: two equal tallies mean that the
// sheets show what the first page counts.

export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string, count = 1): void {
    if (count > 0) this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  equals(other: Tally): boolean {
    return (
      this.#counts.size === other.#counts.size &&
      [...this.#counts].every(([name, count]) => other.#counts.get(name) === count)
    );
  }
}
