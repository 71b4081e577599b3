// Which files a command works on: those named, or a file to be written.
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, relative, resolve } from "node:path";
import { systemPath, typedPath } from "../../core/files/file-names.ts";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { FileStuckError, inTime } from "../../core/files/regular-file.ts";
import { fileError } from "../../parse/text/file-finding.ts";
import { ownNames } from "../../runs/inbox/list-inbox.ts";
import type { InputFile } from "../../runs/stage-batches.ts";

/**
 * The files named on the command line; one that is not there becomes a finding when it is read. A
 * file named twice is read once, and files of one name are told apart by their paths.
 */
export async function namedFiles(paths: readonly string[]): Promise<readonly InputFile[]> {
  for (const path of paths) {
    if (!(await isFolder(path))) continue;
    throw new CasBatchError("usage", `${path} is a folder, a file is needed`, {
      hint: `Use \`cas-batch run ${path}\` for every file in it`,
    });
  }
  const absolute = [...new Set(paths.map((path) => typedPath(resolve(path))))];
  const isShared = (path: string): boolean =>
    absolute.some((other) => other !== path && basename(other) === basename(path));
  const names = ownNames(
    absolute.map((path) => (isShared(path) ? relative(".", path) : basename(path))),
  );
  return absolute.map((path, at) => ({ path, name: names[at] ?? path }));
}

/**
 * For a command about one file, which ends with what the file's finding says.
 * @throws CasBatchError `file-rejected`
 */
export async function readable<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    // A stack or a text that is too small for the file.
    const told = error instanceof RangeError ? fileError("The file", error) : error;
    if (!(told instanceof UnreadableFileError)) throw error;
    const { message, hint } = told.finding;
    throw new CasBatchError("file-rejected", message, {
      cause: error,
      ...(hint === null ? {} : { hint }),
    });
  }
}

/** @throws CasBatchError `file-not-writable` when there is a file and it may not be replaced */
export function refuseToReplace(path: string, force: boolean): void {
  if (force || !existsSync(path)) return;
  throw new CasBatchError("file-not-writable", `${path} is already there`, {
    hint: "Add --force to replace it, or name another file with --output",
  });
}

/** Whether there is a folder; a file that cannot be looked at is told when it is read. */
async function isFolder(path: string): Promise<boolean> {
  return answered(path, () =>
    stat(systemPath(path)).then(
      (stats) => stats.isDirectory(),
      () => false,
    ),
  );
}

/** @throws CasBatchError `file-not-found` when the drive does not answer */
async function answered<Value>(path: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await inTime(call);
  } catch (error) {
    if (!(error instanceof FileStuckError)) throw error;
    throw new CasBatchError("file-not-found", `${path} ${error.message}`, {
      cause: error,
      hint: "Check the network drive, then run the same command again",
    });
  }
}
