// Why CAS refused a message, in words for people, each field with its cell and value.
import type { RefusedField } from "../../trace/trace-error.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { joinShown } from "../text/join-texts.ts";
import { withPlace } from "../text/place-words.ts";
import { reasonWords, refusedBeforeWords } from "../../core/reason-words.ts";

/** @param placeOf the cell of a field in words; null where it is not named */
export function refusalReason(
  { problem, reason, refusedFields }: LineView,
  reasonsMax: number,
  placeOf: (field: RefusedField) => string | null,
): string {
  if (problem === null) return reasonWords(reason) ?? "CAS gave no reason";
  const summary = problem.detail ?? problem.title ?? `CAS answered ${String(problem.status)}`;
  const fields = refusedFields.slice(0, reasonsMax).map((field) => {
    const named = [placeOf(field), field.path].filter((part) => part !== null);
    return withPlace(named.length === 0 ? null : named.join(", "), field.message);
  });
  const before = refusedBeforeWords(reason);
  const words = joinShown([summary, ...fields], refusedFields.length + 1, "\n");
  return before === null ? words : `${words}\n${before}`;
}
