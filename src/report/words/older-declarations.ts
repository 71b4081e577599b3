// Declarations that CAS has not updated since it accepted the line: of an earlier version, or older
// than our shipment. Their statuses say nothing about the content of the line yet.
import { minuteWords } from "../../core/time/time-words.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { joinShown } from "../text/join-texts.ts";
import { timeCell } from "../text/report-time.ts";
import { isAtCas } from "./outcome-meanings.ts";

/** How far the clocks of CAS and of this machine may differ. Source: assumed. */
const CLOCK_SKEW_MS = 5 * 60_000;
const SHOWN_MAX = 3;

/** Null when there are none, or when the time of the acceptance is not known. */
export function olderDeclarationWords(line: LineView): string | null {
  const { acceptedAt, referenceId, declarations } = line;
  // Without a receipt, `acceptedAt` is when the shipment was found in CAS.
  if (!isAtCas(line) || acceptedAt === null || referenceId === null) return null;
  const beforeMs = acceptedAt.getTime() - CLOCK_SKEW_MS;
  const older = declarations.flatMap(({ declarationId, summary }) => {
    const time = timeCell(summary.lastUpdated ?? summary.creationDate);
    if (!(time instanceof Date) || time.getTime() >= beforeMs) return [];
    return [`${declarationId} (${summary.currentStatus}, ${minuteWords(time)})`];
  });
  if (older.length === 0) return null;
  const named = joinShown(older.slice(0, SHOWN_MAX), older.length, ", ");
  return `Last updated before CAS took this content, so the status says nothing of it yet: ${named}`;
}
