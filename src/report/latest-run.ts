// `latest` in the folder of reports: always the folder of the run that ended last, so that a script needs no run id.
// It is replaced in one step, so a reader finds one run or the other, never a part. `latest.json` says the same
// where a file system has no links. Two runs that end at once: the last one to say so wins, in both.
import { lstat, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { visibleJson } from "../core/text/visible-text.ts";
import { replaceTextFile } from "./replace-text-file.ts";

/** What `latest.json` says. */
export interface LatestRun {
  readonly runId: string;
  readonly command: string;
  readonly environment: string;
  readonly simulated: boolean;
  /** Absolute; holds the result files, and the report of a `run`. */
  readonly folder: string;
  /** The status report and its twin; null for a command that writes none. */
  readonly report: unknown;
  readonly reportJson: unknown;
  readonly reportHtml: unknown;
}

/**
 * Makes `latest` and `latest.json`, beside the run's folder, name this run.
 * @returns the name that leads to the run, and what could not be done, in words
 */
export async function nameLatestRun(
  run: LatestRun,
): Promise<{ readonly path: string | null; readonly remark: string | null }> {
  const notWritten = await writePointer(run);
  if (notWritten !== null) return { path: null, remark: notWritten };
  const notLinked = await linkTo(run.folder);
  const name = notLinked === null ? "latest" : "latest.json";
  return { path: join(dirname(run.folder), name), remark: notLinked };
}

async function writePointer(run: LatestRun): Promise<string | null> {
  const path = join(dirname(run.folder), "latest.json");
  try {
    const text = JSON.stringify({ schemaVersion: 1, ...run });
    await replaceTextFile(path, `${visibleJson(text)}\n`);
    return null;
  } catch (error) {
    return `${path} and latest still name an earlier run: ${wordsOf(error)}`;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function linkTo(folder: string): Promise<string | null> {
  const link = join(dirname(folder), "latest");
  const old = await lstat(link).catch(() => null);
  if (old !== null && !old.isSymbolicLink()) {
    return `${link} is not ours, so it stays as it is; latest.json beside it names the newest run`;
  }
  const temporary = join(dirname(folder), `.latest.${String(process.pid)}.tmp`);
  try {
    await rm(temporary, { force: true });
    // A junction, which Windows lets anyone make, holds a full path; elsewhere the folder can be moved as a whole.
    const isWindows = process.platform === "win32";
    await symlink(isWindows ? folder : basename(folder), temporary, "junction");
    // Windows renames nothing onto a junction.
    if (isWindows) await rm(link, { force: true });
    await rename(temporary, link);
    return null;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    return `${link} cannot be made (${wordsOf(error)}); latest.json beside it names the newest run`;
  }
}
