// What became of the changes that a person made by hand, as the result of a command.
import type { ContentChanges } from "../../core/content-changes.ts";
import type { CasBatchError } from "../../core/errors.ts";
import { plural } from "../../core/text/count-words.ts";
import { visibleText } from "../../core/text/visible-text.ts";
import type { ChangeRequest, Planned } from "../../change/change-request.ts";
import { changeWords } from "../../change/plan-change.ts";
import type { ReplacedList } from "../../change/selective-model.ts";
import type { ChangeState } from "../../ledger/contract/changes.ts";
import type { Session } from "../session.ts";
import { describeError } from "./describe-error.ts";
import { EXIT, exitCodeOfError } from "./exit-code.ts";
import type { CommandResult } from "./result.ts";

export interface ChangeOutcome {
  readonly request: ChangeRequest;
  readonly statusBefore: string | null;
  readonly statusAfter: string | null;
  /** In the ledger; null where nothing was to be sent. */
  readonly changeId: string | null;
  /** `unchanged`: the declaration says so already; `planned`: of a dry run. */
  readonly state: Exclude<ChangeState, "sending"> | "planned" | "unchanged" | "not-sent";
  readonly body: string | null;
  readonly changes: ContentChanges | null;
  readonly replaced: readonly ReplacedList[];
  readonly detail: string | null;
  readonly error: CasBatchError | null;
}

/** How many declarations, and values of each, are shown on a terminal; the JSON document holds all. */
const SHOWN_MAX = 20;

export function changeResult(
  session: Session,
  outcomes: readonly ChangeOutcome[],
  stoppedBy: CasBatchError | null,
): CommandResult {
  const [only] = outcomes;
  const told = stoppedBy ?? (outcomes.length === 1 ? (only?.error ?? null) : null);
  const exitCode = exitCodeOf(outcomes, stoppedBy, session.signal);
  const hints = new Set(
    outcomes.flatMap((outcome) => (outcome.error === null ? [] : [hintOf(outcome, outcome.error)])),
  );
  const environment = session.settings.environment;
  const open = outcomes.filter(({ state }) => state === "accepted").length;
  const next = [
    ...(stoppedBy === null ? [] : [stoppedBy.hint]),
    ...[...hints].slice(0, SHOWN_MAX),
    ...(outcomes.some(({ state }) => state === "unknown") ? [unknownStep()] : []),
    ...(open === 0
      ? []
      : [
          `CAS took ${plural(open, "change")} and has not shown the effect so far: run \`cas-batch reconcile --env ${environment}\` or look at the declaration later`,
        ]),
  ];
  const shown = outcomes.slice(0, SHOWN_MAX).flatMap(outcomeLines);
  return {
    exitCode,
    runId: session.runId,
    files: [],
    findings: [],
    attention: [],
    next: [...new Set(next)],
    summary: [...stoppedLine(outcomes, stoppedBy), ...shown, ...cutLine(outcomes.length)],
    error:
      told === null
        ? null
        : {
            ...describeError(told, exitCode),
            ...(only?.error === told ? { hint: hintOf(only, told) } : {}),
          },
    simulated: session.authorization.simulated,
    more: { changes: outcomes.map(outcomeMembers) },
  };
}

/** Nothing where it stands with a declaration. */
function stoppedLine(
  outcomes: readonly ChangeOutcome[],
  stoppedBy: CasBatchError | null,
): CommandResult["summary"] {
  const isTold = stoppedBy === null || outcomes.some(({ error }) => error === stoppedBy);
  return isTold ? [] : [{ code: "stopped-early", message: stoppedBy.message }];
}

function hintOf({ state }: ChangeOutcome, { hint }: CasBatchError): string {
  return state === "refused"
    ? "Correct what CAS names, or wait until the status of the declaration allows it, then run the same command again"
    : hint;
}

function unknownStep(): string {
  return "Run the same command again: it looks what became of the change before it sends anything, and says so when only a person can tell";
}

function exitCodeOf(
  outcomes: readonly ChangeOutcome[],
  stoppedBy: CasBatchError | null,
  signal: AbortSignal,
): number {
  const has = (wanted: (outcome: ChangeOutcome) => boolean): boolean => outcomes.some(wanted);
  if (has(({ state, error }) => state === "unknown" || error?.code === "change-unsettled")) {
    return EXIT.unsettled;
  }
  if (stoppedBy !== null) return exitCodeOfError(stoppedBy, signal);
  const isBad = ({ state, error }: ChangeOutcome): boolean =>
    error !== null || state === "different";
  if (!has(isBad)) return EXIT.done;
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.state === "not-sent" && only.error !== null) {
    return only.error.exitCode;
  }
  return has((outcome) => !isBad(outcome)) || has(({ state }) => state === "different")
    ? EXIT.someFailed
    : EXIT.inputRejected;
}

function outcomeMembers(outcome: ChangeOutcome): object {
  const { request, error, changes, replaced, ...rest } = outcome;
  const { kind, declarationId, itemId, action, place } = request;
  return {
    declarationId,
    kind,
    itemId,
    action,
    place: place === "" ? null : place.replace(/: $/, ""),
    ...rest,
    differences: changes ?? { shown: [], count: 0 },
    replacedCollections: replaced,
    error:
      error === null
        ? null
        : { code: error.code, message: error.message, hint: hintOf(outcome, error) },
  };
}

/** What will be done, before it is done. */
export function plannedLines(planned: readonly Planned[]): readonly string[] {
  const plans = planned.flatMap((one) => (one.kind === "plan" ? [one.plan] : []));
  return [
    ...plans
      .slice(0, SHOWN_MAX)
      .flatMap(({ request, was, replaced }) => [
        `${headWords(request)}, now ${was.status}`,
        ...differenceLines(was.changes, replaced),
      ]),
    ...cutLine(plans.length),
  ];
}

function outcomeLines(outcome: ChangeOutcome): readonly string[] {
  const { request, state, detail, error, changes, replaced, statusAfter, statusBefore } = outcome;
  const said = error?.message ?? detail;
  const status = statusAfter ?? statusBefore;
  return [
    `${headWords(request)}: ${STATE_WORDS[state]}${said === null ? "" : `: ${visibleText(said)}`}${status === null ? "" : ` (${status})`}`,
    ...(state === "planned" ? differenceLines(changes, replaced) : []),
  ];
}

const STATE_WORDS: Readonly<Record<ChangeOutcome["state"], string>> = {
  planned: "would be sent",
  unchanged: "nothing to do, it says so already",
  "not-sent": "NOT SENT",
  accepted: "taken by CAS, the effect is not seen yet",
  applied: "done",
  different: "DIFFERENT from what was sent",
  refused: "REFUSED by CAS",
  returned: "NOT SENT",
  unknown: "OUTCOME UNKNOWN",
  abandoned: "given up",
};

function headWords(request: ChangeRequest): string {
  return `Declaration ${visibleText(request.declarationId)}, ${changeWords(request)}`;
}

function differenceLines(
  changes: ContentChanges | null,
  replaced: readonly ReplacedList[],
): readonly string[] {
  const { shown, count } = changes ?? { shown: [], count: 0 };
  return [
    ...replaced.map(
      ({ path, countBefore, countAfter }) =>
        `  REPLACES the whole of ${path}: ${String(countBefore)} now, ${String(countAfter)} then`,
    ),
    ...shown.map(
      ({ path, before, after }) => `  ${path}: ${valueWords(before)} → ${valueWords(after)}`,
    ),
    ...(count > shown.length ? [`  ${String(shown.length)} of ${String(count)} values shown`] : []),
  ];
}

function valueWords(value: string | null): string {
  return value === null ? "nothing" : `"${visibleText(value)}"`;
}

function cutLine(count: number): readonly string[] {
  return count > SHOWN_MAX
    ? [`${String(SHOWN_MAX)} of ${String(count)} declarations shown; --json shows all`]
    : [];
}
