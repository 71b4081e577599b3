// The append-only file of journal entries. A line counts once it ends in a newline; a torn last
// line is what a crash left of an answer that was never given, so opening drops it.
//
// Writes are synchronous and small, and the slow part, the fsync, is shared: all entries that
// arrive while one is running are covered by the next.
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { CasBatchError } from "../../core/errors.ts";
import { journalEntrySchema, type JournalEntry } from "./journal-entry.ts";

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

export interface JournalFile {
  /** Adds an entry; it is in the file soon, and on the disk with the next durable one. */
  readonly append: (entry: JournalEntry) => void;
  /** Adds an entry and resolves when it is on the disk. Rejects when it cannot be written. */
  readonly appendDurably: (entry: JournalEntry) => Promise<void>;
  /** Hands everything added so far to the file system. */
  readonly flush: () => void;
  readonly close: () => Promise<void>;
}

/** Every entry of a state file, also of one that a running simulator is writing. */
export function readJournal(stateFile: string): readonly JournalEntry[] {
  const descriptor = openSync(stateFile, "r");
  try {
    return Array.from(readEntries(descriptor, stateFile), ({ entry }) => entry);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens a state file for writing, or starts one; `onEntry` gets what it holds already.
 * @throws CasBatchError `configuration-invalid` when the file is no journal of ours
 */
export function openJournal(
  stateFile: string,
  onEntry: (entry: JournalEntry) => void,
): JournalFile {
  const descriptor = openSync(stateFile, "a+", 0o600);
  try {
    let intactBytes = 0;
    for (const { entry, endOffset } of readEntries(descriptor, stateFile)) {
      onEntry(entry);
      intactBytes = endOffset;
    }
    ftruncateSync(descriptor, intactBytes);
    return journalWriter(descriptor, intactBytes);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
}

function journalWriter(descriptor: number, intactBytes: number): JournalFile {
  let sizeBytes = intactBytes;
  let pendingText = "";
  let waiters: Waiter[] = [];
  let flushIsPlanned = false;
  let syncing: Promise<void> | null = null;
  // After a failed write memory and file differ; nothing may be promised any more.
  let failure: Error | null = null;

  // What was answered with an error must not count after a restart.
  const dropUnpromised = (): void => {
    try {
      ftruncateSync(descriptor, sizeBytes);
    } catch {
      // The disk refuses this too; a torn line is dropped when the file is opened again.
    }
  };

  const writePending = (): void => {
    if (failure !== null || pendingText === "") return;
    const bytes = Buffer.from(pendingText);
    pendingText = "";
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
      sizeBytes += bytes.length;
    } catch (error) {
      failure = error as Error;
      dropUnpromised();
    }
  };

  const settle = (settled: readonly Waiter[], error: Error | null): void => {
    for (const waiter of settled) {
      if (error === null) waiter.resolve();
      else waiter.reject(error);
    }
  };

  const commit = (): void => {
    flushIsPlanned = false;
    writePending();
    if (syncing !== null || waiters.length === 0) return;
    const covered = waiters;
    waiters = [];
    if (failure !== null) {
      settle(covered, failure);
      return;
    }
    syncing = new Promise((resolve) => {
      fdatasync(descriptor, (error) => {
        // A failed fsync may have dropped the pages: what was written before is not sure either.
        failure ??= error;
        syncing = null;
        settle(covered, failure);
        resolve();
        if (waiters.length > 0) commit();
      });
    });
  };

  const planFlush = (): void => {
    if (flushIsPlanned) return;
    flushIsPlanned = true;
    setImmediate(commit);
  };

  const append = (entry: JournalEntry): void => {
    pendingText += `${JSON.stringify(entry)}\n`;
    planFlush();
  };

  return {
    append,
    appendDurably: (entry) =>
      new Promise((resolve, reject) => {
        waiters.push({ resolve, reject });
        append(entry);
      }),
    flush: writePending,
    close: async () => {
      commit();
      while (syncing !== null) await syncing;
      if (failure === null) fdatasyncSync(descriptor);
      failure ??= new Error("The journal is closed");
      closeSync(descriptor);
    },
  };
}

function* readEntries(
  descriptor: number,
  stateFile: string,
): Generator<{ readonly entry: JournalEntry; readonly endOffset: number }> {
  let lineNumber = 0;
  for (const { line, endOffset } of readLines(descriptor)) {
    lineNumber += 1;
    yield { entry: parseEntry(line, lineNumber, stateFile), endOffset };
  }
}

function parseEntry(line: string, lineNumber: number, stateFile: string): JournalEntry {
  try {
    return journalEntrySchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot use ${stateFile} as the simulator's state: line ${lineNumber} is no journal entry`,
      { cause, hint: "Name another state file, or move this one away to start with an empty CAS" },
    );
  }
}

/** Every line that ends in a newline; what follows the last newline is left out. */
function* readLines(
  descriptor: number,
): Generator<{ readonly line: string; readonly endOffset: number }> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let unfinished: Buffer[] = [];
  let chunkOffset = 0;
  for (;;) {
    const readBytes = readSync(descriptor, chunk, 0, CHUNK_BYTES, chunkOffset);
    if (readBytes === 0) return;
    let lineStart = 0;
    for (;;) {
      const newline = chunk.subarray(0, readBytes).indexOf(NEWLINE, lineStart);
      if (newline < 0) break;
      const line = Buffer.concat([...unfinished, chunk.subarray(lineStart, newline)]).toString();
      unfinished = [];
      lineStart = newline + 1;
      yield { line, endOffset: chunkOffset + lineStart };
    }
    unfinished.push(Buffer.from(chunk.subarray(lineStart, readBytes)));
    chunkOffset += readBytes;
  }
}
