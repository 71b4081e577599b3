// What CAS says of a message that was read there, in words.
import { kindOf } from "../../core/message-kind.ts";
import { minuteWords } from "../../core/time/time-words.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { isAtCas } from "./outcome-meanings.ts";

const ERRORS_SHOWN_MAX = 3;

/** Whether CAS has found mistakes in what it took. */
export function hasReadBackErrors(line: Pick<LineView, "bucket" | "readBack">): boolean {
  return isAtCas(line) && line.readBack !== null && line.readBack.errors.length > 0;
}

/** Null where it was not read. */
export function readBackWords({
  key,
  readBack,
}: Pick<LineView, "key" | "readBack">): string | null {
  if (readBack === null) return null;
  const { status, readAt, errors } = readBack;
  const { noun } = kindOf(key.kind);
  const where = status === null ? "without a status" : `in status ${status}`;
  const cut =
    errors.length > ERRORS_SHOWN_MAX ? `; ${ERRORS_SHOWN_MAX} of ${errors.length} shown` : "";
  const said = errors.length === 0 ? "" : `: ${errors.slice(0, ERRORS_SHOWN_MAX).join("; ")}${cut}`;
  return `CAS showed the ${noun} ${where} on ${minuteWords(readAt)}${said}`;
}
