// Whether a person has something to do: one judgement for the report's sheet `Action needed` and for the result
// files, so that nothing is listed as a success that the report calls urgent.
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { DeclarationView, LineView } from "../../ledger/contract/views.ts";
import { DAY_MS } from "../text/report-time.ts";
import { hasNoDeclaration } from "../words/no-declaration.ts";

/**
 * After how long an accepted shipment without a declaration needs action, where the configuration does not say.
 * Source: assumed; CAS names no time.
 */
export const DECLARATION_AFTER_MS = DAY_MS;

/** `action`: someone has to act. `look`: this version does not know the status, so someone has to look. */
export function waitsForPerson({ summary }: DeclarationView): "action" | "look" | null {
  const { nextStep, stage } = statusMeaning(summary.currentStatus);
  if (nextStep === null) return null;
  return stage === "action" ? "action" : "look";
}

/**
 * Whether CAS took the message long ago and made no declaration of it.
 * @param completeUpTo until when CAS was searched: before that, nothing can be missing
 */
export function isMissing(
  line: LineView,
  completeUpTo: string | null,
  afterMs = DECLARATION_AFTER_MS,
): boolean {
  if (!hasNoDeclaration(line) || line.acceptedAt === null || completeUpTo === null) return false;
  return Date.parse(completeUpTo) - line.acceptedAt.getTime() > afterMs;
}
