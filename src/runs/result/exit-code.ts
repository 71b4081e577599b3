// Exit codes: scripts and schedulers decide by them. The table stands in the docs and in --help.
import { CasBatchError } from "../../core/errors.ts";
import { isIncomplete, type Gap } from "../../core/gap.ts";
import { hasFailures, isBalanced, sumCounts, type FileResult } from "./result.ts";

export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  inputRejected: 3,
  someFailed: 4,
  stoppedEarly: 5,
  unsettled: 6,
  locked: 7,
  onlyWarnings: 8,
  /** What 0 becomes where a hook failed. */
  notTold: 9,
  interrupted: 130,
  terminated: 143,
} as const;

/** Of several runs in one process; the first that occurs counts. A signal that came while one worked is no fault. */
const WORST_FIRST: readonly number[] = [
  ...[EXIT.unexpected, EXIT.unsettled, EXIT.usage, EXIT.stoppedEarly, EXIT.locked],
  ...[EXIT.someFailed, EXIT.inputRejected, EXIT.onlyWarnings, EXIT.notTold],
  ...[EXIT.terminated, EXIT.interrupted],
];

export function worstExitCode(exitCodes: readonly number[]): number {
  return WORST_FIRST.find((exitCode) => exitCodes.includes(exitCode)) ?? EXIT.done;
}

/** As `--help` and the mail about a run say it. */
export const exitMeanings: Readonly<Record<number, string>> = {
  [EXIT.done]: "done, also when there was nothing to do",
  [EXIT.unexpected]: "unexpected fault",
  [EXIT.usage]: "usage or configuration",
  [EXIT.inputRejected]: "input rejected, nothing sent",
  [EXIT.someFailed]: "finished, some rows or shipments need a person",
  [EXIT.stoppedEarly]: "stopped early, safe to resume",
  [EXIT.unsettled]: "an outcome is unknown, or the books do not balance",
  [EXIT.locked]: "another run is sending",
  [EXIT.onlyWarnings]: "nothing worse than warnings, under --fail-on-warning",
  [EXIT.notTold]: "done, but a hook failed: somebody was not told",
  [EXIT.interrupted]: "stopped by a signal",
  [EXIT.terminated]: "stopped by a signal",
};

/** Finished, and somebody has to look at it; every other code but those of success is a failure. */
const FINISHED: readonly number[] = [EXIT.inputRejected, EXIT.someFailed, EXIT.onlyWarnings];

/** What an exit code asks of people (docs/hooks.md). */
export function weightOf(exitCode: number): "nothing" | "action" | "failure" {
  if (exitCode === EXIT.done || exitCode === EXIT.notTold) return "nothing";
  return FINISHED.includes(exitCode) ? "action" : "failure";
}

/** One word for the JSON document's `status`. */
export function statusWord(exitCode: number): string {
  switch (exitCode) {
    case EXIT.done:
      return "done";
    case EXIT.inputRejected:
      return "input-rejected";
    case EXIT.someFailed:
      return "some-failed";
    case EXIT.stoppedEarly:
      return "stopped-early";
    case EXIT.unsettled:
      return "unsettled";
    case EXIT.locked:
      return "locked";
    case EXIT.onlyWarnings:
      return "only-warnings";
    case EXIT.notTold:
      return "not-told";
    case EXIT.interrupted:
    case EXIT.terminated:
      return "interrupted";
    default:
      return "failed";
  }
}

/** Of a run that is over. */
const OF_THE_PAST: Readonly<Record<number, string>> = {
  [EXIT.done]: "done",
  [EXIT.locked]: "another run was sending",
  [EXIT.onlyWarnings]: "only warnings",
};

export function exitWords(exitCode: number): string {
  return OF_THE_PAST[exitCode] ?? exitMeanings[exitCode] ?? "unexpected fault";
}

export function exitCodeOfError(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return signal.reason === "SIGTERM" ? EXIT.terminated : EXIT.interrupted;
  return error instanceof CasBatchError ? error.exitCode : EXIT.unexpected;
}

/** An unknown outcome outweighs what a person has to set right before the next run. */
export function exitCodeOfStop(error: unknown, signal: AbortSignal, unknown: number): number {
  const exitCode = exitCodeOfError(error, signal);
  return exitCode === EXIT.usage && unknown > 0 ? EXIT.unsettled : exitCode;
}

/** The code of a run that came to its end. Worst first: books, then rejected input, then failures. */
export function exitCodeOfFiles(files: readonly FileResult[]): number {
  const counts = sumCounts(files);
  if (!isBalanced(files) || counts.unknown > 0) return EXIT.unsettled;
  if (!hasFailures(files)) return EXIT.done;
  const { unchanged, accepted, rejected, held, superseded, sending, unsent } = counts;
  const fit = unchanged + accepted + rejected + held + superseded + sending + unsent;
  return fit === 0 ? EXIT.inputRejected : EXIT.someFailed;
}

/** An incomplete reconcile is not final; exit 5 so that the scheduler resumes it. */
export function exitCodeOfReconcile(gaps: readonly Gap[], otherwise: number): number {
  return otherwise === EXIT.unsettled || !gaps.some(isIncomplete) ? otherwise : EXIT.stoppedEarly;
}
