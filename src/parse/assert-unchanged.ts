// Whether a file is still the one that was read. Its path is opened anew: only so does a network
// drive ask its server, and a file that was put in the place of the one that was read is seen.
import type { SourceFile } from "../core/cell.ts";
import type { UnreadableFileError } from "../core/errors.ts";
import { openSteadyFile, type SteadyFile } from "../core/steady-file.ts";
import { unreadable } from "./text/file-finding.ts";

/** The error that ends the reading of a file which another program writes to. */
export function changedWhileRead(name: string, cause?: unknown): UnreadableFileError {
  return unreadable(name, "file-changed-while-read", `"${name}" was changed while it was read`, {
    cause,
  });
}

/**
 * Reads all of the file once more.
 * @throws UnreadableFileError `file-changed-while-read` when its path does not hold the very bytes
 */
export async function assertUnchanged({ path, name, sha256 }: SourceFile): Promise<void> {
  let now: SteadyFile;
  try {
    now = await openSteadyFile(path);
  } catch (cause) {
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
