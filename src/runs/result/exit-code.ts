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
  interrupted: 130,
  terminated: 143,
} as const;

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
    case EXIT.interrupted:
    case EXIT.terminated:
      return "interrupted";
    default:
      return "failed";
  }
}

/** As the table in the docs and in --help says it. */
export function exitWords(exitCode: number): string {
  switch (exitCode) {
    case EXIT.done:
      return "done";
    case EXIT.usage:
      return "usage or configuration";
    case EXIT.inputRejected:
      return "input rejected, nothing sent";
    case EXIT.someFailed:
      return "finished, some rows or shipments need a person";
    case EXIT.stoppedEarly:
      return "stopped early, safe to resume";
    case EXIT.unsettled:
      return "an outcome is unknown, or the books do not balance";
    case EXIT.locked:
      return "another run was sending";
    case EXIT.onlyWarnings:
      return "only warnings";
    case EXIT.interrupted:
    case EXIT.terminated:
      return "stopped by a signal";
    default:
      return "unexpected fault";
  }
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
