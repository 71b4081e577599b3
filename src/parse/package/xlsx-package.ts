// One open workbook file, and the names of its parts. Every way in which a package can be broken
// comes out of here as the one error that the rest of the product knows.
import { UnreadableFileError } from "../../core/errors.ts";
import type { FindingCode } from "../../core/finding-codes.ts";
import { FileChangedError, type SteadyFile } from "../../core/steady-file.ts";
import { changedWhileRead } from "../assert-unchanged.ts";
import { unreadable } from "../text/file-finding.ts";
import { defaultReadLimits, type ReadLimits } from "../text/read-limits.ts";
import { TimeUsedUpError } from "./time-budget.ts";
import { XmlBrokenError, XmlDoctypeError } from "./xml-markup.ts";
import {
  readZipDirectory,
  ZipDamagedError,
  ZipEncryptedError,
  ZipTooLargeError,
  ZipTruncatedError,
  type ZipEntry,
} from "./zip-directory.ts";
import type { CountUnpacked } from "./zip-entry-bytes.ts";

export interface XlsxPackage {
  /** What people see. */
  readonly fileName: string;
  readonly bytes: SteadyFile;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly limits: ReadLimits;
  readonly count: CountUnpacked;
}

/** @throws ZipDamagedError, ZipTruncatedError, ZipTooLargeError as `readZipDirectory` */
export async function openXlsxPackage(
  fileName: string,
  bytes: SteadyFile,
  limits: ReadLimits = defaultReadLimits,
): Promise<XlsxPackage> {
  const entries = await readZipDirectory(bytes, limits);
  return { fileName, bytes, entries, limits, count: createUnpackCount(limits) };
}

/** How much of a zip file has been unpacked. What the headers say of sizes is never believed. */
function createUnpackCount(limits: ReadLimits): CountUnpacked {
  // An entry that is read again counts once, by its longest reading.
  const bytesByEntry = new Map<string, number>();
  let totalBytes = 0;
  return (entry, bytes) => {
    const before = bytesByEntry.get(entry.name) ?? 0;
    if (bytes > before) {
      bytesByEntry.set(entry.name, bytes);
      totalBytes += bytes - before;
    }
    if (bytes > limits.entryBytesMax) {
      throw new ZipTooLargeError(
        `Its part "${entry.name}" unpacks to more than ${limits.entryBytesMax} bytes`,
      );
    }
    if (bytes > limits.ratioFreeBytes && bytes > entry.packedBytes * limits.ratioMax) {
      throw new ZipTooLargeError(
        `Its part "${entry.name}" unpacks to more than ${limits.ratioMax} times its size`,
      );
    }
    if (totalBytes > limits.packageBytesMax) {
      throw new ZipTooLargeError(
        `Its parts unpack to more than ${limits.packageBytesMax} bytes together`,
      );
    }
  };
}

/** The name of a part as it stands in the directory; Excel itself does not mind upper case. */
export function partName(xlsx: XlsxPackage, name: string): string | null {
  if (xlsx.entries.has(name)) return name;
  const lower = name.toLowerCase();
  return xlsx.entries.keys().find((entry) => entry.toLowerCase() === lower) ?? null;
}

interface Refusal {
  readonly code: FindingCode;
  readonly message: string;
}

/** What to say of an error of this stage, or null when it is another's. */
function refusalOf(error: unknown, fileName: string): Refusal | null {
  const workbook = `The workbook "${fileName}"`;
  if (error instanceof ZipTruncatedError) {
    return { code: "file-truncated", message: `${workbook} is cut off` };
  }
  if (error instanceof ZipDamagedError || error instanceof XmlBrokenError) {
    return { code: "file-damaged", message: `${workbook} is damaged` };
  }
  if (error instanceof ZipEncryptedError) {
    return { code: "file-encrypted", message: `${workbook} is protected by a password` };
  }
  if (error instanceof ZipTooLargeError) {
    return { code: "file-too-large", message: `${workbook} cannot be read` };
  }
  if (error instanceof XmlDoctypeError) {
    return { code: "file-has-doctype", message: `${workbook} is not read` };
  }
  if (error instanceof TimeUsedUpError) {
    return { code: "file-read-timeout", message: `${workbook} could not be read in time` };
  }
  return null;
}

/** The error to throw for what went wrong inside a workbook; a fault of ours stays what it is. */
export function packageError(fileName: string, error: unknown): unknown {
  if (error instanceof UnreadableFileError) return error;
  if (error instanceof FileChangedError) return changedWhileRead(fileName, error);
  const refusal = refusalOf(error, fileName);
  if (refusal !== null && error instanceof Error) {
    const message = `${refusal.message}. ${error.message}`;
    return unreadable(fileName, refusal.code, message, { cause: error });
  }
  if (error instanceof Error && "code" in error && "syscall" in error) {
    return unreadable(
      fileName,
      "file-unreadable",
      `The workbook "${fileName}" could not be read to its end (${String(error.code)})`,
      { cause: error },
    );
  }
  return error;
}
