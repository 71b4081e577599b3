// One open workbook file with its directory, and the one error that stands for every way in which it can be
// broken.
import { UnreadableFileError } from "../../core/errors.ts";
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { SteadyFile } from "../../core/files/steady-file.ts";
import { readingError } from "../assert-unchanged.ts";
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
  /** How each name is written, by its small letters. */
  readonly writtenNames: ReadonlyMap<string, string>;
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
  const writtenNames = new Map(Array.from(entries.keys(), (name) => [name.toLowerCase(), name]));
  return { fileName, bytes, entries, writtenNames, limits, count: createUnpackCount(limits) };
}

/** How much of a zip file has been unpacked. What the headers say of sizes is never believed. */
function createUnpackCount(limits: ReadLimits): CountUnpacked {
  // An entry that is read again counts once, by its longest reading.
  const bytesByEntry = new Map<string, number>();
  let totalBytes = 0;
  let workBytes = 0;
  return (entry, bytes, freshBytes) => {
    workBytes += freshBytes;
    if (workBytes > limits.workBytesMax) {
      throw new ZipTooLargeError(
        `Reading it takes more than ${limits.workBytesMax} unpacked bytes, parts that are read again included`,
      );
    }
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
  return xlsx.entries.has(name) ? name : (xlsx.writtenNames.get(name.toLowerCase()) ?? null);
}

/** What to say of an error of this stage. */
type Refusal = readonly [kind: new (message?: string) => Error, code: FindingCode, what: string];
const REFUSALS: readonly Refusal[] = [
  [ZipTruncatedError, "file-truncated", "is cut off"],
  [ZipDamagedError, "file-damaged", "is damaged"],
  [XmlBrokenError, "file-damaged", "is damaged"],
  [ZipEncryptedError, "file-encrypted", "is protected by a password"],
  [ZipTooLargeError, "file-too-large", "cannot be read"],
  [XmlDoctypeError, "file-has-doctype", "is not read"],
  [TimeUsedUpError, "file-read-timeout", "could not be read in time"],
];

/** The error to throw for what went wrong inside a workbook; a fault of ours stays what it is. */
export function packageError(fileName: string, error: unknown): unknown {
  if (error instanceof UnreadableFileError) return error;
  if (!(error instanceof Error)) return error;
  for (const [kind, code, what] of REFUSALS) {
    if (!(error instanceof kind)) continue;
    const message = `The workbook "${fileName}" ${what}. ${error.message}`;
    return unreadable(fileName, code, message, { cause: error });
  }
  return readingError(fileName, error);
}
