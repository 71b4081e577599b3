// Findings, or what else comes without a bound, in the order in which they came: a file can have one in every
// row. They are held in memory while they are few and beyond that in a scratch file, gone with the process;
// where the system allows it the file has no name from the start.
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotNowError } from "../../core/errors.ts";

/** Few enough not to outlive the collector's young generation; most files have fewer. */
const HELD_MAX = 500;
const READ_BYTES = 64 * 1024;
const LINE_END = 0x0a;

/** Where a spool stood when it was asked. */
interface SpoolMark<Element> {
  readonly fileBytes: number;
  readonly held: readonly Element[];
}

interface Spool<Element> extends Iterable<readonly Element[]> {
  readonly add: (elements: readonly Element[]) => void;
  readonly mark: () => SpoolMark<Element>;
  /** Forgets what came after the mark. */
  readonly rewind: (mark: SpoolMark<Element>) => void;
  /** Removes what is on the disk; nothing can be read after it. */
  readonly close: () => void;
}

/**
 * @param what Completes "Cannot put … aside".
 * @param directory where the scratch file goes, by default the system's folder for such files
 */
export function createSpool<Element>(what: string, directory: string = tmpdir()): Spool<Element> {
  let held: Element[] = [];
  let scratch: Scratch | null = null;
  let fileBytes = 0;

  const spill = (): void => {
    const text = held.map((element) => `${JSON.stringify(element)}\n`).join("");
    fileBytes += attempt(what, directory, () => {
      scratch ??= openScratch(directory);
      return writeAll(scratch.descriptor, Buffer.from(text), fileBytes);
    });
    held = [];
  };

  return {
    add: (elements) => {
      for (const element of elements) {
        held.push(element);
        if (held.length >= HELD_MAX) spill();
      }
    },
    mark: () => ({ fileBytes, held: [...held] }),
    rewind: (mark) => {
      held = [...mark.held];
      if (scratch !== null) ftruncateSync(scratch.descriptor, mark.fileBytes);
      fileBytes = mark.fileBytes;
    },
    *[Symbol.iterator]() {
      if (scratch !== null) yield* readLines<Element>(scratch.descriptor, fileBytes);
      if (held.length > 0) yield held;
    },
    close: () => {
      scratch?.remove();
      scratch = null;
      fileBytes = 0;
      held = [];
    },
  };
}

interface Scratch {
  readonly descriptor: number;
  readonly remove: () => void;
}

function openScratch(directory: string): Scratch {
  // A folder that mkdtemp makes is closed to other users.
  const folder = mkdtempSync(join(directory, "cas-batch-"));
  const removeFolder = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const descriptor = openSync(join(folder, "spool"), "wx+");
  // Windows keeps the name of an open file; there it is removed at the end.
  if (process.platform !== "win32") removeFolder();
  return {
    descriptor,
    remove: () => {
      closeSync(descriptor);
      removeFolder();
    },
  };
}

/** A write may take less than it was given; bounded by the bytes that are left. */
function writeAll(descriptor: number, bytes: Buffer, position: number): number {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
  return bytes.length;
}

function* readLines<Element>(descriptor: number, fileBytes: number): Generator<readonly Element[]> {
  let rest = Buffer.alloc(0);
  for (let position = 0; position < fileBytes;) {
    const block = Buffer.alloc(Math.min(READ_BYTES, fileBytes - position));
    const bytesRead = readSync(descriptor, block, 0, block.length, position);
    if (bytesRead === 0) throw new Error("A scratch file is shorter than it was written");
    position += bytesRead;
    const known = Buffer.concat([rest, block.subarray(0, bytesRead)]);
    const end = known.lastIndexOf(LINE_END) + 1;
    rest = known.subarray(end);
    if (end > 0) yield elementsOf(known.toString("utf8", 0, end - 1)) as readonly Element[];
  }
}

/** What comes in was written by `spill`. */
function elementsOf(lines: string): readonly unknown[] {
  return lines.split("\n").map((line) => JSON.parse(line) as unknown);
}

function attempt<T>(what: string, directory: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new CannotNowError(
      "ledger-write-failed",
      `Cannot put ${what} aside below ${directory}: ${error.message}`,
      {
        cause: error,
        hint: "Free space on the disk, or set TMPDIR to a folder on another one",
      },
    );
  }
}
