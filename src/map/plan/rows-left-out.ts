// Rows that a profile leaves out are told once per sheet, with their number and the first of them.
import type { Finding } from "../../core/finding.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { withSeverities } from "../model/severity.ts";

/** @param first The first of the rows; there may be more of them. */
export function rowsLeftOut(
  plan: MappingPlan,
  sheetIndex: number,
  count: number,
  first: readonly number[],
): readonly Finding[] {
  const sheet = plan.sheets[sheetIndex]?.sheet ?? null;
  const [row] = first;
  if (row === undefined) return [];
  const named = first.join(", ");
  const which = count > first.length ? `${named} … (${first.length} of ${count} shown)` : named;
  const finding = makeFinding(
    "rows-left-out",
    { file: plan.fileName, sheet, row },
    {
      message: `The profile leaves out ${count === 1 ? "1 row" : `${count} rows`} of sheet ${sheet ?? ""}: ${which}`,
    },
  );
  return withSeverities([finding], plan.severities);
}
