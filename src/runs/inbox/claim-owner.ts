// Whose the files in work are: beside the folders of a run stands a file that says which process it is. It is there
// before the first folder and goes after the last one, so a folder without it belongs to nobody. The process adds to
// the file now and then: what shows no sign of life for an hour belongs to nobody, unless its process is seen to live.
import { appendFile, lstat, open, readdir, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { systemPath, textOfName } from "../../core/files/file-names.ts";
import {
  isCertainlyAlive,
  isCertainlyDead,
  markOfThisProcess,
  type ProcessMark,
} from "../../core/files/process-mark.ts";

const BEAT_MS = 60_000;
/** Sixty beats: a machine that was asleep or a drive that was away is back by then. */
const SILENT_MS_MAX = 3_600_000;
/** Shape of a run id, of which there may be several folders: `20261129T220000Z-3f2a`, `20261129T220000Z-3f2a-2`. */
const CLAIM = /^(\d{8}T\d{6}Z-[0-9a-f]{4})(?:-\d+)?$/;
const OWNER_FILE = /^\.(\d{8}T\d{6}Z-[0-9a-f]{4})\.json$/;

const ownerSchema = z.object({
  processId: z.int(),
  hostName: z.string(),
  processStart: z.string().nullable(),
  processSpace: z.string().nullable(),
});

/** The run that a folder of files in work is of; null for any other name. */
export function runOfClaim(name: string): string | null {
  return CLAIM.exec(name)?.[1] ?? null;
}

/** The run that an owner file is of; null for any other name. */
export function runOfOwnerFile(name: string): string | null {
  return OWNER_FILE.exec(name)?.[1] ?? null;
}

function ownerPath(root: string, runId: string): string {
  return join(root, `.${runId}.json`);
}

export interface OwnerFile {
  /** Ends the signs of life, and takes the file away. */
  readonly remove: () => Promise<void>;
}

export async function writeOwner(root: string, runId: string): Promise<OwnerFile> {
  const path = systemPath(ownerPath(root, runId));
  const file = await open(path, "wx");
  try {
    await file.writeFile(`${JSON.stringify(markOfThisProcess())}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // Blanks change nothing of what it says, and the drive's own clock dates them.
  const beat = setInterval(() => {
    appendFile(path, "\n").catch(() => undefined);
  }, BEAT_MS);
  beat.unref();
  return {
    remove: async () => {
      clearInterval(beat);
      await unlink(path).catch(() => undefined);
    },
  };
}

/** Who has files in work; null when nobody that lives does. @param now by the clock of the drive */
export async function livingOwner(
  root: string,
  runId: string,
  now: Date,
): Promise<ProcessMark | null> {
  const path = systemPath(ownerPath(root, runId));
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return null;
  const mark = await markIn(path);
  // A machine that was asleep, or whose clock was set, has given no sign for long, too.
  if (mark !== null && isCertainlyAlive(mark)) return mark;
  // One that is still to come was given by a clock that was ahead, and proves nothing.
  if (Math.abs(now.getTime() - stats.mtimeMs) > SILENT_MS_MAX) return null;
  // A file that cannot be read yet is being written.
  if (mark === null) return UNKNOWN;
  return isCertainlyDead(mark) ? null : mark;
}

const UNKNOWN: ProcessMark = {
  processId: 0,
  hostName: "?",
  processStart: null,
  processSpace: null,
};

async function markIn(path: string | Buffer): Promise<ProcessMark | null> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

/** The time on the drive, by a file that was written just now. */
export async function driveTime(root: string, runId: string): Promise<Date> {
  const path = systemPath(ownerPath(root, runId));
  await appendFile(path, "\n");
  return (await lstat(path)).mtime;
}

/** The other runs that work on files below a folder. @param now by the clock of the drive */
export async function livingRuns(root: string, now: Date): Promise<ReadonlySet<string>> {
  const living = new Set<string>();
  for (const name of await namesIn(root)) {
    const runId = runOfOwnerFile(name);
    if (runId !== null && (await livingOwner(root, runId, now)) !== null) living.add(runId);
  }
  return living;
}

/** None of a folder that is not there. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(systemPath(folder), { encoding: "buffer" }).catch(() => []);
  return names.map(textOfName);
}
