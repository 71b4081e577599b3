// The one way in which a file of the user's is opened, whatever it is for: rows, a profile, the configuration, a
// secret. A pipe, a device or a socket may have the name of a file and never end; none of them is opened. A
// drive that does not answer is given up after a time: the call itself cannot be taken back, it keeps one
// thread of Node's pool, so that only a few such calls are risked, and `isAnyCallStuck` says that the process
// cannot end by itself.
import { constants, type Stats } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { systemPath } from "./file-names.ts";

/** There is a folder, a pipe, a socket or a device at the path. The message completes `"x.csv" …`. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

/** The drive did not answer in time. The message completes `"x.csv" …`. */
export class FileStuckError extends Error {
  override readonly name = "FileStuckError";
}

/** How long one call may take. A server of network drives that another takes over from is back in less. */
export const STUCK_MS_MAX = 120_000;
/** Of the four threads in Node's pool; names of hosts and packed parts of workbooks need the others. */
const STUCK_CALLS_MAX = 2;
/** Between two attempts to open a file that another computer is asked to let go (a lease, an oplock). */
const BUSY_DELAY_MS = 100;

let stuckCalls = 0;

/** Whether a call that was given up is still under way. */
export function isAnyCallStuck(): boolean {
  return stuckCalls > 0;
}

/** What `call` gives. @throws FileStuckError when it takes longer */
export async function inTime<Value>(
  call: () => Promise<Value>,
  msMax: number = STUCK_MS_MAX,
): Promise<Value> {
  if (stuckCalls >= STUCK_CALLS_MAX) {
    throw new FileStuckError(
      "is not read: the drives of other files do not answer, and no more are tried",
    );
  }
  const pending = call();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      stuckCalls += 1;
      const over = (): void => {
        stuckCalls -= 1;
      };
      pending.then(over, over);
      reject(new FileStuckError(`cannot be read: its drive did not answer in ${msMax / 1000} s`));
    }, msMax);
  });
  try {
    return await Promise.race([pending, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface RegularFile {
  readonly stats: Stats;
  /** Fills the buffer from `position` on; gives how many bytes there were. @throws FileStuckError */
  readonly fill: (buffer: Buffer, position: number) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** @throws NotAFileError, FileStuckError, or what the system says when it cannot be opened */
export async function openRegularFile(
  path: string,
  msMax: number = STUCK_MS_MAX,
): Promise<RegularFile> {
  // Looked at before: opening alone can wind a tape, or start what waits for a reader.
  refuseOthers(await inTime(() => stat(systemPath(path)), msMax));
  const handle = await inTime(() => openNow(path, msMax), msMax);
  try {
    const stats = await inTime(() => handle.stat(), msMax);
    refuseOthers(stats);
    return {
      stats,
      fill: (buffer, position) => fill(handle, buffer, position, msMax),
      close: () => close(handle, msMax),
    };
  } catch (error) {
    await close(handle, msMax);
    throw error;
  }
}

/** Never waits for a pipe's writer, should one have taken the file's place. */
async function openNow(path: string, msMax: number): Promise<FileHandle> {
  // Windows has no such flag.
  const flags = constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);
  const lastMs = performance.now() + msMax;
  for (;;) {
    try {
      return await open(systemPath(path), flags);
    } catch (error) {
      const isBusy = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isBusy || performance.now() > lastMs) throw error;
      await sleep(BUSY_DELAY_MS);
    }
  }
}

/** Closing waits for calls under way, so it can be stuck as they can. */
async function close(handle: FileHandle, msMax: number): Promise<void> {
  const closed = handle.close();
  if (!isAnyCallStuck()) await inTime(() => closed, msMax);
  else closed.catch(() => undefined);
}

/** Reads until the buffer is full or the file ends; network drives give less than asked for. */
async function fill(
  handle: FileHandle,
  buffer: Buffer,
  position: number,
  msMax: number,
): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await inTime(
      () => handle.read(buffer, filled, buffer.length - filled, position + filled),
      msMax,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

function refuseOthers(stats: Stats): void {
  if (stats.isFile()) return;
  const what = stats.isDirectory()
    ? "a folder"
    : stats.isFIFO()
      ? "a named pipe"
      : stats.isSocket()
        ? "a socket"
        : "a device";
  throw new NotAFileError(`is ${what}, not a file`);
}
