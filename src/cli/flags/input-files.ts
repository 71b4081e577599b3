// Which files a command works on: those named, the spreadsheets in an inbox folder, or a file to be written.
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { systemPath, textOfName, typedPath, visibleName } from "../../core/files/file-names.ts";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { FileStuckError, inTime } from "../../core/files/regular-file.ts";
import { fileError } from "../../parse/text/file-finding.ts";
import type { InputFile } from "../../runs/stage-batches.ts";
import { SPREADSHEET } from "./spreadsheet-name.ts";

/** Left beside a workbook by Excel and LibreOffice while it is open. */
const LOCK_FILE = /^(?:~\$|\.~lock\.)/;

export interface Inbox {
  readonly files: readonly InputFile[];
  /** Names of what lies there and is no spreadsheet. */
  readonly ignored: readonly string[];
}

/**
 * The spreadsheets of a folder, by name; subfolders and dot files are left out.
 * @throws CasBatchError `file-not-found`
 */
export async function listInbox(folder: string): Promise<Inbox> {
  const path = typedPath(resolve(folder));
  if (!(await isFolder(path))) {
    throw new CasBatchError("file-not-found", `There is no folder ${path}`, {
      hint: "Name the folder that holds the spreadsheets; for single files use `cas-batch submit FILE..`",
    });
  }
  const entries = (
    await answered(path, () =>
      readdir(systemPath(path), { withFileTypes: true, encoding: "buffer" }),
    )
  )
    .map((entry) => ({ name: textOfName(entry.name), isFolder: entry.isDirectory() }))
    .filter(({ name }) => !name.startsWith(".") && !LOCK_FILE.test(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const taken = new Set<string>();
  return {
    files: entries
      .filter(({ name, isFolder }) => SPREADSHEET.test(name) && !isFolder)
      .map(({ name }) => ({ path: join(path, name), name: ownName(name, taken) })),
    // A folder that is named like a spreadsheet may have been meant as one.
    ignored: entries
      .filter(({ name, isFolder }) => SPREADSHEET.test(name) === isFolder)
      .map(({ name }) => visibleName(name)),
  };
}

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
  const taken = new Set<string>();
  return absolute.map((path) => ({
    path,
    name: ownName(isShared(path) ? relative(".", path) : basename(path), taken),
  }));
}

/** The name as people see it; of two that look alike the second one gets a number. */
function ownName(name: string, taken: Set<string>): string {
  const visible = visibleName(name);
  let own = visible;
  for (let number = 2; taken.has(own); number += 1) own = `${visible} (${String(number)})`;
  taken.add(own);
  return own;
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
