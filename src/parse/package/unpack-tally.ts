// How much of a zip file has been unpacked. What the headers say of sizes is never believed.
import type { ReadLimits } from "../text/read-limits.ts";
import { ZipTooLargeError, type ZipEntry } from "./zip-directory.ts";

export interface UnpackTally {
  /**
   * Says that so many bytes of an entry have been unpacked by one reading of it.
   * @throws ZipTooLargeError when that is more than a limit allows
   */
  readonly count: (entry: ZipEntry, bytes: number) => void;
}

export function createUnpackTally(limits: ReadLimits): UnpackTally {
  // An entry that is read again counts once, by its longest reading.
  const bytesByEntry = new Map<string, number>();
  let totalBytes = 0;
  return {
    count: (entry, bytes) => {
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
    },
  };
}
