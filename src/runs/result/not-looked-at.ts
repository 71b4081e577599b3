// How a command tells that its look at CAS left something out, in its report and in its result.
import type { StoppedEarly } from "../../report/status-report.ts";

export const LOOK_ON = "`cas-batch reconcile`   (goes on with what was not looked at)";

export function describeNotLookedAt(notLookedAt: readonly string[]): readonly string[] {
  return notLookedAt.map((words) => `NOT LOOKED AT: ${words}`);
}

/** For the first line of the report; null when everything was looked at. */
export function lookCutShort(
  notLookedAt: readonly string[],
  filesNotRead: readonly string[],
): StoppedEarly | null {
  if (notLookedAt.length === 0) return null;
  return { reason: `Not everything was looked at. ${notLookedAt.join(". ")}`, filesNotRead };
}
