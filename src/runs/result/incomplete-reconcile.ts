// An incomplete reconcile in the report and in the result of a command.
import type { Gap } from "../../core/reason.ts";
import { gapWords } from "../../core/reason-words.ts";
import type { StoppedEarly } from "../../report/status-report.ts";

export const RECONCILE_AGAIN = "`cas-batch reconcile`   (goes on with what was not looked at)";

export function describeGaps(gaps: readonly Gap[]): readonly string[] {
  return gaps.map((gap) => `NOT LOOKED AT: ${gapWords(gap)}`);
}

/** For the first line of the report; null when the reconcile was complete. */
export function incompleteReconcile(
  gaps: readonly Gap[],
  filesNotRead: readonly string[],
): StoppedEarly | null {
  if (gaps.length === 0) return null;
  const words = gaps.map(gapWords).join(". ");
  return { reason: `Not everything was looked at. ${words}`, filesNotRead };
}
