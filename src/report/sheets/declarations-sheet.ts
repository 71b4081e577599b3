// Declarations, one row each: those of our shipments on one sheet, those that no file of ours
// explains on another.
import { statusMeaning } from "../../core/declaration-statuses.ts";
import type { DeclarationView } from "../../ledger/contract/views.ts";
import { statusSince } from "../survey/status-since.ts";
import { stageWords, statusTone } from "../words/outcome-meanings.ts";
import { minuteText, timeCell } from "../text/report-time.ts";
import { declarationCell, type ReportWriter } from "./report-writer.ts";
import { startTable, type ReportCell, type TableColumn } from "../workbook/table-sheet.ts";

const columns: readonly TableColumn[] = [
  { header: "Declaration", width: 18, kind: "text" },
  { header: "Status", width: 20, kind: "text" },
  { header: "Where it is", width: 14, kind: "text" },
  { header: "What it means", width: 40, kind: "wrapped" },
  { header: "Status since (UTC)", width: 17, kind: "time" },
  { header: "External reference", width: 22, kind: "text" },
  { header: "Direction", width: 10, kind: "text" },
  { header: "LRN", width: 20, kind: "text" },
  { header: "MRN", width: 21, kind: "text" },
  { header: "Errors", width: 8, kind: "integer" },
  { header: "History (UTC)", width: 40, kind: "wrapped" },
  { header: "Trader reference", width: 20, kind: "text" },
  { header: "Customs shipment in CAS", width: 24, kind: "text" },
  { header: "Jurisdiction", width: 12, kind: "text" },
  { header: "Customs flow", width: 18, kind: "text" },
  { header: "Created (UTC)", width: 17, kind: "time" },
  { header: "Last updated (UTC)", width: 17, kind: "time" },
];

export function writeDeclarations(writer: ReportWriter): Promise<void> {
  const { books, filter } = writer.input;
  return write(writer, books.declarations(filter), {
    sheet: "Declarations",
    member: "declarations",
    counts: ({ summary }) => `declaration ${summary.currentStatus}`,
    emptyNote: "No declarations so far",
  });
}

export function writeNotInFiles(writer: ReportWriter): Promise<void> {
  return write(writer, writer.input.books.unexplainedDeclarations(), {
    sheet: "Not in files",
    member: "notInFiles",
    counts: () => "not in files",
    emptyNote: "Every declaration found in CAS belongs to a shipment of these books",
  });
}

async function write(
  writer: ReportWriter,
  batches: AsyncIterable<readonly DeclarationView[]>,
  names: {
    readonly sheet: string;
    readonly member: string;
    readonly emptyNote: string;
    readonly counts: (declaration: DeclarationView) => string;
  },
): Promise<void> {
  const { workbook, json, tally } = writer;
  const table = startTable(workbook, {
    name: names.sheet,
    columns,
    frozenColumns: 1,
    tabTone: "quiet",
    emptyNote: names.emptyNote,
  });
  json.startList(names.member);
  for await (const batch of batches) {
    for (const declaration of batch) {
      table.addRow(cellsOf(declaration, writer));
      json.element(jsonOf(declaration));
      tally.add(names.counts(declaration));
    }
    await writer.afterBatch(batch.length);
  }
  json.endList();
  table.end();
}

function cellsOf(declaration: DeclarationView, { input }: ReportWriter): ReportCell[] {
  const { summary, key } = declaration;
  const { stage, meaning } = statusMeaning(summary.currentStatus);
  const tone = statusTone(summary.currentStatus);
  return [
    declarationCell(input, declaration.declarationId),
    { text: summary.currentStatus, tone },
    stageWords[stage],
    meaning,
    statusSince(declaration),
    key?.externalReference ?? summary.externalReference,
    key?.direction ?? summary.direction,
    summary.lrn,
    summary.mrn,
    declaration.errors.length,
    historyText(declaration),
    summary.traderReference,
    summary.customsShipmentReference,
    summary.jurisdiction,
    summary.customsFlow,
    timeCell(summary.creationDate),
    timeCell(summary.lastUpdated),
  ];
}

function historyText({ history }: DeclarationView): string {
  return history.map(({ status, observedAt }) => `${minuteText(observedAt)} ${status}`).join(" → ");
}

/** The errors stand in the list `errors`, with the cells they come from. */
function jsonOf({ errors, ...declaration }: DeclarationView): unknown {
  return { ...declaration, errorCount: errors.length };
}
