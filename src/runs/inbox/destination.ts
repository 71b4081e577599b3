// Where a file goes once a run is done with it. Pure.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import { EXIT, exitCodeOfFiles } from "../result/exit-code.ts";
import type { FileResult } from "../result/result.ts";

export type Destination = "archive" | "rejected" | "inbox";

/** Faults of a moment, not of the file: the next run reads it again. */
export const PASSING_FINDINGS: readonly FindingCode[] = [
  "file-unreadable",
  "file-read-timeout",
  "file-changed-while-read",
];

export interface ReadState {
  /** What the books hold of the file; null when it was not read. */
  readonly result: FileResult | null;
  /** Whether reading it met a fault of a moment. */
  readonly isPassing: boolean;
  /** Whether it is still as it was when it was taken. */
  readonly isUnchanged: boolean;
}

/**
 * `rejected` is a file of which nothing counted: with nothing but it, `submit` would end with exit code 3. One of
 * which something was sent, was unchanged or is held goes to the archive, whatever else is wrong with it.
 */
export function destinationOf({ result, isPassing, isUnchanged }: ReadState): Destination {
  if (result === null || isPassing || !isUnchanged) return "inbox";
  return exitCodeOfFiles([result]) === EXIT.inputRejected ? "rejected" : "archive";
}

/** Shape: `2026-11-29`, in the zone. */
export function dayOf(at: Date, timeZone: string): string {
  // Swedish dates are those of ISO 8601.
  return new Intl.DateTimeFormat("sv-SE", {
    ...{ timeZone, year: "numeric", month: "2-digit", day: "2-digit" },
  }).format(at);
}
