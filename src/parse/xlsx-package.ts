// One open workbook file, and the names of its parts. Every way in which a package can be broken
// comes out of here as the one error that the rest of the product knows.
import type { FileHandle } from "node:fs/promises";
import type { SourceFile } from "../core/cell.ts";
import { UnreadableFileError } from "../core/errors.ts";
import { unreadable } from "./file-finding.ts";
import type { ReadLimits } from "./read-limits.ts";
import { XmlBrokenError } from "./xml-scanner.ts";
import { ZipDamagedError, ZipTooLargeError, type ZipEntry } from "./zip-directory.ts";

export interface XlsxPackage {
  readonly file: SourceFile;
  readonly handle: FileHandle;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly limits: ReadLimits;
}

/** The name of a part as it stands in the directory; Excel itself does not mind upper case. */
export function partName(xlsx: XlsxPackage, name: string): string | null {
  if (xlsx.entries.has(name)) return name;
  const lower = name.toLowerCase();
  return xlsx.entries.keys().find((entry) => entry.toLowerCase() === lower) ?? null;
}

/** The error to throw for what went wrong inside a workbook; a fault of ours stays what it is. */
export function packageError(file: SourceFile, error: unknown): unknown {
  if (error instanceof UnreadableFileError) return error;
  if (error instanceof ZipTooLargeError) {
    return unreadable(
      file.name,
      "file-too-large",
      `The workbook "${file.name}" cannot be read. ${error.message}`,
      { cause: error },
    );
  }
  if (error instanceof ZipDamagedError || error instanceof XmlBrokenError) {
    return unreadable(
      file.name,
      "file-damaged",
      `The workbook "${file.name}" is cut off or damaged. ${error.message}`,
      { cause: error },
    );
  }
  if (error instanceof Error && "code" in error && "syscall" in error) {
    return unreadable(
      file.name,
      "file-unreadable",
      `The workbook "${file.name}" could not be read to its end (${String(error.code)})`,
      { cause: error },
    );
  }
  return error;
}
