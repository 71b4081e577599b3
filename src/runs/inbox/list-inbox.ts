// What lies in an inbox: the files that may be taken, and everything else with the reason why not. Changes nothing.
import type { Stats } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative } from "node:path";
import type { NotTaken } from "../../core/codes/inbox-codes.ts";
import { CasBatchError } from "../../core/errors.ts";
import { systemPath, textOfName, visibleName } from "../../core/files/file-names.ts";
import { codeOf } from "../../core/files/move-file.ts";
import { FileStuckError, inTime } from "../../core/files/regular-file.ts";
import type { InboxSettings } from "./inbox-settings.ts";
import { judgeEntry, judgeLink, withMarkers, type EntryKind } from "./judge-entry.ts";

export interface InboxFile {
  readonly path: string;
  readonly fileName: string;
  /** Where its marker is; null where none is asked for. */
  readonly markerPath: string | null;
  readonly state: FileState;
}

/** Two states are one when all members are equal. */
export interface FileState {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

export interface InboxListing {
  /** When it was listed, by the clock of this machine. */
  readonly at: Date;
  readonly files: readonly InboxFile[];
  readonly notTaken: readonly NotTaken[];
}

/**
 * By name; folders of ours are not mentioned.
 * @throws CasBatchError `file-not-found`
 */
export async function listInbox(settings: InboxSettings, at: Date): Promise<InboxListing> {
  const { folder, archive } = settings;
  const stats = await answered(folder, () => stat(systemPath(folder)).catch(ifMissing));
  if (stats?.isDirectory() !== true) {
    throw new CasBatchError("file-not-found", `There is no folder ${folder}`, {
      hint: "Name the folder that holds the spreadsheets; for single files use `cas-batch submit FILE..`",
    });
  }
  const own = archive === null ? [] : [archive.processing, archive.archive, archive.rejected];
  return listFolder(folder, settings, { at, skipped: new Set(own) });
}

interface ListOptions {
  readonly at: Date;
  /** Folders that are not mentioned. */
  readonly skipped: ReadonlySet<string>;
}

export async function listFolder(
  folder: string,
  { doneMarker, archive }: InboxSettings,
  { at, skipped }: ListOptions,
): Promise<InboxListing> {
  const names = await answered(folder, () => readdir(systemPath(folder), { encoding: "buffer" }));
  const sorted = names.map(textOfName).sort((left, right) => (left < right ? -1 : 1));
  const real = await answered(folder, () => realpath(systemPath(folder), { encoding: "buffer" }));
  const inbox = textOfName(real);
  const notTaken: NotTaken[] = [];
  const found: (Omit<InboxFile, "markerPath"> & { readonly name: string })[] = [];
  const markers = new Set<string>();
  for (const name of sorted) {
    const path = join(folder, name);
    if (skipped.has(path)) continue;
    const looked = await look(path);
    if ("code" in looked) {
      notTaken.push({ name: visibleName(name), ...looked });
      continue;
    }
    if (doneMarker !== null && looked.kind === "file" && isMarker(name, doneMarker)) {
      markers.add(name);
      continue;
    }
    const code =
      judgeEntry({ name, kind: looked.kind }) ??
      (looked.kind === "link"
        ? judgeLink({ ...looked, inbox, moves: archive !== null }, isBelow, dirname)
        : null);
    if (code !== null) notTaken.push({ name: visibleName(name), code, detail: null });
    else found.push({ path, name, fileName: name, state: stateOf(looked.stats) });
  }
  const { marked, unmarked } = withMarkers(found, markers, doneMarker);
  for (const { name } of unmarked) {
    notTaken.push({ name: visibleName(name), code: "marker-missing", detail: null });
  }
  const used = new Set(marked.map(({ marker }) => marker));
  const withFile = new Set(notTaken.map(({ name }) => name));
  for (const name of markers) {
    const ofFile = visibleName(name.slice(0, -(doneMarker?.length ?? 0)));
    if (used.has(name) || withFile.has(ofFile)) continue;
    notTaken.push({ name: visibleName(name), code: "marker-alone", detail: null });
  }
  const files = marked.map(({ file: { path, fileName, state }, marker }) => ({
    ...{ path, fileName, state },
    markerPath: marker === null ? null : join(folder, marker),
  }));
  return { at, files, notTaken };
}

function isMarker(name: string, ending: string): boolean {
  return name.endsWith(ending) && name.length > ending.length;
}

interface Looked {
  readonly kind: EntryKind;
  readonly stats: Stats;
  /** Of a link. */
  readonly target: string | null;
  readonly targetKind: EntryKind | null;
}

/** One entry that has a fault holds up no other. */
async function look(path: string): Promise<Looked | Pick<NotTaken, "code" | "detail">> {
  try {
    const stats = await inTime(() => lstat(systemPath(path)));
    const kind = kindOf(stats);
    if (kind !== "link") return { kind, stats, target: null, targetKind: null };
    const target = await inTime(() => realpath(systemPath(path), { encoding: "buffer" })).catch(
      unlessStuck,
    );
    const targetStats = await inTime(() => stat(systemPath(path))).catch(unlessStuck);
    return {
      kind,
      stats: targetStats ?? stats,
      target: target === null ? null : textOfName(target),
      targetKind: targetStats === null ? null : kindOf(targetStats),
    };
  } catch (error) {
    if (error instanceof FileStuckError) return { code: "no-answer", detail: null };
    const detail = codeOf(error);
    if (detail === "") throw error;
    return detail === "ENOENT" ? { code: "gone", detail: null } : { code: "not-examined", detail };
  }
}

function ifMissing(error: unknown): null {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return null;
  throw error;
}

function unlessStuck(error: unknown): null {
  if (error instanceof FileStuckError) throw error;
  return null;
}

export function kindOf(stats: Stats): EntryKind {
  if (stats.isSymbolicLink()) return "link";
  if (stats.isDirectory()) return "folder";
  return stats.isFile() ? "file" : "other";
}

export function stateOf({ size, mtimeMs, ctimeMs, ino }: Stats): FileState {
  return { size, mtimeMs, ctimeMs, ino };
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !isAbsolute(way) && way !== ".." && !/^\.\.[/\\]/.test(way);
}

/** @throws CasBatchError `file-not-found` when the drive does not answer, or refuses */
async function answered<Value>(path: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await inTime(call);
  } catch (error) {
    if (error instanceof FileStuckError) {
      throw new CasBatchError("file-not-found", `${path} ${error.message}`, {
        cause: error,
        hint: "Check the network drive, then run the same command again",
      });
    }
    const code = codeOf(error);
    if (code === "") throw error;
    throw new CasBatchError("file-not-found", `The folder ${path} cannot be looked into: ${code}`, {
      cause: error,
      hint: "Give this user the right to read and search the folder, or check its drive, then run the same command again",
    });
  }
}

/** The names as people see them; of two that look alike the second one gets a number. */
export function ownNames(fileNames: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return fileNames.map((fileName) => ownName(fileName, taken));
}

function ownName(name: string, taken: Set<string>): string {
  const visible = visibleName(name);
  let own = visible;
  for (let number = 2; taken.has(own); number += 1) own = `${visible} (${String(number)})`;
  taken.add(own);
  return own;
}
