// What needs a person, in the document of a command: the first entries, how many there are, and the counts by
// outcome. The report's twin has every entry.
import { LISTED_MAX, type ReportSurvey, type ReportTotals } from "../../report/status-report.ts";
import type { Fact, ResultCounts } from "./result.ts";

export function listedMembers({ totals, actions, firstErrors }: ReportSurvey): object {
  // Notices come last.
  const needed = actions.slice(0, totals.actionNeeded);
  const notices = actions.slice(totals.actionNeeded);
  return {
    actions: needed.slice(0, LISTED_MAX),
    actionCount: needed.length,
    notices: notices.slice(0, LISTED_MAX),
    noticeCount: notices.length,
    errors: firstErrors,
    errorCount: totals.refusals + totals.declarationErrors,
    imbalances: totals.imbalances,
  };
}

/** Where not all is listed and no report was written: the command that writes all of it. */
export function cutSteps({ totals, firstErrors }: ReportSurvey, runId: string): readonly string[] {
  const { actionNeeded, notices, refusals, declarationErrors } = totals;
  const cut = Math.max(actionNeeded, notices) > LISTED_MAX;
  if (!cut && refusals + declarationErrors <= firstErrors.length) return [];
  return [
    `The first ${String(LISTED_MAX)} are listed; \`cas-batch report ${runId}\` writes a report with all of them`,
  ];
}

/** What does not add up, as a command shows it; none where the books balance. */
export function imbalanceFacts({ imbalances }: ReportTotals): readonly Fact[] {
  return imbalances.length === 0 ? [] : [{ code: "imbalances", imbalances }];
}

/** The counts of a report as a command shows those of its files. */
export function countsOfTotals({ rows, shipments, buckets }: ReportTotals): ResultCounts {
  return {
    rows: rows.read,
    blank: rows.blank,
    invalidRows: rows.invalid,
    duplicate: rows.duplicate,
    shipmentRows: rows.inShipments,
    shipments,
    ...buckets,
  };
}

/** The counts of the shipments that a run sent for earlier ones. */
export function countsOfLeftovers({ leftovers, leftoverRows }: ReportTotals): ResultCounts {
  const shipments = Object.values(leftovers).reduce((sum, count) => sum + count, 0);
  return {
    ...{ rows: leftoverRows, blank: 0, invalidRows: 0, duplicate: 0, shipmentRows: leftoverRows },
    shipments,
    ...leftovers,
  };
}
