// The loop that keeps the sender busy: claims a little ahead of what is being sent, waits while CAS is down
// or has asked for a pause, and ends when nothing is left to do. It then gives the lease back in the
// transaction that finds the outbox idle: a message queued a moment later belongs to another process.
import type { Log } from "../../core/progress.ts";
import { plural } from "../../core/text/count-words.ts";
import type { Clock } from "../../core/time/clock.ts";
import { durationWords } from "../../core/time/time-words.ts";
import type { Reason } from "../../core/reason.ts";
import type { OutboxCounts, QueuedMessage, OutboxBooks } from "../../ledger/contract/outbox.ts";
import type { RepeatBudget } from "../limits/repeat-budget.ts";
import type { ReferenceCheck } from "../settle/check-references.ts";
import type { WakeUp } from "../../core/time/wake-up.ts";
import type { ClaimSize } from "../limits/claim-size.ts";
import type { DeliveryProgress } from "./delivery-progress.ts";
import type { DeliverSettings } from "../limits/deliver-settings.ts";
import type { HeldLease } from "../lease/lease.ts";
import type { Outage } from "../limits/outage.ts";
import type { BarredKinds } from "../limits/delivery-context.ts";
import type { OutcomeRecorder } from "./outcome-recorder.ts";
import type { Sender } from "./sender.ts";
import type { Settler } from "../settle/settle-unknown.ts";
import type { Stop } from "../limits/stop.ts";

export interface ClaimLoopParts {
  readonly books: OutboxBooks;
  readonly clock: Clock;
  readonly log: Log;
  readonly wakeUp: WakeUp;
  readonly budget: RepeatBudget;
  readonly claimSize: ClaimSize;
  readonly outage: Outage;
  readonly recorder: OutcomeRecorder;
  readonly referenceCheck: ReferenceCheck;
  readonly sender: Sender;
  readonly settler: Settler;
  readonly stop: Stop;
  readonly barred: BarredKinds;
  readonly progress: DeliveryProgress;
  /** How long CAS asked everyone to wait. */
  readonly pausedForMs: () => number;
  /** Its `changes` grows with everything but claims that this delivery writes into the ledger. */
  readonly counts: { readonly changes: number };
}

/**
 * Returns when the outbox is empty, or holds only what cannot be sent in this run: what is left in
 * it, as counted before the lease was given back.
 */
export async function claimUntilEmpty(
  parts: ClaimLoopParts,
  options: {
    readonly runId: string;
    readonly lease: HeldLease;
    readonly settings: DeliverSettings;
    readonly holdReason: (message: QueuedMessage) => Reason | null;
  },
): Promise<OutboxCounts> {
  const { books, clock, log, wakeUp, claimSize, outage, recorder, sender, settler, stop } = parts;
  const { barred } = parts;
  const { runId, lease, settings, holdReason } = options;
  /** Since when nothing could be claimed and nothing was under way. */
  let quietSinceMs: number | null = null;

  /** Said once each, however often the loop comes back to it. */
  const said = new Set<string>();
  const sayOnce = (code: string, words: string): void => {
    if (!said.has(code)) log("info", words);
    said.add(code);
  };

  /** When a claim last gave less than asked for, and what the ledger had seen by then. */
  let dry: { readonly atMs: number; readonly changes: number } | null = null;

  /** A place that becomes free brings no message; only changes do, and time, and other processes. */
  const isDry = (): boolean =>
    dry !== null &&
    dry.changes === parts.counts.changes &&
    clock.monotonicMs() - dry.atMs < settings.idlePollMs;

  const wanted = (): number => {
    if (isDry()) return 0;
    if (parts.pausedForMs() > 0 || recorder.pending() >= settings.unrecordedMax) return 0;
    if (sender.waitingCount() > claimSize.lowWater()) return 0;
    const room = settings.concurrency + claimSize.current() - sender.underWayCount();
    return Math.max(
      0,
      Math.min(settings.claimSizeMax, room, outage.claimMax(sender.underWayCount())),
    );
  };

  const isFinished = (counts: OutboxCounts): boolean => {
    const undecided = counts.unknown - settler.leftOpenCount();
    if (counts.queued === 0 && undecided <= 0) return true;
    const nowMs = clock.monotonicMs();
    quietSinceMs ??= nowMs;
    const quietMs = nowMs - quietSinceMs;
    if (undecided > 0) {
      parts.progress.settling(settler.arrived() + settler.resent(), undecided);
      sayOnce(
        "settling",
        `Waiting to learn what became of ${plural(undecided, "message")} that CAS gave no answer to: CAS is asked about it, for ${durationWords(settings.settleWaitMaxMs)} at most`,
      );
      return quietMs >= settings.settleWaitMaxMs;
    }
    if (counts.queued <= parts.budget.heldBackCount()) return true;
    // What is left waits for its time, or stands behind a version whose outcome is unknown.
    const waits = sender.returnedUntilMs() > clock.now().getTime();
    sayOnce(
      "returned",
      `Waiting until ${plural(counts.queued, "message")} may be tried again: CAS did not take it, or an earlier version of it comes first`,
    );
    return !waits && quietMs > settings.retry.delayMaxMs + settings.idlePollMs;
  };

  while (!stop.isStopped()) {
    const limit = wanted();
    if (limit > 0) {
      const changes = parts.counts.changes;
      const now = clock.now();
      const deadlineAt = new Date(now.getTime() + settings.answerDeadlineMs);
      const withoutKinds = [...barred.keys()];
      const messages = await books.claim({
        ...{ limit, runId, lease, now, deadlineAt, withoutKinds, holdReason },
      });
      sender.add(messages);
      if (messages.length > 0) quietSinceMs = null;
      if (messages.length === limit) {
        claimSize.claimed(messages.length);
        continue;
      }
      dry = { atMs: clock.monotonicMs(), changes };
      if (await parts.referenceCheck.proceed()) quietSinceMs = null;
      else if (sender.underWayCount() === 0 && recorder.pending() === 0) {
        const counts = await books.outboxCounts(barred.keys());
        if (isFinished(counts)) {
          if (await lease.giveBackWhenIdle(barred.keys())) return counts;
          dry = null;
          continue;
        }
      }
    }
    await wakeUp.wait(waitMs());
  }
  return books.outboxCounts(barred.keys());

  function waitMs(): number {
    const heldBackMs = Math.max(parts.pausedForMs(), outage.probeInMs());
    return heldBackMs > 0 ? Math.min(heldBackMs, settings.idlePollMs) : settings.idlePollMs;
  }
}
