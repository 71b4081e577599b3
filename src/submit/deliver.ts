// Empties the outbox into CAS: claim (the durable intent), send, record; ask about what is unknown;
// stop cleanly when told to, when CAS is down for too long, or when the ledger cannot be written.
// Never in here: a request for a message that is not claimed, a second request for one whose
// outcome is unknown, or a message kept in memory after it was put back.
import type { Clock } from "../core/clock.ts";
import { CannotNowError, CasBatchError } from "../core/errors.ts";
import type { Reason } from "../core/reason.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import type { ShipmentKey } from "../core/shipment.ts";
import type { LedgerBooks, OutboxCounts, QueuedMessage } from "../ledger/ledger.ts";
import { createAsker } from "./settle/ask-first.ts";
import { createBell } from "../core/bell.ts";
import { createClaimSize } from "./limits/claim-size.ts";
import { claimUntilEmpty } from "./sending/claim-until-empty.ts";
import { createDeliveryProgress } from "./sending/delivery-progress.ts";
import type { DeliverSettings } from "./limits/deliver-settings.ts";
import { createHoldReason, type AmendPolicy } from "./limits/decide-line.ts";
import { forecast } from "./sending/forecast.ts";
import type { HeldLease } from "./lease/lease.ts";
import { createOutage } from "./limits/outage.ts";
import { createOutcomeRecorder } from "./sending/outcome-recorder.ts";
import { createSender } from "./sending/sender.ts";
import { startSettler } from "./settle/settle-unknown.ts";
import { createStop, type Stop } from "./limits/stop.ts";
import type { ThrottledClient } from "../cas/throttle/throttled-client.ts";
import { minuteWords } from "../core/time-words.ts";

export { defaultDeliverSettings, type DeliverSettings } from "./limits/deliver-settings.ts";

/** Timers count no further than 2^31 ms; and a clock that is set is noticed within this time. */
const SLEEP_MAX_MS = 60_000;

export interface DeliverDependencies {
  readonly client: ThrottledClient;
  readonly books: LedgerBooks;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onProgress: OnProgress;
}

export interface DeliverOptions {
  readonly runId: string;
  /** Kept by the caller until the delivery gives it back; its signal ends the delivery. */
  readonly lease: HeldLease;
  readonly settings: DeliverSettings;
  /** What is queued is held to it once more, right before it is sent. */
  readonly amending: AmendPolicy;
  /** Nothing is sent after it; null when there is none. */
  readonly deadline: Date | null;
}

export interface DeliverySummary {
  readonly accepted: number;
  readonly rejected: number;
  /** Taken out of the queue, because they would have changed what customs has accepted. */
  readonly held: number;
  /** References that CAS was asked about before they were sent, as this ledger never had. */
  readonly asked: number;
  /** Those of them that were not sent, because CAS has their very content. */
  readonly unchanged: number;
  /** Left with an unknown outcome. */
  readonly unknown: number;
  /** Those of them that only a person can settle. */
  readonly leftToPeople: readonly ShipmentKey[];
  /** Left in the queue: behind a version whose outcome is unknown. */
  readonly unsent: number;
  readonly requests: number;
  readonly retries: number;
  /** Unknown outcomes that were settled: CAS had the message, or it went back into the queue. */
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
  const { deadline } = options;
  const { signal, assertHeld } = options.lease;
  const stop = createStop(clock);
  const interrupt = (): void => {
    stop.fail(interruption(signal.reason));
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener("abort", interrupt, { once: true });
  const done = new AbortController();
  if (deadline !== null) void stopAt(deadline, stop, clock, done.signal);
  try {
    await books.recoverInterrupted(clock.now());
    await foretell(dependencies, deadline);
    return await emptyOutbox(dependencies, options, stop, assertHeld);
  } finally {
    signal.removeEventListener("abort", interrupt);
    done.abort();
  }
}

async function emptyOutbox(
  dependencies: DeliverDependencies,
  options: DeliverOptions,
  stop: Stop,
  assertMaySend: () => void,
): Promise<DeliverySummary> {
  const { books, client, clock, random, onProgress } = dependencies;
  const { settings } = options;
  const { concurrency, claimSizeMax, claimEveryMs } = settings;
  const bell = createBell(clock);
  const progress = await createDeliveryProgress(books, onProgress);
  const sizing = { first: concurrency, max: claimSizeMax, everyMs: claimEveryMs };
  const claimSize = createClaimSize(clock, sizing);
  const outage = createOutage(settings.outage, clock);
  const searchOutage = createOutage(settings.outage, clock);
  const count = { accepted: 0, rejected: 0, held: 0 };
  let changes = 0;
  const changed = (): void => {
    changes += 1;
    bell.ring();
  };
  const holdReason = countingHeld(options.amending, (message) => {
    if (message.before === "may-have-arrived") settler.look();
    else count.held += 1;
  });

  const recorder = createOutcomeRecorder(dependencies, {
    ...{ delayMaxMs: settings.outcomeDelayMaxMs, groupMax: settings.outcomeGroupMax },
    onRecorded: (outcomes) => {
      for (const { kind } of outcomes) {
        if (kind === "accepted" || kind === "rejected") count[kind] += 1;
        if (kind === "unknown") settler.look();
      }
      progress.recorded(outcomes);
      changed();
    },
    onOver: (attemptIds) => {
      stop.fail(takenOver(attemptIds.length));
    },
    onFailed: stop.fail,
  });
  const sender = createSender(
    { client, clock, random, outage, stop },
    {
      ...{ settings, assertMaySend, onOutcome: recorder.add },
      onPlaceFree: () => {
        if (sender.waitingCount() <= claimSize.lowWater()) bell.ring();
      },
    },
  );
  const settler = startSettler(
    { ...dependencies, stop },
    {
      ...{ settings, amending: options.amending },
      ...{ onSettled: changed, onResend: sender.budget.expectRepeat },
      onFailed: searchOutage.failed,
      onAnswered: searchOutage.succeeded,
    },
  );
  const asker = createAsker(
    { ...dependencies, stop },
    {
      ...{ settings, onChanged: changed, onSettled: progress.settledUnsent },
      onHeld: (messages) => {
        count.held += messages;
      },
      onFailed: searchOutage.failed,
      onAnswered: searchOutage.succeeded,
    },
  );
  stop.signal.addEventListener("abort", bell.ring, { once: true });
  const parts = { books, clock, bell, claimSize, outage, recorder, asker, sender, settler, stop };
  let left: OutboxCounts = { queued: 0, sending: 0, unknown: 0 };
  try {
    const { runId, lease } = options;
    left = await claimUntilEmpty(
      { ...parts, progress, pausedForMs: client.pausedForMs, changes: () => changes },
      { runId, lease, settings, holdReason },
    );
    stop.end();
  } catch (error) {
    stop.fail(error);
  }
  await stop.drain(sender.idle(), settings.drainMaxMs);
  await settler.ended;
  await asker.idle();
  try {
    await recorder.flush();
  } catch (error) {
    stop.fail(error);
  }
  stop.throwFailure();

  // What others have queued since the lease was given back is theirs, and so is what they send.
  const unknown = Math.min(left.unknown, (await books.outboxCounts()).unknown);
  if (left.queued > 0 && (sender.budget.heldBackCount() > 0 || unknown === 0)) {
    throw notNow(left.queued, sender.lastFailure());
  }
  return {
    ...count,
    ...{ asked: asker.asked(), unchanged: asker.unchanged() },
    unknown,
    leftToPeople: settler.leftToPeople(),
    unsent: left.queued,
    requests: sender.requests(),
    retries: sender.budget.repeats(),
    settled: { arrived: settler.arrived(), resent: settler.resent() },
  };
}

/** Says before the first request how much there is to do, and how long that takes. */
async function foretell(
  { books, client, clock, log }: DeliverDependencies,
  deadline: Date | null,
): Promise<void> {
  const { queued } = await books.outboxCounts();
  if (queued === 0) return;
  const { ratePerSecond } = client;
  const questions = await books.countToAskAbout();
  const { words, isTooLong } = forecast({
    ...{ messages: queued, questions, ratePerSecond, now: clock.now(), deadline },
  });
  log(isTooLong ? "warn" : "info", words);
}

/** @param done aborted when the delivery has ended before */
async function stopAt(deadline: Date, stop: Stop, clock: Clock, done: AbortSignal): Promise<void> {
  try {
    for (let leftMs = Infinity; leftMs > 0;) {
      leftMs = deadline.getTime() - clock.now().getTime();
      if (leftMs > 0) await clock.sleep(Math.min(leftMs, SLEEP_MAX_MS), done);
    }
  } catch (error) {
    if (!done.aborted) stop.fail(error);
    return;
  }
  const words = `Sending stopped at its deadline, ${minuteWords(deadline)}, before its end`;
  stop.fail(new CannotNowError("deadline-reached", words));
}

function countingHeld(
  policy: AmendPolicy,
  onHeld: (message: QueuedMessage) => void,
): (message: QueuedMessage) => Reason | null {
  const holdReason = createHoldReason(policy);
  return (message) => {
    const reason = holdReason(message);
    if (reason !== null) onHeld(message);
    return reason;
  };
}

/** Only whoever has the lease ends the attempts of another, so somebody else has it by now. */
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
