// Moves the files that a run has taken to where they belong: the archive, the rejected ones, or back to the inbox.
// What cannot be moved stays with the files in work, where the next run finds it first.
import { unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { makeFolder } from "../../core/files/make-folder.ts";
import { systemPath } from "../../core/files/file-names.ts";
import {
  ChangedWhileMovedError,
  CopyDiffersError,
  moveFile,
  numberedNames,
  systemCalls,
  type MoveCalls,
} from "../../core/files/move-file.ts";
import { notWritable } from "../../core/files/not-writable.ts";
import type { FilePlace } from "../result/result.ts";
import type { ClaimedFile } from "./recover-files.ts";
import { namesIn, runOfClaim } from "./claim-owner.ts";
import type { Destination } from "./destination.ts";
import type { ArchivePlaces } from "./inbox-settings.ts";
import { stateNow } from "./whole-files.ts";

export interface MovedFile {
  readonly place: FilePlace;
  readonly path: string;
  /** Why it is not where it belongs; null when it is. */
  readonly failure: unknown;
}

interface Folders extends ArchivePlaces {
  readonly inbox: string;
  /** Shape: `2026-11-29`. */
  readonly day: string;
  readonly runId: string;
}

/** More of one name in a day is a fault elsewhere. */
const SAME_NAMES_MAX = 10_000;

export async function moveToDestination(
  file: ClaimedFile,
  destination: Destination,
  folders: Folders,
  calls: MoveCalls = systemCalls,
): Promise<MovedFile> {
  try {
    const path =
      destination === "inbox"
        ? await moveBack(file, folders, calls)
        : await moveToDay(file, folders[destination], folders, calls);
    if (path !== null) return { place: destination, path, failure: null };
    return { place: "processing", path: file.path, failure: nameTaken(file, destination, folders) };
  } catch (error) {
    return { place: "processing", path: file.path, failure: failureOf(file, error) };
  }
}

async function moveToDay(
  file: ClaimedFile,
  root: string,
  { day, runId }: Folders,
  calls: MoveCalls,
): Promise<string | null> {
  const folder = join(root, day);
  try {
    makeFolder(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
  const partPath = join(root, partName(runId));
  const { fileName, path, markerPath } = file;
  if (markerPath === null) {
    return moveFile(
      path,
      { folder, names: numberedNames(fileName, SAME_NAMES_MAX), partPath },
      calls,
    );
  }
  // The marker first: one that is alone among the files in work belongs to a file in the inbox.
  const ending = basename(markerPath).slice(fileName.length);
  for (const name of numberedNames(fileName, SAME_NAMES_MAX)) {
    if ((await stateNow(join(folder, name))) !== null) continue;
    const marker = { folder, names: [`${name}${ending}`], partPath };
    if ((await moveFile(markerPath, marker, calls)) === null) continue;
    const rest = numberedFrom(fileName, name);
    return moveFile(path, { folder, names: rest, partPath }, calls);
  }
  return null;
}

/** The name that the marker got, then those after it. */
function* numberedFrom(fileName: string, first: string): Generator<string> {
  let isReached = false;
  for (const name of numberedNames(fileName, SAME_NAMES_MAX)) {
    isReached ||= name === first;
    if (isReached) yield name;
  }
}

/** The marker last: until it is there, the file is not taken. */
async function moveBack(
  { path, fileName, markerPath }: ClaimedFile,
  { inbox, runId }: Folders,
  calls: MoveCalls,
): Promise<string | null> {
  const to = { folder: inbox, partPath: join(inbox, partName(runId)) };
  const moved = await moveFile(path, { ...to, names: [fileName] }, calls);
  if (moved !== null && markerPath !== null) {
    await moveFile(markerPath, { ...to, names: [basename(markerPath)] }, calls);
  }
  return moved;
}

/** Shape: `.20261129T220000Z-3f2a.part`. */
function partName(runId: string): string {
  return `.${runId}.part`;
}

/** Removes what runs left that were killed while they copied to another drive. @param living runs that work */
export async function removeLeftParts(
  roots: readonly string[],
  living: ReadonlySet<string>,
): Promise<void> {
  for (const root of roots) {
    for (const name of await namesIn(root)) {
      const runId = /^\..*\.part$/.test(name) ? runOfClaim(name.slice(1, -".part".length)) : null;
      if (runId === null || living.has(runId)) continue;
      await unlink(systemPath(join(root, name))).catch(() => undefined);
    }
  }
}

function nameTaken(
  { path, fileName }: ClaimedFile,
  destination: Destination,
  { inbox }: Folders,
): CasBatchError {
  const where = destination === "inbox" ? inbox : destination;
  return new CasBatchError(
    "file-not-moved",
    `${path} could not be moved to ${where}: there is another file named ${fileName}`,
  );
}

function failureOf({ path }: ClaimedFile, error: unknown): unknown {
  if (error instanceof ChangedWhileMovedError || error instanceof CopyDiffersError) {
    return new CasBatchError("file-not-moved", `${path} could not be moved: ${error.message}`, {
      cause: error,
    });
  }
  const told = notWritable(path, error);
  if (!(told instanceof CasBatchError)) return error;
  const why = told.message.slice(told.message.indexOf(": ") + 2);
  return new CasBatchError("file-not-moved", `${path} could not be moved: ${why}`, {
    cause: error,
  });
}
