// The first pass over the ledger: the totals for the first sheet and the list of what needs action.
// The sheets are written in a second pass, so nothing but problems is held in memory.
import type { BatchRecord, LineView } from "../../ledger/contract/views.ts";
import { DAY_MS } from "../text/report-time.ts";
import { declarationErrorRecord, refusalRecord } from "../words/error-records.ts";
import { actionCodes } from "../../core/codes/action-codes.ts";
import { actionStatuses } from "../../core/codes/declaration-statuses.ts";
import { referencesOf } from "../../core/match-declaration.ts";
import type { Action } from "./action.ts";
import { ActionList, type ActionPlace } from "./action-list.ts";
import { damageWords, LineCounter, sumRows } from "./balance.ts";
import { bookActions, earlierActions, UnexplainedDeclarations } from "./discrepancies.ts";
import { changesSince } from "./changes-since.ts";
import { leftoversOf } from "./leftovers.ts";
import type { InvalidShipments } from "./invalid-shipments.ts";
import { OpenAges, TREND_DAYS, trendOf } from "./open-ages.ts";
import { ReportCounts } from "./report-counts.ts";
import { ReportFlow, type FlowCounts } from "./report-flow.ts";
import type { ReportInput, ReportTotals } from "./report-input.ts";

/** As many actions and errors are listed in the document of a command; the report's twin has them all. */
export const LISTED_MAX = 500;

export interface ReportSurvey {
  readonly totals: ReportTotals;
  readonly batches: readonly BatchRecord[];
  readonly actions: readonly Action[];
  /** Where on the other sheets what an action is about stands. */
  readonly places: ReadonlyMap<Action, ActionPlace>;
  readonly invalidShipments: Pick<InvalidShipments, "at">;
  /** What CAS refused and what is wrong with declarations, as the twin lists it; the first ones only. */
  readonly firstErrors: readonly object[];
  readonly flow: FlowCounts;
  /** What the second pass must count again. */
  readonly counts: ReportCounts;
}

export async function surveyBooks(input: ReportInput): Promise<ReportSurvey> {
  const { books, filter } = input;
  const batches = await books.batches(filter);
  const lineCounter = new LineCounter();
  const discrepancies = await books.discrepancies(input.asOf);
  const actionList = new ActionList(batches, input, discrepancies.differing);
  const unexplained = new UnexplainedDeclarations();
  const counts = new ReportCounts();
  const flow = new ReportFlow();
  const openAges = new OpenAges(input.asOf);
  const firstErrors: object[] = [];
  const addError = (record: () => object): void => {
    if (firstErrors.length < LISTED_MAX) firstErrors.push(record());
  };
  const addRefusal = (line: LineView): void => {
    const { problem } = line;
    if (problem === null) return;
    counts.refusals += 1;
    addError(() => refusalRecord(line, problem));
  };
  for await (const lines of books.lines(filter)) {
    for (const line of lines) {
      lineCounter.add(line);
      actionList.addLine(line);
      counts.addLine(line);
      flow.add(line);
      openAges.add(line);
      addRefusal(line);
    }
  }
  for await (const lines of leftoversOf(books, filter)) {
    for (const line of lines) {
      actionList.addLine(line);
      counts.addLeftover(line);
      addRefusal(line);
    }
  }
  for await (const findings of books.findings(filter)) {
    for (const finding of findings) {
      actionList.addFinding(finding);
      counts.findings[finding.severity] += 1;
    }
  }
  for (const [status, count] of await books.declarationStatuses(filter)) {
    counts.declarationStatuses.set(status, count);
  }
  for await (const declarations of books.declarations(filter, "with-errors")) {
    for (const declaration of declarations) {
      counts.declarationErrors += declaration.errors.length;
      for (const error of declaration.errors) {
        addError(() => declarationErrorRecord(declaration, error));
      }
    }
  }
  for await (const declarations of books.unexplainedDeclarations()) {
    const references = declarations.flatMap(({ summary }) => referencesOf(summary));
    unexplained.add(declarations, await books.unsentLines(references));
    counts.notInFiles += declarations.length;
  }
  const ofBooks = [...unexplained.actions(), ...bookActions(discrepancies)];
  for (const action of ofBooks) actionList.addOfBooks(action);
  // A nightly run answers for the ledger: what its files do not hold any more is looked at by nobody else.
  if ("runId" in filter && input.command === "run") {
    const beside = await books.inNeedBeside(filter.runId, { actionStatuses });
    for (const action of earlierActions(beside)) actionList.addOfBooks(action);
  }
  for await (const documents of books.documents(filter)) counts.addDocuments(documents);
  const trendSince = new Date(input.asOf.getTime() - (TREND_DAYS + 1) * DAY_MS);
  for await (const changes of changesSince(input)) {
    for (const change of changes) counts.addChange(change);
  }

  const actions = actionList.sorted();
  const notices = actions.filter(({ code }) => actionCodes[code].priority === 4).length;
  const imbalances = [
    ...lineCounter.imbalances(batches, filter),
    ...(await books.damages(filter)).map(damageWords),
  ];
  const totals: ReportTotals = {
    balanced: imbalances.length === 0,
    imbalances,
    files: batches.length,
    rows: sumRows(batches),
    shipments: counts.shipments,
    buckets: counts.buckets,
    leftovers: counts.leftovers,
    leftoverRows: counts.leftoverRows,
    withoutDeclaration: counts.withoutDeclaration,
    declarations: counts.declarations,
    declarationStatuses: Object.fromEntries(counts.declarationStatuses),
    findings: counts.findings,
    refusals: counts.refusals,
    declarationErrors: counts.declarationErrors,
    actionNeeded: actions.length - notices,
    notices,
    notInFiles: counts.notInFiles,
    changes: counts.changes,
    documents: counts.documents,
    documentsFetched: counts.documentsFetched,
    openAges: openAges.all,
    trend: trendOf(await books.flow(trendSince), input.asOf, input.timeZone),
  };
  const { invalidShipments, places } = actionList;
  return {
    totals,
    batches,
    actions,
    places,
    invalidShipments,
    firstErrors,
    flow: flow.all,
    counts,
  };
}
