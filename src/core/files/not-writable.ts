// Why a file cannot be written, in words.
import { CasBatchError } from "../errors.ts";

interface Reason {
  readonly words: string;
  readonly hint?: string;
}

const reasons: Readonly<Record<string, Reason>> = {
  EPERM: { words: "it is open in another program, or the folder may not be written" },
  EBUSY: {
    words: "it is open in another program",
    hint: "Close the file in the other program, or name another one",
  },
  EACCES: { words: "there is no right to write there, or it is open in another program" },
  EROFS: { words: "the disk is read-only" },
  ENOSPC: { words: "the disk is full", hint: "Free some space, or name a file on another disk" },
  EDQUOT: { words: "the disk quota is used up", hint: "Free some space, or name another disk" },
  EIO: { words: "the disk does not work", hint: "Check the disk, or name a file on another one" },
  ENAMETOOLONG: { words: "the name is too long for the disk", hint: "Name a shorter one" },
  EEXIST: { words: "something else of its name, or of its folder's, is in the way" },
  ENOENT: { words: "its folder is not there", hint: "Create the folder, or name another file" },
  ENOTDIR: { words: "its folder is a file", hint: "Name another file" },
  EISDIR: { words: "it is a folder", hint: "Name a file" },
};

/** The error for people when a file cannot be written; what is no error of the file system passes as it is. */
export function notWritable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const code = "code" in error ? String(error.code) : "";
  const { words, hint }: Reason = reasons[code] ?? { words: error.message };
  return new CasBatchError("file-not-writable", `Cannot write ${path}: ${words}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}
