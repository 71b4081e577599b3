// Reads what people write for the program itself: the configuration, profiles, secrets.
import { CasBatchError } from "../errors.ts";
import { FileStuckError, NotAFileError, openRegularFile } from "./regular-file.ts";
import type { Stats } from "node:fs";

/**
 * Fifty times a long profile; a longer list of values belongs into a lookup file. The YAML parser compares each
 * name with all others beside it: the names of 4 MiB take it minutes.
 */
const SETTINGS_BYTES_MAX = 512 * 1024;

interface SettingsFile {
  readonly text: string;
  /** Its owner, and who may read and write it. */
  readonly stats: Stats;
}

/** @param what Completes "Cannot read …". @throws CasBatchError `file-not-found` */
export async function readSettingsFile(what: string, path: string): Promise<SettingsFile> {
  const fail = (why: string, cause?: unknown): CasBatchError =>
    new CasBatchError("file-not-found", `Cannot read ${what} ${path}${why}`, { cause });
  try {
    const file = await openRegularFile(path);
    try {
      const bytes = Buffer.alloc(Math.min(file.stats.size, SETTINGS_BYTES_MAX) + 1);
      const size = await file.fill(bytes, 0);
      if (size > SETTINGS_BYTES_MAX) throw fail(`: it is larger than ${SETTINGS_BYTES_MAX} bytes`);
      return { text: bytes.toString("utf8", 0, size), stats: file.stats };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof CasBatchError) throw error;
    const isTold = error instanceof NotAFileError || error instanceof FileStuckError;
    throw fail(isTold ? `: it ${error.message}` : "", error);
  }
}
