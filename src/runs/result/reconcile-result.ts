// The result of `cas-batch reconcile`: what the report says, for the command line and for programs.
import { holderMembers } from "../../core/sending-words.ts";
import type { ReconcileSummary } from "../../reconcile/reconcile.ts";
import type { ReportTotals, WrittenReport } from "../../report/status-report.ts";
import type { Session } from "../session.ts";
import { EXIT, exitCodeOfReconcile } from "./exit-code.ts";
import { gapMembers, proofMembers } from "./incomplete-reconcile.ts";
import { countsOfTotals, imbalanceFacts, listedMembers } from "./listed-members.ts";
import type { CommandResult } from "./result.ts";
import { linesInNeed } from "./run-result.ts";

export function reconcileResult(
  { runId, authorization, books }: Pick<Session, "runId" | "authorization" | "books">,
  summary: ReconcileSummary,
  { path, jsonPath, htmlPath, survey, sender }: WrittenReport,
): CommandResult {
  const { totals } = survey;
  const { gaps, completeUpTo, byReference } = summary;
  return {
    exitCode: exitCodeOfReconcile(gaps, exitCodeOfTotals(totals)),
    runId,
    files: [],
    findings: [],
    attention: linesInNeed(books, { latest: true }),
    summary: [
      {
        ...{ code: "reconciled", declarations: summary.declarationsSeen },
        ...{ changed: summary.changed, completeUpTo, byReference },
      },
      ...gaps.map((gap) => ({ code: "gap", gap }) as const),
      ...imbalanceFacts(totals),
      ...(sender === null ? [] : [{ code: "sending", sender, buckets: totals.buckets } as const]),
      { code: "declaration-statuses", statuses: totals.declarationStatuses },
      { code: "report", path, htmlPath },
    ],
    next: [
      ...(totals.balanced ? [] : [{ code: "verify-ledger" } as const]),
      ...(gaps.length > 0 ? [{ code: "reconcile", because: "incomplete" } as const] : []),
      ...(totals.actionNeeded > 0
        ? [{ code: "open-report", actions: totals.actionNeeded } as const]
        : []),
      ...(sender === null ? [] : [{ code: "reconcile", because: "sending" } as const]),
      // Of a process that is gone: only sending settles it.
      ...(totals.buckets.unknown > 0 ? [{ code: "resume" } as const] : []),
    ],
    error: null,
    simulated: authorization.simulated,
    totals: { counts: countsOfTotals(totals), balanced: totals.balanced },
    more: {
      tenant: authorization.tenant,
      report: path,
      reportJson: jsonPath,
      reportHtml: htmlPath,
      ...listedMembers(survey),
      declarations: totals.declarationStatuses,
      findingCounts: totals.findings,
      sender: sender === null ? null : holderMembers(sender),
      ...proofMembers(summary),
      ...gapMembers(gaps),
    },
  };
}

export function exitCodeOfTotals({ balanced, actionNeeded }: ReportTotals): number {
  if (!balanced) return EXIT.unsettled;
  return actionNeeded > 0 ? EXIT.someFailed : EXIT.done;
}
