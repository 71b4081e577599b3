// Shipments that CAS accepted and of which no declaration has been seen. That is usual for a while;
// when it stays so, nothing was filed and no error says so: the report must not show it as success.
import { kindOf } from "../../core/message-kind.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { isAtCas } from "./outcome-meanings.ts";
import { minuteWords } from "../../core/time/time-words.ts";
import { reasonWords } from "../../core/reason-words.ts";

/** In the place of a status. */
export const NONE_SEEN_YET = "none seen yet";

/** Whether CAS makes declarations of what the line says: of other kinds than shipments it makes none. */
export function hasDeclarations({ key }: Pick<LineView, "key">): boolean {
  return kindOf(key.kind).asked === "declarations";
}

export function hasNoDeclaration(line: LineView): boolean {
  return (
    hasDeclarations(line) &&
    isAtCas(line) &&
    line.acceptedAt !== null &&
    line.declarations.length === 0
  );
}

/** @param completeUpTo until when CAS was searched; null when it was not */
export function noDeclarationWords(
  { acceptedAt, reason }: LineView,
  completeUpTo: string | null,
): string {
  const searchedUntil = completeUpTo === null ? null : new Date(completeUpTo);
  const words =
    acceptedAt !== null && searchedUntil !== null && searchedUntil > acceptedAt
      ? `CAS took the message; no declaration of it had appeared by ${minuteWords(searchedUntil)}`
      : "CAS took the message; its declarations have not been searched for since";
  return reason === null ? words : `${reasonWords(reason)}; ${words}`;
}
