// Takes files out of an inbox for one run: into a folder of the run below the files in work, by one rename each, which
// only one process can win. First come the files that an interrupted run left there.
import { lstat, rmdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { NotTaken } from "../../core/codes/inbox-codes.ts";
import { makeFolder } from "../../core/files/make-folder.ts";
import { systemPath, visibleName } from "../../core/files/file-names.ts";
import { codeOf, moveFile, systemCalls, type MoveCalls } from "../../core/files/move-file.ts";
import { notWritable } from "../../core/files/not-writable.ts";
import { moveToDestination } from "./archive-files.ts";
import {
  driveTime,
  livingRuns,
  namesIn,
  runOfClaim,
  writeOwner,
  type OwnerFile,
} from "./claim-owner.ts";
import type { InboxSettings } from "./inbox-settings.ts";
import { listFolder, stateOf, type InboxFile, type InboxListing } from "./list-inbox.ts";
import {
  fileInWork,
  isPart,
  recoverFiles,
  type Archiving,
  type ClaimContext,
  type ClaimedFile,
} from "./recover-files.ts";

export interface Claim {
  readonly files: readonly ClaimedFile[];
  readonly notTaken: readonly NotTaken[];
  /** The runs that work on files of the same folders; this one among them. */
  readonly living: ReadonlySet<string>;
  /** Takes the folders of the run away where they are empty; what is still in them is for the next run. */
  readonly release: () => Promise<void>;
}

/**
 * Where files are taken first when the files in work are on another drive than the inbox: a rename goes to
 * the same drive only, and only a rename is of one process.
 */
function rootBesideInbox({ folder }: Pick<InboxSettings, "folder">): string {
  return join(folder, ".cas-batch-processing");
}

/**
 * @param files the whole ones of the inbox
 * @throws CasBatchError `file-not-writable` when the folder for files in work cannot be used
 */
export async function claimFiles(
  settings: Archiving,
  files: readonly InboxFile[],
  runId: string,
  calls: MoveCalls = systemCalls,
): Promise<Claim> {
  const context = { settings, runId, calls };
  const owners: OwnerFile[] = [];
  const roots = [settings.archive.processing, rootBesideInbox(settings)];
  const notTaken: NotTaken[] = [];
  const claimed: ClaimedFile[] = [];
  const opened = new Set<string>();
  const open = async (root: string): Promise<void> => {
    if (opened.has(root)) return;
    opened.add(root);
    try {
      makeFolder(root);
      owners.push(await writeOwner(root, runId));
    } catch (error) {
      throw notWritable(root, error);
    }
  };
  const release = async (): Promise<void> => {
    for (const root of roots) await removeEmptyFolders(root, runId);
    for (const owner of owners) await owner.remove();
    await rmdir(systemPath(rootBesideInbox(settings))).catch(() => undefined);
  };
  try {
    await open(settings.archive.processing);
    if (await isThere(rootBesideInbox(settings))) await open(rootBesideInbox(settings));
    const now = await driveTime(settings.archive.processing, runId);
    const left = await recoverFiles(roots, context, now);
    claimed.push(...left.files);
    notTaken.push(...left.notTaken);
    const folder = claimFolder(settings.archive.processing, runId);
    for (const file of [...(await looseFiles(settings, now)), ...files]) {
      makeFolder(folder);
      const taken = await take(file, folder, context, open);
      if ("code" in taken) notTaken.push(taken);
      else claimed.push(taken);
    }
    const living = await livingRuns(settings.archive.processing, now);
    return { files: claimed, notTaken, living, release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** What a run may come to read, those in work among them: it is asked for their kinds before anything is taken. */
export async function filesInSight(
  settings: InboxSettings,
  { files }: Pick<InboxListing, "files">,
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const sight = files.map(({ path, fileName }) => ({ path, name: fileName }));
  if (settings.archive === null) return sight;
  for (const root of [settings.archive.processing, rootBesideInbox(settings)]) {
    for (const claim of (await namesIn(root)).filter((name) => runOfClaim(name) !== null)) {
      const names = (await namesIn(join(root, claim))).filter((name) => !isPart(name));
      sight.push(...names.map((name) => ({ path: join(root, claim, name), name })));
    }
  }
  return sight;
}

function claimFolder(root: string, runId: string): string {
  return join(root, runId);
}

async function take(
  file: InboxFile,
  folder: string,
  context: ClaimContext,
  open: (root: string) => Promise<void>,
): Promise<ClaimedFile | NotTaken> {
  const { fileName } = file;
  const { settings, runId } = context;
  try {
    const free = await freeFolder(folder, fileName);
    return await takeTo(free, file, context);
  } catch (error) {
    if (codeOf(error) !== "EXDEV") return notTakenBecause(fileName, error);
  }
  try {
    const root = rootBesideInbox(settings);
    await open(root);
    const beside = claimFolder(root, runId);
    makeFolder(beside);
    const here = await takeTo(beside, file, context);
    if ("code" in here) return here;
    return await bringOver(here, folder, context);
  } catch (error) {
    return notTakenBecause(fileName, error);
  }
}

/** Loose files of one name each have a folder of their own. */
async function freeFolder(folder: string, fileName: string): Promise<string> {
  for (let number = 2, at = folder; ; number += 1) {
    if (!(await isThere(join(at, fileName)))) {
      makeFolder(at);
      return at;
    }
    at = `${folder}-${String(number)}`;
  }
}

async function takeTo(
  folder: string,
  { path, fileName, markerPath, state }: InboxFile,
  { settings, runId, calls }: ClaimContext,
): Promise<ClaimedFile | NotTaken> {
  const { rename: renameCall } = calls;
  const to = join(folder, fileName);
  const markerTo = markerPath === null ? null : join(folder, basename(markerPath));
  if (markerPath !== null && markerTo !== null) {
    await renameCall(systemPath(markerPath), systemPath(markerTo));
  }
  try {
    await renameCall(systemPath(path), systemPath(to));
  } catch (error) {
    if (markerPath !== null && markerTo !== null) {
      await renameCall(systemPath(markerTo), systemPath(markerPath)).catch(() => undefined);
    }
    throw error;
  }
  const taken = await fileInWork(to, markerTo, false);
  if ("code" in taken) {
    const back = { path: to, fileName, markerPath: markerTo, state, isRecovered: false };
    const folders = { ...settings.archive, inbox: settings.folder, day: "", runId };
    await moveToDestination(back, "inbox", folders, calls);
  }
  return taken;
}

/** From beside the inbox to the drive of the files in work; where that fails the file is read where it is. */
async function bringOver(
  here: ClaimedFile,
  folder: string,
  { runId, calls }: ClaimContext,
): Promise<ClaimedFile> {
  const partPath = join(folder, `.${runId}.part`);
  try {
    const to = await freeFolder(folder, here.fileName);
    const marker =
      here.markerPath === null
        ? null
        : await moveFile(
            here.markerPath,
            { folder: to, names: [basename(here.markerPath)], partPath },
            calls,
          );
    const moved = await moveFile(
      here.path,
      { folder: to, names: [here.fileName], partPath },
      calls,
    );
    if (moved === null) return here;
    const state = stateOf(await lstat(systemPath(moved)));
    return { ...here, path: moved, markerPath: marker, state };
  } catch {
    return here;
  }
}

function notTakenBecause(fileName: string, error: unknown): NotTaken {
  const name = visibleName(fileName);
  const code = codeOf(error);
  if (code === "") throw error;
  if (code === "ENOENT") return { name, code: "gone", detail: null };
  return { name, code: "cannot-be-moved", detail: code };
}

/** What a person has put right into the folder of files in work. */
async function looseFiles(settings: Archiving, at: Date): Promise<readonly InboxFile[]> {
  const own = { ...settings, doneMarker: null };
  const { files } = await listFolder(settings.archive.processing, own, { at, skipped: new Set() });
  return files.filter(({ state }) => at.getTime() - state.ctimeMs >= settings.stableForMs);
}

async function removeEmptyFolders(root: string, runId: string): Promise<void> {
  for (const name of await namesIn(root)) {
    if (runOfClaim(name) === runId)
      await rmdir(systemPath(join(root, name))).catch(() => undefined);
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(systemPath(path)).then(
    () => true,
    () => false,
  );
}
