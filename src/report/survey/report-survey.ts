// One pass over what the report will show: the totals for its first sheet and the list of what
// needs action. The sheets are written in a second pass, so nothing but problems is held in memory.
import { leftoversOf } from "./leftovers.ts";
import type { BatchRecord } from "../../ledger/contract/views.ts";
import type { Action } from "./action.ts";
import { ActionList } from "./action-list.ts";
import type { InvalidShipments } from "./invalid-shipments.ts";
import { emptyBuckets, LineCounter, sumRows } from "./balance.ts";
import { hasNoDeclaration } from "../words/no-declaration.ts";
import type { ReportInput, ReportTotals } from "./report-input.ts";
import { Tally } from "./tally.ts";

export interface ReportSurvey {
  readonly totals: ReportTotals;
  readonly batches: readonly BatchRecord[];
  readonly actions: readonly Action[];
  readonly invalidShipments: Pick<InvalidShipments, "at">;
  /** What the second pass must count again. */
  readonly tally: Tally;
}

export async function surveyBooks({
  books,
  filter,
  completeUpTo,
}: ReportInput): Promise<ReportSurvey> {
  const batches = await books.batches(filter);
  const counter = new LineCounter();
  const actionList = new ActionList(batches, completeUpTo);
  const buckets = emptyBuckets();
  const findings = { error: 0, warning: 0, info: 0 };
  const statuses = new Map<string, number>();
  const tally = new Tally();
  let shipments = 0;
  let withoutDeclaration = 0;
  let refusals = 0;
  let declarations = 0;
  let declarationErrors = 0;
  let notInFiles = 0;

  for await (const lines of books.lines(filter)) {
    for (const line of lines) {
      counter.add(line);
      actionList.addLine(line);
      buckets[line.bucket] += 1;
      shipments += 1;
      tally.add(`shipment ${line.bucket}`);
      if (line.problem !== null) refusals += 1;
      if (hasNoDeclaration(line)) withoutDeclaration += 1;
    }
  }
  const leftovers = emptyBuckets();
  for await (const lines of leftoversOf(books, filter)) {
    for (const line of lines) {
      leftovers[line.bucket] += 1;
      actionList.addLine(line);
      tally.add(`leftover ${line.bucket}`);
      if (line.problem !== null) refusals += 1;
    }
  }
  for await (const batch of books.findings(filter)) {
    for (const finding of batch) {
      findings[finding.severity] += 1;
      tally.add(`finding ${finding.severity}`);
      actionList.addFinding(finding);
    }
  }
  for await (const batch of books.declarations(filter)) {
    for (const { summary, errors } of batch) {
      declarations += 1;
      tally.add(`declaration ${summary.currentStatus}`);
      declarationErrors += errors.length;
      statuses.set(summary.currentStatus, (statuses.get(summary.currentStatus) ?? 0) + 1);
    }
  }
  for await (const batch of books.unexplainedDeclarations()) {
    notInFiles += batch.length;
    tally.add("not in files", batch.length);
  }
  tally.add("without declaration", withoutDeclaration);
  tally.add("refusal", refusals);
  tally.add("declaration error", declarationErrors);

  const actions = actionList.sorted();
  const imbalances = counter.imbalances(batches, filter);
  return {
    batches,
    actions,
    invalidShipments: actionList.invalidShipments,
    tally,
    totals: {
      balanced: imbalances.length === 0,
      imbalances,
      files: batches.length,
      rows: sumRows(batches),
      shipments,
      buckets,
      leftovers,
      withoutDeclaration,
      declarations,
      declarationStatuses: Object.fromEntries(statuses),
      findings,
      refusals,
      declarationErrors,
      actionNeeded: actions.length,
      notInFiles,
    },
  };
}
