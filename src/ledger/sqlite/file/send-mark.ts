// The mark beside the ledger: which ledger sends from here, and how often it had acquired or used the
// right to send when the mark was written. The ledger counts the same, and counts first: when it counts
// less than its mark, it is an older copy put in place of the one that sends, or lost its -wal file.
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { flush } from "./flush.ts";

const FILE_MODE = 0o600;
/** Fits one sector and never varies, so that it is overwritten in one piece. */
const LENGTH = 256;

const markSchema = z.object({
  ledgerId: z.string().min(1),
  sendings: z.number().int().nonnegative(),
  writtenAt: z.iso.datetime(),
});

export type SendMark = Readonly<z.infer<typeof markSchema>>;

/** Beside the file itself, like SQLite's own files, also when `location` is a link to it. */
export function sendMarkPath(location: string): string {
  let path = location;
  try {
    path = realpathSync(location);
  } catch {
    // There is no file yet, so it is no link either.
  }
  return `${path}-mark`;
}

/** Null when there is none, or it cannot be read. */
export function readSendMark(location: string): SendMark | null {
  try {
    return markSchema.parse(JSON.parse(readFileSync(sendMarkPath(location), "utf8")));
  } catch {
    return null;
  }
}

/** Survives a power cut, and is never half written. */
export function writeSendMark(location: string, mark: SendMark): void {
  const path = sendMarkPath(location);
  // In containers that share the folder, processes have the same number.
  const partial = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.part`;
  try {
    const descriptor = openSync(partial, "w", FILE_MODE);
    try {
      writeSync(descriptor, textOf(mark), 0);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  flush(dirname(path));
}

/** Costs a few system calls; survives the program, and not always a power cut. */
export function overwriteSendMark(location: string, mark: SendMark): void {
  const descriptor = openSync(sendMarkPath(location), "r+");
  try {
    writeSync(descriptor, textOf(mark), 0);
  } finally {
    closeSync(descriptor);
  }
}

function textOf(mark: SendMark): string {
  return `${JSON.stringify(mark).padEnd(LENGTH - 1)}\n`;
}
