// A document on its way to the disk: its bytes gather in a part file of this process, and only the whole document,
// durably written, gets a name that a person or a program looks for. No file is ever replaced.
import { createHash } from "node:crypto";
import { link, lstat, open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "../core/files/is-alive.ts";
import { portableName } from "../core/files/file-names.ts";
import { fileNameOf, type DocumentName } from "./document-name.ts";

const PART_ENDING = ".part";
/** A process that is gone left its parts; of another machine they are left alone for so long. */
const LEFT_MS_MAX = 7 * 86_400_000;
const BLOCK_BYTES = 256 * 1024;
/** Documents of one name in one folder; more is a fault elsewhere. */
const SAME_NAMES_MAX = 100_000;

let partsMade = 0;

/** Shape: `.cas-batch-HOST-PROCESS-`. */
function partPrefix(processId: number | string): string {
  return `.cas-batch-${portableName(hostname(), "")}-${String(processId)}-`;
}

export class PartFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #bytes = 0;
  #etag: string | null = null;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(folder: string): Promise<PartFile> {
    partsMade += 1;
    const path = join(folder, `${partPrefix(process.pid)}${String(partsMade)}${PART_ENDING}`);
    return new PartFile(path, await open(path, "wx+"));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Where the next try may continue; null when it has to begin anew. */
  get resumePoint(): { readonly bytes: number; readonly etag: string } | null {
    return this.#etag === null || this.#bytes === 0
      ? null
      : { bytes: this.#bytes, etag: this.#etag };
  }

  /** @param etag names the bytes that follow; null when nothing does, and nothing can be continued */
  async begin(isRest: boolean, etag: string | null): Promise<void> {
    if (!isRest) {
      await this.#handle.truncate(0);
      this.#bytes = 0;
    }
    this.#etag = etag;
  }

  async write(piece: Buffer): Promise<void> {
    for (let done = 0; done < piece.length;) {
      const { bytesWritten } = await this.#handle.write(
        piece,
        done,
        piece.length - done,
        this.#bytes,
      );
      done += bytesWritten;
      this.#bytes += bytesWritten;
    }
  }

  /** Forgets what was read: the next try begins anew. */
  forget(): void {
    this.#etag = null;
  }

  /** Makes it durable, and says what it holds. */
  async finish(): Promise<DocumentContent> {
    await this.#handle.sync();
    return contentOf(this.#handle);
  }

  /** Safe to call at any time. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await rm(this.path, { force: true });
  }
}

export interface DocumentContent {
  readonly bytes: number;
  readonly sha256: string;
  /** Shape: Base64. */
  readonly md5: string;
  /** By its first bytes. Shape: `.pdf`; empty where they say nothing. */
  readonly ending: string;
}

async function contentOf(handle: FileHandle): Promise<DocumentContent> {
  const sha256 = createHash("sha256");
  const md5 = createHash("md5");
  const block = Buffer.alloc(BLOCK_BYTES);
  let bytes = 0;
  let ending = "";
  for (;;) {
    const { bytesRead } = await handle.read(block, 0, block.length, bytes);
    if (bytesRead === 0) break;
    const piece = block.subarray(0, bytesRead);
    if (bytes === 0) ending = endingOf(piece);
    sha256.update(piece);
    md5.update(piece);
    bytes += bytesRead;
  }
  return { bytes, sha256: sha256.digest("hex"), md5: md5.digest("base64"), ending };
}

function endingOf(start: Buffer): string {
  const text = start.toString("latin1", 0, 8);
  if (text.startsWith("%PDF-")) return ".pdf";
  return /^(?:\xef\xbb\xbf)?<\?xml/.test(text) ? ".xml" : "";
}

/** One after the other: two documents of one name must not take the same. */
let placing: Promise<unknown> = Promise.resolve();

/**
 * Gives the document its name, and returns the path. A file of that name stays; when it holds the same, it is the
 * document.
 */
export function placeDocument(
  part: PartFile,
  content: DocumentContent,
  folder: string,
  name: DocumentName,
): Promise<string> {
  const placed = placing.then(() => placeNow(part.path, content, folder, name));
  placing = placed.catch(() => undefined);
  return placed;
}

async function placeNow(
  partPath: string,
  { bytes, sha256 }: DocumentContent,
  folder: string,
  name: DocumentName,
): Promise<string> {
  for (let number = 1; number <= SAME_NAMES_MAX; number += 1) {
    const path = join(folder, fileNameOf(name, number));
    const isFree = await moveTo(path, partPath);
    if (isFree) {
      // Windows cannot open folders; there NTFS keeps the new name in its own journal.
      if (process.platform !== "win32") await synchronise(folder);
      return path;
    }
    if ((await hashOf(path, bytes)) === sha256) return path;
  }
  throw new Error(`There are ${String(SAME_NAMES_MAX)} files named like ${name.stem} in ${folder}`);
}

/** False where there is something already. A link, because it never replaces anything. */
async function moveTo(path: string, partPath: string): Promise<boolean> {
  try {
    await link(partPath, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    // Some drives have no links: there another program may take the name in between.
    if (await isTaken(path)) return false;
    await rename(partPath, path);
    return true;
  }
}

function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Null where it is no file, or of another length. */
async function hashOf(path: string, bytes: number): Promise<string | null> {
  const stats = await stat(path).catch(() => null);
  if (stats?.isFile() !== true || stats.size !== bytes) return null;
  const handle = await open(path, "r");
  try {
    return (await contentOf(handle)).sha256;
  } finally {
    await handle.close();
  }
}

async function synchronise(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Removes the parts that processes of this machine left when they were killed. */
export async function removeLeftParts(folder: string, now: Date): Promise<void> {
  const parts = (await readdir(folder)).filter(
    (name) => name.startsWith(".cas-batch-") && name.endsWith(PART_ENDING),
  );
  for (const name of parts) {
    const path = join(folder, name);
    const processId = Number(/-(\d+)-\d+\.part$/.exec(name)?.[1]);
    const isOurs = name.startsWith(partPrefix(processId)) && !isAlive(processId);
    const stats = await stat(path).catch(() => null);
    const isOld = stats !== null && now.getTime() - stats.mtimeMs > LEFT_MS_MAX;
    if (isOurs || isOld) await rm(path, { force: true });
  }
}
