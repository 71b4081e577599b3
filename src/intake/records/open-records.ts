// Opens a file as records. A large file is read in a thread of its own: reading and building shipments then go
// on side by side, and the garbage collection of one does not hold up the other.
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { Worker } from "node:worker_threads";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import type { MergedFault } from "../../map/rows/merged-cells.ts";
import type { Profile } from "../../map/profile/profile.ts";
import { readingError } from "../../parse/assert-unchanged.ts";
import { FileStuckError, inTime } from "../../core/files/regular-file.ts";
import { unreadable } from "../../parse/text/file-finding.ts";
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
/** What a thread may take. Unit: MiB. */
interface ThreadMemory {
  readonly maxYoungGenerationSizeMb: number;
  readonly maxOldGenerationSizeMb: number;
}
/**
 * The bound on old objects makes V8 collect them sooner: a workbook of half a million rows takes 130 MiB
 * less. It still holds the strings of any workbook within the limits on size.
 */
const threadMemory: ThreadMemory = { maxYoungGenerationSizeMb: 24, maxOldGenerationSizeMb: 1024 };

/** @throws UnreadableFileError when it is missing, damaged or no table */
export async function openRecords(
  path: string,
  options: OpenTableOptions,
  profile: Profile | null,
): Promise<RecordSource> {
  const stuckMsMax = options.limits?.stuckMsMax;
  const isLarge = await inTime(() => stat(path), stuckMsMax).then(
    ({ size }) => size >= THREAD_FILE_BYTES_MIN,
    (error: unknown) => {
      if (error instanceof FileStuckError)
        throw readingError(options.name ?? basename(path), error);
      return false;
    },
  );
  return isLarge ? readInThread(path, options, profile) : readRecords(path, options, profile);
}

/** The same as `readRecords`, in a thread. */
export async function readInThread(
  path: string,
  options: OpenTableOptions,
  profile: Profile | null,
  memory: ThreadMemory = threadMemory,
): Promise<RecordSource> {
  const task: ThreadTask = { path, options, profile };
  // The sources run as they are and the build is JavaScript; the thread is whichever this file is.
  const entry = new URL(`reading-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    workerData: task,
    resourceLimits: memory,
  });
  const answers = createInbox(worker, (error) =>
    isOutOfMemory(error) ? tooLarge(options.name ?? basename(path), memory, error) : error,
  );
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

function createInbox(worker: Worker, describe: (error: Error) => Error): Inbox {
  const waiting: ThreadAnswer[] = [];
  let failure: Error | null = null;
  let wake = (): void => undefined;
  worker.on("message", (answer: ThreadAnswer) => {
    waiting.push(answer);
    wake();
  });
  // A fault that the thread cannot post itself, such as no memory left.
  worker.on("error", (error) => {
    failure = describe(error instanceof Error ? error : new Error(String(error)));
    wake();
  });
  worker.on("exit", () => {
    failure ??= new Error("The reading thread ended before its file did");
    wake();
  });
  return {
    next: async () => {
      // Bounded by the thread: every end of it, good or bad, wakes this.
      for (;;) {
        const answer = waiting.shift();
        if (answer?.kind === "failed") throw errorOf(answer.failure);
        if (answer !== undefined) return answer;
        if (failure !== null) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

function isOutOfMemory(error: Error): boolean {
  return "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function tooLarge(name: string, memory: ThreadMemory, cause: Error): UnreadableFileError {
  return unreadable(
    name,
    "file-too-large",
    `"${name}" takes more memory to read than the ${memory.maxOldGenerationSizeMb} MiB allowed`,
    { cause },
  );
}

function errorOf(failure: ThreadFailure): Error {
  switch (failure.kind) {
    case "unreadable":
      return new UnreadableFileError(failure.finding, failure);
    case "cannot-run":
      return new CasBatchError(failure.code, failure.message, {
        cause: failure.cause,
        hint: failure.hint,
      });
    case "bug":
      return failure.error instanceof Error ? failure.error : new Error(String(failure.error));
  }
}
