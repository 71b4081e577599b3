// Subscriptions: listed with what is missing, created and deleted. Each change is recorded before it is sent; of one
// that was not answered, CAS's list tells what became of it.
import {
  brings,
  neededEvents,
  publicAddress,
  subscriptionName,
  withAddress,
  type KnownSubscription,
} from "../change/subscriptions.ts";
import type { NewSubscription } from "../cas/cas-client.ts";
import { CasBatchError } from "../core/errors.ts";
import { plural } from "../core/text/count-words.ts";
import type { ChangeIntent, ChangeState, RecordedChange } from "../ledger/contract/changes.ts";
import { withLease, type HeldLease } from "../submit/lease/lease.ts";
import { commandScopes, missingScopes } from "./command-scopes.ts";
import { recordedCall } from "./recorded-call.ts";
import { describeError } from "./result/describe-error.ts";
import { EXIT, exitCodeOfError } from "./result/exit-code.ts";
import type { CommandResult } from "./result/result.ts";
import type { Session } from "./session.ts";

export interface SubscribeOrder {
  readonly askedBy: string;
  readonly dryRun: boolean;
  readonly again: boolean;
  /** Shows what will be done, and asks where it must be asked. @throws CasBatchError `not-confirmed` */
  readonly approve: (lines: readonly string[]) => Promise<void>;
}

/** `kept`: was there; `planned`: of a dry run; the others as of every change. */
type Standing = "kept" | "planned" | "created" | "deleted" | Exclude<ChangeState, "sending">;

interface ListedSubscription extends Omit<KnownSubscription, "id"> {
  /** Null while CAS has given none. */
  readonly id: string | null;
  readonly standing: Standing;
}

export async function listSubscriptions(session: Session): Promise<CommandResult> {
  const subscriptions = (await known(session)).map((one) => ({
    ...one,
    standing: "kept" as const,
  }));
  return result(session, subscriptions, null, null);
}

/** Creates what is wanted, and leaves what is there. @param wanted each once */
export async function createSubscriptions(
  session: Session,
  wanted: readonly NewSubscription[],
  order: SubscribeOrder,
  isEnsured: boolean,
): Promise<CommandResult> {
  const before = await known(session);
  const kept = before.map((one) => ({ ...one, standing: "kept" as const }));
  const url = wanted[0]?.destinationUrl ?? null;
  const missing = isEnsured
    ? wanted.filter(({ eventType }) => !before.some((one) => brings(one, eventType, url)))
    : wanted;
  const left = wanted.length - missing.length;
  if (left > 0 && wanted[0]?.protection !== undefined) {
    session.log(
      "warn",
      `${plural(left, "subscription")} to this address ${left === 1 ? "was" : "were"} there before and left: CAS does not show how they are protected. Where that is to change, delete them first and run this again`,
    );
  }
  const planned = missing.map((one) => listed(one, null, "planned"));
  if (order.dryRun || missing.length === 0) {
    return result(session, [...kept, ...planned], isEnsured ? url : null, null);
  }
  await order.approve(planned.map((one) => `Subscribe to ${nameOf(one)}`));
  const made: ListedSubscription[] = [];
  const stoppedBy = await underLease(session, async (lease) => {
    // Another process may have created it while this one waited for a person or for the right to send.
    const now = isEnsured ? await known(session) : [];
    for (const one of missing) {
      const present = now.find((there) => brings(there, one.eventType, url));
      if (present !== undefined) {
        made.push({ ...present, standing: "kept" });
        continue;
      }
      const name = subscriptionName(one.eventType, one.eventSubType ?? null, one.destinationUrl);
      const { id, state, error } = await settledOr(session, name, order.again, () =>
        create(session, lease, one, name, before, order.askedBy),
      );
      made.push(listed(one, id, state === "applied" ? "created" : state));
      if (error !== null) return error;
    }
    return null;
  });
  return result(session, [...kept, ...made], isEnsured ? url : null, stoppedBy);
}

export async function deleteSubscription(
  session: Session,
  id: string,
  order: SubscribeOrder,
): Promise<CommandResult> {
  const before = await known(session);
  const unseen = { id, eventType: "(not listed)", eventSubType: null, destinationUrl: null };
  const found = before.find((one) => one.id === id) ?? (mayList(session) ? undefined : unseen);
  if (found === undefined) {
    const [lost] = await unknownChanges(session, id);
    if (lost !== undefined) {
      const end = { state: "applied", at: session.clock.now() } as const;
      await session.books.recordChangeEnd(lost.changeId, end);
      return result(session, [{ ...unseen, standing: "deleted" }], null, null, before);
    }
    throw new CasBatchError("subscription-unknown", `CAS has no subscription ${id}`);
  }
  if (order.dryRun) {
    return result(session, [{ ...found, standing: "planned" }], null, null, before);
  }
  await order.approve([`Delete subscription ${id}: ${nameOf(found)}`]);
  let state: Standing = "returned";
  const stoppedBy = await underLease(session, async (lease) => {
    const intent = intentOf(session, "delete-subscription", id, null, before, order.askedBy);
    const deleted = await settledOr(session, id, order.again, async () => {
      const call = await recordedCall(
        session,
        lease,
        intent,
        (options) => session.client.deleteSubscription(id, options),
        () => ({ state: "applied" }),
      );
      return { ...call, id };
    });
    state = deleted.state === "applied" ? "deleted" : deleted.state;
    return deleted.error;
  });
  const others = before.filter((one) => one.id !== id || state !== "deleted");
  return result(session, [{ ...found, standing: state }], null, stoppedBy, others);
}

interface Made {
  readonly id: string | null;
  readonly state: Exclude<ChangeState, "sending">;
  readonly error: CasBatchError | null;
}

async function create(
  session: Session,
  lease: HeldLease,
  wanted: NewSubscription,
  name: string,
  before: readonly KnownSubscription[],
  askedBy: string,
): Promise<Made> {
  const { eventType, eventSubType = null, destinationUrl, protection } = wanted;
  // Without what protects the destination: no secret stands in the books.
  const body = JSON.stringify({
    eventType,
    eventSubType,
    destinationUrl: publicAddress(destinationUrl),
    protection: protection?.kind ?? null,
  });
  const { answer, state, error } = await recordedCall(
    session,
    lease,
    intentOf(session, "create-subscription", name, body, before, askedBy),
    (options) => session.client.createSubscription(wanted, options),
    ({ id }) => ({ state: "applied", referenceId: id }),
  );
  return { id: answer?.id ?? null, state, error };
}

/** Looks first what became of an earlier one that was not answered. */
async function settledOr(
  session: Session,
  targetId: string,
  again: boolean,
  send: () => Promise<Made>,
): Promise<Made> {
  const { books, clock } = session;
  const [open] = await unknownChanges(session, targetId);
  if (open === undefined) return send();
  const seen = await idBySight(session, open);
  if (seen !== null) {
    const end = { state: "applied", at: clock.now(), referenceId: seen } as const;
    await books.recordChangeEnd(open.changeId, end);
    return { id: seen, state: "applied", error: null };
  }
  if (!again) {
    throw new CasBatchError(
      "change-unsettled",
      `Whether CAS did "${open.kind} ${targetId}" of ${open.recordedAt.toISOString()} is not known`,
      { hint: "Look at `cas-batch subscriptions list`; add --again to send it once more" },
    );
  }
  await books.recordChangeEnd(open.changeId, { state: "abandoned", at: clock.now() });
  return send();
}

async function unknownChanges(
  { books }: Session,
  targetId: string,
): Promise<readonly RecordedChange[]> {
  return (await books.changesOf([targetId])).filter(({ state }) => state === "unknown");
}

async function idBySight(session: Session, open: RecordedChange): Promise<string | null> {
  // Without the list, what is not seen in it is not gone.
  if (!mayList(session)) return null;
  const now = await known(session);
  if (open.kind === "delete-subscription") {
    return now.some(({ id }) => id === open.targetId) ? null : open.targetId;
  }
  const fresh = now.find(
    ({ id, eventType, eventSubType, destinationUrl }) =>
      !open.was.itemIds.includes(id) &&
      destinationUrl !== null &&
      subscriptionName(eventType, eventSubType, destinationUrl) === open.targetId,
  );
  return fresh?.id ?? null;
}

async function underLease(
  session: Session,
  work: (lease: HeldLease) => Promise<CasBatchError | null>,
): Promise<CasBatchError | null> {
  try {
    return await withLease(session, session.holder, async (lease) => {
      await session.books.recoverInterruptedChanges(lease, session.clock.now());
      return work(lease);
    });
  } catch (error) {
    if (error instanceof CasBatchError) return error;
    throw error;
  }
}

/** Empty for a token that may change subscriptions and not list them. */
async function known(session: Session): Promise<readonly KnownSubscription[]> {
  if (!mayList(session)) return [];
  const { client, books, signal } = session;
  const created = await books.createdSubscriptions();
  return (await client.subscriptions({ signal })).map((one) => withAddress(one, created));
}

function mayList({ authorization }: Session): boolean {
  const [needed] = commandScopes["subscriptions list"];
  return missingScopes([needed], authorization)?.length !== 1;
}

function intentOf(
  { runId, clock }: Session,
  kind: "create-subscription" | "delete-subscription",
  targetId: string,
  body: string | null,
  before: readonly KnownSubscription[],
  askedBy: string,
): ChangeIntent {
  const was = { status: null, itemIds: before.map(({ id }) => id), changes: null };
  const recordedAt = clock.now();
  return { runId, kind, targetId, itemId: null, action: null, body, askedBy, was, recordedAt };
}

function listed(
  { eventType, eventSubType, destinationUrl: url }: NewSubscription,
  id: string | null,
  standing: Standing,
): ListedSubscription {
  const destinationUrl = publicAddress(url);
  return { id, eventType, eventSubType: eventSubType ?? null, destinationUrl, standing };
}

function nameOf({
  eventType,
  eventSubType,
  destinationUrl,
}: Omit<ListedSubscription, "standing" | "id">): string {
  return `${eventType}${eventSubType === null ? "" : `/${eventSubType}`} → ${destinationUrl ?? "an address that CAS does not show"}`;
}

const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  kept: "",
  planned: "would be changed: ",
  created: "created: ",
  deleted: "deleted: ",
  applied: "done: ",
  accepted: "taken by CAS: ",
  different: "different: ",
  refused: "REFUSED: ",
  returned: "NOT SENT: ",
  unknown: "OUTCOME UNKNOWN: ",
  abandoned: "given up: ",
};

/**
 * @param alive what there is now
 * @param ensuredUrl where everything that is needed should lead to; null where that was not asked for
 */
function result(
  session: Session,
  subscriptions: readonly ListedSubscription[],
  ensuredUrl: string | null,
  stoppedBy: CasBatchError | null,
  alive: readonly Omit<ListedSubscription, "standing">[] = subscriptions.filter(
    ({ standing }) => standing === "kept" || standing === "created",
  ),
): CommandResult {
  const unheard = (mayList(session) ? neededEvents : []).filter(
    ({ eventType }) => !alive.some((one) => brings(one, eventType, ensuredUrl)),
  );
  const elsewhere =
    ensuredUrl === null
      ? []
      : alive.filter(({ destinationUrl }) => destinationUrl !== publicAddress(ensuredUrl));
  const exitCode = stoppedBy === null ? EXIT.done : exitCodeOfError(stoppedBy, session.signal);
  const { environment } = session.settings;
  return {
    exitCode,
    runId: session.runId,
    files: [],
    findings: [],
    attention: [],
    next: [
      ...(stoppedBy === null ? [] : [stoppedBy.hint]),
      ...(unheard.length > 0 && ensuredUrl === null
        ? [
            `Run \`cas-batch subscriptions ensure --env ${environment} --url URL\` to be told of what nobody is told of`,
          ]
        : []),
    ],
    summary: [
      ...(stoppedBy === null
        ? []
        : [{ code: "stopped-early", message: stoppedBy.message } as const]),
      ...subscriptions.map(
        (one) => `${(one.id ?? "-").padEnd(12)} ${STANDING_WORDS[one.standing]}${nameOf(one)}`,
      ),
      ...(stoppedBy === null ? [] : [`STOPPED: ${stoppedBy.message}`]),
      plural(alive.length, "subscription"),
      ...unheard.map(({ eventType, why }) => `Nobody is told of ${eventType} (${why})`),
      ...(elsewhere.length === 0
        ? []
        : [
            `${plural(elsewhere.length, "subscription")} of others, or to other addresses: left as they are`,
          ]),
    ],
    error: stoppedBy === null ? null : describeError(stoppedBy, exitCode),
    simulated: session.authorization.simulated,
    more: { subscriptions, missing: unheard.map(({ eventType }) => eventType) },
  };
}
