// Whatever a file does to us, it is refused and the next one is read: a fault of ours, such as a stack that is
// too small for it, is a finding about the file that met it.
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { unreadable } from "../../parse/text/file-finding.ts";

/** @param error thrown where nothing but the file is at work, neither the ledger nor CAS */
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
