// Which of the files of an inbox are whole: nothing was changed for a while, and no program that can be seen has them
// open for writing. Where files have markers, whoever wrote the marker says so.
import { lstat, stat } from "node:fs/promises";
import type { InboxCode, NotTaken } from "../../core/codes/inbox-codes.ts";
import { systemPath, visibleName } from "../../core/files/file-names.ts";
import { FileStuckError, inTime } from "../../core/files/regular-file.ts";
import type { Clock } from "../../core/time/clock.ts";
import { stateOf, type FileState, type InboxFile, type InboxListing } from "./list-inbox.ts";
import { openForWriting } from "./open-for-writing.ts";

interface WholeFiles {
  readonly whole: readonly InboxFile[];
  readonly notTaken: readonly NotTaken[];
}

interface WholenessOptions {
  readonly folder: string;
  readonly stableForMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** So much may this machine's clock be ahead of the one of the drive, which dates the files. */
const CLOCKS_APART_MS = 3_600_000;

/** Waits only when a file was changed within the last hour. */
export async function wholeFiles(
  { at, files }: Pick<InboxListing, "at" | "files">,
  { folder, stableForMs, clock, signal }: WholenessOptions,
): Promise<WholeFiles> {
  const watched = files.filter((file) => isFresh(file, at, stableForMs));
  if (watched.length > 0) {
    const leftMs = stableForMs - (clock.now().getTime() - at.getTime());
    // A clock that was set back meanwhile asks for no longer wait.
    if (leftMs > 0) await clock.sleep(Math.min(leftMs, stableForMs), signal);
  }
  const writing = await openForWriting(folder);
  const whole: InboxFile[] = [];
  const notTaken: NotTaken[] = [];
  for (const file of files) {
    const code = isMarked(file)
      ? null
      : writing.has(file.fileName)
        ? "open-for-writing"
        : watched.includes(file)
          ? await changeOf(file)
          : null;
    if (code === null) whole.push(file);
    else notTaken.push({ name: visibleName(file.fileName), code, detail: null });
  }
  return { whole, notTaken };
}

function isMarked({ markerPath }: InboxFile): boolean {
  return markerPath !== null;
}

/** A time that a program sets can be any; the one of the last change of anything cannot be set back. */
function isFresh(file: InboxFile, at: Date, stableForMs: number): boolean {
  const { mtimeMs, ctimeMs } = file.state;
  const ageMs = at.getTime() - Math.max(mtimeMs, ctimeMs);
  // Where the drive's clock is ahead, nothing is known of the age.
  return !isMarked(file) && ageMs < stableForMs + CLOCKS_APART_MS;
}

async function changeOf({ path, state }: InboxFile): Promise<InboxCode | null> {
  try {
    return isSame(stateOf(await inTime(() => stat(systemPath(path)))), state)
      ? null
      : "being-written";
  } catch (error) {
    return error instanceof FileStuckError ? "no-answer" : "gone";
  }
}

/** Another program may change the rights of a file, or move it, which changes `ctimeMs` alone. */
export function isSame(left: FileState, right: FileState): boolean {
  return left.size === right.size && left.mtimeMs === right.mtimeMs && left.ino === right.ino;
}

/** Null when it is gone. */
export async function stateNow(path: string): Promise<FileState | null> {
  return inTime(() => lstat(systemPath(path))).then(stateOf, () => null);
}
