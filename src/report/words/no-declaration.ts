// Shipments that CAS took and made nothing of so far. That is usual for a while; when it stays so,
// nothing was filed, and no error says so. The report must not let it look like success.
import { reasonWords } from "../../core/reason-words.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { minuteText } from "../text/report-time.ts";

/** Stands where the status of the declaration would. */
export const NONE_SEEN_YET = "none seen yet";

export function hasNoDeclaration({ bucket, acceptedAt, declarations }: LineView): boolean {
  return (
    (bucket === "accepted" || bucket === "unchanged") &&
    acceptedAt !== null &&
    declarations.length === 0
  );
}

/** @param completeUpTo until when CAS was searched; who did not look cannot miss anything */
export function noDeclarationWords(
  { acceptedAt, reason }: LineView,
  completeUpTo: string | null,
): string {
  const searchedUntil = completeUpTo === null ? null : new Date(completeUpTo);
  const words =
    acceptedAt !== null && searchedUntil !== null && searchedUntil > acceptedAt
      ? `CAS took the message; no declaration of it had appeared by ${minuteText(searchedUntil)} UTC`
      : "CAS took the message; its declarations have not been looked for since";
  return reason === null ? words : `${reasonWords(reason)}; ${words}`;
}
