// Which files a command works on: those named, the spreadsheets in an inbox folder, or a file to be written.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import type { InputFile } from "../../runs/stage-batches.ts";

/** What a spreadsheet's name ends in. Old formats are among them: they get an answer, not silence. */
export const SPREADSHEET = /\.(?:xlsx|xlsm|xlsb|xls|csv|tsv|txt)$/i;
/** Left beside a workbook by Excel and LibreOffice while it is open. */
const LOCK_FILE = /^(?:~\$|\.~lock\.)/;

export interface Inbox {
  readonly files: readonly InputFile[];
  /** Names of what lies there and is no spreadsheet. */
  readonly ignored: readonly string[];
}

/** The spreadsheets of a folder, by name; subfolders and dot files are left out. */
export function listInbox(folder: string): Inbox {
  const path = resolve(folder);
  if (!isFolder(path)) {
    throw new CasBatchError("file-not-found", `There is no folder ${path}`, {
      hint: "Name the folder that holds the spreadsheets; for single files use `cas-batch submit FILE..`",
    });
  }
  const entries = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .filter((name) => !LOCK_FILE.test(name))
    .sort();
  return {
    files: entries
      .filter((name) => SPREADSHEET.test(name))
      .map((name) => ({ path: join(path, name), name })),
    ignored: entries.filter((name) => !SPREADSHEET.test(name)),
  };
}

/**
 * The files named on the command line; one that is not there becomes a finding when it is read. A
 * file named twice is read once, and files of one name are told apart by their paths.
 */
export function namedFiles(paths: readonly string[]): readonly InputFile[] {
  const folder = paths.find(isFolder);
  if (folder !== undefined) {
    throw new CasBatchError("usage", `${folder} is a folder, a file is needed`, {
      hint: `Use \`cas-batch run ${folder}\` for every file in it`,
    });
  }
  const absolute = [...new Set(paths.map((path) => resolve(path)))];
  const isShared = (path: string): boolean =>
    absolute.some((other) => other !== path && basename(other) === basename(path));
  return absolute.map((path) => ({
    path,
    name: isShared(path) ? relative(".", path) : basename(path),
  }));
}

/**
 * For a command about one file, which ends with what the file's finding says.
 * @throws CasBatchError `file-rejected`
 */
export async function readable<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    const { message, hint } = error.finding;
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
