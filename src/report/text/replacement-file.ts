// Replaces a file so that a reader sees the old one or the whole new one, never a part: a temporary
// file beside it is synchronised to disk, then renamed. Whatever fails, no temporary file stays; what a killed process
// leaves is removed by the next one that writes the same file, ten minutes later at the earliest.
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { portableName } from "../../core/files/file-names.ts";
import { isAlive } from "../../core/files/is-alive.ts";
import { notWritable } from "../../core/files/not-writable.ts";

export interface ReplacementFile {
  readonly temporaryPath: string;
  /** Makes the temporary file durable and puts it in the place of the target. */
  readonly commit: () => Promise<void>;
  /**
   * The same; where another program holds the target, the file is put beside it, under the name given, and that path
   * comes back. On Windows a workbook that is open in Excel cannot be replaced; elsewhere it can, and its reader keeps
   * the old one.
   */
  readonly commitOrBeside: (path: string) => Promise<string>;
  /** Removes the temporary file. Safe to call at any time. */
  readonly discard: () => Promise<void>;
}

/** A file that is written is written to all the time. Unit: milliseconds. */
const WRITTEN_MS_MAX = 600_000;
/** What Windows answers about a file that is open in another program. */
const HELD = new Set(["EBUSY", "EPERM", "EACCES"]);

/** @param move puts a file in the place of another */
export function replacementFile(
  targetPath: string,
  move: (from: string, to: string) => Promise<void> = rename,
): ReplacementFile {
  const temporaryPath = temporaryPathOf(targetPath, process.pid);
  const discard = (): Promise<void> => rm(temporaryPath, { force: true });
  const commitTo = async (path: string): Promise<void> => {
    // Windows only flushes through a handle that may write, and cannot open folders; there NTFS
    // keeps the rename in its own journal.
    await synchronise(temporaryPath, "r+");
    await move(temporaryPath, path);
    if (process.platform !== "win32") await synchronise(dirname(path), "r");
    await removeLeft(targetPath);
  };
  const failed = async (error: unknown): Promise<unknown> => {
    await discard();
    return notWritable(targetPath, error);
  };
  return {
    temporaryPath,
    discard,
    commit: async () => {
      try {
        await commitTo(targetPath);
      } catch (error) {
        throw await failed(error);
      }
    },
    commitOrBeside: async (besidePath) => {
      try {
        await commitTo(targetPath);
        return targetPath;
      } catch (error) {
        if (!isHeld(error)) throw await failed(error);
        try {
          await commitTo(besidePath);
          return besidePath;
        } catch {
          // What was wrong with the first place is what a person must hear of.
          throw await failed(error);
        }
      }
    },
  };
}

function temporaryPathOf(targetPath: string, processId: number): string {
  const ending = `.${String(processId)}.tmp`;
  return join(dirname(targetPath), portableName(`.${basename(targetPath)}`, ending));
}

/**
 * Removes what processes left that were killed while they wrote the same file. In a folder that machines share the
 * numbers of processes say nothing of the others, so what may still be written stays.
 */
async function removeLeft(targetPath: string): Promise<void> {
  const folder = dirname(targetPath);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const processId = Number(/\.(\d+)\.tmp$/.exec(name)?.[1]);
    const path = join(folder, name);
    if (path !== temporaryPathOf(targetPath, processId) || isAlive(processId)) continue;
    const stats = await stat(path).catch(() => null);
    if (stats === null || Date.now() - stats.mtimeMs < WRITTEN_MS_MAX) continue;
    await rm(path, { force: true }).catch(() => undefined);
  }
}

function isHeld(error: unknown): boolean {
  return error instanceof Error && "code" in error && HELD.has(String(error.code));
}

async function synchronise(path: string, flags: "r" | "r+"): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
