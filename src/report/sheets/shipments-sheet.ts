// Every shipment of the files, one row each: what was sent, and what became of it.
import { isAtRest, statusMeaning } from "../../core/declaration-statuses.ts";
import { leftoversOf } from "../survey/leftovers.ts";
import { reasonMembers, reasonWords } from "../../core/reason-words.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { hasNoDeclaration, NONE_SEEN_YET, noDeclarationWords } from "../words/no-declaration.ts";
import { bucketMeanings, compareStatuses, statusTone } from "../words/outcome-meanings.ts";
import { placeWords } from "../text/place-words.ts";
import { olderDeclarationWords } from "../words/older-declarations.ts";
import { refusalReason } from "../words/refusal-reason.ts";
import { daysBetween, laterOf } from "../text/report-time.ts";
import { declarationCell, type ReportWriter } from "./report-writer.ts";
import { rowsText } from "../text/rows-text.ts";
import { statusSince } from "../survey/status-since.ts";
import { startTable, type ReportCell, type TonedCell } from "../workbook/table-sheet.ts";

const REASONS_SHOWN_MAX = 1;

export async function writeShipments(writer: ReportWriter): Promise<void> {
  const { workbook, json, input, tally } = writer;
  const table = startTable(workbook, {
    name: "Shipments",
    frozenColumns: 2,
    tabTone: "quiet",
    emptyNote: "No shipments",
    columns: [
      { header: "External reference", width: 22, kind: "text" },
      { header: "Direction", width: 10, kind: "text" },
      { header: "Outcome", width: 12, kind: "text" },
      { header: "Declaration status", width: 20, kind: "text" },
      { header: "What it means", width: 46, kind: "wrapped" },
      { header: "LRN", width: 22, kind: "text" },
      { header: "MRN", width: 22, kind: "text" },
      { header: "File", width: 26, kind: "wrapped" },
      { header: "Rows", width: 24, kind: "wrapped" },
      { header: "Row count", width: 8, kind: "integer" },
      { header: "Message", width: 10, kind: "text" },
      { header: "Version", width: 8, kind: "integer" },
      { header: "Attempts", width: 9, kind: "integer" },
      { header: "Reference id of CAS", width: 38, kind: "text" },
      { header: "Accepted by CAS (UTC)", width: 17, kind: "time" },
      { header: "Last change (UTC)", width: 17, kind: "time" },
      { header: "Days open", width: 9, kind: "days" },
      { header: "Declaration", width: 18, kind: "text" },
    ],
  });
  json.startList("shipments");
  for await (const lines of input.books.lines(input.filter)) {
    for (const line of lines) {
      table.addRow(cellsOf(line, writer));
      json.element(jsonOf(line));
      tally.add(`shipment ${line.bucket}`);
      if (hasNoDeclaration(line)) tally.add("without declaration");
    }
    await writer.afterBatch(lines.length);
  }
  for await (const lines of leftoversOf(input.books, input.filter)) {
    for (const line of lines) {
      const fileName = `${line.fileName} (an earlier run)`;
      table.addRow(cellsOf({ ...line, fileName }, writer));
      json.element({ ...jsonOf(line), leftover: true });
      tally.add(`leftover ${line.bucket}`);
    }
    await writer.afterBatch(lines.length);
  }
  json.endList();
  table.end();
}

function cellsOf(line: LineView, { input }: ReportWriter): ReportCell[] {
  const { key, declarations } = line;
  const [first] = declarations;
  return [
    key.externalReference,
    key.direction,
    { text: line.bucket, tone: bucketMeanings[line.bucket].tone },
    statusesCell(line),
    meaningOf(line, input.completeUpTo),
    joined(declarations.map(({ summary }) => summary.lrn)),
    joined(declarations.map(({ summary }) => summary.mrn)),
    line.fileName,
    rowsText(line.rows),
    line.rows.length,
    line.messageType,
    line.versionNumber,
    line.attempts,
    line.referenceId,
    line.acceptedAt,
    lastChange(line),
    daysOpen(line, input.asOf),
    declarations.length === 1 && first !== undefined
      ? declarationCell(input, first.declarationId)
      : joined(declarations.map(({ declarationId }) => declarationId)),
  ];
}

function statusesCell(line: LineView): TonedCell | null {
  if (hasNoDeclaration(line)) return { text: NONE_SEEN_YET, tone: "wait" };
  const { declarations } = line;
  const statuses = declarations.map(({ summary }) => summary.currentStatus).sort(compareStatuses);
  const [worst] = statuses;
  return worst === undefined ? null : { text: joined(statuses) ?? "", tone: statusTone(worst) };
}

/** The declaration that needs most attention speaks for the shipment; before there is one, its outcome. */
function meaningOf(line: LineView, completeUpTo: string | null): string {
  const [worst] = line.declarations
    .map(({ summary }) => summary.currentStatus)
    .sort(compareStatuses);
  switch (line.bucket) {
    case "rejected":
      return refusalReason(line, REASONS_SHOWN_MAX, (field) => placeWords(field, null));
    case "accepted":
    case "unchanged":
      if (worst !== undefined) return olderDeclarationWords(line) ?? statusMeaning(worst).meaning;
      return hasNoDeclaration(line)
        ? noDeclarationWords(line, completeUpTo)
        : (reasonWords(line.reason) ?? bucketMeanings[line.bucket].meaning);
    case "invalid":
    case "held":
    case "unknown":
    case "unsent":
    case "aborted":
      return reasonWords(line.reason) ?? bucketMeanings[line.bucket].meaning;
  }
}

function lastChange(line: LineView): Date | null {
  return line.declarations.reduce<Date | null>(
    (latest, declaration) => laterOf(latest, statusSince(declaration)),
    line.acceptedAt,
  );
}

/** Counted from acceptance, for as long as something can still move. */
function daysOpen({ acceptedAt, declarations }: LineView, asOf: Date): number | null {
  const ended =
    declarations.length > 0 &&
    declarations.every(({ summary }) => {
      const { currentStatus } = summary;
      return isAtRest(currentStatus) && statusMeaning(currentStatus).stage === "done";
    });
  return acceptedAt === null || ended ? null : daysBetween(acceptedAt, asOf);
}

function joined(texts: readonly (string | null)[]): string | null {
  const present = [...new Set(texts.filter((text) => text !== null))];
  return present.length === 0 ? null : present.join(", ");
}

/** The refused fields stand in the list `errors`, with their cells. */
function jsonOf({ declarations, refusedFields: _refusedFields, ...line }: LineView): object {
  return {
    ...line,
    ...reasonMembers(line.reason),
    declarationIds: declarations.map(({ declarationId }) => declarationId),
  };
}
