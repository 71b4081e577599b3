// The files that runs left in work which do not live any more: a run takes them over, folder by folder, by one rename
// each, which only one process can win. A marker is taken before its file and archived before it, so one without its
// file is of a file that is still in the inbox: that file is fetched, as the interrupted run was about to.
import { lstat, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { NotTaken } from "../../core/codes/inbox-codes.ts";
import { systemPath, visibleName } from "../../core/files/file-names.ts";
import { codeOf, moveFile, TIME_STEP_MS, type MoveCalls } from "../../core/files/move-file.ts";
import { livingOwner, namesIn, runOfClaim, runOfOwnerFile } from "./claim-owner.ts";
import type { ArchivePlaces, InboxSettings } from "./inbox-settings.ts";
import { kindOf, stateOf, type FileState } from "./list-inbox.ts";

export interface ClaimedFile {
  /** Where it is now. */
  readonly path: string;
  readonly fileName: string;
  /** Where its marker is now; null without one. */
  readonly markerPath: string | null;
  readonly state: FileState;
  /** It was left by a run that did not come to its end. */
  readonly isRecovered: boolean;
}

export type Archiving = InboxSettings & { readonly archive: ArchivePlaces };

export interface ClaimContext {
  readonly settings: Archiving;
  readonly runId: string;
  readonly calls: MoveCalls;
}

interface LeftFiles {
  readonly files: readonly ClaimedFile[];
  readonly notTaken: readonly NotTaken[];
}

/** Beyond what a run has of its own for loose files of one name. */
const FIRST_LEFT = 1_000;
/** Of files that were taken while markers were asked for, which they may not be any more. */
const DEFAULT_MARKER = ".done";

/** @param now by the clock of the drive */
export async function recoverFiles(
  roots: readonly string[],
  context: ClaimContext,
  now: Date,
): Promise<LeftFiles> {
  const files: ClaimedFile[] = [];
  const notTaken: NotTaken[] = [];
  const markers: string[] = [];
  for (const root of roots) {
    const { folders, others } = await takeOver(root, context, now);
    notTaken.push(...others);
    for (const folder of folders) {
      const left = await lookInto(folder, context);
      files.push(...left.files);
      notTaken.push(...left.notTaken);
      markers.push(...left.markers);
    }
    await removeOwners(root, context, now);
  }
  for (const marker of markers) await bringTogether(marker, files, context);
  return { files, notTaken };
}

/** The folders that are this run's now, and what the files are that are not. */
async function takeOver(
  root: string,
  { runId, calls }: ClaimContext,
  now: Date,
): Promise<{ readonly folders: readonly string[]; readonly others: readonly NotTaken[] }> {
  const folders: string[] = [];
  const others: NotTaken[] = [];
  const names = (await namesIn(root)).filter((name) => ![null, runId].includes(runOfClaim(name)));
  for (const [at, name] of names.toSorted().entries()) {
    const owner = await livingOwner(root, runOfClaim(name) ?? "", now);
    const left = join(root, name);
    if (owner !== null) {
      const detail = `process ${String(owner.processId)} on ${owner.hostName}`;
      others.push(...(await notTakenOf(left, "taken-by-other", detail)));
      continue;
    }
    const folder = join(root, `${runId}-${String(at + FIRST_LEFT)}`);
    try {
      await calls.rename(systemPath(left), systemPath(folder));
      folders.push(folder);
    } catch (error) {
      // Another run was quicker, or a program holds the folder.
      if (codeOf(error) === "") throw error;
      others.push(...(await notTakenOf(left, "cannot-be-moved", codeOf(error))));
    }
  }
  return { folders, others };
}

async function notTakenOf(
  folder: string,
  code: NotTaken["code"],
  detail: string,
): Promise<readonly NotTaken[]> {
  const names = (await namesIn(folder)).filter((name) => !isPart(name));
  return names.map((name) => ({ name: visibleName(name), code, detail }));
}

async function lookInto(
  folder: string,
  { settings }: ClaimContext,
): Promise<LeftFiles & { readonly markers: readonly string[] }> {
  const ending = settings.doneMarker ?? DEFAULT_MARKER;
  const files: ClaimedFile[] = [];
  const notTaken: NotTaken[] = [];
  const markers: string[] = [];
  const names = await namesIn(folder);
  for (const name of names) {
    const path = join(folder, name);
    if (isPart(name)) await unlink(systemPath(path)).catch(() => undefined);
    else if (!name.endsWith(ending)) {
      const markerPath = names.includes(name + ending) ? path + ending : null;
      const file = await recovered(path, markerPath);
      if ("code" in file) notTaken.push(file);
      else files.push(file);
    } else if (!names.includes(name.slice(0, -ending.length))) markers.push(path);
  }
  return { files, notTaken, markers };
}

/** One that has a fault holds up no other. */
async function recovered(path: string, markerPath: string | null): Promise<ClaimedFile | NotTaken> {
  try {
    return await fileInWork(path, markerPath, true);
  } catch (error) {
    return { name: visibleName(basename(path)), code: "not-examined", detail: codeOf(error) };
  }
}

/** What was moved may be another thing than what was looked at: anything but a file is not read. */
export async function fileInWork(
  path: string,
  markerPath: string | null,
  isRecovered: boolean,
): Promise<ClaimedFile | NotTaken> {
  const stats = await lstat(systemPath(path));
  const fileName = basename(path);
  const kind = kindOf(stats);
  if (kind === "file") return { path, fileName, markerPath, state: stateOf(stats), isRecovered };
  const code = kind === "other" ? "not-a-file" : kind;
  return { name: visibleName(fileName), code, detail: null };
}

/** Of what was on its way to another drive, file and marker may lie in two folders. */
async function bringTogether(
  marker: string,
  files: ClaimedFile[],
  { settings, runId, calls }: ClaimContext,
): Promise<void> {
  const ending = settings.doneMarker ?? DEFAULT_MARKER;
  const fileName = basename(marker).slice(0, -ending.length);
  const at = files.findIndex((file) => file.fileName === fileName && file.markerPath === null);
  const found = files[at];
  if (found !== undefined) {
    files[at] = { ...found, markerPath: marker };
    return;
  }
  const twins = files.filter((file) => file.fileName === fileName);
  for (const { markerPath } of twins) {
    if (markerPath === null || !(await isCopy(markerPath, marker))) continue;
    await calls.unlink(systemPath(marker));
    return;
  }
  const inInbox = join(settings.folder, fileName);
  const path = marker.slice(0, -ending.length);
  try {
    await calls.rename(systemPath(inInbox), systemPath(path));
    const file = await recovered(path, marker);
    if (!("code" in file)) files.push(file);
  } catch {
    const partPath = join(settings.folder, `.${runId}.part`);
    const back = { folder: settings.folder, names: [basename(marker)], partPath };
    await moveFile(marker, back, calls).catch(() => null);
  }
}

/** A copy to another drive has the time of its original. */
async function isCopy(original: string, copy: string): Promise<boolean> {
  const one = await lstat(systemPath(original));
  const other = await lstat(systemPath(copy));
  return one.size === other.size && Math.abs(one.mtimeMs - other.mtimeMs) < TIME_STEP_MS;
}

/** Files that say whose nothing is any more. */
async function removeOwners(
  root: string,
  { runId }: Pick<ClaimContext, "runId">,
  now: Date,
): Promise<void> {
  const names = await namesIn(root);
  const claims = new Set(names.map(runOfClaim));
  for (const name of names) {
    const ofRun = runOfOwnerFile(name);
    if (ofRun === null || ofRun === runId || claims.has(ofRun)) continue;
    if ((await livingOwner(root, ofRun, now)) === null) {
      await unlink(systemPath(join(root, name))).catch(() => undefined);
    }
  }
}

export function isPart(name: string): boolean {
  return name.startsWith(".") && name.endsWith(".part");
}
