// An incomplete reconcile, as the first line of the report shows it.
import type { Gap } from "../../core/reason.ts";
import { gapWords } from "../../core/reason-words.ts";
import { isIncomplete } from "./exit-code.ts";
import type { StoppedEarly } from "../../report/status-report.ts";

/** Null when the reconcile was complete. */
export function incompleteReconcile(
  gaps: readonly Gap[],
  filesNotRead: readonly string[],
): StoppedEarly | null {
  if (!gaps.some(isIncomplete)) return null;
  const words = gaps.map(gapWords).join(". ");
  return { reason: `The reconcile was incomplete. ${words}`, filesNotRead };
}
