// A folder of evidence while it is written. It is made under another name and gets its own when it is whole: what
// stands under that name is complete, and what an interrupted command left is no evidence and is cleared away.
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { CasBatchError } from "../core/errors.ts";
import { hashFile } from "../core/files/hash-file.ts";
import { isAlive } from "../core/files/is-alive.ts";
import { makeFolder } from "../core/files/make-folder.ts";
import { FileChangedError, openSteadyFile } from "../core/files/steady-file.ts";
import { systemPath } from "../core/files/file-names.ts";
import {
  MANIFEST,
  readManifest,
  SUMS,
  sumsOf,
  type EvidenceFile,
  type Manifest,
} from "./manifest.ts";

/** What stands in a folder of evidence. */
const BEGUN: ReadonlySet<string> = new Set([
  ...["originals", "profiles", "payloads", "records", "documents", "report"],
  ...["README.txt", SUMS, MANIFEST],
]);

/** A write of so much costs little more than one of a line. */
const WRITE_LENGTH = 65_536;

type FileNote = Omit<EvidenceFile, "path" | "bytes" | "sha256">;

export interface EvidenceFolder {
  /** Where it is written meanwhile. */
  readonly place: string;
  readonly add: (path: string, content: string | Buffer, note: FileNote) => Promise<EvidenceFile>;
  /** False where the file is gone, or is another one by now; then nothing is added. */
  readonly copy: (path: string, from: string, sha256: string, note: FileNote) => Promise<boolean>;
  /** Lines of JSON. */
  readonly addLines: (
    path: string,
    lines: AsyncIterable<string> | Iterable<string>,
    note: FileNote,
  ) => Promise<void>;
  /** Takes in what another part of the program wrote into a folder of it. */
  readonly take: (folder: string, note: FileNote) => Promise<void>;
  /** Writes the manifest and gives the folder its name. Returns the manifest's hash. */
  readonly complete: (about: Omit<Manifest, "files">) => Promise<CompletedFolder>;
  readonly discard: () => Promise<void>;
}

export interface CompletedFolder {
  readonly manifest: Manifest;
  readonly manifestSha256: string;
}

/**
 * @param named a link leads to the empty folder that is filled
 * @throws CasBatchError `evidence-exists` when something is there already
 */
export async function startEvidenceFolder(named: string): Promise<EvidenceFolder> {
  await requireFree(named);
  const folder = await realpath(named).catch(() => named);
  makeFolder(dirname(folder));
  await clearInterrupted(folder);
  const place = `${folder}.part-${String(process.pid)}`;
  await mkdir(place, { mode: 0o700 });
  const files: EvidenceFile[] = [];
  const within = async (path: string): Promise<string> => {
    const target = join(place, path);
    await mkdir(dirname(target), { recursive: true });
    return target;
  };
  const list = (path: string, bytes: number, sha256: string, note: FileNote): EvidenceFile => {
    const file = { path, bytes, sha256, ...note };
    files.push(file);
    return file;
  };
  const add: EvidenceFolder["add"] = async (path, content, note) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    await writeFile(await within(path), bytes, { flag: "wx" });
    return list(path, bytes.length, sha256Of(bytes), note);
  };
  return {
    place,
    add,
    copy: async (path, from, sha256, note) => {
      const file = await openSteadyFile(from).catch(() => null);
      const target = await within(path);
      try {
        if (file?.sha256 !== sha256) return false;
        await pipeline(file.chunks(), createWriteStream(target, { flags: "wx" }));
        list(path, file.sizeBytes, sha256, note);
        return true;
      } catch (error) {
        if (!(error instanceof FileChangedError)) throw error;
        await rm(target, { force: true });
        return false;
      } finally {
        await file?.close();
      }
    },
    addLines: async (path, lines, note) => {
      const hash = createHash("sha256");
      let bytes = 0;
      let waiting = "";
      const handle = await open(await within(path), "wx");
      const write = async (): Promise<void> => {
        const piece = Buffer.from(waiting);
        waiting = "";
        hash.update(piece);
        bytes += piece.length;
        await handle.writeFile(piece);
      };
      try {
        for await (const line of lines) {
          waiting += `${line}\n`;
          if (waiting.length >= WRITE_LENGTH) await write();
        }
        await write();
      } finally {
        await handle.close();
      }
      list(path, bytes, hash.digest("hex"), note);
    },
    take: async (sub, note) => {
      for (const path of await filesIn(join(place, sub))) {
        const { sizeBytes, sha256 } = await hashFile(join(place, sub, path));
        list(`${sub}/${path}`, sizeBytes, sha256, note);
      }
    },
    complete: async (about) => {
      const manifest: Manifest = { ...about, files };
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      const manifestSha256 = sha256Of(Buffer.from(text));
      const sums = sumsOf(files, manifestSha256);
      await writeFile(join(place, SUMS), sums, { flag: "wx", flush: true });
      await writeFile(join(place, MANIFEST), text, { flag: "wx", flush: true });
      await requireFree(folder);
      await rmdir(folder).catch(() => undefined);
      await rename(place, folder);
      return { manifest, manifestSha256 };
    },
    discard: () => rm(place, { recursive: true, force: true }),
  };
}

/** Of all files below a folder, with `/` between the names, in a stable order. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join("/"))
    .sort();
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** An empty folder may be there. */
async function requireFree(folder: string): Promise<void> {
  const link = await lstat(systemPath(folder)).catch(() => null);
  if (link === null) return;
  const found = await stat(systemPath(folder)).catch(() => null);
  if (found?.isDirectory() !== true) {
    const what = found === null ? "is a link that leads nowhere" : "is a file";
    throw new CasBatchError("evidence-exists", `Cannot write evidence to ${folder}: it ${what}`);
  }
  if ((await readdir(folder)).length === 0) return;
  const text = await readFile(join(folder, MANIFEST), "utf8").catch(() => "");
  const manifest = readManifest(text);
  const what =
    manifest === null
      ? "holds other files"
      : `holds evidence ${manifest.runId === null ? "of the newest state" : `of run ${manifest.runId}`} as of ${manifest.asOf}`;
  throw new CasBatchError("evidence-exists", `Cannot write evidence to ${folder}: it ${what}`);
}

/** What a killed command left beside it, with personal data in it. Never anything else that has such a name. */
async function clearInterrupted(folder: string): Promise<void> {
  const start = `${basename(folder)}.part-`;
  for (const name of await readdir(dirname(folder))) {
    const processId = name.startsWith(start) ? name.slice(start.length) : "";
    if (!/^[1-9]\d*$/.test(processId) || isOfLiving(Number(processId))) continue;
    const place = join(dirname(folder), name);
    if (await isUnfinished(place)) await rm(place, { recursive: true, force: true });
  }
}

/** Nothing but what evidence is begun with, and no manifest that is whole. */
async function isUnfinished(place: string): Promise<boolean> {
  if (!(await lstat(place)).isDirectory()) return false;
  if (!(await readdir(place)).every((name) => BEGUN.has(name))) return false;
  return readManifest(await readFile(join(place, MANIFEST), "utf8").catch(() => "")) === null;
}

function isOfLiving(processId: number): boolean {
  return processId !== process.pid && isAlive(processId);
}
