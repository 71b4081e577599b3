// Findings about the cells of a planned file: where they stand and how much they weigh.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding } from "../../core/finding.ts";
import { makeFinding, type FindingPlace, type FindingText } from "./make-finding.ts";
import type { MappingPlan, PlanColumn, SheetPlan } from "./mapping-plan.ts";
import { nowhere, pathText } from "./member-path.ts";
import { severityOf } from "./severity.ts";

/** A row of a sheet, or its cell in a column. */
export function placeIn(
  { fileName }: MappingPlan,
  sheet: SheetPlan | undefined,
  row: number,
  column: PlanColumn | null = null,
): FindingPlace {
  const place = { file: fileName, sheet: sheet?.sheet ?? null, row };
  if (column === null) return place;
  const { letters, header, path } = column;
  return { ...place, letters, header, path: path === null ? null : pathText(path, nowhere) };
}

/** With the weight that the profile gives it; none where that is `off`. */
export function weighedFinding(
  { severities }: MappingPlan,
  code: FindingCode,
  place: FindingPlace,
  text: FindingText,
): readonly Finding[] {
  const severity = severityOf(code, severities, true);
  return severity === "off" ? [] : [makeFinding(code, place, text, severity)];
}
