// Changes that a person makes at CAS by hand: planned and shown, then recorded and sent under the right to send, then
// looked at. What was not answered is never sent again by itself.
import type { DeclarationChange } from "../cas/cas-client.ts";
import { mergeSummaries, type DeclarationDetail } from "../core/declaration.ts";
import { matchDeclaration, referencesOf } from "../core/match-declaration.ts";
import {
  CannotNowError,
  CasBatchError,
  OutcomeUnknownError,
  RefusedError,
} from "../core/errors.ts";
import { endBySight, planChange, showOf, viewOf, type ChangeDesk } from "../change/plan-change.ts";
import type { IsNumberMember } from "../change/body-of-edits.ts";
import type {
  ChangeChoices,
  ChangePlan,
  ChangeRequest,
  Planned,
} from "../change/change-request.ts";
import type { ChangeIntent } from "../ledger/contract/changes.ts";
import { withLease, type HeldLease } from "../submit/lease/lease.ts";
import { interrupted, recordedCall } from "./recorded-call.ts";
import { changeResult, plannedLines, type ChangeOutcome } from "./result/change-result.ts";
import type { CommandResult } from "./result/result.ts";
import type { Session } from "./session.ts";

/** A plan that is older was perhaps overtaken: the declaration is read once more before it is sent. */
const PLAN_AGE_MS_MAX = 60_000;
/** CAS takes changes asynchronously; how often its effect is looked for. */
const LOOK_DELAY_MS = 300;
const LOOK_DELAY_MS_MAX = 3_000;

export interface ChangeOrder extends ChangeChoices {
  readonly requests: readonly ChangeRequest[];
  readonly isNumber: IsNumberMember;
  /** Only show what would be done. */
  readonly dryRun: boolean;
  /** How long the effect is waited for. */
  readonly waitMs: number;
  /** The person, for the books. */
  readonly askedBy: string;
  /** Shows what will be done, and asks where it must be asked. @throws CasBatchError `not-confirmed` */
  readonly approve: (lines: readonly string[], count: number) => Promise<void>;
}

interface Sending {
  readonly session: Session;
  readonly desk: ChangeDesk;
  readonly order: ChangeOrder;
  readonly lease: HeldLease;
  /** Whether the books told of changes on their way that nobody sends any more. */
  readonly mustLookAgain: boolean;
  readonly plannedAtMs: number;
}

/** Whatever ends it early is part of the result: what was sent stands beside it. */
export async function change(session: Session, order: ChangeOrder): Promise<CommandResult> {
  try {
    return await changeAll(session, order);
  } catch (error) {
    if (!(error instanceof CasBatchError)) throw error;
    return changeResult(session, [], error);
  }
}

async function changeAll(session: Session, order: ChangeOrder): Promise<CommandResult> {
  const { client, books, clock, signal, settings } = session;
  const { environment, allowedIn, cas } = settings;
  const desk: ChangeDesk = {
    environment,
    client: noting(session, client),
    books,
    clock,
    signal,
    allowedIn,
    isNumber: order.isNumber,
    reasonMember: cas.fields.invalidationReason,
  };
  const planned = await planAll(session, desk, order);
  const plannedAtMs = clock.monotonicMs();
  const plans = planned.filter(({ kind }) => kind === "plan").length;
  if (order.dryRun || plans === 0) {
    return changeResult(session, planned.map(outcomeOfPlan), null);
  }
  await order.approve(plannedLines(planned), plans);
  const sent = await withLease(session, session.holder, async (lease) => {
    const mustLookAgain = (await books.recoverInterruptedChanges(lease, clock.now())) > 0;
    return sendAll({ session, desk, order, lease, mustLookAgain, plannedAtMs }, planned);
  });
  const outcomes = await lookUntilSeen(session, desk, sent.outcomes, order.waitMs);
  return changeResult(session, outcomes, stoppedAfterLook(outcomes, sent.stoppedBy));
}

/** A lost answer stops the sending; once the effect was seen, nothing is in doubt any more. */
function stoppedAfterLook(
  outcomes: readonly ChangeOutcome[],
  stoppedBy: CasBatchError | null,
): CasBatchError | null {
  const isDoubtful = outcomes.some(({ state }) => state === "unknown");
  if (!(stoppedBy instanceof OutcomeUnknownError) || isDoubtful) return stoppedBy;
  const isLeft = outcomes.some(({ state, error }) => state === "not-sent" && error === null);
  return isLeft ? interrupted() : null;
}

async function planAll(
  session: Session,
  desk: ChangeDesk,
  order: ChangeOrder,
): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  const { requests } = order;
  let done = 0;
  await inParallel(session, requests.length, async (at) => {
    if (session.signal.aborted) throw interrupted();
    const request = requests[at];
    if (request !== undefined) planned[at] = await planChange(desk, request, order);
    report(session, "asking", (done += 1), requests.length);
  });
  return planned;
}

async function sendAll(
  sending: Sending,
  planned: readonly Planned[],
): Promise<{ readonly outcomes: ChangeOutcome[]; readonly stoppedBy: CasBatchError | null }> {
  const outcomes = planned.map(outcomeOfPlan);
  const { session, lease } = sending;
  const stops: CasBatchError[] = [];
  let done = 0;
  await inParallel(session, planned.length, async (at) => {
    const one = planned[at];
    if (one?.kind !== "plan") return;
    if (stops.length > 0 || lease.signal.aborted) {
      outcomes[at] = { ...outcomeOfPlan(one), state: "not-sent" };
      return;
    }
    const { outcome, stop } = await sendOne(sending, one.plan);
    outcomes[at] = outcome;
    if (stop !== null) stops.push(stop);
    report(session, "sending", (done += 1), planned.length);
  });
  const isLeft = outcomes.some(({ state, error }) => state === "not-sent" && error === null);
  const reason: unknown = lease.signal.reason;
  const because = reason instanceof CasBatchError ? reason : interrupted();
  return { outcomes, stoppedBy: stops[0] ?? (isLeft ? because : null) };
}

interface SentOne {
  readonly outcome: ChangeOutcome;
  /** Nothing more is sent after it. */
  readonly stop: CasBatchError | null;
}

async function sendOne(sending: Sending, shown: ChangePlan): Promise<SentOne> {
  const { session, desk, order, lease } = sending;
  const { books, clock, client } = session;
  const isOld = clock.monotonicMs() - sending.plannedAtMs > PLAN_AGE_MS_MAX;
  const planned: Planned =
    isOld || sending.mustLookAgain
      ? await planChange(desk, shown.request, order)
      : { kind: "plan", plan: shown };
  if (planned.kind !== "plan") return { outcome: outcomeOfPlan(planned), stop: null };
  const { plan } = planned;
  const started = outcomeOfPlan(planned);
  if (JSON.stringify(plan.was) !== JSON.stringify(shown.was)) {
    const { declarationId, place } = plan.request;
    const error = new CasBatchError(
      "declaration-moved",
      `${place}Declaration ${declarationId} changed while this command waited: it is ${plan.was.status} now`,
    );
    return { outcome: { ...started, state: "not-sent", error }, stop: null };
  }
  for (const { changeId } of plan.unsettled) {
    await books.recordChangeEnd(changeId, { state: "abandoned", at: clock.now() });
  }
  const { changeId, state, error } = await recordedCall(
    session,
    lease,
    intentOf(session, plan, order.askedBy),
    (options) => client.changeDeclaration(changeOf(plan), options),
    ({ status, referenceId }) => ({ state: "accepted", answerStatus: status, referenceId }),
  );
  const outcome = { ...started, changeId, state, detail: error?.message ?? null, error };
  return { outcome, stop: error instanceof RefusedError ? null : error };
}

function intentOf(
  { runId, clock }: Session,
  { request, body, was }: ChangePlan,
  askedBy: string,
): ChangeIntent {
  const { kind, declarationId: targetId, itemId, action } = request;
  return { runId, kind, targetId, itemId, action, body, askedBy, was, recordedAt: clock.now() };
}

function changeOf({ request, body }: ChangePlan): DeclarationChange {
  const { kind, declarationId, itemId, action } = request;
  switch (kind) {
    case "action":
      if (action === null) throw new Error("An action without a name was planned");
      return { kind, declarationId, action, body };
    case "update-item":
      return { kind, declarationId, itemId: itemId ?? "", body: body ?? "" };
    case "delete-item":
      return { kind, declarationId, itemId: itemId ?? "" };
    case "update":
    case "add-item":
      return { kind, declarationId, body: body ?? "" };
  }
}

/** Looks at the declarations until what was sent is seen in them, or the time is over. */
async function lookUntilSeen(
  session: Session,
  desk: ChangeDesk,
  outcomes: ChangeOutcome[],
  waitMs: number,
): Promise<readonly ChangeOutcome[]> {
  const { clock, signal } = session;
  const endsAtMs = clock.monotonicMs() + waitMs;
  const isOpen = ({ state }: ChangeOutcome): boolean => state === "accepted" || state === "unknown";
  for (let delayMs = LOOK_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LOOK_DELAY_MS_MAX)) {
    const open = outcomes.flatMap((outcome, at) => (isOpen(outcome) ? [at] : []));
    if (open.length === 0 || signal.aborted || waitMs === 0) return outcomes;
    report(session, "waiting", outcomes.length - open.length, outcomes.length);
    const leftMs = endsAtMs - clock.monotonicMs();
    const isLast = leftMs <= 0;
    try {
      if (!isLast) await clock.sleep(Math.min(delayMs, leftMs), signal);
      await inParallel(session, open.length, async (index) => {
        const at = open[index] ?? -1;
        const outcome = outcomes[at];
        if (outcome !== undefined) outcomes[at] = await looked(desk, outcome, isLast);
      });
    } catch (error) {
      // It was sent and stands in the books; the next command looks again.
      if (!(error instanceof CannotNowError) && !isAborted(signal)) throw error;
      session.log("warn", `What became of the changes could not be looked at: ${String(error)}`);
      return outcomes;
    }
    if (isLast) return outcomes;
  }
}

/** A function, because the compiler does not see that waiting changes it. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** What is seen of a declaration of ours goes into the books, so that `explain` and the next submit know it. */
function noting(session: Session, client: ChangeDesk["client"]): ChangeDesk["client"] {
  return {
    declarationItem: client.declarationItem,
    declaration: async (declarationId, options) => {
      const detail = await client.declaration(declarationId, options);
      if (detail.declarationId === declarationId) await noteStatus(session, detail);
      return detail;
    },
  };
}

async function noteStatus({ books, clock }: Session, detail: DeclarationDetail): Promise<void> {
  const summary = mergeSummaries(detail, detail);
  const match = matchDeclaration(summary, await books.findShipments(referencesOf(summary)));
  const shipmentId = match.kind === "one" ? match.shipmentId : null;
  // Linked once and for good, whatever a later answer leaves out.
  if (shipmentId === null && !(await books.isLinked(detail.declarationId))) return;
  const observedAt = clock.now();
  await books.recordDeclarations([{ summary, shipmentId, observedAt, source: "declaration" }]);
}

async function looked(
  desk: ChangeDesk,
  outcome: ChangeOutcome,
  isLast: boolean,
): Promise<ChangeOutcome> {
  const { declarationId: targetId } = outcome.request;
  const recorded = (await desk.books.changesOf([targetId])).find(
    ({ changeId }) => changeId === outcome.changeId,
  );
  if (recorded === undefined) return outcome;
  const { shown } = await showOf(desk, viewOf(recorded));
  const seen = await endBySight(desk, recorded, shown, isLast);
  const statusAfter = shown.status;
  return seen === null
    ? { ...outcome, statusAfter }
    : { ...outcome, ...seen, error: null, statusAfter };
}

function outcomeOfPlan(planned: Planned): ChangeOutcome {
  const nothing = { changeId: null, statusAfter: null, detail: null, error: null } as const;
  switch (planned.kind) {
    case "plan": {
      const { request, was, body, replaced } = planned.plan;
      const { status, changes } = was;
      return {
        ...nothing,
        request,
        statusBefore: status,
        state: "planned",
        changes,
        replaced,
        body,
      };
    }
    case "unchanged": {
      const { request, status } = planned;
      const rest = { changes: null, replaced: [], body: null };
      return { ...nothing, ...rest, request, statusBefore: status, state: "unchanged" };
    }
    case "refused": {
      const { request, error } = planned;
      const rest = { changes: null, replaced: [], body: null, statusBefore: null };
      return { ...nothing, ...rest, request, state: "not-sent", error };
    }
  }
}

function report(
  { onProgress }: Session,
  phase: "asking" | "sending" | "waiting",
  done: number,
  total: number,
): void {
  onProgress({ phase, subject: "declarations", done, total });
}

/** The throttle spaces the calls; this bounds how many wait in it. */
async function inParallel(
  { settings }: Session,
  count: number,
  work: (at: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const at = next;
      next += 1;
      await work(at);
    }
  };
  const workers = Math.min(settings.deliver.concurrency, count);
  await Promise.all(Array.from({ length: workers }, worker));
}
