// What happened to a shipment, one list in the order of time: cells read, message sent, answers, events, statuses,
// changes by hand, documents. What says the same again is folded with a count.
import { plural } from "../../core/text/count-words.ts";
import { changesWords, reasonsWords, reasonWords } from "../../core/reason-words.ts";
import type { Reason } from "../../core/reason.ts";
import type { RowRef } from "../../core/shipment.ts";
import type { RecordedChange } from "../../ledger/contract/changes.ts";
import type { AttemptHistory, LineHistory, VersionHistory } from "../../ledger/contract/history.ts";
import type { DeclarationView } from "../../ledger/contract/views.ts";
import type { StrangeDeclaration, TenantHistory } from "../../runs/explain.ts";
import { describeNotification, notificationMembers } from "./describe-notification.ts";

const CHANGES_SHOWN_MAX = 10;
/** What was first, and what was last, of a life that is longer than a screen. */
const FIRST_SHOWN = 6;
const LAST_SHOWN = 16;

interface Moment {
  readonly at: Date;
  readonly words: string;
  /** Moments that follow each other and say the same of different things or times. */
  readonly fold?: { readonly what: string; readonly of: string };
}

type Life = Pick<TenantHistory, "tenant" | "notifications" | "changes" | "attachments"> &
  Partial<Pick<TenantHistory, "lines" | "versions">> & {
    readonly declarations: readonly DeclarationView[];
  };

export function timeline(life: Life, isAll: boolean): readonly string[] {
  const moments = momentsOf(life).sort((left, right) => left.at.getTime() - right.at.getTime());
  const shown = isAll ? moments : cut(folded(moments));
  return shown.map((moment) =>
    typeof moment === "string" ? `  ${moment}` : `  ${timeText(moment.at)} ${moment.words}`,
  );
}

export function lifeOfStranger({ declaration, ...around }: StrangeDeclaration): Life {
  return { ...around, declarations: [declaration] };
}

function momentsOf(life: Life): Moment[] {
  const { lines = [], versions = [], declarations, changes, attachments } = life;
  return [
    ...lines.map(momentOfLine),
    ...versions.flatMap((version) =>
      version.attempts.flatMap((attempt) => momentsOfAttempt(attempt, version)),
    ),
    ...momentsOfEvents(life),
    ...declarations.flatMap((declaration) => momentsOfStatuses(declaration, life)),
    ...changes.flatMap(momentsOfChange),
    ...attachments.flatMap(({ attachment, file }) =>
      file === null
        ? []
        : {
            at: file.fetchedAt,
            words: `document ${attachment.documentType ?? ""} ${attachment.fileName ?? attachment.id} fetched to ${file.path}`,
          },
    ),
  ];
}

function momentOfLine({
  readAt,
  runId,
  fileName,
  rows,
  bucket,
  reason,
  ...line
}: LineHistory): Moment {
  const version = line.versionNumber === null ? "" : `version ${String(line.versionNumber)}`;
  const outcome = bucket === null ? version : `${bucket}${because(reason)}`;
  const words = `${fileName}, ${rowsInWords(rows)}: ${outcome}`;
  return {
    at: readAt,
    words: `${words}  (run ${runId})`,
    ...(bucket === "unchanged" ? { fold: { what: `unchanged, ${version}`, of: fileName } } : {}),
  };
}

function rowsInWords(rows: readonly RowRef[]): string {
  const bySheet = Map.groupBy(rows, (row) => row.sheet);
  return [...bySheet]
    .map(([sheet, some]) => `${sheet} ${stretches(some.map(({ row }) => row))}`)
    .join("; ");
}

/** Shape: `2–5, 9`. */
function stretches(rows: readonly number[]): string {
  const found: [number, number][] = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (last?.[1] === row - 1) last[1] = row;
    else found.push([row, row]);
  }
  return found
    .map(([from, to]) => (from === to ? String(from) : `${String(from)}–${String(to)}`))
    .join(", ");
}

function momentsOfAttempt(attempt: AttemptHistory, version: VersionHistory): readonly Moment[] {
  const { attemptNumber, startedAt, endedAt, outcome, reason, settlement, leftToPersonAt } =
    attempt;
  const { referenceId, versionNumber } = version;
  const name = `version ${String(versionNumber)}${attemptNumber === 1 ? "" : `, attempt ${String(attemptNumber)}`}`;
  const receipt =
    outcome === "accepted" && referenceId !== null ? `, reference id ${referenceId}` : "";
  const answer = `${outcome ?? "no answer recorded"}${receipt}${because(reason)}`;
  const isOneMoment = endedAt === null || seconds(endedAt) === seconds(startedAt);
  return [
    {
      at: startedAt,
      words: `${name} sent in ${attempt.runId}${isOneMoment ? `: ${answer}` : ""}`,
    },
    ...(isOneMoment ? [] : [{ at: endedAt, words: `${name}: ${answer}` }]),
    ...attempt.enquiries.map((at) => ({
      at,
      words: "asked CAS: not known (yet)",
      fold: { what: "asked CAS: not known (yet)", of: name },
    })),
    ...(leftToPersonAt === null ? [] : [leftToPerson(leftToPersonAt, attempt, version)]),
    ...(settlement === null
      ? []
      : [
          {
            at: settlement.at,
            words: `${settlement.kind === "arrived" ? "it had arrived" : "to be sent again"}: ${reasonsWords([settlement.reason, ...settlement.reasonsBefore])}`,
          },
        ]),
  ];
}

/** While it waits, with what there is to do, in the words of the ledger. */
function leftToPerson(
  at: Date,
  { settlement }: AttemptHistory,
  { state, reason }: VersionHistory,
): Moment {
  const isOpen = settlement === null || settlement.at <= at;
  const isWaiting = state === "unknown" && isOpen && reason !== null;
  return { at, words: `left to a person${isWaiting ? because(reason) : ""}` };
}

function momentsOfStatuses(
  { declarationId, history }: DeclarationView,
  { tenant, notifications }: Life,
): readonly Moment[] {
  const told = notifications.notifications.map((one) => notificationMembers(one, tenant));
  return history.map(({ status, observedAt }) => {
    const isTold = told.some(
      (event) =>
        event.declarationId === declarationId &&
        event.currentStatus === status &&
        seconds(new Date(event.eventTime ?? 0)) === seconds(observedAt),
    );
    const by = isTold ? ", by notification" : "";
    return {
      at: observedAt,
      words: `${declarationId} ${status}${by}`,
      fold: { what: `${status}${by}`, of: declarationId },
    };
  });
}

/** Those that tell a status stand there already. */
function momentsOfEvents({ tenant, notifications, declarations }: Life): readonly Moment[] {
  const statuses = new Set(
    declarations.flatMap(({ declarationId, history }) =>
      history.map(({ status, observedAt }) => `${declarationId} ${status} ${seconds(observedAt)}`),
    ),
  );
  return notifications.notifications.flatMap((one) => {
    const event = notificationMembers(one, tenant);
    const at = event.eventTime === null ? one.receivedAt : new Date(event.eventTime);
    const { declarationId, currentStatus } = event;
    if (statuses.has(`${declarationId ?? ""} ${currentStatus ?? ""} ${seconds(at)}`)) return [];
    const [head = "", , ...errors] = describeNotification(event);
    const words = head.replace(/^\S+ \S+ +/, "");
    return [
      {
        at,
        words: [`CAS told: ${words}`, ...errors.map((error) => error.trim())].join("; "),
        fold: { what: `CAS told: ${event.eventType ?? "no event"}`, of: declarationId ?? "it" },
      },
    ];
  });
}

function momentsOfChange(change: RecordedChange): readonly Moment[] {
  const { kind, action, itemId, targetId, askedBy, state, detail, recordedAt, endedAt } = change;
  const what = `${action ?? kind}${itemId === null ? "" : ` ${itemId}`} of ${targetId}`;
  const { changes } = change.was;
  const values = changes === null ? "" : `: ${changesWords(changes, CHANGES_SHOWN_MAX)}`;
  const end = `${state === "sending" ? "on its way, or interrupted" : state}${detail === null ? "" : `: ${detail}`}`;
  const answer =
    change.answerStatus === null ? "" : `, CAS answered ${String(change.answerStatus)}`;
  return [
    {
      at: recordedAt,
      words: `${what} by ${askedBy}${values}${answer}${endedAt === null ? `: ${end}` : ""}`,
    },
    ...(endedAt === null ? [] : [{ at: endedAt, words: `${what}: ${end}` }]),
  ];
}

function folded(moments: readonly Moment[]): readonly Moment[] {
  const stretchesOfOne: Moment[][] = [];
  let what: string | undefined;
  for (const moment of moments) {
    const isSame = moment.fold !== undefined && moment.fold.what === what;
    if (isSame) stretchesOfOne.at(-1)?.push(moment);
    else stretchesOfOne.push([moment]);
    what = moment.fold?.what;
  }
  return stretchesOfOne.flatMap((same) => {
    const [first, last] = [same[0], same.at(-1)];
    if (first === undefined || last === undefined) return [];
    if (first.fold === undefined || same.length < 3) return same;
    const { what, of } = first.fold;
    const things = new Set(same.map(({ fold }) => fold?.of)).size;
    const until = seconds(first.at) === seconds(last.at) ? "" : `, until ${timeText(last.at)}`;
    const who = things === 1 ? of : `${of} and ${plural(things - 1, "other")}`;
    const times = things === same.length ? "" : `, ${String(same.length)} times`;
    return [{ at: first.at, words: `${who} ${what}${times}${until}` }];
  });
}

function cut(moments: readonly Moment[]): readonly (Moment | string)[] {
  const left = moments.length - FIRST_SHOWN - LAST_SHOWN;
  if (left < 2) return moments;
  const shown = moments.length - left;
  return [
    ...moments.slice(0, FIRST_SHOWN),
    `… ${String(shown)} of ${String(moments.length)} shown; --all shows them`,
    ...moments.slice(-LAST_SHOWN),
  ];
}

function because(reason: Reason | null): string {
  return reason === null ? "" : `: ${reasonWords(reason)}`;
}

function seconds(at: Date): string {
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().slice(0, 19);
}

/** Shape: `2026-11-29 09:38:25Z`. */
export function timeText(at: Date): string {
  return `${seconds(at).replace("T", " ")}Z`;
}
