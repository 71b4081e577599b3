// The result of a command that looks after the ledger: no run, no files, lines and members.
import { userInfo } from "node:os";
import type { CommandResult } from "../../runs/result/result.ts";

export function ledgerResult(
  exitCode: number,
  summary: readonly string[],
  more: CommandResult["more"],
  next: readonly string[] = [],
): CommandResult {
  const none = { runId: null, files: [], findings: [], attention: [], error: null };
  return { ...none, exitCode, summary, next, more };
}

/** Who is at the keyboard, for the ledger; a user without a name is told by number. */
export function whoAsks(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${String(process.getuid?.() ?? "unknown")}`;
  }
}

/** Shape: `1.2 MB`. */
export function describeBytes(bytes: number): string {
  if (bytes < 1_000) return `${String(bytes)} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
