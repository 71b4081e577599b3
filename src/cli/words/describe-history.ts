// One shipment's life in words: what it is now, then what happened in the order of time; what to do next stands
// behind it. On one screen, so that a person on the phone sees all of it.
import { parseJson } from "../../core/json.ts";
import { profileLineText } from "../../core/profile-line.ts";
import { changesWords, reasonMembers, reasonsWords, reasonWords } from "../../core/reason-words.ts";
import { kindOf, messageKinds } from "../../core/message-kind.ts";
import { keyText, kindOfKey } from "../../core/shipment.ts";
import { plural } from "../../core/text/count-words.ts";
import {
  changesOf,
  type AttemptHistory,
  type VersionHistory,
} from "../../ledger/contract/history.ts";
import type { AttachmentRecord } from "../../ledger/contract/attachments.ts";
import type { DeclarationView } from "../../ledger/contract/views.ts";
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import { notificationMembers } from "./describe-notification.ts";
import type { RefusedField } from "../../trace/trace-error.ts";
import { formatFieldPath } from "../../trace/field-path.ts";
import { profileLineFinder, scalarText } from "../../trace/profile-line-of.ts";
import { valuesOf, type Place } from "../../trace/walk-message.ts";
import type { StrangeDeclaration, TenantHistory } from "../../runs/explain.ts";
import { lifeOfStranger, timeline, timeText } from "./shipment-timeline.ts";

const CHANGES_SHOWN_MAX = 10;
const VERSIONS_SHOWN_MAX = 3;
const DECLARATIONS_SHOWN_MAX = 9;
const ERRORS_SHOWN_MAX = 5;

interface Detail {
  /** Whether every value is shown with its cell. */
  readonly cells: boolean;
  /** Whether nothing is folded or left out. */
  readonly all: boolean;
}

export function describeHistory(
  shipment: TenantHistory,
  { cells, all }: Detail,
): readonly string[] {
  const { key, tenant, simulated, versions, declarations, readBack } = shipment;
  const newest = versions.at(-1);
  const shown = all ? versions : versions.slice(-VERSIONS_SHOWN_MAX);
  return [
    `${keyText(key)}, tenant ${tenant}${foundWords(shipment)}`,
    ...(simulated ? [NOTHING_FILED] : []),
    "",
    "Messages",
    ...(versions.length === 0 ? ["  none: it was never valid"] : []),
    ...cutWords(shown.length, versions.length, "version"),
    ...shown.flatMap((version) => describeVersion(version, shipment)),
    ...describeFindings(shipment),
    ...(kindOf(key.kind).asked === "declarations"
      ? ["", "Declarations", ...describeDeclarations(declarations, all)]
      : []),
    ...describeDocuments(shipment, all),
    ...(readBack === null
      ? []
      : [
          "",
          "In CAS",
          `  ${timeText(readBack.readAt)} ${readBack.status ?? "without a status"}`,
          ...readBack.errors.map((error) => `    ${error}`),
        ]),
    "",
    "What happened",
    ...timeline(shipment, all),
    ...describeCorrections(shipment, all),
    ...(cells && newest !== undefined
      ? ["", `Values of version ${String(newest.versionNumber)}`, ...describeCells(newest)]
      : []),
  ];
}

export function describeStranger(stranger: StrangeDeclaration, all: boolean): readonly string[] {
  const { declaration, tenant } = stranger;
  const { externalReference, direction } = declaration.summary;
  return [
    `Declaration ${declaration.declarationId}, tenant ${tenant}${foundWords(stranger)}`,
    `No file of ours explains it: CAS has it for ${direction ?? "a shipment"} ${externalReference ?? "without an external reference"}`,
    "",
    "Declarations",
    ...describeDeclarations([declaration], all),
    ...describeDocuments(stranger, all),
    "",
    "What happened",
    ...timeline(lifeOfStranger(stranger), all),
    ...describeCorrections(stranger, all),
  ];
}

const FOUND_BY = {
  reference: "external reference",
  "declaration-id": "declaration id",
  "reference-id": "reference id",
  lrn: "LRN",
  mrn: "MRN",
} as const;

/** Nothing where it is its own reference that was asked for. */
function foundWords({ found }: Pick<TenantHistory, "found">): string {
  if (found.every(({ by }) => by === "reference")) return "";
  const ways = found.map(({ by, value, declarationId }) => {
    const of = by === "lrn" || by === "mrn" ? ` of declaration ${declarationId ?? ""}` : "";
    return `${FOUND_BY[by]} ${value}${of}`;
  });
  return `, found by ${[...new Set(ways)].join(" and ")}`;
}

/** A history as the JSON document shows it: reasons in words, with their codes. */
export function historyMembers(history: TenantHistory): object {
  return {
    ...history,
    kind: kindOfKey(history.key),
    versions: history.versions.map((version) => ({
      ...version,
      messageType: shownType(version),
      ...reasonMembers(version.reason),
      changes: changesOf(version, history.versions)?.changes ?? null,
      attempts: version.attempts.map(attemptMembers),
    })),
    lines: history.lines.map((line) => ({ ...line, ...reasonMembers(line.reason) })),
    ...eventMembers(history),
  };
}

/** Null for a kind whose messages have none. */
function shownType({ messageKind, messageType }: VersionHistory): string | null {
  return messageKinds[messageKind].isDirected ? messageType : null;
}

function attemptMembers(attempt: AttemptHistory): object {
  const { reason, settlement } = attempt;
  if (settlement === null) return { ...attempt, ...reasonMembers(reason) };
  const { kind, at, reasonsBefore } = settlement;
  const words = reasonsWords([settlement.reason, ...reasonsBefore]);
  const settled = { kind, at, reason: words, reasonCode: settlement.reason.code };
  return { ...attempt, ...reasonMembers(reason), settlement: settled };
}

/** A declaration that no file explains, as the JSON document shows it. */
export function strangerMembers({ declaration, ...around }: StrangeDeclaration): object {
  const { attachments, notifications, ...rest } = around;
  return {
    ...rest,
    ...declaration,
    ...eventMembers({ attachments, notifications, tenant: rest.tenant }),
  };
}

function eventMembers({
  attachments,
  notifications: { notifications, total },
  tenant,
}: Pick<TenantHistory, "attachments" | "notifications" | "tenant">): object {
  return {
    attachments: attachments.map(attachmentMembers),
    notifications: notifications.map((one) => notificationMembers(one, tenant)),
    notificationCount: total,
  };
}

function describeVersion(version: VersionHistory, shipment: TenantHistory): readonly string[] {
  const { versionNumber, state, fileName, contentHash, attempts, reason } = version;
  const type = shownType(version);
  const head = `  Version ${String(versionNumber)}${type === null ? "" : `, ${type}`}, from ${fileName}: ${state}`;
  const isReasonTold = attempts.length > 0 && !isDoubtedAnew(version) && state !== "sending";
  return [
    `${head}  (content ${contentHash.slice(0, 12)})`,
    ...describeChanges(version, shipment.versions),
    ...describeFailure(version, shipment),
    ...(isReasonTold || reason === null ? [] : [`    ${reasonWords(reason)}`]),
  ];
}

/** Why CAS did not take the message, or could not process it later. */
function describeFailure(
  { problem, state, versionNumber }: VersionHistory,
  { lines, refusedFields }: TenantHistory,
): readonly string[] {
  if (problem === null || state !== "rejected") return [];
  const { title, detail, errors } = problem;
  const isShown = lines.at(-1)?.versionNumber === versionNumber;
  const traced = isShown && refusedFields.length > 0 ? refusedFields.map(refusedWords) : null;
  const named =
    traced ?? errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return [`    ${problemHead(title, detail)}`, ...named.map((text) => `      ${text}`)];
}

function problemHead(title: string | null, detail: string | null): string {
  return [title, detail].filter((part) => part !== null && part !== "").join(": ");
}

function refusedWords({ sheet, cell, value, path, message }: RefusedField): string {
  const place = [sheet, cell].filter((part) => part !== null).join(" › ");
  const found = value === null ? "" : ` "${value}"`;
  return `${path === "" || path === null ? "" : `${path}: `}${message}${place === "" ? "" : `  ← ${place}${found}`}`;
}

function describeChanges(
  version: VersionHistory,
  versions: readonly VersionHistory[],
): readonly string[] {
  const changed = changesOf(version, versions);
  if (changed === null) return [];
  const { since, changes } = changed;
  const words = changesWords(changes, CHANGES_SHOWN_MAX);
  return [`    changed since version ${String(since.versionNumber)}: ${words}`];
}

/** It was to be sent again, and is not: the reason stands with the version, not with an attempt. */
function isDoubtedAnew({ state, attempts }: VersionHistory): boolean {
  const unanswered = attempts.findLast(({ outcome }) => outcome === "unknown");
  const isLeft = (unanswered?.leftToPersonAt ?? null) !== null;
  return state === "unknown" && unanswered?.settlement?.kind === "resend" && !isLeft;
}

/** Why the newest file did not give a message. */
function describeFindings({ lines }: TenantHistory): readonly string[] {
  return (lines.at(-1)?.findings ?? []).map(
    ({ sheet, cell, row, message }) =>
      `  ${[sheet, cell ?? `row ${String(row ?? "")}`].filter((part) => part !== null).join(" › ")}: ${message}`,
  );
}

function describeDeclarations(
  declarations: readonly DeclarationView[],
  all: boolean,
): readonly string[] {
  if (declarations.length === 0) return ["  none seen so far"];
  const shown = all ? declarations : declarations.slice(0, DECLARATIONS_SHOWN_MAX);
  return [
    ...shown.flatMap((declaration) => describeDeclaration(declaration, all)),
    ...cutWords(shown.length, declarations.length, "declaration"),
  ];
}

function describeDeclaration(
  { declarationId, summary, errors }: DeclarationView,
  all: boolean,
): readonly string[] {
  const numbers = [
    ...(summary.lrn === null ? [] : [`LRN ${summary.lrn}`]),
    ...(summary.mrn === null ? [] : [`MRN ${summary.mrn}`]),
  ].join(", ");
  const shown = all ? errors : errors.slice(0, ERRORS_SHOWN_MAX);
  return [
    `  ${declarationId}  ${summary.currentStatus}${numbers === "" ? "" : `  (${numbers})`}`,
    ...shown.map(({ errorCode, message, file, sheet, cell, value, profile, notInMessage }) => {
      const line = profile === undefined ? [] : [profileLineText(profile, null)];
      const unknown =
        notInMessage === undefined
          ? []
          : [`CAS names ${notInMessage}: none, or more than one, in our message`];
      const cells = cell === null && profile !== undefined ? [] : [file, sheet, cell];
      const place = [...cells, ...line, ...unknown].filter((part) => part !== null).join(" › ");
      const found = value === null ? "" : ` "${value}"`;
      return `    ${errorCode ?? "error"}: ${message ?? ""}${place === "" ? "" : `  ← ${place}${found}`}`;
    }),
    ...cutWords(shown.length, errors.length, "error").map((line) => `  ${line}`),
  ];
}

/** Those that were not fetched; those that were stand in the list of what happened. */
function describeDocuments(
  { attachments }: Pick<TenantHistory, "attachments">,
  all: boolean,
): readonly string[] {
  const missing = attachments.filter(({ file }) => file === null);
  if (missing.length === 0) return [];
  const shown = all ? missing : missing.slice(0, ERRORS_SHOWN_MAX);
  return [
    "",
    "Documents not fetched",
    ...shown.map(
      ({ owner, attachment: { id, documentType, fileName } }) =>
        `  ${owner.id}  ${documentType ?? "document"} ${fileName ?? id}`,
    ),
    ...cutWords(shown.length, missing.length, "document"),
  ];
}

/** Where somebody could act; declarations to which the same applies stand together. */
function describeCorrections(
  { corrections }: Pick<TenantHistory, "corrections">,
  all: boolean,
): readonly string[] {
  const possible = corrections.filter(({ allowed }) => allowed.length > 0);
  const alike = Map.groupBy(possible, ({ allowed, declarationId }) =>
    all ? declarationId : allowed.map(({ kind }) => kind).join(),
  );
  return [...alike.values()].flatMap((same) => {
    const [first, ...others] = same;
    if (first === undefined) return [];
    const ids = [first, ...others].map(({ declarationId }) => declarationId);
    return [
      "",
      `To correct ${ids.slice(0, 3).join(", ")}${ids.length > 3 ? ` and ${plural(ids.length - 3, "other")}` : ""}${others.length > 0 ? ", each with its id:" : ":"}`,
      ...first.allowed.flatMap(({ command, when }) => [`  ${command}`, `      ${when}`]),
    ];
  });
}

function cutWords(shown: number, total: number, noun: string): readonly string[] {
  if (shown === total) return [];
  return [`  … ${String(shown)} of ${plural(total, noun)} shown; --all shows them`];
}

function attachmentMembers({ owner, attachment, file }: AttachmentRecord): object {
  const { id, documentType: type, fileName } = attachment;
  const { path = null, sha256 = null, bytes = null, fetchedAt = null } = file ?? {};
  return { declarationId: owner.id, id, type, fileName, path, sha256, bytes, fetchedAt };
}

function describeCells({ payload, sources, profileLines }: VersionHistory): readonly string[] {
  const lineOf = profileLineFinder(profileLines);
  const message: Place = { steps: [], value: parseJson(payload), source: sources };
  return Array.from(valuesOf(message), (place) => {
    const line = lineOf(place);
    const origin = [
      ...(typeof place.source === "string" ? [place.source] : []),
      ...(line === null ? [] : [profileLineText(line, null)]),
    ].join(" by ");
    const value = scalarText(place.value) ?? JSON.stringify(place.value);
    return `  ${formatFieldPath(place.steps)} = ${value}${origin === "" ? "" : `  ← ${origin}`}`;
  });
}
