// One shipment line of the books in the words of the result files and of an annotated copy.
import { errorStatuses, statusMeaning } from "../core/declaration-statuses.ts";
import type { LineView } from "../ledger/ledger.ts";
import { oneLine, type Fault, type LineNote } from "./annotate-notes.ts";
import { bucketMeanings } from "./outcome-meanings.ts";
import { rowOfCell } from "./place-words.ts";
import { refusalReason } from "./refusal-reason.ts";
import type { ResultKind } from "./result-files.ts";

const REASONS_SHOWN_MAX = 10;
const hasErrors: ReadonlySet<string> = new Set(errorStatuses.map((status) => status.toLowerCase()));
/** Declarations whose errors are corrected in the file; the others are dealt with in CAS. */
const correctedInFile: ReadonlySet<string> = new Set(["invalid", "customserror"]);

export function lineNote(line: LineView): LineNote {
  const statuses = line.declarations.map(({ summary }) => summary.currentStatus);
  const mrns = line.declarations.flatMap(({ summary }) => summary.mrn ?? []);
  return {
    outcome: line.bucket,
    referenceId: line.referenceId ?? "",
    status: joined(statuses),
    mrn: joined(mrns),
    reason: reasonOf(line),
    isFailed: isToBeFedAgain(line),
    rows: line.rows,
  };
}

/**
 * `success`: CAS has it and no error is known; what customs made of it stands in the status.
 * `failed`: it needs a correction. `unprocessed`: nothing has become of it, or it is not known what.
 */
export function resultKind({ bucket, declarations }: LineView): ResultKind {
  switch (bucket) {
    case "invalid":
    case "rejected":
      return "failed";
    case "accepted":
    case "unchanged":
      return declarations.some(({ summary }) => hasErrors.has(summary.currentStatus.toLowerCase()))
        ? "failed"
        : "success";
    case "held":
    case "unknown":
    case "unsent":
    case "aborted":
      return "unprocessed";
  }
}

/** Whether its rows come again once they are corrected. */
function isToBeFedAgain({ bucket, declarations }: LineView): boolean {
  return (
    bucket === "invalid" ||
    bucket === "rejected" ||
    bucket === "aborted" ||
    declarations.some(({ summary }) => correctedInFile.has(summary.currentStatus.toLowerCase()))
  );
}

/** Empty for what is as it should be, and for an invalid line: its findings say more. */
function reasonOf(line: LineView): string {
  const own = ownReason(line);
  const customs = line.declarations
    .filter(({ summary }) => statusMeaning(summary.currentStatus).stage === "action")
    .flatMap(({ summary, errors }) => [
      `${summary.currentStatus}: ${statusMeaning(summary.currentStatus).meaning}`,
      ...errors.slice(0, REASONS_SHOWN_MAX).map(errorWords),
    ]);
  return oneLine([...(own === "" ? [] : [own]), ...customs]);
}

function ownReason(line: LineView): string {
  switch (line.bucket) {
    case "rejected":
      return refusalReason(line, REASONS_SHOWN_MAX, line.rows[0]?.sheet ?? null);
    case "held":
    case "unknown":
    case "unsent":
    case "aborted":
      return line.reason ?? bucketMeanings[line.bucket].meaning;
    case "invalid":
    case "accepted":
    case "unchanged":
      return "";
  }
}

function errorWords(error: LineView["declarations"][number]["errors"][number]): string {
  const words = [error.description, error.message].filter((text) => text !== null);
  const told = words.length === 0 ? (error.errorCode ?? "No reason given") : words.join(": ");
  return error.cell === null ? told : `${error.cell}: ${told}`;
}

/** What CAS and customs said of cells of this line, for marks in the copy. */
export function faultsOfLine(line: LineView): readonly Fault[] {
  const sheet = line.rows[0]?.sheet ?? null;
  const refused = line.refusedFields.map((field): Fault => ({
    ...placeIn(line, field.sheet ?? sheet, field.cell),
    message: field.message,
    code: `CAS, HTTP ${String(line.problem?.status ?? "")}`,
  }));
  const declared = line.declarations.flatMap(({ summary, errors }) =>
    errors
      .filter(({ file }) => file === line.fileName)
      .map((error): Fault => ({
        ...placeIn(line, error.sheet ?? sheet, error.cell),
        message: errorWords({ ...error, cell: null }),
        code: [summary.currentStatus, error.errorCode].filter((text) => text !== null).join(" "),
      })),
  );
  // A declaration may be about an earlier version of the file, whose rows stood elsewhere.
  return [...refused, ...declared].filter((fault) =>
    line.rows.some((row) => row.sheet === fault.sheet && row.row === fault.row),
  );
}

function placeIn(
  line: LineView,
  sheet: string | null,
  cell: string | null,
): Omit<Fault, "message" | "code"> {
  return {
    severity: "error",
    sheet,
    cell,
    row: rowOfCell(cell),
    hint:
      line.bucket === "held"
        ? "Correct the value; the change waits for a decision"
        : "Correct the value and run the file again",
  };
}

function joined(texts: readonly string[]): string {
  return [...new Set(texts)].join(", ");
}
