// What a person has to do, worst first and then oldest first. Lines and findings go in as they are
// read; only those that need somebody are kept, so memory grows with the problems, not with the
// files. An invalid shipment is one entry, however many cells of it are wrong.
import { statusMeaning } from "../../core/declaration-statuses.ts";
import type { FieldPlace } from "../../trace/field-locator.ts";
import type { Finding } from "../../core/finding.ts";
import type { BatchRecord, DeclarationView, LineView } from "../../ledger/ledger.ts";
import { nothingKnown, type Action, type ActionWords } from "./action.ts";
import { joinShown } from "../text/join-texts.ts";
import { FileGroups } from "./file-groups.ts";
import { InvalidShipments, type InvalidShipment } from "./invalid-shipments.ts";
import { hasNoDeclaration } from "../words/no-declaration.ts";
import { placeWords } from "../text/place-words.ts";
import { refusalReason } from "../words/refusal-reason.ts";
import { DAY_MS } from "../text/report-time.ts";
import { statusSince } from "./status-since.ts";

/** How many reasons an entry names; the sheet Errors holds them all. */
const REASONS_SHOWN_MAX = 3;
/**
 * How long a shipment may be accepted without a declaration before somebody should look.
 * Source: assumed; CAS names no time.
 */
const MISSING_AFTER_MS = DAY_MS;

export class ActionList {
  readonly invalidShipments: InvalidShipments;
  readonly #actions: Action[] = [];
  readonly #declarationsSeen = new Set<string>();
  readonly #notSent = new FileGroups();
  readonly #openedAt: ReadonlyMap<string, Date>;
  readonly #searchedUntilMs: number;

  /** @param completeUpTo until when CAS was searched: nothing is missing before it was looked for */
  constructor(batches: readonly BatchRecord[], completeUpTo: string | null) {
    this.invalidShipments = new InvalidShipments(batches);
    this.#openedAt = new Map(batches.map((batch) => [batch.file.name, batch.openedAt]));
    this.#searchedUntilMs = completeUpTo === null ? Number.NaN : Date.parse(completeUpTo);
  }

  /** All lines come before the first finding, so that findings meet the shipment they speak of. */
  addLine(line: LineView): void {
    switch (line.bucket) {
      case "invalid":
        this.invalidShipments.add(line);
        break;
      case "rejected":
        this.#addRefused(line);
        break;
      case "unknown":
        this.#add(line, {
          priority: 1,
          what: "Outcome unknown",
          reason: line.reason ?? "The message was sent, and no answer came",
          nextStep:
            line.messageType === "New"
              ? "Look it up in CAS, then settle it with `cas-batch resume --settle`; a New is never sent twice"
              : "Run `cas-batch resume`: it asks CAS before anything is sent again, and says so when only a person can tell",
        });
        break;
      case "held":
        this.#add(line, {
          priority: 3,
          what: "Held back",
          reason:
            line.reason ?? "The change concerns a declaration that is already filed with customs",
          nextStep: "Decide whether the filed declaration must change; nothing is sent until then",
        });
        break;
      case "aborted":
      case "unsent":
        this.#notSent.add(line.bucket, line);
        break;
      case "accepted":
      case "unchanged":
        this.#addIfMissing(line);
        break;
    }
    for (const declaration of line.declarations) this.#addDeclaration(line, declaration);
  }

  addFinding(finding: Finding): void {
    if (finding.severity !== "error") return;
    const invalid = this.invalidShipments.at(finding);
    if (invalid !== null) {
      invalid.findingCount += 1;
      if (invalid.findings.length < REASONS_SHOWN_MAX) invalid.findings.push(finding);
      return;
    }
    this.#actions.push({
      ...nothingKnown,
      priority: 2,
      what: finding.row === null ? "File or sheet not read" : "Row not sent",
      reason: finding.message,
      nextStep: finding.hint ?? "Correct it and run the file again",
      file: finding.file,
      sheet: finding.sheet,
      cell: finding.cell ?? rowText(finding.row),
      since: this.#openedAt.get(finding.file) ?? null,
    });
  }

  /** Everything, worst first, then oldest first. */
  sorted(): readonly Action[] {
    const all = [
      ...this.#actions,
      ...this.invalidShipments.all.map((invalid) => this.#invalidAction(invalid)),
      ...this.#notSent.actions(this.#openedAt),
    ];
    const time = (action: Action): number => action.since?.getTime() ?? Number.MAX_SAFE_INTEGER;
    return all.sort((left, right) => left.priority - right.priority || time(left) - time(right));
  }

  #addRefused(line: LineView): void {
    const placed = line.refusedFields.find(({ cell }) => cell !== null);
    const sheetInSight = placed?.sheet ?? null;
    this.#add(line, {
      priority: 2,
      what: "Refused by CAS",
      reason: refusalReason(line, REASONS_SHOWN_MAX, (field) => placeWords(field, sheetInSight)),
      nextStep: "Correct the values named and run the file again",
      ...(placed === undefined ? {} : { sheet: placed.sheet, cell: placed.cell }),
    });
  }

  #addIfMissing(line: LineView): void {
    if (!hasNoDeclaration(line) || line.acceptedAt === null) return;
    const waitedMs = this.#searchedUntilMs - line.acceptedAt.getTime();
    if (!(waitedMs > MISSING_AFTER_MS)) return;
    this.#add(line, {
      priority: 2,
      what: "No declaration found",
      reason: "CAS took the message more than a day ago, and no declaration of it can be found",
      nextStep: `Look the shipment up in CAS, or ask Customs4trade about reference id ${line.referenceId ?? "(none)"}`,
    });
  }

  #addDeclaration(line: LineView, declaration: DeclarationView): void {
    const { summary, errors, declarationId } = declaration;
    const { nextStep, stage, meaning } = statusMeaning(summary.currentStatus);
    if (nextStep === null || this.#declarationsSeen.has(declarationId)) return;
    this.#declarationsSeen.add(declarationId);
    const placed = errors.find((error) => error.cell !== null);
    const shown = errors.slice(0, REASONS_SHOWN_MAX).map((error) => {
      const words = error.description ?? error.message ?? error.errorCode ?? "no reason given";
      const place = placeWords(error, placed?.sheet ?? null);
      return place === null ? words : `${place}: ${words}`;
    });
    this.#add(line, {
      priority: stage === "action" ? 1 : 3,
      what: `Declaration ${summary.currentStatus}`,
      reason: joinShown([meaning, ...shown], errors.length + 1, "\n"),
      nextStep,
      ...(placed === undefined ? {} : placeOf(placed)),
      since: statusSince(declaration),
      declarationId,
      lrn: summary.lrn,
      mrn: summary.mrn,
    });
  }

  #add(line: LineView, words: ActionWords & Partial<Action>): void {
    const first = line.rows[0];
    this.#actions.push({
      ...nothingKnown,
      reference: line.key.externalReference,
      direction: line.key.direction,
      file: line.fileName,
      sheet: first?.sheet ?? null,
      cell: rowText(first?.row ?? null),
      since: line.acceptedAt ?? this.#openedAt.get(line.fileName) ?? null,
      ...words,
    });
  }

  #invalidAction({ line, findings, findingCount }: InvalidShipment): Action {
    const first = findings[0];
    const reasons = findings.map(({ cell, message }) =>
      cell === null ? message : `${cell}: ${message}`,
    );
    return {
      ...nothingKnown,
      priority: 2,
      what: "Not sent: errors in the file",
      reason:
        first === undefined
          ? "The shipment has errors; the sheet Errors names them"
          : joinShown(reasons, findingCount, "\n"),
      nextStep: first?.hint ?? "Correct the cells named and run the file again",
      reference: line.key.externalReference,
      direction: line.key.direction,
      file: line.fileName,
      sheet: first?.sheet ?? line.rows[0]?.sheet ?? null,
      cell: first?.cell ?? rowText(first?.row ?? line.rows[0]?.row ?? null),
      since: this.#openedAt.get(line.fileName) ?? null,
    };
  }
}

function placeOf(error: FieldPlace & { readonly file: string | null }): Partial<Action> {
  const { file, sheet, cell } = error;
  return { file, sheet, cell };
}

function rowText(row: number | null): string | null {
  return row === null ? null : `row ${String(row)}`;
}
