// The reading thread: it opens the file at the path that it is started with and sends its records,
// batch by batch, as many as it is asked for. The thread that started it ends it, at any moment: it
// holds nothing but an open file.
import { parentPort, workerData } from "node:worker_threads";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import type { MergedFault } from "../../map/rows/merged-cells.ts";
import { readRecords } from "./read-records.ts";
import type { RecordBatch } from "./record-batch.ts";
import type { ThreadAnswer, ThreadFailure, ThreadOrder, ThreadTask } from "./thread-messages.ts";

const port = parentPort;
if (port === null) throw new Error("The reading thread is started by another thread");
const say = (answer: ThreadAnswer): void => {
  port.postMessage(answer);
};

let reading = 0;
let merged: readonly MergedFault[] | null = null;
let wanted = 0;
let wake = (): void => undefined;
port.on("message", (order: ThreadOrder) => {
  if (order.kind === "more") wanted += 1;
  else {
    reading += 1;
    merged = order.merged;
    wanted = 0;
  }
  wake();
});
/** Every order asks the condition again. */
const until = async (isMet: () => boolean): Promise<void> => {
  while (!isMet()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
};

try {
  const { path, options, profile } = workerData as ThreadTask;
  const { opened, mapping, batches } = await readRecords(path, options, profile);
  const { plan: _plan, ...facts } = opened;
  say({ kind: "opened", facts, mapping });
  // Bounded by the thread that started this one, and ends it.
  for (let begun = 0; ;) {
    const before = begun;
    await until(() => reading !== before);
    begun = reading;
    await readOnce(begun, batches(merged));
  }
} catch (error) {
  say({ kind: "failed", failure: failureOf(error) });
  port.close();
}

/** Ends early when another reading begins. */
async function readOnce(mine: number, batches: AsyncIterable<RecordBatch>): Promise<void> {
  for await (const batch of batches) {
    await until(() => wanted > 0 || reading !== mine);
    if (reading !== mine) return;
    wanted -= 1;
    say({ kind: "batch", reading: mine, batch });
  }
  say({ kind: "end", reading: mine });
}

function failureOf(error: unknown): ThreadFailure {
  if (error instanceof UnreadableFileError) {
    const { finding, file, cause } = error;
    return { kind: "unreadable", finding, file, cause: plain(cause) };
  }
  if (error instanceof CasBatchError) {
    const { code, message, hint } = error;
    return { kind: "cannot-run", code, message, hint, cause: plain(error.cause) };
  }
  return { kind: "bug", error: plain(error) };
}

/** Some errors carry what cannot be handed over, such as a library's parser. */
function plain(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const copy = new Error(error.message);
  copy.name = error.name;
  if (error.stack !== undefined) copy.stack = error.stack;
  return copy;
}
