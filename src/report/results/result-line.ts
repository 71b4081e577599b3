// One shipment line of the ledger in the words of the result files and of an annotated copy.
import { problemOrigin } from "../../core/errors.ts";
import type { TracedDeclarationError } from "../../trace/trace-error.ts";
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { FieldPlace } from "../../trace/field-locator.ts";
import type { DeclarationView, LineView } from "../../ledger/contract/views.ts";
import { oneLine, type Fault, type LineNote } from "../annotate/annotate-notes.ts";
import { joinDistinct, joinShown } from "../text/join-texts.ts";
import { declarationErrorWords } from "../words/declaration-error.ts";
import { isMissing, waitsForPerson } from "../survey/waits-for-person.ts";
import { hasReadBackErrors, readBackWords } from "../words/read-back.ts";
import { noDeclarationWords } from "../words/no-declaration.ts";
import { isAtCas, outcomeReason } from "../words/outcome-meanings.ts";
import { olderDeclarationWords } from "../words/older-declarations.ts";
import { placeWords, rowOfCell, withPlace } from "../text/place-words.ts";
import { correctionHint, isNearest, originWords } from "../words/value-origin.ts";
import { refusalReason } from "../words/refusal-reason.ts";
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import { isOfSimulator } from "../words/simulated.ts";
import type { ResultKind } from "./result-files.ts";

const REASONS_SHOWN_MAX = 10;
/** Statuses of declarations whose errors are corrected in the file; the others are dealt with in CAS. */
const CORRECTED_IN_FILE = ["Invalid", "CustomsError"];

/** A place in words; null where it is not known or would be no help. */
type PlaceOf = (place: FieldPlace) => string | null;

/** What the results of a file are told with. */
export interface Telling {
  /** Until when CAS was searched for declarations; null when it was not. */
  readonly completeUpTo: string | null;
  /** After how long an accepted shipment without a declaration needs action; a day when absent. */
  readonly declarationAfterMs?: number | undefined;
  /** CAS was the simulator: whatever it answered, nothing was filed. */
  readonly simulated: boolean;
  /** False for a text file, which has one sheet. */
  readonly namesSheets: boolean;
}

/** @param line its declarations' errors name cells of the file that the line is in, or none */
export function lineNote(line: LineView, telling: Telling): LineNote {
  const ownSheet = telling.namesSheets ? null : (line.rows[0]?.sheet ?? null);
  return {
    outcome: line.bucket,
    referenceId: line.referenceId ?? "",
    status: joinDistinct([
      ...line.declarations.map(({ summary }) => summary.currentStatus),
      line.readBack?.status ?? null,
    ]),
    mrn: joinDistinct(line.declarations.map(({ summary }) => summary.mrn)),
    reason: reasonOf(line, telling, (place) => placeWords(place, ownSheet)),
    // A line of the profile stands where it stood.
    reasonWithoutPlaces: reasonOf(line, telling, (place) =>
      place.cell === null ? placeWords(place, ownSheet) : null,
    ),
    isFailed:
      ["invalid", "rejected", "aborted"].includes(line.bucket) ||
      hasStatusOf(line.declarations, CORRECTED_IN_FILE) ||
      hasReadBackErrors(line),
    rows: line.rows,
  };
}

/**
 * `success`: CAS has it and no one has to act on it; what customs made of it stands in the status.
 * `failed`: someone has to act on it. `unprocessed`: nothing has become of it, or it is not known what.
 */
export function resultKind(
  line: LineView,
  { completeUpTo, declarationAfterMs }: Pick<Telling, "completeUpTo" | "declarationAfterMs">,
): ResultKind {
  if (!isAtCas(line)) {
    return line.bucket === "invalid" || line.bucket === "rejected" ? "failed" : "unprocessed";
  }
  if (hasReadBackErrors(line)) return "failed";
  const waits = line.declarations.map(waitsForPerson);
  if (waits.includes("action")) return "failed";
  const isUnseen = isMissing(line, completeUpTo, declarationAfterMs);
  return waits.includes("look") || isUnseen ? "unprocessed" : "success";
}

/** However CAS cases them. */
function hasStatusOf(
  declarations: readonly DeclarationView[],
  statuses: readonly string[],
): boolean {
  const wanted = statuses.map((status) => status.toLowerCase());
  return declarations.some(({ summary }) => wanted.includes(summary.currentStatus.toLowerCase()));
}

/** Empty where all is well, and for an invalid line: its findings say more. */
function reasonOf(
  line: LineView,
  { completeUpTo, declarationAfterMs, simulated }: Telling,
  placeOf: PlaceOf,
): string {
  const ours = [
    isOfSimulator(line.bucket, simulated) ? NOTHING_FILED : null,
    ownReason(line, placeOf),
    olderDeclarationWords(line),
    isMissing(line, completeUpTo, declarationAfterMs)
      ? noDeclarationWords(line, completeUpTo)
      : null,
    hasReadBackErrors(line) ? readBackWords(line) : null,
  ];
  const customs = line.declarations
    .filter((declaration) => waitsForPerson(declaration) !== null)
    .flatMap(({ summary, errors }) => [
      `${summary.currentStatus}: ${statusMeaning(summary.currentStatus).meaning}`,
      ...errorReasons(errors, placeOf),
    ]);
  return oneLine([...new Set([...ours.filter((words) => words !== null), ...customs])]);
}

function ownReason(line: LineView, placeOf: PlaceOf): string | null {
  if (line.bucket === "rejected") return refusalReason(line, REASONS_SHOWN_MAX, placeOf);
  return line.bucket === "invalid" || isAtCas(line) ? null : outcomeReason(line);
}

function errorReasons(
  errors: readonly TracedDeclarationError[],
  placeOf: PlaceOf,
): readonly string[] {
  const words = new Set(
    errors.map((error) => {
      const [named] = error.fieldReference;
      // The field as our message calls it, else as CAS does.
      const field = error.path ?? named?.path ?? named?.fieldName ?? null;
      const place = placeOf({ ...error, value: null }) ?? field;
      return withPlace(place, declarationErrorWords(error));
    }),
  );
  const shown = [...words].slice(0, REASONS_SHOWN_MAX);
  return words.size > shown.length ? [joinShown(shown, words.size, " | ")] : shown;
}

/**
 * What CAS and customs said of cells of this line, for marks in the copy; its reason says it too.
 * What names no cell of its rows stands in the reason only.
 * @param line its declarations' errors name cells of the file that the line is in, or none
 */
export function faultsOfLine(line: LineView): readonly Fault[] {
  const origin = line.problem === null ? "" : problemOrigin(line.problem);
  const refused = line.refusedFields.map((field) =>
    faultAt(line, field, field.message, `CAS, ${origin}`),
  );
  const declared = line.declarations.flatMap(({ summary, errors }) =>
    errors.map((error) => {
      const code = [summary.currentStatus, error.errorCode].filter((text) => text !== null);
      return faultAt(line, error, declarationErrorWords(error), code.join(" "));
    }),
  );
  return [...refused, ...declared].filter((fault) =>
    line.rows.some((row) => row.sheet === fault.sheet && row.row === fault.row),
  );
}

function faultAt(line: LineView, place: FieldPlace, message: string, code: string): Fault {
  return {
    severity: "error",
    isInReason: true,
    sheet: place.sheet ?? line.rows[0]?.sheet ?? null,
    cell: place.cell,
    row: rowOfCell(place.cell) ?? place.row ?? null,
    message: faultMessage(place, message),
    code,
    hint:
      line.bucket === "held"
        ? "Correct the value; the change waits for a decision"
        : place.profile === undefined && !isNearest(place)
          ? "Correct the value and run the file again"
          : correctionHint(place),
  };
}

/** A cell that is not that of the field says so: else a person would correct a value that is right. */
function faultMessage(place: FieldPlace, message: string): string {
  if (place.cell === null) return withPlace(placeWords(place, null), message);
  return isNearest(place) ? `${message} (${originWords(place) ?? ""})` : message;
}
