// The reading thread: opens a file and posts its records, one batch for each that is asked for. It may be
// terminated at any moment: it holds nothing but an open file.
import { parentPort, workerData } from "node:worker_threads";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { readRecords } from "./read-records.ts";
import type { ThreadAnswer, ThreadFailure, ThreadOrder, ThreadTask } from "./thread-messages.ts";

const port = parentPort;
if (port === null) throw new Error("The reading thread is started by another thread");
const say = (answer: ThreadAnswer): void => {
  port.postMessage(answer);
};

let wanted = 0;
let wake = (): void => undefined;
port.on("message", (_more: ThreadOrder) => {
  wanted += 1;
  wake();
});
const untilAsked = async (): Promise<void> => {
  if (wanted === 0) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  wanted -= 1;
};

try {
  const { path, options, profile, merged } = workerData as ThreadTask;
  const source = await readRecords(path, options, profile, merged);
  say({ kind: "opened", opened: source.opened });
  for await (const batch of source.batches()) {
    await untilAsked();
    say({ kind: "batch", batch });
  }
  await untilAsked();
  await source.close();
  say({ kind: "end" });
} catch (error) {
  say({ kind: "failed", failure: failureOf(error) });
} finally {
  port.close();
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
