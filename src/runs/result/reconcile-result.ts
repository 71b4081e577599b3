// The result of `cas-batch reconcile`.
import { counted, plural } from "../../core/count-words.ts";
import { gapWords } from "../../core/reason-words.ts";
import type { ReconcileSummary } from "../../reconcile/reconcile.ts";
import type { ReportTotals } from "../../report/status-report.ts";
import { describeStatuses } from "./describe-run.ts";
import { EXIT, exitCodeOfReconcile } from "./exit-code.ts";
import { describeGaps, RECONCILE_AGAIN } from "./incomplete-reconcile.ts";
import type { CommandResult } from "./result.ts";

export function reconcileResult(
  { runId, tenant }: { readonly runId: string; readonly tenant: string },
  summary: ReconcileSummary,
  report: { readonly path: string; readonly totals: ReportTotals },
): CommandResult {
  const { path, totals } = report;
  const { gaps } = summary;
  return {
    exitCode: exitCodeOfReconcile(gaps, exitCodeOfTotals(totals)),
    runId,
    files: [],
    findings: [],
    attention: [],
    summary: [
      `${plural(summary.declarationsSeen, "declaration")} looked at, ${counted(summary.changed)} new or changed`,
      ...describeGaps(gaps),
      describeStatuses(totals.declarationStatuses),
      `Report: ${path}`,
    ],
    next: [
      ...(gaps.length > 0 ? [RECONCILE_AGAIN] : []),
      ...(totals.actionNeeded > 0
        ? [
            `Open the sheet "Action needed" of the report, ${String(totals.actionNeeded)} to look at`,
          ]
        : []),
    ],
    error: null,
    more: {
      tenant,
      report: path,
      declarations: totals.declarationStatuses,
      completeUpTo: summary.completeUpTo,
      notLookedAt: gaps.map(gapWords),
    },
  };
}

function exitCodeOfTotals({ balanced, actionNeeded }: ReportTotals): number {
  if (!balanced) return EXIT.unsettled;
  return actionNeeded > 0 ? EXIT.someFailed : EXIT.done;
}
