// Finds the original of a file that was read earlier: people move it to an archive, rename it, or put another one
// in its place. Its SHA-256 makes it the original, so nothing else that lies there is ever taken for it. Looked
// at: its recorded path, the folder of that with those below, the folders beside that one, and the folders that a
// person named. A search is bounded: it may miss a file in a huge tree, and then says where.
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { SourceFile } from "../core/cell.ts";
import { systemPath, textOfName } from "../core/files/file-names.ts";
import { inTime } from "../core/files/regular-file.ts";
import { openSteadyFile } from "../core/files/steady-file.ts";

/** Of one folder and those below it; an archive of a year has about 10,000. */
const ENTRIES_MAX = 20_000;
/** Shape: `archive/2026/11/29`, below the folder beside the inbox. */
const DEPTH_MAX = 4;
/** Of the same size, read for their hashes; only files of a fixed size have so many. */
const HASHED_MAX = 20;
/** For all files of one command. */
const SEARCH_MS_MAX = 30_000;

/** Where originals are looked for, with what is known of it so far: a command often looks for many. */
export interface OriginalPlaces {
  /** Named by a person. Absolute. */
  readonly folders: readonly string[];
  /** Folders that were not searched to their end; to be told where a file is not found. */
  readonly cutOff: Set<string>;
  readonly walked: Map<string, Promise<void>>;
  readonly bySize: Map<number, Set<string>>;
  readonly hashes: Map<string, Promise<string | null>>;
  readonly searched: { ms: number };
}

export function originalPlaces(folders: readonly string[]): OriginalPlaces {
  return {
    folders,
    cutOff: new Set(),
    walked: new Map(),
    bySize: new Map(),
    hashes: new Map(),
    searched: { ms: 0 },
  };
}

/** @returns null when it was not found; `where.cutOff` names the folders in which it may be all the same */
export async function findOriginal(
  { path, sizeBytes, sha256 }: Pick<SourceFile, "path" | "sizeBytes" | "sha256">,
  where: OriginalPlaces,
): Promise<{ readonly path: string } | null> {
  const { bySize, cutOff, searched, walked } = where;
  const isOriginal = async (candidate: string): Promise<boolean> =>
    (await hashOf(candidate, where)) === sha256;
  if ((await sizeOf(path)) === sizeBytes && (await isOriginal(path))) return { path };
  const startMs = performance.now();
  const msMax = SEARCH_MS_MAX - searched.ms;
  const isLate = (): boolean => performance.now() - startMs > msMax;
  const tried = new Set([path]);
  try {
    for (const root of rootsAround(path, where.folders)) {
      const walk = walked.get(root) ?? walkFolder(root, where, isLate);
      walked.set(root, walk);
      await walk;
      const untried = [...(bySize.get(sizeBytes) ?? [])].filter((one) => !tried.has(one));
      for (const candidate of untried.toSorted(likestFirst(path))) {
        if (tried.size > HASHED_MAX || isLate()) {
          cutOff.add(root);
          break;
        }
        tried.add(candidate);
        if (await isOriginal(candidate)) return { path: candidate };
      }
    }
    return null;
  } finally {
    searched.ms += performance.now() - startMs;
  }
}

function rootsAround(path: string, named: readonly string[]): ReadonlySet<string> {
  const folder = dirname(path);
  const parent = dirname(folder);
  // Beside a folder at the top of a drive stands all of the drive.
  const isTop = dirname(parent) === parent;
  return new Set([folder, ...(isTop ? [] : [parent]), ...named]);
}

/** One that kept its name, then one with more around it: `march.xlsx.done`. */
function likestFirst(path: string): (left: string, right: string) => number {
  const name = basename(path).toLowerCase();
  const unlikeness = (other: string): number => {
    const own = basename(other).toLowerCase();
    return own === name ? 0 : own.includes(name) ? 1 : 2;
  };
  return (left, right) => unlikeness(left) - unlikeness(right);
}

/** Level by level, so that a bound cuts off what lies deepest. */
async function walkFolder(
  root: string,
  { bySize, cutOff, walked }: OriginalPlaces,
  isLate: () => boolean,
): Promise<void> {
  let entries = 0;
  let level = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      for (const entry of depth > DEPTH_MAX ? [] : await entriesOf(folder)) {
        entries += 1;
        if (entries > ENTRIES_MAX || isLate()) break;
        const name = textOfName(entry.name);
        const path = join(folder, name);
        // Hidden ones are of programs; links lead elsewhere; of pipes and devices nothing is read.
        if (name.startsWith(".") || name.startsWith("~$")) continue;
        if (entry.isDirectory() && !walked.has(path)) below.push(path);
        const sizeBytes = entry.isFile() ? await sizeOf(path) : null;
        if (sizeBytes === null) continue;
        bySize.set(sizeBytes, (bySize.get(sizeBytes) ?? new Set()).add(path));
      }
      if (depth > DEPTH_MAX || entries > ENTRIES_MAX || isLate()) {
        cutOff.add(root);
        return;
      }
    }
    level = below;
  }
}

/** None of a folder that is not there or may not be read. */
async function entriesOf(folder: string): Promise<readonly Dirent<Buffer>[]> {
  const options = { withFileTypes: true, encoding: "buffer" } as const;
  return inTime(() => readdir(systemPath(folder), options)).catch(() => []);
}

/** Null for what is no file. */
async function sizeOf(path: string): Promise<number | null> {
  const stats = await inTime(() => stat(systemPath(path))).catch(() => null);
  return stats?.isFile() === true ? stats.size : null;
}

function hashOf(path: string, { hashes }: OriginalPlaces): Promise<string | null> {
  const known = hashes.get(path);
  if (known !== undefined) return known;
  const read = async (): Promise<string> => {
    const file = await openSteadyFile(path);
    await file.close();
    return file.sha256;
  };
  const hash = read().catch(() => null);
  hashes.set(path, hash);
  return hash;
}
