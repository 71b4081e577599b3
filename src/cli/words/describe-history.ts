// One shipment's life in words, in the order in which a person asks: what is it now, what was sent
// and when, which cells said so, what did CAS and customs answer.
import { PROCESSING_FAILED } from "../../core/errors.ts";
import type { RecordedChange } from "../../ledger/contract/changes.ts";
import { isJsonObject, parseJson, type JsonValue } from "../../core/json.ts";
import { profileLineText } from "../../core/profile-line.ts";
import type { Reason } from "../../core/reason.ts";
import { changesWords, reasonMembers, reasonsWords, reasonWords } from "../../core/reason-words.ts";
import { kindOf, messageKinds } from "../../core/message-kind.ts";
import { keyText, kindOfKey, type RowRef } from "../../core/shipment.ts";
import {
  changesOf,
  type AttemptHistory,
  type LineHistory,
  type VersionHistory,
} from "../../ledger/contract/history.ts";
import type { AttachmentRecord } from "../../ledger/contract/attachments.ts";
import type { DeclarationView } from "../../ledger/contract/views.ts";
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import { describeNotification, notificationMembers } from "./describe-notification.ts";
import type { TenantHistory } from "../../runs/explain.ts";
import { formatFieldPath, type FieldStep } from "../../trace/field-path.ts";
import { profileLineFinder, scalarText } from "../../trace/profile-line-of.ts";
import { placesBelow, type Place } from "../../trace/walk-message.ts";

const CHANGES_SHOWN_MAX = 10;

export function describeHistory(shipment: TenantHistory, withCells: boolean): readonly string[] {
  const { key, tenant, simulated, versions, lines, declarations, attachments, changes, readBack } =
    shipment;
  const newest = versions.at(-1);
  return [
    `${keyText(key)}, tenant ${tenant}`,
    ...(simulated ? [NOTHING_FILED] : []),
    "",
    "Files",
    ...lines.map(describeLine),
    "",
    "Messages",
    ...(versions.length === 0
      ? ["  none: it was never valid"]
      : versions.flatMap((version) => describeVersion(version, versions))),
    "",
    ...(kindOf(key.kind).asked === "declarations"
      ? [
          "Declarations",
          ...(declarations.length === 0
            ? ["  none seen so far"]
            : declarations.flatMap((declaration) => [
                ...describeDeclaration(declaration),
                ...describeCorrections(declaration, shipment),
              ])),
        ]
      : []),
    ...(readBack === null
      ? []
      : [
          "In CAS",
          `  ${time(readBack.readAt)} ${readBack.status ?? "without a status"}`,
          ...readBack.errors.map((error) => `    ${error}`),
        ]),
    ...(changes.length === 0
      ? []
      : ["", "Changes made by hand", ...changes.flatMap(describeChange)]),
    ...describeNotifications(shipment),
    ...(attachments.length === 0 ? [] : ["", "Documents", ...attachments.map(describeDocument)]),
    ...(withCells && newest !== undefined
      ? ["", `Values of version ${String(newest.versionNumber)}`, ...describeCells(newest)]
      : []),
    "",
  ];
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
    attachments: history.attachments.map(attachmentMembers),
    notifications: history.notifications.notifications.map((one) =>
      notificationMembers(one, history.tenant),
    ),
    notificationCount: history.notifications.total,
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

function describeLine({
  runId,
  fileName,
  rows,
  bucket,
  reason,
  versionNumber,
}: LineHistory): string {
  const outcome = bucket ?? `version ${String(versionNumber)}`;
  return `  ${runId}  ${fileName}, ${describeRows(rows)}  ${outcome}${because(reason)}`;
}

function describeRows(rows: readonly RowRef[]): string {
  const bySheet = Map.groupBy(rows, (row) => row.sheet);
  return [...bySheet]
    .map(([sheet, some]) => `${sheet} ${some.map(({ row }) => String(row)).join(", ")}`)
    .join("; ");
}

function describeVersion(
  version: VersionHistory,
  versions: readonly VersionHistory[],
): readonly string[] {
  const { versionNumber, messageKind, messageType, state, fileName, contentHash } = version;
  const type = messageKinds[messageKind].isDirected ? `, ${messageType}` : "";
  const head = `  Version ${String(versionNumber)}${type}, from ${fileName}: ${state}`;
  return [
    `${head}  (content ${contentHash.slice(0, 12)})`,
    ...describeChanges(version, versions),
    ...version.attempts.flatMap((attempt) => describeAttempt(attempt, version)),
    ...(isDoubtedAnew(version) || state === "sending"
      ? [`    ${reasonWords(version.reason) ?? ""}`]
      : []),
    ...describeFailure(version),
    ...(version.attempts.length === 0 && version.reason !== null
      ? [`    ${reasonWords(version.reason)}`]
      : []),
  ];
}

/** What CAS told after it had accepted the message. */
function describeFailure({ problem }: VersionHistory): readonly string[] {
  if (problem?.status !== PROCESSING_FAILED) return [];
  const { title, detail, errors } = problem;
  const named = errors.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return [`    ${title ?? ""}: ${detail ?? ""}`, ...named.map((text) => `      ${text}`)];
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

function describeAttempt(attempt: AttemptHistory, version: VersionHistory): readonly string[] {
  const { attemptNumber, startedAt, endedAt, outcome, reason, settlement } = attempt;
  const when = endedAt === null ? "" : ` ${time(endedAt)}`;
  const receipt =
    outcome === "accepted" && version.referenceId !== null
      ? `, reference id ${version.referenceId}`
      : "";
  return [
    `    attempt ${String(attemptNumber)}  ${time(startedAt)} sent in ${attempt.runId},${when} ${outcome ?? "no answer recorded"}${receipt}${because(reason)}`,
    ...attempt.enquiries.map((askedAt) => `      ${time(askedAt)} asked CAS: not known (yet)`),
    ...describeWaiting(attempt, version),
    ...(settlement === null
      ? []
      : [
          `      ${time(settlement.at)} ${settlement.kind === "arrived" ? "it had arrived" : "to be sent again"}: ${reasonsWords([settlement.reason, ...settlement.reasonsBefore])}`,
        ]),
    ...(version.problem !== null && outcome === "rejected"
      ? version.problem.errors.map(({ path, message }) => `      ${path}: ${message}`)
      : []),
  ];
}

/** While it waits, with what there is to do, in the words of the ledger. */
function describeWaiting(
  { leftToPersonAt, settlement }: AttemptHistory,
  { state, reason }: VersionHistory,
): readonly string[] {
  if (leftToPersonAt === null) return [];
  const isOpen = settlement === null || settlement.at <= leftToPersonAt;
  const isWaiting = state === "unknown" && isOpen && reason !== null;
  return [`      ${time(leftToPersonAt)} left to a person${isWaiting ? because(reason) : ""}`];
}

function because(reason: Reason | null): string {
  return reason === null ? "" : `: ${reasonWords(reason)}`;
}

function describeDeclaration({
  declarationId,
  summary,
  history,
  errors,
}: DeclarationView): readonly string[] {
  const numbers = [
    ...(summary.lrn === null ? [] : [`LRN ${summary.lrn}`]),
    ...(summary.mrn === null ? [] : [`MRN ${summary.mrn}`]),
  ].join(", ");
  return [
    `  ${declarationId}  ${summary.currentStatus}${numbers === "" ? "" : `  (${numbers})`}`,
    ...history.map(({ status, observedAt }) => `    ${time(observedAt)} ${status}`),
    ...errors.map(({ errorCode, message, file, sheet, cell, value, profile, notInMessage }) => {
      const line = profile === undefined ? [] : [profileLineText(profile, null)];
      const unknown = notInMessage === undefined ? [] : [`${notInMessage}, not in our message`];
      const cells = cell === null && profile !== undefined ? [] : [file, sheet, cell];
      const place = [...cells, ...line, ...unknown].filter((part) => part !== null).join(" › ");
      const found = value === null ? "" : ` "${value}"`;
      return `    ${errorCode ?? "error"}: ${message ?? ""}${place === "" ? "" : `  ← ${place}${found}`}`;
    }),
  ];
}

/** Where somebody has to act, or could. */
function describeCorrections(
  { declarationId }: DeclarationView,
  { corrections }: TenantHistory,
): readonly string[] {
  const found = corrections.find((one) => one.declarationId === declarationId);
  if (found === undefined || found.allowed.length === 0) return [];
  const lines = found.allowed.map(({ command, when }) => `      ${command}  (${when})`);
  return ["    To correct it:", ...lines];
}

function describeChange(change: RecordedChange): readonly string[] {
  const { kind, action, itemId, targetId, askedBy, state, detail, recordedAt, answeredAt } = change;
  const what = `${action ?? kind}${itemId === null ? "" : ` ${itemId}`} of ${targetId}`;
  const { changes } = change.was;
  const end = `${state === "sending" ? "on its way, or interrupted" : state}${detail === null ? "" : `: ${detail}`}`;
  return [
    `  ${time(recordedAt)} ${what} by ${askedBy}: ${end}`,
    ...(changes === null ? [] : [`    ${changesWords(changes, CHANGES_SHOWN_MAX)}`]),
    ...(answeredAt === null
      ? []
      : [`    ${time(answeredAt)} CAS answered ${String(change.answerStatus)}`]),
    ...(change.endedAt === null ? [] : [`    ${time(change.endedAt)} ${state}`]),
  ];
}

function describeNotifications({
  notifications: { total, notifications },
  tenant,
}: TenantHistory): readonly string[] {
  if (total === 0) return [];
  const lines = notifications
    .flatMap((one) => describeNotification(notificationMembers(one, tenant)))
    .map((line) => `  ${line}`);
  const cut =
    total > notifications.length
      ? [`  ${String(notifications.length)} of ${String(total)} shown`]
      : [];
  return ["", "Notifications, newest first", ...lines, ...cut];
}

function describeDocument({ owner, attachment, file }: AttachmentRecord): string {
  const { id, documentType, fileName } = attachment;
  const where = file === null ? "not fetched" : `${time(file.fetchedAt)} fetched to ${file.path}`;
  return `  ${owner.id}  ${documentType ?? "document"} ${fileName ?? id}: ${where}`;
}

function attachmentMembers({ owner, attachment, file }: AttachmentRecord): object {
  const { id, documentType: type, fileName } = attachment;
  const { path = null, sha256 = null, bytes = null, fetchedAt = null } = file ?? {};
  return { declarationId: owner.id, id, type, fileName, path, sha256, bytes, fetchedAt };
}

function describeCells({ payload, sources, profileLines }: VersionHistory): readonly string[] {
  const lineOf = profileLineFinder(profileLines);
  const linesOf = (place: Place): readonly string[] => {
    // Without blank cells of members that the message lacks; a null that is sent is shown.
    const below = placesBelow(place).filter(({ steps }) => isIn(place.value, steps.at(-1)));
    if (below.length > 0) return below.flatMap(linesOf);
    const line = lineOf(place);
    const origin = [
      ...(typeof place.source === "string" ? [place.source] : []),
      ...(line === null ? [] : [profileLineText(line, null)]),
    ].join(" by ");
    const value = scalarText(place.value) ?? JSON.stringify(place.value);
    return [`  ${formatFieldPath(place.steps)} = ${value}${origin === "" ? "" : `  ← ${origin}`}`];
  };
  return linesOf({ steps: [], value: parseJson(payload), source: sources });
}

function isIn(value: JsonValue, step: FieldStep | undefined): boolean {
  if (Array.isArray(value)) return (step?.index ?? 0) < value.length;
  return isJsonObject(value) && step !== undefined && step.name in value;
}

function time(at: Date): string {
  return at
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
}
