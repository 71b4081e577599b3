// Moves a file into a folder and never replaces another one. On one file system the new name is given by a link,
// which the system refuses where something has that name, and the old one is taken away after that: a kill in
// between leaves two names of one file. Across two the bytes are copied to a part file, made durable, read again
// and compared, and only then named; a kill leaves the original with a part or a whole copy. Called again for the
// same file, it goes on from there.
import { createHash } from "node:crypto";
import { link, lstat, open, rename, unlink, utimes, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Stats } from "node:fs";
import { systemPath } from "./file-names.ts";
import { hashFile } from "./hash-file.ts";

/** The calls that change something, in one place, so that a test can end the process at each of them. */
export interface MoveCalls {
  readonly link: typeof link;
  readonly rename: typeof rename;
  readonly unlink: typeof unlink;
  readonly open: typeof open;
  readonly utimes: typeof utimes;
}

export const systemCalls: MoveCalls = { link, rename, unlink, open, utimes };

export interface MoveTarget {
  readonly folder: string;
  /** Names to try, the wanted one first. */
  readonly names: Iterable<string>;
  /** Where the bytes gather when the folder is on another drive: on that drive, and of nobody else. */
  readonly partPath: string;
}

/** Something changed the file while it was copied to another drive. It stays where it is. */
export class ChangedWhileMovedError extends Error {
  override readonly name = "ChangedWhileMovedError";
}

/** The copy on the other drive is not what was written there. The original stays where it is. */
export class CopyDiffersError extends Error {
  override readonly name = "CopyDiffersError";
}

/** No links on this drive, or none to files of another user (Linux: `protected_hardlinks`). */
const NO_LINKS = new Set([
  "EPERM",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
  "EMLINK",
  "EACCES",
  "EINVAL",
  // Windows, of drives with FAT.
  "EISDIR",
]);
/** The times of a file are coarser on some drives. */
export const TIME_STEP_MS = 2_000;
const BLOCK_BYTES = 1024 * 1024;

/**
 * @returns the new path; null when all names are taken
 * @throws what the file system answers, ChangedWhileMovedError, CopyDiffersError; the file is then where it was
 */
export async function moveFile(
  from: string,
  { folder, names, partPath }: MoveTarget,
  calls: MoveCalls = systemCalls,
): Promise<string | null> {
  const source = await lstat(systemPath(from));
  for (const name of names) {
    const path = join(folder, name);
    const there = await lstat(systemPath(path)).catch(ifMissing);
    // A kill between two steps left it under both names.
    if (there !== null && (await isMoved(from, source, path, there))) {
      await removeOld(from, folder, calls);
      return path;
    }
    if (there !== null) continue;
    if (await place(from, source, path, { folder, partPath }, calls)) return path;
  }
  return null;
}

async function place(
  from: string,
  source: Stats,
  path: string,
  { folder, partPath }: Pick<MoveTarget, "folder" | "partPath">,
  calls: MoveCalls,
): Promise<boolean> {
  try {
    await calls.link(systemPath(from), systemPath(path));
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (code === "EXDEV") return copyAcross(from, source, path, { folder, partPath }, calls);
    if (!NO_LINKS.has(code)) throw error;
    return renameWithoutLinks(from, path, folder, calls);
  }
  await removeOld(from, folder, calls);
  return true;
}

/** The name is taken by an empty file of ours first, and only that one is replaced. */
async function renameWithoutLinks(
  from: string,
  path: string,
  folder: string,
  calls: MoveCalls,
): Promise<boolean> {
  try {
    await (await calls.open(systemPath(path), "wx")).close();
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await calls.rename(systemPath(from), systemPath(path));
  } catch (error) {
    // A network drive may answer with a fault after it has moved the file: then the name is no longer the empty one's.
    const isLeft = await lstat(systemPath(from)).then(
      () => true,
      () => false,
    );
    if (isLeft) await calls.unlink(systemPath(path)).catch(() => undefined);
    throw error;
  }
  await flushFolder(folder, calls);
  return true;
}

async function copyAcross(
  from: string,
  source: Stats,
  path: string,
  { folder, partPath }: Pick<MoveTarget, "folder" | "partPath">,
  calls: MoveCalls,
): Promise<boolean> {
  try {
    await copyDurably(from, source, partPath, calls);
    const isPlaced = await placePart(partPath, path, calls);
    if (!isPlaced) {
      await calls.unlink(systemPath(partPath));
      return false;
    }
    await flushFolder(folder, calls);
    const now = await lstat(systemPath(from));
    if (now.size !== source.size || now.mtimeMs !== source.mtimeMs) {
      await calls.unlink(systemPath(path));
      throw new ChangedWhileMovedError(`${from} was changed while it was moved`);
    }
    await calls.unlink(systemPath(from));
    return true;
  } catch (error) {
    await calls.unlink(systemPath(partPath)).catch(() => undefined);
    throw error;
  }
}

async function copyDurably(
  from: string,
  source: Stats,
  partPath: string,
  calls: MoveCalls,
): Promise<void> {
  const input = await calls.open(systemPath(from), "r");
  try {
    const output = await calls.open(systemPath(partPath), "w", source.mode & 0o666);
    let sha256: string;
    try {
      sha256 = await copyBytes(input, output);
      await output.sync();
    } finally {
      await output.close();
    }
    // The newer of two files counts, so the copy is as old as the file.
    await calls.utimes(systemPath(partPath), source.atime, source.mtime);
    const copied = await hashFile(partPath);
    if (copied.sha256 !== sha256) {
      throw new CopyDiffersError(`the copy on the other drive differs from ${from}`);
    }
  } finally {
    await input.close();
  }
}

async function copyBytes(input: FileHandle, output: FileHandle): Promise<string> {
  const hash = createHash("sha256");
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let at = 0; ;) {
    const { bytesRead } = await input.read(block, 0, block.length, at);
    if (bytesRead === 0) return hash.digest("hex");
    const chunk = block.subarray(0, bytesRead);
    hash.update(chunk);
    for (let done = 0; done < bytesRead;) {
      done += (await output.write(chunk, done, bytesRead - done, at + done)).bytesWritten;
    }
    at += bytesRead;
  }
}

/** False where the name is taken. */
async function placePart(partPath: string, path: string, calls: MoveCalls): Promise<boolean> {
  try {
    await calls.link(systemPath(partPath), systemPath(path));
    await calls.unlink(systemPath(partPath));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (!NO_LINKS.has(code)) throw error;
    return renameWithoutLinks(partPath, path, join(path, ".."), calls);
  }
}

/** After this the file has its new name only. */
async function removeOld(from: string, folder: string, calls: MoveCalls): Promise<void> {
  await flushFolder(folder, calls);
  await calls.unlink(systemPath(from));
}

/**
 * Whether a file is what an earlier call has put there: the same file, or its copy with its time. Not by the numbers
 * of files: those of Windows do not fit into a JavaScript number, and some network drives give none.
 */
async function isMoved(from: string, source: Stats, path: string, there: Stats): Promise<boolean> {
  const isAlike =
    there.isFile() &&
    there.size === source.size &&
    Math.abs(there.mtimeMs - source.mtimeMs) < TIME_STEP_MS;
  return isAlike && (await hashFile(path)).sha256 === (await hashFile(from)).sha256;
}

/** Makes the names in a folder survive a power cut. Windows cannot open folders; NTFS keeps names in its journal. */
async function flushFolder(folder: string, calls: MoveCalls): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await calls.open(systemPath(folder), "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ifMissing(error: unknown): null {
  if (codeOf(error) === "ENOENT") return null;
  throw error;
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Shape: `march.csv`, then `march (2).csv`, and so on. */
export function* numberedNames(name: string, last: number): Generator<string> {
  const dot = name.lastIndexOf(".");
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const ending = dot > 0 ? name.slice(dot) : "";
  yield name;
  for (let number = 2; number <= last; number += 1) yield `${stem} (${String(number)})${ending}`;
}
