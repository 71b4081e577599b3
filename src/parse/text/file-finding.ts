// Findings and errors about a file, with the name that people know and the place as far as it is known.
import type { Finding } from "../../core/finding.ts";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { messageText } from "../../core/text/quoted-text.ts";
import { visibleText } from "../../core/text/visible-text.ts";
import { findingCodes, type FindingCode } from "../../core/codes/finding-codes.ts";

interface FilePlace {
  readonly sheet?: string;
  readonly row?: number;
  /** Shape: `M8`. */
  readonly cell?: string;
  readonly value?: string;
  /** Only where the code's own hint does not fit. */
  readonly hint?: string;
  /** Only where the code speaks of a cell and here of the whole file. */
  readonly severity?: Finding["severity"];
}

/** A finding about a file, with the severity and hint of its code unless `place` says otherwise. */
export function fileFinding(
  fileName: string,
  code: FindingCode,
  message: string,
  place: FilePlace = {},
): Finding {
  return {
    code,
    severity: place.severity ?? findingCodes[code].severity,
    file: fileName,
    sheet: place.sheet ?? null,
    row: place.row ?? null,
    cell: place.cell ?? null,
    header: null,
    path: null,
    value: place.value === undefined ? null : visibleText(place.value),
    message: messageText(message, place.value),
    hint: place.hint ?? findingCodes[code].hint,
  };
}

/** The error that ends the reading of one file. */
export function unreadable(
  fileName: string,
  code: FindingCode,
  message: string,
  place: FilePlace & { readonly cause?: unknown } = {},
): UnreadableFileError {
  return new UnreadableFileError(fileFinding(fileName, code, message, place), {
    cause: place.cause,
  });
}

/**
 * The error to throw for what went wrong where nothing but a file is at work: a fault of ours, such as a stack that
 * is too small for it, is a finding about the file that met it, and the next file is read.
 */
export function fileError(name: string, error: unknown): Error {
  if (error instanceof CasBatchError || error instanceof UnreadableFileError) return error;
  if (error instanceof Error && error.name === "AbortError") return error;
  const what = error instanceof Error ? error.message : String(error);
  return unreadable(
    name,
    "file-not-understood",
    `"${name}" could not be read: cas-batch met a fault of its own in it (${what})`,
    { cause: error },
  );
}
