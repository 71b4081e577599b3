// Empties the outbox into CAS: claims messages (the durable intent), sends them and records the outcomes;
// asks CAS about unknown outcomes; stops cleanly on a signal, when CAS is down for too long, or when the
// ledger cannot be written. It never sends a message that is not claimed, never sends one again whose
// outcome is unknown, and keeps no message in memory after it was put back.
import { CannotNowError, CasBatchError } from "../core/errors.ts";
import { kindOf } from "../core/message-kind.ts";
import { reasonOfError, type Reason } from "../core/reason.ts";
import type { ShipmentKey } from "../core/shipment.ts";
import { plural } from "../core/text/count-words.ts";
import { createWakeUp } from "../core/time/wake-up.ts";
import type { OutboxCounts, QueuedMessage } from "../ledger/contract/outbox.ts";
import type { HeldLease } from "./lease/lease.ts";
import { createClaimSize } from "./limits/claim-size.ts";
import { claimUntilEmpty, type ClaimLoopParts } from "./sending/claim-until-empty.ts";
import { createDeliveryProgress } from "./sending/delivery-progress.ts";
import type { DeliverSettings } from "./limits/deliver-settings.ts";
import type { BarredKinds, DeliverDependencies } from "./limits/delivery-context.ts";
import { createHoldReason, type AmendPolicy } from "./limits/decide-line.ts";
import { logForecast } from "./sending/forecast.ts";
import { createOutage } from "./limits/outage.ts";
import { createRepeatBudget } from "./limits/repeat-budget.ts";
import { createStop, stopAtDeadline, type Stop } from "./limits/stop.ts";
import { createOutcomeRecorder } from "./sending/outcome-recorder.ts";
import { createSender } from "./sending/sender.ts";
import { createReferenceCheck } from "./settle/check-references.ts";
import { startSettler } from "./settle/settle-unknown.ts";

export { defaultDeliverSettings, type DeliverSettings } from "./limits/deliver-settings.ts";

interface DeliverOptions {
  readonly runId: string;
  /** The caller holds it until the delivery gives it back; its signal ends the delivery. */
  readonly lease: HeldLease;
  readonly settings: DeliverSettings;
  /** Decides about each queued message once more, right before it is sent. */
  readonly amending: AmendPolicy;
  /** Nothing is sent after it; null when there is none. */
  readonly deadline: Date | null;
}

export interface DeliverySummary {
  readonly accepted: number;
  readonly rejected: number;
  /** Not sent, because they would have changed what customs has accepted. */
  readonly held: number;
  /** References that CAS was asked about first, because this ledger had never sent them. */
  readonly asked: number;
  /** Of these, not sent because CAS has the very content. */
  readonly unchanged: number;
  /** Outcomes that are still unknown. */
  readonly unknown: number;
  /** Of these, outcomes that only a person can settle. */
  readonly leftToPeople: readonly ShipmentKey[];
  /** Still queued, behind a version whose outcome is unknown, or because the token may not send their kind. */
  readonly unsent: number;
  /** Why some of them are: the refusals. */
  readonly notAllowed: readonly string[];
  readonly requests: number;
  readonly retries: number;
  /** Unknown outcomes that were settled: CAS had the message, or it was queued again. */
  readonly settled: { readonly arrived: number; readonly resent: number };
}

/**
 * Returns when everything is sent that can be sent now.
 * @throws CasBatchError `interrupted`, `lock-held`, `token-refused`, `scope-missing`
 * @throws CannotNowError when CAS is out of reach for too long, the ledger cannot be written, or the
 *   deadline has come
 */
export async function deliver(
  dependencies: DeliverDependencies,
  options: DeliverOptions,
): Promise<DeliverySummary> {
  const { books, clock } = dependencies;
  const { deadline, lease } = options;
  const { signal } = lease;
  const stop = createStop(clock);
  const interrupt = (): void => {
    stop.fail(interruption(signal.reason));
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener("abort", interrupt, { once: true });
  const done = new AbortController();
  if (deadline !== null) void stopAtDeadline(stop, deadline, clock, done.signal);
  try {
    await books.recoverInterrupted(clock.now());
    await logForecast(dependencies, deadline);
    return await emptyOutbox(dependencies, options, stop);
  } finally {
    signal.removeEventListener("abort", interrupt);
    done.abort();
  }
}

async function emptyOutbox(
  dependencies: DeliverDependencies,
  options: DeliverOptions,
  stop: Stop,
): Promise<DeliverySummary> {
  const delivery = await startDelivery(dependencies, options, stop);
  const left = await claimAll(delivery, options);
  await drain(delivery, options.settings);
  stop.throwFailure();

  const { barred, budget, counts, referenceCheck, sender, settler } = delivery;
  // Since the lease was given back, messages queued by other processes, and what they send, are theirs.
  const unknown = Math.min(left.unknown, (await dependencies.books.outboxCounts()).unknown);
  if (left.queued > 0 && (budget.heldBackCount() > 0 || unknown === 0)) {
    throw notNow(left.queued, sender.lastFailure());
  }
  const notAllowed = await leftBehind(dependencies, barred);
  const [bar] = barred.values();
  if (notAllowed > 0 && bar !== undefined && counts.accepted + counts.rejected === 0) throw bar;
  return {
    accepted: counts.accepted,
    rejected: counts.rejected,
    held: counts.held,
    asked: referenceCheck.asked(),
    unchanged: referenceCheck.unchanged(),
    unknown,
    leftToPeople: settler.leftToPeople(),
    unsent: left.queued + notAllowed,
    notAllowed: [...barred.values()].map(({ message }) => message),
    requests: budget.requests(),
    retries: budget.repeats(),
    settled: { arrived: settler.arrived(), resent: settler.resent() },
  };
}

/** How many messages stay in the queue because the token may not send their kind. */
async function leftBehind(
  { books, log }: DeliverDependencies,
  barred: BarredKinds,
): Promise<number> {
  let left = 0;
  for (const [kind, refusal] of barred) {
    const { noun, nouns } = kindOf(kind);
    const count = await books.explainQueued(kind, reasonOfError(refusal));
    log("warn", `Left in the queue: ${plural(count, noun, nouns)}. ${refusal.message}`);
    left += count;
  }
  return left;
}

interface Delivery extends ClaimLoopParts {
  readonly counts: Counts;
  /** Why a message must not be sent; counts it as held, or has its outcome settled first. */
  readonly holdReason: (message: QueuedMessage) => Reason | null;
}

interface Counts {
  accepted: number;
  rejected: number;
  held: number;
  /** Everything but claims that this delivery wrote into the ledger. */
  changes: number;
}

/**
 * Creates the parts of a delivery, each from those before it. Two wake-ups join them: one for the claim
 * loop, when a place is free or the ledger has changed; one for the settler, when an outcome is unknown.
 */
async function startDelivery(
  dependencies: DeliverDependencies,
  { settings, amending, lease }: DeliverOptions,
  stop: Stop,
): Promise<Delivery> {
  const { books, client, clock, log, onProgress } = dependencies;
  const { concurrency, claimSizeMax, claimEveryMs } = settings;
  const counts: Counts = { accepted: 0, rejected: 0, held: 0, changes: 0 };
  const wakeUp = createWakeUp(clock);
  const settlerWakeUp = createWakeUp(clock);
  stop.signal.addEventListener("abort", wakeUp.wake, { once: true });
  const ledgerChanged = (): void => {
    counts.changes += 1;
    wakeUp.wake();
  };

  const progress = await createDeliveryProgress(books, onProgress);
  const sizing = { first: concurrency, max: claimSizeMax, everyMs: claimEveryMs };
  const claimSize = createClaimSize(clock, sizing);
  const budget = createRepeatBudget(settings.retry);
  const outage = createOutage(settings.outage, clock);
  const searchOutage = createOutage(settings.outage, clock);
  const barred: BarredKinds = new Map();
  const context = { ...dependencies, settings, stop };

  const recorder = createOutcomeRecorder(dependencies, {
    delayMaxMs: settings.outcomeDelayMaxMs,
    groupMax: settings.outcomeGroupMax,
    onRecorded: (outcomes) => {
      for (const { kind } of outcomes) {
        if (kind === "accepted" || kind === "rejected") counts[kind] += 1;
        if (kind === "unknown") settlerWakeUp.wake();
      }
      progress.recorded(outcomes);
      ledgerChanged();
    },
    onOver: (attemptIds) => {
      stop.fail(takenOver(attemptIds.length));
    },
    onFailed: stop.fail,
  });
  const sender = createSender(
    { ...context, budget, outage, barred },
    {
      assertMaySend: lease.assertHeld,
      onOutcome: recorder.add,
      onPlaceFree: (waiting) => {
        if (waiting <= claimSize.lowWater()) wakeUp.wake();
      },
    },
  );
  const settler = startSettler(
    { ...context, wakeUp: settlerWakeUp, outage: searchOutage },
    { amending, onSettled: ledgerChanged, onResend: budget.expectRepeat },
  );
  const referenceCheck = createReferenceCheck(
    { ...context, outage: searchOutage, barred },
    {
      onChanged: ledgerChanged,
      onNotSent: (messages, held) => {
        counts.held += held;
        progress.notSent(messages);
      },
    },
  );

  const reasonToHold = createHoldReason(amending);
  const holdReason = (message: QueuedMessage): Reason | null => {
    const reason = reasonToHold(message);
    if (reason === null) return null;
    if (message.before === "may-have-arrived") settlerWakeUp.wake();
    else counts.held += 1;
    return reason;
  };
  const { pausedForMs } = client;
  const limits = { claimSize, budget, outage, pausedForMs };
  const parts = {
    books,
    clock,
    log,
    wakeUp,
    progress,
    recorder,
    sender,
    settler,
    referenceCheck,
    stop,
    barred,
  };
  return { ...parts, ...limits, counts, holdReason };
}

/** Returns what is left in the outbox; a failure stops the delivery and leaves nothing to say of it. */
async function claimAll(delivery: Delivery, options: DeliverOptions): Promise<OutboxCounts> {
  const { stop, holdReason } = delivery;
  const { runId, lease, settings } = options;
  try {
    const left = await claimUntilEmpty(delivery, { runId, lease, settings, holdReason });
    stop.end();
    return left;
  } catch (error) {
    stop.fail(error);
    return { queued: 0, sending: 0, unknown: 0 };
  }
}

/** Waits for what is under way, and makes every outcome durable. */
async function drain(delivery: Delivery, { drainMaxMs }: DeliverSettings): Promise<void> {
  const { recorder, referenceCheck, sender, settler, stop } = delivery;
  await stop.drain(sender.idle(), drainMaxMs);
  await settler.ended;
  await referenceCheck.idle();
  try {
    await recorder.flush();
  } catch (error) {
    stop.fail(error);
  }
}

/** Only the holder of the lease ends attempts of another process, so another process has it by now. */
function takenOver(attempts: number): CasBatchError {
  return new CasBatchError(
    "lock-held",
    `Another process has taken over what this one was sending (${attempts} of its attempts were ended); nothing more is sent`,
    { hint: "Run `cas-batch resume` when the other process has finished" },
  );
}

/** A reason of our own kind (a lost lease) says more than that the run was interrupted. */
function interruption(reason: unknown): CasBatchError {
  if (reason instanceof CasBatchError) return reason;
  return new CasBatchError("interrupted", "The run was stopped before everything was sent", {
    cause: reason,
  });
}

function notNow(queued: number, lastFailure: CasBatchError | null): CannotNowError {
  const because = lastFailure === null ? "CAS asked to wait" : lastFailure.message;
  return new CannotNowError(
    lastFailure instanceof CannotNowError ? lastFailure.code : "rate-limited",
    `${queued === 1 ? "1 message was" : `${queued} messages were`} not sent in this run: ${because}`,
    { cause: lastFailure },
  );
}
