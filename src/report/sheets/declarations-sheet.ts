// Declarations, one row each: those of our shipments on one sheet, those that no file of ours
// explains on another.
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { DeclarationView } from "../../ledger/contract/views.ts";
import type { Column, TableSheet } from "../model/sheet.ts";
import type { ReportCounts } from "../survey/report-counts.ts";
import { ofItsFiles, type ReportInput } from "../survey/report-input.ts";
import { statusSince } from "../survey/status-since.ts";
import { minuteIn, timeCell } from "../text/report-time.ts";
import { saidBySimulator } from "../words/simulated.ts";
import { stageWords, statusTone } from "../words/outcome-meanings.ts";

const columnsOf = ({ simulated, timeZone }: ReportInput): readonly Column<DeclarationView>[] => [
  {
    header: "External reference",
    width: 22,
    kind: "wrapped",
    value: ({ key, summary }) => key?.externalReference ?? summary.externalReference,
  },
  {
    header: "Status",
    width: 18,
    kind: "wrapped",
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
    width: 36,
    kind: "wrapped",
    value: ({ summary }) =>
      saidBySimulator(statusMeaning(summary.currentStatus).meaning, simulated),
  },
  { header: `Status since (${timeZone})`, width: 18, kind: "time", value: statusSince },
  { header: "MRN", width: 22, kind: "wrapped", value: ({ summary }) => summary.mrn },
  { header: "LRN", width: 22, kind: "wrapped", value: ({ summary }) => summary.lrn },
  {
    header: `History (${timeZone})`,
    width: 34,
    kind: "wrapped",
    value: ({ history }) =>
      history
        .map(({ status, observedAt }) => `${minuteIn(observedAt, timeZone)} ${status}`)
        .join("\n"),
  },
  { header: "Errors", width: 8, kind: "integer", value: ({ errors }) => errors.length },
  { header: "Declaration", width: 24, value: ({ declarationId }) => declarationId },
  {
    header: "Direction",
    width: 10,
    value: ({ key, summary }) => key?.direction ?? summary.direction,
  },
  { header: "Trader reference", width: 20, value: ({ summary }) => summary.traderReference },
  {
    header: "Customs shipment in CAS",
    width: 24,
    value: ({ summary }) => summary.customsShipmentReference,
  },
  { header: "Jurisdiction", width: 12, value: ({ summary }) => summary.jurisdiction },
  { header: "Customs flow", width: 18, value: ({ summary }) => summary.customsFlow },
  {
    header: `Created (${timeZone})`,
    width: 18,
    kind: "time",
    value: ({ summary }) => timeCell(summary.creationDate),
  },
  {
    header: `Last updated (${timeZone})`,
    width: 18,
    kind: "time",
    value: ({ summary }) => timeCell(summary.lastUpdated),
  },
];
const form = {
  frozenColumns: 2,
  printedColumns: 9,
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
    emptyNote: `No declarations so far${ofItsFiles(input)}`,
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

/** The errors stand in the list `errors`, with the cells they come from. */
function recordOf({ errors, ...declaration }: DeclarationView): unknown {
  return { ...declaration, errorCount: errors.length };
}
