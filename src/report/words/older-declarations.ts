// Declarations that CAS has not touched since it took what the line says: of an earlier version, or
// there before the shipment was ours. Their statuses tell nothing of the line's content yet.
import type { LineView } from "../../ledger/ledger.ts";
import { joinShown } from "../text/join-texts.ts";
import { minuteText, timeCell } from "../text/report-time.ts";

/** How far the clocks of CAS and of this machine may differ. Source: assumed. */
const CLOCK_SKEW_MS = 5 * 60_000;
const SHOWN_MAX = 3;

/** In words; null when there are none, or when the line's own time is not that of its answer. */
export function olderDeclarationWords(line: LineView): string | null {
  const { bucket, acceptedAt, referenceId, declarations } = line;
  const isTaken = bucket === "accepted" || bucket === "unchanged";
  // Without a receipt, the shipment was found out to be there only later.
  if (!isTaken || acceptedAt === null || referenceId === null) return null;
  const beforeMs = acceptedAt.getTime() - CLOCK_SKEW_MS;
  const older = declarations.flatMap(({ declarationId, summary }) => {
    const time = timeCell(summary.lastUpdated ?? summary.creationDate);
    if (!(time instanceof Date) || time.getTime() >= beforeMs) return [];
    return [`${declarationId} (${summary.currentStatus}, ${minuteText(time)} UTC)`];
  });
  if (older.length === 0) return null;
  const named = joinShown(older.slice(0, SHOWN_MAX), older.length, ", ");
  return `Last updated before CAS took this content, so the status says nothing of it yet: ${named}`;
}
