// The statuses a declaration walks through, as a pure function of where it is and what CAS and
// customs think of it. Source: Declaration statuses for the names; the order is assumed.
import type { DeclarationError } from "../../core/declaration.ts";
import type { Verdict } from "./outcome-rules.ts";

/** The status that follows by itself, or null where a declaration rests. */
export function nextStatus(status: string, verdict: Verdict): string | null {
  switch (status) {
    case "New":
      return verdict.validationErrors.length > 0 ? "Invalid" : "Validated";
    case "Validated":
      return "Queued";
    case "Queued":
      return "Submitted";
    case "Submitted":
      return customsAnswer(verdict, "CustomsError");
    case "Amending":
      return verdict.validationErrors.length > 0
        ? "AmendmentError"
        : customsAnswer(verdict, "AmendmentError");
    case "Accepted":
      return verdict.documentsAreWanted ? "DocumentControl" : "Released";
    default:
      return null;
  }
}

function customsAnswer(verdict: Verdict, refusal: string): string | null {
  if (verdict.customsErrors.length > 0) return refusal;
  return verdict.customsIsSilent ? null : "Accepted";
}

const ACCEPTED_AND_BEYOND: ReadonlySet<string> = new Set([
  "Accepted",
  "DocumentControl",
  "Released",
  "Amending",
  "AmendmentError",
]);

/** Source: seeds/004, Corrections; which statuses are "beyond" is assumed. */
export function isAcceptedOrBeyond(status: string): boolean {
  return ACCEPTED_AND_BEYOND.has(status);
}

/** The errors that a declaration shows in its status. Source: seeds/002, Errors. */
export function errorsInStatus(status: string, verdict: Verdict): readonly DeclarationError[] {
  switch (status) {
    case "Invalid":
      return verdict.validationErrors;
    case "CustomsError":
      return verdict.customsErrors;
    case "AmendmentError":
      return [...verdict.validationErrors, ...verdict.customsErrors];
    default:
      return [];
  }
}
