// One shipment line of the books in the words of the result files and of an annotated copy.
import type { TracedDeclarationError } from "../../trace/trace-error.ts";
import { errorStatuses, statusMeaning } from "../../core/declaration-statuses.ts";
import type { FieldPlace } from "../../trace/field-locator.ts";
import type { LineView } from "../../ledger/ledger.ts";
import { oneLine, type Fault, type LineNote } from "../annotate/annotate-notes.ts";
import { joinShown } from "../text/join-texts.ts";
import { bucketMeanings } from "../words/outcome-meanings.ts";
import { olderDeclarationWords } from "../words/older-declarations.ts";
import { placeWords, rowOfCell } from "../text/place-words.ts";
import { refusalReason } from "../words/refusal-reason.ts";
import type { ResultKind } from "./result-files.ts";

const REASONS_SHOWN_MAX = 10;
const hasErrors: ReadonlySet<string> = new Set(errorStatuses.map((status) => status.toLowerCase()));
/** Declarations whose errors are corrected in the file; the others are dealt with in CAS. */
const correctedInFile: ReadonlySet<string> = new Set(["invalid", "customserror"]);

/** Where something stands, in words; null where it is not known or of no use. */
type PlaceOf = (place: FieldPlace) => string | null;

/** @param line its declarations' errors name cells of the file that the line is in, or none */
export function lineNote(line: LineView): LineNote {
  const sheetInSight = line.rows[0]?.sheet ?? null;
  const statuses = line.declarations.map(({ summary }) => summary.currentStatus);
  const mrns = line.declarations.flatMap(({ summary }) => summary.mrn ?? []);
  return {
    outcome: line.bucket,
    referenceId: line.referenceId ?? "",
    status: joined(statuses),
    mrn: joined(mrns),
    reason: reasonOf(line, (place) => placeWords(place, sheetInSight)),
    reasonWithoutPlaces: reasonOf(line, () => null),
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
function reasonOf(line: LineView, placeOf: PlaceOf): string {
  const own = ownReason(line, placeOf);
  const older = olderDeclarationWords(line);
  const customs = line.declarations
    .filter(({ summary }) => statusMeaning(summary.currentStatus).stage === "action")
    .flatMap(({ summary, errors }) => [
      `${summary.currentStatus}: ${statusMeaning(summary.currentStatus).meaning}`,
      ...errorReasons(errors, placeOf),
    ]);
  const told = [...(own === "" ? [] : [own]), ...(older === null ? [] : [older]), ...customs];
  return oneLine([...new Set(told)]);
}

function ownReason(line: LineView, placeOf: PlaceOf): string {
  switch (line.bucket) {
    case "rejected":
      return refusalReason(line, REASONS_SHOWN_MAX, placeOf);
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

function errorReasons(
  errors: readonly TracedDeclarationError[],
  placeOf: PlaceOf,
): readonly string[] {
  const words = new Set(
    errors.map((error) => {
      const place = placeOf({ ...error, value: null }) ?? fieldOf(error);
      return place === null ? errorWords(error) : `${place}: ${errorWords(error)}`;
    }),
  );
  const shown = [...words].slice(0, REASONS_SHOWN_MAX);
  return words.size > shown.length ? [joinShown(shown, words.size, " | ")] : shown;
}

/** The field as our message calls it, else as CAS does. */
function fieldOf({ path, fieldReference }: TracedDeclarationError): string | null {
  const [named] = fieldReference;
  return path ?? named?.path ?? named?.fieldName ?? null;
}

function errorWords({ description, message, errorCode }: TracedDeclarationError): string {
  const words = [...new Set([description, message].filter((text) => text !== null))];
  return words.length === 0 ? (errorCode ?? "No reason given") : words.join(": ");
}

/**
 * What CAS and customs said of cells of this line, for marks in the copy; its reason says it too.
 * @param line its declarations' errors name cells of the file that the line is in, or none
 */
export function faultsOfLine(line: LineView): readonly Fault[] {
  const sheet = line.rows[0]?.sheet ?? null;
  const refused = line.refusedFields.map((field): Fault => ({
    ...placeIn(line, field.sheet ?? sheet, field.cell),
    message: field.message,
    code: `CAS, HTTP ${String(line.problem?.status ?? "")}`,
  }));
  const declared = line.declarations.flatMap(({ summary, errors }) =>
    errors.map((error): Fault => ({
      ...placeIn(line, error.sheet ?? sheet, error.cell),
      message: errorWords(error),
      code: [summary.currentStatus, error.errorCode].filter((text) => text !== null).join(" "),
    })),
  );
  // What names no cell is told for the shipment as a whole.
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
    isInReason: true,
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
