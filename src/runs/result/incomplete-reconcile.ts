// An incomplete reconcile, as the first line of the report shows it.
import { isIncomplete, type Gap } from "../../core/gap.ts";
import { gapWords } from "../../core/reason-words.ts";
import type { ReconcileSummary } from "../../reconcile/reconcile.ts";
import type { StoppedEarly } from "../../report/status-report.ts";

/** Null when the reconcile was complete. */
export function incompleteReconcile(
  gaps: readonly Gap[],
  filesNotRead: readonly string[],
): StoppedEarly | null {
  if (!gaps.some(isIncomplete)) return null;
  const words = gaps.filter(isIncomplete).map(gapWords).join(". ");
  return { reason: `The reconcile was incomplete. ${words}`, filesNotRead };
}

/** The members of a JSON document that show what a reconcile left out. */
export function gapMembers(gaps: readonly Gap[]): {
  readonly notLookedAt: readonly string[];
  readonly readLater: readonly string[];
  readonly errorsOpen: number;
} {
  const open = gaps.find((gap) => gap.code === "errors-not-fetched");
  return {
    notLookedAt: gaps.filter(isIncomplete).map(gapWords),
    readLater: gaps.filter((gap) => !isIncomplete(gap)).map(gapWords),
    errorsOpen: open?.count ?? 0,
  };
}

/** The members of a JSON document that show how far CAS was read, and by what. */
export function proofMembers({
  completeUpTo,
  lookedBackUntil,
  byReference,
}: Pick<ReconcileSummary, "completeUpTo" | "lookedBackUntil" | "byReference">) {
  return { completeUpTo, lookedBackUntil, byReference };
}
