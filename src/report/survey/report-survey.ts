// The first pass over the ledger: the totals for the first sheet and the list of what needs action.
// The sheets are written in a second pass, so nothing but problems is held in memory.
import type { BatchRecord } from "../../ledger/contract/views.ts";
import { ActionList, type Action } from "./action-list.ts";
import { LineCounter, sumRows } from "./balance.ts";
import { leftoversOf } from "./leftovers.ts";
import type { InvalidShipments } from "./invalid-shipments.ts";
import { ReportCounts } from "./report-counts.ts";
import type { ReportInput, ReportTotals } from "./report-input.ts";

export interface ReportSurvey {
  readonly totals: ReportTotals;
  readonly batches: readonly BatchRecord[];
  readonly actions: readonly Action[];
  readonly invalidShipments: Pick<InvalidShipments, "at">;
  /** What the second pass must count again. */
  readonly counts: ReportCounts;
}

export async function surveyBooks(input: ReportInput): Promise<ReportSurvey> {
  const { books, filter } = input;
  const batches = await books.batches(filter);
  const lineCounter = new LineCounter();
  const actionList = new ActionList(batches, input.completeUpTo);
  const counts = new ReportCounts();
  for await (const lines of books.lines(filter)) {
    for (const line of lines) {
      lineCounter.add(line);
      actionList.addLine(line);
      counts.addLine(line);
      if (line.problem !== null) counts.refusals += 1;
    }
  }
  for await (const lines of leftoversOf(books, filter)) {
    for (const line of lines) {
      actionList.addLine(line);
      counts.leftovers[line.bucket] += 1;
      if (line.problem !== null) counts.refusals += 1;
    }
  }
  for await (const findings of books.findings(filter)) {
    for (const finding of findings) {
      actionList.addFinding(finding);
      counts.findings[finding.severity] += 1;
    }
  }
  for await (const declarations of books.declarations(filter)) {
    for (const declaration of declarations) {
      counts.addDeclaration(declaration);
      counts.declarationErrors += declaration.errors.length;
    }
  }
  for await (const batch of books.unexplainedDeclarations()) counts.notInFiles += batch.length;

  const actions = actionList.sorted();
  const imbalances = lineCounter.imbalances(batches, filter);
  const totals: ReportTotals = {
    balanced: imbalances.length === 0,
    imbalances,
    files: batches.length,
    rows: sumRows(batches),
    shipments: counts.shipments,
    buckets: counts.buckets,
    leftovers: counts.leftovers,
    withoutDeclaration: counts.withoutDeclaration,
    declarations: counts.declarations,
    declarationStatuses: Object.fromEntries(counts.declarationStatuses),
    findings: counts.findings,
    refusals: counts.refusals,
    declarationErrors: counts.declarationErrors,
    actionNeeded: actions.length,
    notInFiles: counts.notInFiles,
  };
  return { totals, batches, actions, invalidShipments: actionList.invalidShipments, counts };
}
