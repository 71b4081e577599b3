// Empties the outbox into CAS: claim (the durable intent), send, record; ask about what is unknown;
// stop cleanly when told to, when CAS is down for too long, or when the ledger cannot be written.
// Never in here: a request for a message that is not claimed, a second request for one whose
// outcome is unknown, or a message kept in memory after it was put back.
import type { Clock } from "../core/clock.ts";
import { CannotNowError, CasBatchError } from "../core/errors.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import type { LeaseHolder, LedgerBooks } from "../ledger/ledger.ts";
import { createBell } from "./bell.ts";
import { createClaimSize } from "./claim-size.ts";
import { claimUntilEmpty } from "./claim-until-empty.ts";
import { createDeliveryProgress } from "./delivery-progress.ts";
import type { DeliverSettings } from "./deliver-settings.ts";
import { keepLease } from "./keep-lease.ts";
import { createOutage } from "./outage.ts";
import { createOutcomeRecorder } from "./outcome-recorder.ts";
import { createSender } from "./sender.ts";
import { startSettler } from "./settle-unknown.ts";
import { createStop, type Stop } from "./stop.ts";
import type { ThrottledClient } from "./throttled-client.ts";

export { defaultDeliverSettings, type DeliverSettings } from "./deliver-settings.ts";

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
  /** Who has the lease; the caller takes it and gives it back. */
  readonly holder: LeaseHolder;
  readonly settings: DeliverSettings;
  readonly signal: AbortSignal;
}

export interface DeliverySummary {
  readonly accepted: number;
  readonly rejected: number;
  /** Left with an unknown outcome. */
  readonly unknown: number;
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
 * @throws CannotNowError when CAS is out of reach for too long, or the ledger cannot be written
 */
export async function deliver(
  dependencies: DeliverDependencies,
  options: DeliverOptions,
): Promise<DeliverySummary> {
  const { books, clock } = dependencies;
  const { holder, settings, signal } = options;
  const stop = createStop(clock);
  const interrupt = (): void => {
    stop.fail(interruption(signal.reason));
  };
  if (signal.aborted) interrupt();
  else signal.addEventListener("abort", interrupt, { once: true });
  const lease = await keepLease(dependencies, {
    ...{ holder, durationMs: settings.leaseDurationMs, renewEveryMs: settings.leaseRenewEveryMs },
    onLost: stop.fail,
  });
  try {
    await books.recoverInterrupted(clock.now());
    return await emptyOutbox(dependencies, options, stop, lease.assertHeld);
  } finally {
    signal.removeEventListener("abort", interrupt);
    await lease.end();
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
  const outage = createOutage(settings.outage, clock, random);
  const searchOutage = createOutage(settings.outage, clock, random);
  const count = { accepted: 0, rejected: 0 };

  const recorder = createOutcomeRecorder(dependencies, {
    ...{ delayMaxMs: settings.outcomeDelayMaxMs, groupMax: settings.outcomeGroupMax },
    onRecorded: (outcomes) => {
      for (const { kind } of outcomes) {
        if (kind === "accepted" || kind === "rejected") count[kind] += 1;
        if (kind === "unknown") settler.look();
      }
      progress.recorded(outcomes);
      bell.ring();
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
      ...{ settings, onSettled: bell.ring, onResend: sender.budget.expectRepeat },
      onFailed: searchOutage.failed,
      onAnswered: searchOutage.succeeded,
    },
  );
  stop.signal.addEventListener("abort", bell.ring, { once: true });
  const parts = { books, clock, bell, claimSize, outage, recorder, sender, settler, stop };
  try {
    await claimUntilEmpty({ ...parts, progress, pausedForMs: client.pausedForMs }, options);
    stop.end();
  } catch (error) {
    stop.fail(error);
  }
  await stop.drain(sender.idle(), settings.drainMaxMs);
  await settler.ended;
  try {
    await recorder.flush();
  } catch (error) {
    stop.fail(error);
  }
  stop.throwFailure();

  const left = await books.outboxCounts();
  if (left.queued > 0 && (sender.budget.heldBackCount() > 0 || left.unknown === 0)) {
    throw notNow(left.queued, sender.lastFailure());
  }
  return {
    ...count,
    unknown: left.unknown,
    unsent: left.queued,
    requests: sender.requests(),
    retries: sender.budget.repeats(),
    settled: { arrived: settler.arrived(), resent: settler.resent() },
  };
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
