// Why CAS refused a message, in words for people, each field with its cell and value.
import type { LineView, RefusedField } from "../../ledger/ledger.ts";
import { joinShown } from "../text/join-texts.ts";

/** @param placeOf where a field stands, in words; null where that is not to be said */
export function refusalReason(
  { problem, reason, refusedFields }: LineView,
  reasonsMax: number,
  placeOf: (field: RefusedField) => string | null,
): string {
  if (problem === null) return reason ?? "CAS gave no reason";
  const summary = problem.detail ?? problem.title ?? `CAS answered ${String(problem.status)}`;
  const fields = refusedFields
    .slice(0, reasonsMax)
    .map((field) => fieldWords(field, placeOf(field)));
  return joinShown([summary, ...fields], refusedFields.length + 1, "\n");
}

function fieldWords({ path, message }: RefusedField, place: string | null): string {
  const named = [place, path].filter((part) => part !== null);
  return named.length === 0 ? message : `${named.join(", ")}: ${message}`;
}
