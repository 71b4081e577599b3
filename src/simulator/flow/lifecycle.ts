// The statuses a declaration walks through, as a pure function of where it is and what CAS and
// customs think of it. Source: Declaration statuses for the names; the order is assumed.
import type { DeclarationError } from "../../core/declaration.ts";
import type { Verdict } from "./outcome-rules.ts";

/**
 * The status that follows by itself, or null where a declaration rests.
 * @param waitsForSubmit sending to customs is left to the action Submit
 */
export function nextStatus(
  status: string,
  verdict: Verdict,
  waitsForSubmit: boolean,
): string | null {
  switch (status) {
    case "New":
      return validated(verdict);
    case "Validated":
      return waitsForSubmit ? null : "Queued";
    case "Queued":
      return "Submitted";
    case "Submitted":
      return customsAnswer(verdict, "CustomsError");
    case "Amending":
      return verdict.validationErrors.length > 0
        ? "AmendmentError"
        : customsAnswer(verdict, "AmendmentError");
    case "Accepted":
      return verdict.goodsAreAwaited ? "GoodsNotArrived" : released(verdict);
    case "GoodsArrived":
      return released(verdict);
    case "Invalidating":
      return verdict.customsIsSilent ? null : "Invalidated";
    default:
      return null;
  }
}

/** Where the validations put a declaration. Source: seeds/004, Validations. */
export function validated(verdict: Verdict): "Invalid" | "Validated" {
  return verdict.validationErrors.length > 0 ? "Invalid" : "Validated";
}

function released(verdict: Verdict): string {
  return verdict.documentsAreWanted ? "DocumentControl" : "Released";
}

function customsAnswer(verdict: Verdict, refusal: string): string | null {
  if (verdict.customsErrors.length > 0) return refusal;
  return verdict.customsIsSilent ? null : "Accepted";
}

const ACCEPTED_AND_BEYOND: ReadonlySet<string> = new Set([
  "Accepted",
  "DocumentControl",
  "Released",
  "Amendable",
  "Amending",
  "AmendmentError",
  "GoodsArrived",
  "GoodsNotArrived",
  "Invalidating",
]);

/** Whether its way has not ended without a result; the shipment can get a new declaration otherwise. */
export function isLive(status: string | null): boolean {
  return status !== "Cancelled" && status !== "Invalidated";
}

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
