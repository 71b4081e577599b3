// One open workbook file, and the names of its parts. Every way in which a package can be broken
// comes out of here as the one error that the rest of the product knows.
import type { SourceFile } from "../../core/cell.ts";
import { UnreadableFileError } from "../../core/errors.ts";
import type { FindingCode } from "../../core/finding-codes.ts";
import { FileChangedError, type SteadyFile } from "../../core/steady-file.ts";
import { changedWhileRead } from "../assert-unchanged.ts";
import { unreadable } from "../text/file-finding.ts";
import type { ReadLimits } from "../text/read-limits.ts";
import { TimeUsedUpError } from "./time-budget.ts";
import type { UnpackTally } from "./unpack-tally.ts";
import { XmlBrokenError, XmlDoctypeError } from "./xml-scanner.ts";
import {
  ZipDamagedError,
  ZipEncryptedError,
  ZipTooLargeError,
  ZipTruncatedError,
  type ZipEntry,
} from "./zip-directory.ts";

export interface XlsxPackage {
  readonly file: SourceFile;
  readonly bytes: SteadyFile;
  readonly entries: ReadonlyMap<string, ZipEntry>;
  readonly limits: ReadLimits;
  readonly tally: UnpackTally;
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
export function packageError(file: SourceFile, error: unknown): unknown {
  if (error instanceof UnreadableFileError) return error;
  if (error instanceof FileChangedError) return changedWhileRead(file.name, error);
  const refusal = refusalOf(error, file.name);
  if (refusal !== null && error instanceof Error) {
    const message = `${refusal.message}. ${error.message}`;
    return unreadable(file.name, refusal.code, message, { cause: error });
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
