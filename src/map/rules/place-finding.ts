// Gives the findings of a draft their severity, their place in the file and, now that the order of the
// items is known, their path in the message.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { Finding, Severity } from "../../core/finding.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { pathText } from "../model/member-path.ts";
import { placeIn } from "../model/plan-finding.ts";
import { severityOf } from "../model/severity.ts";
import type { DraftFinding, ItemDraft, ShipmentDraft } from "../shipment/shipment-draft.ts";

/** Said of rows as a whole, which a column whose header is at fault may tell apart or complete. */
const COMPARES_ROWS: ReadonlySet<FindingCode> = new Set<FindingCode>([
  "item-contradiction",
  "item-missing",
  "packaging-contradiction",
  "packaging-repeated",
  "row-duplicate",
  "row-without-item",
  "rows-repeated-apart",
  "shipment-contradiction",
  "total-differs",
]);

export function placeFindings(
  plan: MappingPlan,
  draft: ShipmentDraft,
  findings: readonly DraftFinding[],
): readonly Finding[] {
  if (findings.length === 0) return [];
  const itemIndexes = new Map(draft.items.map((item, index) => [item, index]));
  return findings.flatMap((finding) => {
    if (finding.isCoveredByColumn) return [];
    if (plan.hidden.size > 0 && COMPARES_ROWS.has(finding.code)) return [];
    const severity = severityOf(finding.code, plan.severities, finding.hasValue);
    return severity === "off" ? [] : [placeFinding(plan, itemIndexes, finding, severity)];
  });
}

function placeFinding(
  plan: MappingPlan,
  itemIndexes: ReadonlyMap<ItemDraft, number>,
  finding: DraftFinding,
  severity: Severity,
): Finding {
  const { row, column, place } = finding;
  const { item, packagingIndex, documentIndex } = place;
  const itemIndex = item === null ? null : (itemIndexes.get(item) ?? null);
  const path = column?.path ?? null;
  return makeFinding(
    finding.code,
    {
      ...placeIn(plan, plan.sheets[row.sheetIndex], row.rowNumber, column),
      path: path === null ? null : pathText(path, { itemIndex, packagingIndex, documentIndex }),
    },
    finding,
    severity,
  );
}
