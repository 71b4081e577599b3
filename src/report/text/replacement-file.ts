// Replaces a file so that a reader sees the old one or the whole new one, never a part: a temporary
// file beside it is synchronised to disk, then renamed. Whatever fails, no temporary file stays.
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { portableName } from "../../core/files/file-names.ts";
import { notWritable } from "../../core/files/not-writable.ts";

export interface ReplacementFile {
  readonly temporaryPath: string;
  /** Makes the temporary file durable and puts it in the place of the target. */
  readonly commit: () => Promise<void>;
  /** Removes the temporary file. Safe to call at any time. */
  readonly discard: () => Promise<void>;
}

export function replacementFile(targetPath: string): ReplacementFile {
  const temporaryPath = join(
    dirname(targetPath),
    portableName(`.${basename(targetPath)}`, `.${String(process.pid)}.tmp`),
  );
  const discard = (): Promise<void> => rm(temporaryPath, { force: true });
  return {
    temporaryPath,
    discard,
    commit: async () => {
      try {
        // Windows only flushes through a handle that may write, and cannot open folders; there NTFS
        // keeps the rename in its own journal.
        await synchronise(temporaryPath, "r+");
        await rename(temporaryPath, targetPath);
        if (process.platform !== "win32") await synchronise(dirname(targetPath), "r");
      } catch (error) {
        await discard();
        throw notWritable(targetPath, error);
      }
    },
  };
}

async function synchronise(path: string, flags: "r" | "r+"): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
