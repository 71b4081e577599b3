// The result of `cas-batch reconcile`.
import type { ReconcileSummary } from "../../reconcile/reconcile.ts";
import type { ReportTotals } from "../../report/status-report.ts";
import { EXIT, exitCodeOfReconcile } from "./exit-code.ts";
import { gapMembers } from "./incomplete-reconcile.ts";
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
      { code: "reconciled", declarations: summary.declarationsSeen, changed: summary.changed },
      ...gaps.map((gap) => ({ code: "gap", gap }) as const),
      { code: "declaration-statuses", statuses: totals.declarationStatuses },
      { code: "report", path },
    ],
    next: [
      ...(gaps.length > 0 ? [{ code: "reconcile", because: "incomplete" } as const] : []),
      ...(totals.actionNeeded > 0
        ? [{ code: "open-report", actions: totals.actionNeeded } as const]
        : []),
    ],
    error: null,
    more: {
      tenant,
      report: path,
      declarations: totals.declarationStatuses,
      completeUpTo: summary.completeUpTo,
      ...gapMembers(gaps),
    },
  };
}

function exitCodeOfTotals({ balanced, actionNeeded }: ReportTotals): number {
  if (!balanced) return EXIT.unsettled;
  return actionNeeded > 0 ? EXIT.someFailed : EXIT.done;
}
