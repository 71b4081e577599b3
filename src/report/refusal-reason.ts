// Why CAS refused a message, in words for people, each field with its cell and value.
import type { LineView, RefusedField } from "../ledger/ledger.ts";
import { joinShown } from "./cell-text.ts";
import { placeWords } from "./place-words.ts";

/** @param sheetInSight the sheet that need not be named, because it stands beside the words */
export function refusalReason(
  { problem, reason, refusedFields }: LineView,
  reasonsMax: number,
  sheetInSight: string | null,
): string {
  if (problem === null) return reason ?? "CAS gave no reason";
  const summary = problem.detail ?? problem.title ?? `CAS answered ${String(problem.status)}`;
  const fields = refusedFields
    .slice(0, reasonsMax)
    .map((field) => fieldWords(field, placeWords(field, sheetInSight)));
  return joinShown([summary, ...fields], refusedFields.length + 1, "\n");
}

function fieldWords({ path, message }: RefusedField, place: string | null): string {
  const named = [place, path].filter((part) => part !== null);
  return named.length === 0 ? message : `${named.join(", ")}: ${message}`;
}
