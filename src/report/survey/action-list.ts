// What a person has to do, worst first and then oldest first. Only what needs a person is kept, so
// memory grows with the problems, not with the files. An invalid shipment is one entry, however many
// cells of it are wrong; so are the shipments of one file that were not sent for one reason. Discrepancies between
// our books and CAS are entries like any other.
import { actionCodes, type ActionCode } from "../../core/codes/action-codes.ts";
import { refusedBeforeWords } from "../../core/reason-words.ts";
import { correctionsOf, type AllowedIn, type Correction } from "../../core/codes/change-rules.ts";
import type { Environment } from "../../core/shipment.ts";
import { amendFlag, shellWord } from "../../core/settle-command.ts";
import { plural } from "../../core/text/count-words.ts";
import { durationWords } from "../../core/time/time-words.ts";
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { Finding } from "../../core/finding.ts";
import { kindOf } from "../../core/message-kind.ts";
import { kindOfKey } from "../../core/shipment.ts";
import type {
  BatchRecord,
  DeclarationView,
  LineView,
  ToldOtherwise,
} from "../../ledger/contract/views.ts";
import { joinShown } from "../text/join-texts.ts";
import { placeWords, withPlace } from "../text/place-words.ts";
import type { Action, ActionWords } from "./action.ts";
import { backwardsAction, differsAction, siblingActions } from "./discrepancies.ts";
import { InvalidShipments, type InvalidShipment } from "./invalid-shipments.ts";
import { refusalReason } from "../words/refusal-reason.ts";
import { isOfSimulator, saidBySimulator } from "../words/simulated.ts";
import { declarationErrorWords } from "../words/declaration-error.ts";
import { outcomeReason } from "../words/outcome-meanings.ts";
import { isOpenLine } from "./report-flow.ts";
import type { ReportInput } from "./report-input.ts";
import { hasReadBackErrors, readBackWords } from "../words/read-back.ts";
import { statusSince } from "./status-since.ts";
import { DECLARATION_AFTER_MS, isMissing, waitsForPerson } from "./waits-for-person.ts";

/** Where the shipment, and the first of its findings, stand in the report; counted from 1. */
export interface ActionPlace {
  readonly shipment: number | null;
  readonly finding: number | null;
}

/** The shipments of one file that were not sent for one reason. */
interface NotSent {
  readonly first: LineView;
  shipments: number;
}

const nothingKnown = {
  reference: null,
  direction: null,
  kind: null,
  file: null,
  sheet: null,
  cell: null,
  since: null,
  declarationId: null,
  lrn: null,
  mrn: null,
} as const;

/** How many reasons an entry names; the sheet Errors holds them all. */
const REASONS_SHOWN_MAX = 3;

export class ActionList {
  readonly invalidShipments: InvalidShipments;
  readonly places = new Map<Action, ActionPlace>();
  readonly #findingNumbers = new WeakMap<Finding, number>();
  #lines = 0;
  /** Of the line that is looked at, among those that the sheet shows; null for one that it does not show. */
  #lineNumber: number | null = null;
  #findings = 0;
  readonly #actions: Action[] = [];
  /** What was said of a declaration or a shipment, which may stand in several files. */
  readonly #said = new Set<string>();
  readonly #superseded: (readonly [line: LineView, lineNumber: number | null])[] = [];
  readonly #notSent = new Map<string, NotSent>();
  readonly #openedAt: ReadonlyMap<string, Date>;
  /** Before that, nothing can be missing. */
  readonly #completeUpTo: string | null;
  /** Another process is sending: what is not sent yet is no one's to do. */
  readonly #isSending: boolean;
  /** Of the sheet Shipments only these rows are written. */
  readonly #onlyOpen: boolean;
  readonly #simulated: boolean;
  readonly #environment: Environment;
  readonly #allowedIn: AllowedIn;
  readonly #declarationAfterMs: number;
  readonly #differing: ReadonlyMap<string, readonly ToldOtherwise[]>;

  constructor(
    batches: readonly BatchRecord[],
    {
      completeUpTo,
      declarationAfterMs,
      sender,
      simulated,
      environment,
      allowedIn = {},
      only,
    }: Pick<
      ReportInput,
      | "completeUpTo"
      | "declarationAfterMs"
      | "sender"
      | "simulated"
      | "environment"
      | "allowedIn"
      | "only"
    >,
    differing: readonly ToldOtherwise[] = [],
  ) {
    this.invalidShipments = new InvalidShipments(batches);
    this.#openedAt = new Map(batches.map((batch) => [batch.file.name, batch.openedAt]));
    this.#completeUpTo = completeUpTo;
    this.#isSending = sender !== null;
    this.#onlyOpen = only === "open";
    this.#simulated = simulated;
    this.#environment = environment;
    this.#allowedIn = allowedIn;
    this.#declarationAfterMs = declarationAfterMs ?? DECLARATION_AFTER_MS;
    this.#differing = Map.groupBy(differing, ({ declarationId }) => declarationId);
  }

  /** All lines come before the first finding, so that a finding meets the shipment it is about. */
  addLine(line: LineView): void {
    const isShown = !this.#onlyOpen || isOpenLine(line);
    if (isShown) this.#lines += 1;
    this.#lineNumber = isShown ? this.#lines : null;
    switch (line.bucket) {
      case "invalid":
        this.invalidShipments.add(line, this.#lineNumber);
        break;
      case "rejected":
        this.#addRefused(line);
        break;
      case "unknown":
        this.#add(line, {
          code: "outcome-unknown",
          reason: outcomeReason(line),
          nextStep:
            line.messageType === "New" || kindOf(line.key.kind).repeat === "doubles"
              ? `Look it up in CAS, then settle it with \`cas-batch resume --settle\`; a ${line.messageType ?? kindOf(line.key.kind).noun} is never sent twice`
              : "Run `cas-batch resume`: it asks CAS before anything is sent again, and says so when only a person can decide",
        });
        break;
      case "held":
        this.#add(line, {
          code: "held",
          reason: outcomeReason(line),
          nextStep: heldStep(line),
        });
        break;
      case "aborted":
        this.#addNotSent(line);
        break;
      case "unsent":
        if (!this.#isSending) this.#addNotSent(line);
        break;
      case "sending":
        break;
      case "accepted":
      case "unchanged":
        this.#addIfMissing(line);
        break;
      case "superseded":
        // What there is to do stands at the line of the newer file, where the report has one.
        this.#superseded.push([line, this.#lineNumber]);
        return;
    }
    this.#addDeclarations(line);
  }

  addFinding(finding: Finding): void {
    this.#findings += 1;
    this.#findingNumbers.set(finding, this.#findings);
    if (finding.severity !== "error") return;
    const invalid = this.invalidShipments.at(finding);
    if (invalid !== null) {
      invalid.findingCount += 1;
      if (invalid.findings.length < REASONS_SHOWN_MAX) invalid.findings.push(finding);
      return;
    }
    const action = this.addOfBooks({
      code: finding.row === null ? "file-not-read" : "row-not-sent",
      reason: finding.message,
      nextStep: finding.hint ?? "Correct it and run the file again",
      file: finding.file,
      sheet: finding.sheet,
      cell: finding.cell ?? rowText(finding.row),
      since: this.#openedAt.get(finding.file) ?? null,
    });
    this.places.set(action, { shipment: null, finding: this.#findings });
  }

  /** What is about no line. */
  addOfBooks(known: ActionWords): Action {
    const action = { ...nothingKnown, ...ofCode(known.code), ...known };
    this.#actions.push(action);
    return action;
  }

  /** Everything, worst first, then oldest first. */
  sorted(): readonly Action[] {
    for (const [line, lineNumber] of this.#superseded.splice(0)) {
      this.#lineNumber = lineNumber;
      this.#addDeclarations(line);
    }
    const all = [
      ...this.#actions,
      ...this.invalidShipments.all.map((invalid) => this.#invalidAction(invalid)),
      ...this.#notSent.values().map((notSent) => this.#notSentAction(notSent)),
    ];
    const time = (action: Action): number => action.since?.getTime() ?? Number.MAX_SAFE_INTEGER;
    return all.sort((left, right) => left.priority - right.priority || time(left) - time(right));
  }

  #addNotSent(line: LineView): void {
    const group = JSON.stringify([
      line.fileName,
      line.bucket,
      kindOfKey(line.key),
      outcomeReason(line),
    ]);
    const known = this.#notSent.get(group) ?? { first: line, shipments: 0 };
    known.shipments += 1;
    this.#notSent.set(group, known);
  }

  #notSentAction({ first, shipments }: NotSent): Action {
    const isAborted = first.bucket === "aborted";
    const { noun, nouns } = kindOf(first.key.kind);
    return {
      ...nothingKnown,
      ...ofCode(isAborted ? "file-rejected" : "not-sent"),
      what: `${plural(shipments, noun, nouns)} not sent`,
      reason: outcomeReason(first),
      nextStep: isAborted
        ? "Correct the errors of this file and run it again"
        : "Run `cas-batch resume`",
      file: first.fileName,
      since: this.#openedAt.get(first.fileName) ?? null,
    };
  }

  #addRefused(line: LineView): void {
    const placed = line.refusedFields.find(({ cell }) => cell !== null);
    const ownSheet = placed?.sheet ?? null;
    this.#add(line, {
      code: "refused",
      reason: refusalReason(line, REASONS_SHOWN_MAX, (field) => placeWords(field, ownSheet)),
      nextStep:
        refusedBeforeWords(line.reason) === null
          ? "Correct the values named and run the file again"
          : "Correct the values named and run the file again, or add --retry-refused when CAS would take it now",
      ...(placed === undefined ? {} : { sheet: placed.sheet, cell: placed.cell }),
    });
  }

  #addIfMissing(line: LineView): void {
    if (hasReadBackErrors(line)) {
      this.#add(line, {
        code: "errors-in-cas",
        what: `${line.readBack?.status ?? "Mistakes"} in CAS`,
        reason: readBackWords(line) ?? "",
        nextStep: `Correct the ${kindOf(line.key.kind).noun} in CAS, or send it corrected under a reference of its own`,
      });
    }
    const afterMs = this.#declarationAfterMs;
    if (!isMissing(line, this.#completeUpTo, afterMs)) return;
    const age = afterMs === DECLARATION_AFTER_MS ? "a day" : durationWords(afterMs);
    this.#add(line, {
      code: "no-declaration",
      reason: `CAS took the message more than ${age} ago, and no declaration of it can be found`,
      nextStep: `Look the shipment up in CAS, or ask Customs4trade about reference id ${line.referenceId ?? "(none)"}`,
    });
  }

  #addDeclarations(line: LineView): void {
    const { key, declarations } = line;
    for (const declaration of declarations) {
      this.#addDeclaration(line, declaration);
      const backwards = backwardsAction(declaration, line.acceptedAt);
      const differing = this.#differing.get(declaration.declarationId) ?? [];
      const found = [...(backwards === null ? [] : [backwards]), ...differing.map(differsAction)];
      for (const action of found)
        this.#addOnce(line, declaration.declarationId, {
          declarationId: declaration.declarationId,
          lrn: declaration.summary.lrn,
          mrn: declaration.summary.mrn,
          ...action,
        });
    }
    const searched = { completeUpTo: this.#completeUpTo, afterMs: this.#declarationAfterMs };
    const reference = shellWord(key.externalReference);
    for (const action of siblingActions(declarations, reference, searched)) {
      this.#addOnce(line, `${declarations[0]?.shipmentId ?? ""} ${action.reason}`, action);
    }
  }

  #addOnce(line: LineView, subject: string, action: ActionWords): void {
    const saying = JSON.stringify([subject, action.code, action.what]);
    if (this.#said.has(saying)) return;
    this.#said.add(saying);
    this.#add(line, action);
  }

  #addDeclaration(line: LineView, declaration: DeclarationView): void {
    const { summary, errors, declarationId } = declaration;
    const { nextStep, meaning } = statusMeaning(summary.currentStatus);
    if (nextStep === null) return;
    const placed = errors.find((error) => error.cell !== null);
    const corrections = correctionsOf(summary, line.key, this.#environment, this.#allowedIn);
    const shown = errors
      .slice(0, REASONS_SHOWN_MAX)
      .map((error) =>
        withPlace(placeWords(error, placed?.sheet ?? null), declarationErrorWords(error)),
      );
    this.#addOnce(line, declarationId, {
      code: waitsForPerson(declaration) === "action" ? "declaration-waits" : "status-unknown",
      what: `Declaration ${summary.currentStatus}`,
      reason: joinShown([meaning, ...shown], errors.length + 1, "\n"),
      nextStep: withCorrections(nextStep, corrections),
      since: statusSince(declaration),
      declarationId,
      lrn: summary.lrn,
      mrn: summary.mrn,
      ...(placed === undefined
        ? {}
        : { file: placed.file, sheet: placed.sheet, cell: placed.cell }),
    });
  }

  #add(line: LineView, known: ActionWords): void {
    const reason = saidBySimulator(known.reason, isOfSimulator(line.bucket, this.#simulated));
    this.#actions.push(this.#actionOf(line, this.#lineNumber, null, { ...known, reason }));
  }

  /** @param known what is not that of the line */
  #actionOf(
    line: LineView,
    lineNumber: number | null,
    finding: Finding | null,
    known: ActionWords,
  ): Action {
    const first = line.rows[0];
    const action: Action = {
      ...nothingKnown,
      ...ofCode(known.code),
      reference: line.key.externalReference,
      direction: line.key.direction,
      kind: kindOfKey(line.key),
      file: line.fileName,
      sheet: first?.sheet ?? null,
      cell: rowText(first?.row ?? null),
      since: line.acceptedAt ?? this.#openedAt.get(line.fileName) ?? null,
      ...known,
    };
    this.places.set(action, {
      shipment: lineNumber,
      finding: finding === null ? null : (this.#findingNumbers.get(finding) ?? null),
    });
    return action;
  }

  #invalidAction({ line, lineNumber, findings, findingCount }: InvalidShipment): Action {
    const first = findings[0];
    const ownSheet = first?.sheet ?? null;
    const reasons = findings.map(({ sheet, cell, message }) =>
      withPlace(placeWords({ sheet, cell, path: null, value: null }, ownSheet), message),
    );
    return this.#actionOf(line, lineNumber, first ?? null, {
      code: "errors-in-file",
      reason:
        first === undefined
          ? `The ${kindOf(line.key.kind).noun} has errors; the sheet Errors names them`
          : joinShown(reasons, findingCount, "\n"),
      nextStep: first?.hint ?? "Correct the cells named and run the file again",
      sheet: first?.sheet ?? line.rows[0]?.sheet ?? null,
      cell: first?.cell ?? rowText(first?.row ?? line.rows[0]?.row ?? null),
      since: this.#openedAt.get(line.fileName) ?? null,
    });
  }
}

function ofCode(code: ActionCode): Pick<Action, "code" | "priority" | "what"> {
  const { priority, title } = actionCodes[code];
  return { code, priority, what: title };
}

/** The order, and each correction that the status allows as a command that can be pasted. */
function withCorrections(nextStep: string, corrections: readonly Correction[]): string {
  const lines = corrections.map(({ command, when }) => `\`${command}\` (${when})`);
  return [nextStep, ...lines].join("\n");
}

/** What is held is not sent before somebody decides. */
function heldStep({ reason, key }: LineView): string {
  const code = reason?.code;
  if (code === "older-than-known") {
    return "Decide which of the two files counts: save this one under a new name, or take this reference out of it";
  }
  if (code === "saved-at-one-time") {
    return "Decide which of the two files counts, take this reference out of the other one and send this one again";
  }
  if (code === "perhaps-sent-before") {
    return `Look into CAS. If no ledger has sent it before, send its file again with \`${amendFlag(key)}\`; nothing is sent until then`;
  }
  if (code === "would-double" && reason.first === "open") {
    return "Run `cas-batch resume` until the first one is settled, then send this file again";
  }
  if (code === "would-double") {
    const step = `Correct the ${kindOf(key.kind).noun} in CAS, or give it a reference of its own; nothing is sent until then`;
    return `${step}. If a second one is wanted, send its file again with \`${amendFlag(key)}\``;
  }
  const step = "Decide whether the filed declaration must change; nothing is sent until then";
  const isAmend = code?.startsWith("would-amend") === true;
  return isAmend ? `${step}. If so, send its file again with \`${amendFlag(key)}\`` : step;
}

function rowText(row: number | null): string | null {
  return row === null ? null : `row ${String(row)}`;
}
