// The result of `cas-batch report`: what the report says, for the command line and for programs.
import { holderMembers } from "../../core/sending-words.ts";
import type { WrittenReport } from "../../report/status-report.ts";
import type { ReportSource } from "../reporting.ts";
import { countsOfTotals, listedMembers } from "./listed-members.ts";
import { exitCodeOfTotals } from "./reconcile-result.ts";
import type { CommandResult } from "./result.ts";

export function reportResult(
  { runId, tenant, simulated }: ReportSource,
  { path, workbookPath, jsonPath, htmlPath, survey, sender, completeUpTo }: WrittenReport,
): CommandResult {
  const { totals } = survey;
  return {
    exitCode: exitCodeOfTotals(totals),
    runId,
    files: [],
    findings: [],
    attention: [],
    summary: [
      ...(sender === null ? [] : [{ code: "sending", sender, buckets: totals.buckets } as const]),
      { code: "declaration-statuses", statuses: totals.declarationStatuses },
      { code: "report", path, htmlPath },
    ],
    next:
      totals.actionNeeded > 0
        ? [{ code: "open-report", actions: totals.actionNeeded } as const]
        : [],
    error: null,
    simulated,
    totals: { counts: countsOfTotals(totals), balanced: totals.balanced },
    more: {
      tenant,
      report: workbookPath,
      reportJson: jsonPath,
      reportHtml: htmlPath,
      ...listedMembers(survey),
      declarations: totals.declarationStatuses,
      findingCounts: totals.findings,
      sender: sender === null ? null : holderMembers(sender),
      completeUpTo,
    },
  };
}
