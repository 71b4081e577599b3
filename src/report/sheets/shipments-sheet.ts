// Every shipment of the files, one row each: what was sent, its outcome, and its declarations.
import { hasReadBackErrors, readBackWords } from "../words/read-back.ts";
import { kindOfKey } from "../../core/shipment.ts";
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { DeclarationView, LineView } from "../../ledger/contract/views.ts";
import type { TableSheet, Tone } from "../model/sheet.ts";
import { leftoversOf } from "../survey/leftovers.ts";
import type { ReportCounts } from "../survey/report-counts.ts";
import { isOpenLine } from "../survey/report-flow.ts";
import type { ReportInput } from "../survey/report-input.ts";
import { reasonMembers } from "../../core/reason-words.ts";
import { hasNoDeclaration, NONE_SEEN_YET, noDeclarationWords } from "../words/no-declaration.ts";
import {
  bucketMeanings,
  compareStatuses,
  statusTone,
  isAtCas,
  outcomeReason,
} from "../words/outcome-meanings.ts";
import { placeWords } from "../text/place-words.ts";
import { olderDeclarationWords } from "../words/older-declarations.ts";
import { isOfSimulator, saidBySimulator } from "../words/simulated.ts";
import { refusalReason } from "../words/refusal-reason.ts";
import { daysBetween, laterOf } from "../text/report-time.ts";
import { rowsText } from "../text/rows-text.ts";
import { openSince } from "../survey/open-ages.ts";
import { statusSince } from "../survey/status-since.ts";
import { joinDistinct } from "../text/join-texts.ts";

const REASONS_SHOWN_MAX = 1;

interface ShipmentRow {
  readonly line: LineView;
  /** Whether an earlier run queued it and this one sent it. */
  readonly isLeftover: boolean;
  /** The statuses of its declarations, what needs action first. */
  readonly statuses: readonly string[];
}

export function shipmentsSheet(input: ReportInput, counts: ReportCounts): TableSheet<ShipmentRow> {
  const { asOf, timeZone } = input;
  return {
    name: "Shipments",
    frozenColumns: 2,
    printedColumns: 10,
    tabTone: "quiet",
    emptyNote: "No shipments",
    columns: [
      {
        header: "External reference",
        width: 22,
        kind: "wrapped",
        value: ({ line }) => line.key.externalReference,
      },
      { header: "Direction", width: 10, value: ({ line }) => line.key.direction },
      {
        header: "Outcome",
        width: 12,
        value: ({ line }) => line.bucket,
        tone: ({ line }) => bucketMeanings[line.bucket].tone,
      },
      {
        header: "Declaration status",
        width: 18,
        kind: "wrapped",
        value: statusText,
        tone: worstTone,
      },
      {
        header: "What it means",
        width: 44,
        kind: "wrapped",
        value: (row) => meaningOf(row, input),
      },
      {
        header: "MRN",
        width: 22,
        kind: "wrapped",
        value: ({ line }) => ofDeclarations(line, (d) => d.summary.mrn),
      },
      {
        header: "LRN",
        width: 22,
        kind: "wrapped",
        value: ({ line }) => ofDeclarations(line, (d) => d.summary.lrn),
      },
      { header: "Days open", width: 7, kind: "days", value: (row) => daysOpen(row, asOf) },
      { header: "File", width: 22, kind: "wrapped", value: fileText },
      { header: "Rows", width: 22, kind: "wrapped", value: ({ line }) => rowsText(line.rows) },
      { header: "Row count", width: 8, kind: "integer", value: ({ line }) => line.rows.length },
      { header: "Kind", width: 16, value: ({ line }) => kindOfKey(line.key) },
      { header: "Message", width: 10, value: ({ line }) => line.messageType },
      { header: "Version", width: 8, kind: "integer", value: ({ line }) => line.versionNumber },
      { header: "Attempts", width: 9, kind: "integer", value: ({ line }) => line.attempts },
      { header: "Reference id of CAS", width: 38, value: ({ line }) => line.referenceId },
      {
        header: `Accepted by CAS (${timeZone})`,
        width: 18,
        kind: "time",
        value: ({ line }) => line.acceptedAt,
      },
      { header: `Last change (${timeZone})`, width: 18, kind: "time", value: lastChange },
      {
        header: "Declaration",
        width: 24,
        value: ({ line }) => ofDeclarations(line, ({ declarationId }) => declarationId),
      },
    ],
    lists: [{ name: "shipments", batches: shipments(input, counts) }],
    isOpen: ({ line }) => isOpenLine(line),
    record: recordOf,
  };
}

async function* shipments(
  { books, filter }: ReportInput,
  counts: ReportCounts,
): AsyncIterable<readonly ShipmentRow[]> {
  for await (const lines of books.lines(filter)) {
    for (const line of lines) counts.addLine(line);
    yield lines.map((line) => rowOf(line, false));
  }
  for await (const lines of leftoversOf(books, filter)) {
    for (const line of lines) counts.addLeftover(line);
    yield lines.map((line) => rowOf(line, true));
  }
}

function rowOf(line: LineView, isLeftover: boolean): ShipmentRow {
  const statuses = line.declarations.map(({ summary }) => summary.currentStatus);
  return { line, isLeftover, statuses: statuses.sort(compareStatuses) };
}

function fileText({ line, isLeftover }: ShipmentRow): string {
  return isLeftover ? `${line.fileName} (an earlier run)` : line.fileName;
}

function statusText({ line, statuses }: ShipmentRow): string | null {
  if (line.readBack !== null) return line.readBack.status;
  return hasNoDeclaration(line) ? NONE_SEEN_YET : joinedOrNull(statuses);
}

/** The declaration that needs most attention speaks for the shipment. */
function worstTone({ line, statuses: [worst] }: ShipmentRow): Tone {
  if (line.readBack !== null) return hasReadBackErrors(line) ? "bad" : "good";
  return worst === undefined ? "wait" : statusTone(worst);
}

/** As for the tone; before there is a declaration, the outcome speaks. */
function meaningOf(row: ShipmentRow, { completeUpTo, simulated }: ReportInput): string {
  const words = wordsOf(row, completeUpTo);
  return saidBySimulator(words, isOfSimulator(row.line.bucket, simulated));
}

function wordsOf({ line, statuses: [worst] }: ShipmentRow, completeUpTo: string | null): string {
  if (line.bucket === "rejected") {
    return refusalReason(line, REASONS_SHOWN_MAX, (field) => placeWords(field, null));
  }
  if (worst !== undefined && isAtCas(line)) {
    return olderDeclarationWords(line) ?? statusMeaning(worst).meaning;
  }
  if (isAtCas(line) && line.readBack !== null) return readBackWords(line) ?? outcomeReason(line);
  return hasNoDeclaration(line) ? noDeclarationWords(line, completeUpTo) : outcomeReason(line);
}

function lastChange({ line }: ShipmentRow): Date | null {
  return line.declarations.reduce<Date | null>(
    (latest, declaration) => laterOf(latest, statusSince(declaration)),
    line.acceptedAt,
  );
}

function daysOpen({ line }: ShipmentRow, asOf: Date): number | null {
  const since = openSince(line);
  return since === null ? null : daysBetween(since, asOf);
}

function ofDeclarations(
  { declarations }: LineView,
  member: (declaration: DeclarationView) => string | null,
): string | null {
  return joinedOrNull(declarations.map(member));
}

function joinedOrNull(texts: readonly (string | null)[]): string | null {
  const joined = joinDistinct(texts);
  return joined === "" ? null : joined;
}

/** The refused fields stand in the list `errors`, with their cells. */
function recordOf({ line, isLeftover }: ShipmentRow): object {
  const { declarations, refusedFields: _refusedFields, ...members } = line;
  const declarationIds = declarations.map(({ declarationId }) => declarationId);
  return {
    ...members,
    ...reasonMembers(line.reason),
    declarationIds,
    ...(isLeftover ? { leftover: true } : {}),
  };
}
