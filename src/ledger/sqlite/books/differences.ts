// Where the search shows something else of a declaration than a notification told: kept with the declaration
// until the search shows the same. Otherwise the newer of the two would count, and nobody would know of the other.
import type { DeclarationSummary } from "../../../core/declaration.ts";
import { readDifferences, type StoredDifference } from "../file/stored-json.ts";

const IDS = ["lrn", "mrn"] as const;

interface Sayings {
  /** As the books have it. */
  readonly known: DeclarationSummary;
  readonly knownAt: string;
  readonly said: DeclarationSummary;
  readonly saidAt: string;
  /** Whether a notification says it; else the search does. */
  readonly isTold: boolean;
  /** Whether what is said is older than what the books have. */
  readonly isOlder: boolean;
}

/**
 * The differences (JSON) after one more observation; null for none.
 * @param wasTold whether a notification ever told anything of the declaration; asked only where it matters
 */
export function differencesAfter(
  stored: string | null,
  { known, knownAt, said, saidAt, isTold, isOlder }: Sayings,
  wasTold: () => boolean,
): string | null {
  const ids = IDS.filter((id) => known[id] !== null && said[id] !== null && known[id] !== said[id]);
  const isBehind =
    isOlder && !isTold && saidAt > knownAt && said.currentStatus !== known.currentStatus;
  if (stored === null && ids.length === 0 && !isBehind) return null;
  const between = (member: "currentStatus" | (typeof IDS)[number]): StoredDifference => {
    const [ours, theirs] = [known[member] ?? "", said[member] ?? ""];
    return isTold
      ? { told: theirs, toldAt: saidAt, shown: ours, shownAt: knownAt }
      : { told: ours, toldAt: knownAt, shown: theirs, shownAt: saidAt };
  };
  const { currentStatus, ...after } = stored === null ? {} : readDifferences(stored);
  // An old event that comes late says nothing about the status of today.
  const keptStatus = isOlder && isTold ? currentStatus : undefined;
  const differs = [
    ...(keptStatus === undefined ? [] : [["currentStatus", keptStatus]]),
    ...Object.entries(after),
    ...(isBehind && wasTold() ? [["currentStatus", between("currentStatus")]] : []),
    ...(ids.length > 0 && (isTold || wasTold()) ? ids.map((id) => [id, between(id)]) : []),
  ];
  return differs.length === 0 ? null : JSON.stringify(Object.fromEntries(differs));
}
