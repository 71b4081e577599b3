// Opens a file as records. A large file is read in a thread of its own: reading and building shipments then go
// on side by side, and the garbage collection of one does not hold up the other.
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { Worker } from "node:worker_threads";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { defaultReadLimits, type ReadLimits } from "../../parse/text/read-limits.ts";
import type { MergedFault } from "../../map/rows/merged-cells.ts";
import type { Profile } from "../../map/profile/profile.ts";
import { readingError } from "../../parse/assert-unchanged.ts";
import { FileStuckError, inTime } from "../../core/files/regular-file.ts";
import { fileError, unreadable } from "../../parse/text/file-finding.ts";
import type { OpenTableOptions } from "../../parse/open-table.ts";
import { planMapping } from "../../map/plan-mapping.ts";
import { readRecords } from "./read-records.ts";
import type { RecordBatch, RecordSource } from "./record-batch.ts";
import type { ThreadAnswer, ThreadFailure, ThreadOrder, ThreadTask } from "./thread-messages.ts";

/** Below this a thread costs more than it saves, in time and in memory. Measured: bench/README.md. */
export const THREAD_FILE_BYTES_MIN = 8 * 1024 * 1024;
/** How many batches the thread may be ahead: enough that neither waits, few enough to hold. */
const BATCHES_AHEAD = 4;
/** A thread that is told to end does so at once, unless it waits for a drive. */
const END_MS_MAX = 5_000;
/** Of new objects. Unit: MiB. */
const YOUNG_MIB_MAX = 24;
const MIB = 1024 * 1024;
/**
 * What a file may take that is read beside everything else. Small files stay far below; for one that does not, a
 * thread is started after all, which can be ended whatever it does.
 */
const LIMITS_HERE: Partial<ReadLimits> = {
  packageBytesMax: 128 * MIB,
  workBytesMax: 512 * MIB,
  sheetsMax: 64,
  sheetCharsMax: 128 * MIB,
  mergedRangesMax: 20_000,
  partReadMsMax: 10_000,
};

/** @throws UnreadableFileError when it is missing, damaged, no table, or too much for the limits */
export async function openRecords(
  path: string,
  options: OpenTableOptions,
  profile: Profile | null,
): Promise<RecordSource> {
  const limits = { ...defaultReadLimits, ...options.limits };
  const name = options.name ?? basename(path);
  const inThread = (): Promise<RecordSource> => readInThread(path, options, profile);
  try {
    const { size } = await inTime(() => stat(path), limits.stuckMsMax);
    if (size >= THREAD_FILE_BYTES_MIN) return await inThread();
  } catch (error) {
    if (error instanceof FileStuckError) throw readingError(name, error);
    // What cannot be looked at cannot be opened either, and that says why.
    if (!(error instanceof Error && "syscall" in error)) throw error;
  }
  const here = { ...options, limits: { ...limits, ...smaller(limits, LIMITS_HERE) } };
  try {
    const source = await readRecords(path, here, profile);
    return { ...source, batches: (merged) => ofFile(name, source.batches(merged)), inThread };
  } catch (error) {
    if (isTooMuch(error)) return inThread();
    throw fileError(name, error);
  }
}

/** Whether a file took more than the limits allow, which a thread may be allowed. */
export function isTooMuch(error: unknown): error is UnreadableFileError {
  return (
    error instanceof UnreadableFileError &&
    (error.finding.code === "file-too-large" || error.finding.code === "file-read-timeout")
  );
}

function smaller(limits: ReadLimits, others: Partial<ReadLimits>): Partial<ReadLimits> {
  const names = Object.keys(others) as (keyof ReadLimits)[];
  return Object.fromEntries(
    names.map((name) => [name, Math.min(limits[name], others[name] ?? Infinity)]),
  );
}

async function* ofFile(
  name: string,
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<RecordBatch> {
  try {
    yield* batches;
  } catch (error) {
    throw fileError(name, error);
  }
}

/** The same as `readRecords`, in a thread. @throws UnreadableFileError */
export async function readInThread(
  path: string,
  options: OpenTableOptions,
  profile: Profile | null,
): Promise<RecordSource> {
  const limits = { ...defaultReadLimits, ...options.limits };
  const name = options.name ?? basename(path);
  const task: ThreadTask = { path, options, profile };
  // The sources run as they are and the build is JavaScript; the thread is whichever this file is.
  const entry = new URL(`reading-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    workerData: task,
    // The bound on old objects makes V8 collect them sooner: a workbook of half a million rows takes 130 MiB
    // less. It still holds the strings of any workbook within the limits on size.
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_MIB_MAX,
      maxOldGenerationSizeMb: limits.memoryMibMax,
    },
  });
  const answers = createInbox(worker, name, limits);
  let readings = 0;
  try {
    const answer = await answers.next();
    if (answer.kind !== "opened") throw new Error(`The reading thread began with ${answer.kind}`);
    return {
      opened: { ...answer.facts, plan: planMapping(answer.mapping) },
      batches: (merged) => {
        readings += 1;
        return batchesFrom(worker, answers, readings, merged);
      },
      close: () => end(worker),
    };
  } catch (error) {
    await end(worker);
    throw error;
  }
}

/** A thread that waits for a drive ends when the drive answers. */
async function end(worker: Worker): Promise<void> {
  const ended = worker.terminate();
  await inTime(() => ended, END_MS_MAX).catch(() => undefined);
}

async function* batchesFrom(
  worker: Worker,
  answers: Inbox,
  reading: number,
  merged: readonly MergedFault[] | null,
): AsyncGenerator<RecordBatch> {
  const send = (order: ThreadOrder): void => {
    worker.postMessage(order);
  };
  send({ kind: "read", merged });
  for (let batch = 0; batch < BATCHES_AHEAD; batch += 1) send({ kind: "more" });
  for (;;) {
    const answer = await answers.next();
    if (answer.kind === "opened") throw new Error("The reading thread opened its file twice");
    if (answer.reading !== reading) continue;
    if (answer.kind === "end") return;
    send({ kind: "more" });
    yield answer.batch;
  }
}

interface Inbox {
  /** The next answer. @throws what went wrong in the thread */
  readonly next: () => Promise<Exclude<ThreadAnswer, { readonly kind: "failed" }>>;
}

function createInbox(
  worker: Worker,
  name: string,
  { memoryMibMax, fileReadMsMax }: ReadLimits,
): Inbox {
  const waiting: ThreadAnswer[] = [];
  let failure: Error | null = null;
  let leftMs = fileReadMsMax;
  let wake = (): void => undefined;
  worker.on("message", (answer: ThreadAnswer) => {
    waiting.push(answer);
    wake();
  });
  // A fault that the thread cannot post itself, such as no memory left.
  worker.on("error", (error) => {
    failure = isOutOfMemory(error)
      ? unreadable(
          name,
          "file-too-large",
          `"${name}" takes more memory to read than the ${memoryMibMax} MiB allowed`,
          { cause: error },
        )
      : fileError(name, error);
    wake();
  });
  worker.on("exit", () => {
    failure ??= fileError(name, new Error("The reading thread ended before its file did"));
    wake();
  });
  const answered = (): Promise<void> =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        failure ??= unreadable(
          name,
          "file-read-timeout",
          `"${name}" could not be read in ${fileReadMsMax / 1000} s`,
        );
        resolve();
      }, leftMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  return {
    next: async () => {
      // Bounded by the thread: every end of it, good or bad, wakes this.
      for (;;) {
        const answer = waiting.shift();
        if (answer?.kind === "failed") throw errorOf(name, answer.failure);
        if (answer !== undefined) return answer;
        if (failure !== null) throw failure;
        const fromMs = performance.now();
        await answered();
        leftMs -= performance.now() - fromMs;
      }
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function errorOf(name: string, failure: ThreadFailure): Error {
  switch (failure.kind) {
    case "unreadable":
      return new UnreadableFileError(failure.finding, failure);
    case "cannot-run":
      return new CasBatchError(failure.code, failure.message, {
        cause: failure.cause,
        hint: failure.hint,
      });
    case "bug":
      return fileError(name, failure.error);
  }
}
