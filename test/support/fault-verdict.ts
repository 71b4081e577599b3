// What became of shipments, judged by the simulator's journal alone: the books of the program under
// test are not asked.
import type { JournalEntry } from "../../src/simulator/journal/journal-entry.ts";

export interface Verdict {
  /** Shipments whose newest version CAS does not have. */
  readonly lost: number;
  /** Acceptances beyond the first of the same content. */
  readonly doubled: number;
  /** Shipments of which an older version followed a newer one. */
  readonly inverted: number;
}

/** Content carries its version as `v3` at the end of the goods description. */
const VERSION = /"description":"[^"]* v(\d+)"/;

export function judge(
  journal: readonly JournalEntry[],
  expected: { readonly references: readonly string[]; readonly version?: number },
): Verdict {
  const { references, version = 1 } = expected;
  const acceptances = new Map<string, number[]>();
  for (const entry of journal) {
    if (entry.kind !== "accepted") continue;
    const found = VERSION.exec(entry.body)?.[1];
    if (found === undefined) throw new Error(`No version in ${entry.body}`);
    const known = acceptances.get(entry.externalReference);
    if (known === undefined) acceptances.set(entry.externalReference, [Number(found)]);
    else known.push(Number(found));
  }
  const verdict = { lost: 0, doubled: 0, inverted: 0 };
  for (const reference of references) {
    const versions = acceptances.get(reference) ?? [];
    if (!versions.includes(version)) verdict.lost += 1;
    verdict.doubled += versions.length - new Set(versions).size;
    if (versions.some((each, at) => versions.slice(0, at).some((earlier) => earlier > each))) {
      verdict.inverted += 1;
    }
  }
  return verdict;
}

/** The same, where each reference has a newest version of its own. */
export function judgeNewest(
  journal: readonly JournalEntry[],
  newest: ReadonlyMap<string, number>,
): Verdict {
  const byVersion = Map.groupBy(newest, ([, version]) => version);
  return addVerdicts(
    [...byVersion].map(([version, entries]) =>
      judge(journal, { version, references: entries.map(([reference]) => reference) }),
    ),
  );
}

export function addVerdicts(verdicts: readonly Verdict[]): Verdict {
  const total = { lost: 0, doubled: 0, inverted: 0 };
  for (const { lost, doubled, inverted } of verdicts) {
    total.lost += lost;
    total.doubled += doubled;
    total.inverted += inverted;
  }
  return total;
}
