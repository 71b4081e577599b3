// Checks that a file is still the one that was read. Opens its path anew: only then does a network drive ask
// its server, and only then is a file seen that replaced the one that was read.
import type { SourceFile } from "../core/cell.ts";
import type { UnreadableFileError } from "../core/errors.ts";
import { FileStuckError } from "../core/files/regular-file.ts";
import { FileChangedError, openSteadyFile, type SteadyFile } from "../core/files/steady-file.ts";
import { unreadable } from "./text/file-finding.ts";

/** The error for a file that another program writes to while it is read. */
export function changedWhileRead(name: string, cause?: unknown): UnreadableFileError {
  return unreadable(name, "file-changed-while-read", `"${name}" was changed while it was read`, {
    cause,
  });
}

/** The error for what the reading of an open file says; a fault of ours stays what it is. */
export function readingError(name: string, error: unknown): unknown {
  if (error instanceof FileChangedError) return changedWhileRead(name, error);
  if (error instanceof FileStuckError) {
    return unreadable(name, "file-read-timeout", `"${name}" ${error.message}`, { cause: error });
  }
  if (!(error instanceof Error && "syscall" in error && "code" in error)) return error;
  return unreadable(
    name,
    "file-unreadable",
    `"${name}" could not be read to its end (${String(error.code)})`,
    { cause: error },
  );
}

/**
 * Reads all of the file once more.
 * @throws UnreadableFileError `file-changed-while-read` when its path does not hold the very bytes
 */
export async function assertUnchanged(
  { path, name, sha256 }: SourceFile,
  stuckMsMax?: number,
): Promise<void> {
  let now: SteadyFile;
  try {
    now = await openSteadyFile(path, undefined, stuckMsMax);
  } catch (cause) {
    if (cause instanceof FileStuckError) throw readingError(name, cause);
    throw unreadable(
      name,
      "file-changed-while-read",
      `"${name}" was moved, deleted or locked while it was read`,
      { cause },
    );
  }
  await now.close();
  if (now.sha256 !== sha256) throw changedWhileRead(name);
}
