// Declarations, one row each: those of our shipments on one sheet, those that no file of ours
// explains on another.
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { DeclarationView } from "../../ledger/contract/views.ts";
import type { Column, TableSheet } from "../model/sheet.ts";
import type { ReportCounts } from "../survey/report-counts.ts";
import type { ReportInput } from "../survey/report-input.ts";
import { statusSince } from "../survey/status-since.ts";
import { minuteText } from "../../core/time/time-words.ts";
import { timeCell } from "../text/report-time.ts";
import { saidBySimulator } from "../words/simulated.ts";
import { stageWords, statusTone } from "../words/outcome-meanings.ts";

const columnsOf = ({ simulated }: ReportInput): readonly Column<DeclarationView>[] => [
  { header: "Declaration", width: 18, value: ({ declarationId }) => declarationId },
  {
    header: "Status",
    width: 20,
    value: ({ summary }) => summary.currentStatus,
    tone: ({ summary }) => statusTone(summary.currentStatus),
  },
  {
    header: "Where it is",
    width: 14,
    value: ({ summary }) => stageWords[statusMeaning(summary.currentStatus).stage],
  },
  {
    header: "What it means",
    width: 40,
    kind: "wrapped",
    value: ({ summary }) =>
      saidBySimulator(statusMeaning(summary.currentStatus).meaning, simulated),
  },
  { header: "Status since (UTC)", width: 17, kind: "time", value: statusSince },
  {
    header: "External reference",
    width: 22,
    value: ({ key, summary }) => key?.externalReference ?? summary.externalReference,
  },
  {
    header: "Direction",
    width: 10,
    value: ({ key, summary }) => key?.direction ?? summary.direction,
  },
  { header: "LRN", width: 20, value: ({ summary }) => summary.lrn },
  { header: "MRN", width: 21, value: ({ summary }) => summary.mrn },
  { header: "Errors", width: 8, kind: "integer", value: ({ errors }) => errors.length },
  { header: "History (UTC)", width: 40, kind: "wrapped", value: historyText },
  { header: "Trader reference", width: 20, value: ({ summary }) => summary.traderReference },
  {
    header: "Customs shipment in CAS",
    width: 24,
    value: ({ summary }) => summary.customsShipmentReference,
  },
  { header: "Jurisdiction", width: 12, value: ({ summary }) => summary.jurisdiction },
  { header: "Customs flow", width: 18, value: ({ summary }) => summary.customsFlow },
  {
    header: "Created (UTC)",
    width: 17,
    kind: "time",
    value: ({ summary }) => timeCell(summary.creationDate),
  },
  {
    header: "Last updated (UTC)",
    width: 17,
    kind: "time",
    value: ({ summary }) => timeCell(summary.lastUpdated),
  },
];
const form = {
  frozenColumns: 1,
  tabTone: "quiet",
  isOpen: ({ summary }: DeclarationView) => statusMeaning(summary.currentStatus).stage !== "done",
  record: recordOf,
} as const;

export function declarationsSheet(
  input: ReportInput,
  counts: ReportCounts,
): TableSheet<DeclarationView> {
  return {
    ...form,
    columns: columnsOf(input),
    name: "Declarations",
    emptyNote: "No declarations so far",
    lists: [{ name: "declarations", batches: declarations(input, counts) }],
  };
}

export function notInFilesSheet(
  input: ReportInput,
  counts: ReportCounts,
): TableSheet<DeclarationView> {
  return {
    ...form,
    columns: columnsOf(input),
    name: "Not in files",
    emptyNote: "Every declaration found in CAS belongs to a shipment of this ledger",
    lists: [{ name: "notInFiles", batches: notInFiles(input, counts) }],
  };
}

async function* declarations(
  { books, filter }: ReportInput,
  counts: ReportCounts,
): AsyncIterable<readonly DeclarationView[]> {
  for await (const batch of books.declarations(filter)) {
    for (const declaration of batch) counts.addDeclaration(declaration);
    yield batch;
  }
}

async function* notInFiles(
  { books }: ReportInput,
  counts: ReportCounts,
): AsyncIterable<readonly DeclarationView[]> {
  for await (const batch of books.unexplainedDeclarations()) {
    counts.notInFiles += batch.length;
    yield batch;
  }
}

function historyText({ history }: DeclarationView): string {
  return history.map(({ status, observedAt }) => `${minuteText(observedAt)} ${status}`).join(" → ");
}

/** The errors stand in the list `errors`, with the cells they come from. */
function recordOf({ errors, ...declaration }: DeclarationView): unknown {
  return { ...declaration, errorCount: errors.length };
}
