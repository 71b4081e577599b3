// Sends claimed messages, a bounded number at a time, and turns each answer into an outcome for the
// ledger. A message that CAS did not take goes back to the ledger and is forgotten here: only a claim may
// hand it out again, so at most one message of a shipment is ever under way.
import pLimit from "p-limit";
import { CasBatchError, RefusedError, type CannotNowError } from "../../core/errors.ts";
import { reasonWords } from "../../core/reason-words.ts";
import { reasonOfError, type Reason } from "../../core/reason.ts";
import { keyFields, keyText } from "../../core/shipment.ts";
import type { AttemptOutcome, OutboxMessage } from "../../ledger/contract/outbox.ts";
import { fullJitterMs } from "../../core/time/backoff.ts";
import { createBlockedMessages } from "../limits/blocked-messages.ts";
import type { BarredKinds, DeliveryContext } from "../limits/delivery-context.ts";
import { judgeFailure, rejected, returned, type JudgedFailure } from "../limits/judge-failure.ts";
import type { Outage } from "../limits/outage.ts";
import type { RepeatBudget } from "../limits/repeat-budget.ts";

export interface Sender {
  readonly add: (messages: readonly OutboxMessage[]) => void;
  /** Claimed and waiting for one of the places. */
  readonly waitingCount: () => number;
  /** Claimed and without an outcome. */
  readonly underWayCount: () => number;
  /** Resolves when nothing is under way any more. */
  readonly idle: () => Promise<void>;
  /** Unit: milliseconds of the wall clock; until then, some message of this run waits. */
  readonly returnedUntilMs: () => number;
  /** The last failure that sent a message back; null when there was none. */
  readonly lastFailure: () => CasBatchError | null;
}

export function createSender(
  context: DeliveryContext & {
    readonly budget: RepeatBudget;
    readonly outage: Outage;
    readonly barred: BarredKinds;
  },
  options: {
    /** @throws when no further request may start */
    readonly assertMaySend: () => void;
    readonly onOutcome: (outcome: AttemptOutcome, message: OutboxMessage) => void;
    /** Called after each message, its outcome included. @param waiting how many wait for a place */
    readonly onPlaceFree: (waiting: number) => void;
  },
): Sender {
  const { client, clock, random, log, settings, stop, budget, outage, barred } = context;
  const { assertMaySend, onPlaceFree } = options;
  const { retry } = settings;
  const limit = pLimit(settings.concurrency);
  const blocking = createBlockedMessages();
  /** Claimed and not begun. */
  const waiting = new Set<OutboxMessage>();
  let underWay = 0;
  let onIdle: (() => void) | null = null;
  let returnedUntilMs = -Infinity;
  let lastFailure: CasBatchError | null = null;

  const onOutcome: typeof options.onOutcome = (outcome, message) => {
    const { key, attemptNumber: attempt } = message;
    const why = "reason" in outcome ? `: ${reasonWords(outcome.reason)}` : "";
    log("debug", `${keyText(key)} ${outcome.kind}${why}`, {
      ...keyFields(key),
      attempt,
      ...("referenceId" in outcome ? { referenceId: outcome.referenceId } : {}),
    });
    options.onOutcome(outcome, message);
  };

  const putBack = (message: OutboxMessage, reason: Reason, delayMs: number): void => {
    const at = clock.now();
    const notBefore = new Date(at.getTime() + delayMs);
    returnedUntilMs = Math.max(returnedUntilMs, notBefore.getTime());
    onOutcome({ kind: "returned", attemptId: message.attemptId, at, reason, notBefore }, message);
  };

  const conclude = (message: OutboxMessage, judged: JudgedFailure): void => {
    const { verdict } = judged;
    const { attemptId, versionId } = message;
    if (verdict.kind !== "returned") {
      budget.finished(versionId);
      onOutcome({ ...verdict, attemptId, at: clock.now() }, message);
      return;
    }
    if (!judged.isTry) {
      putBack(message, verdict.reason, verdict.retryAfterMs);
      return;
    }
    const failures = budget.failed(versionId);
    const backoffMs = judged.fatal === null ? fullJitterMs(failures, random, retry) : 0;
    putBack(message, verdict.reason, Math.max(verdict.retryAfterMs, backoffMs));
  };

  const attempt = async (message: OutboxMessage): Promise<void> => {
    const { attemptId, versionId, messageKind, payload } = message;
    const request = { started: false };
    const takeBack = budget.spend(versionId);
    const onStart = (): void => {
      assertMaySend();
      request.started = true;
      budget.requestStarted();
    };
    const onNothingTaken = (): void => {
      request.started = false;
    };
    try {
      const turn = { startSignal: stop.signal, signal: stop.cutSignal, onStart, onNothingTaken };
      const { referenceId } = await client.sendInTurn(messageKind, payload, turn);
      outage.succeeded();
      blocking.passed();
      budget.finished(versionId);
      onOutcome({ kind: "accepted", attemptId, at: clock.now(), referenceId }, message);
    } catch (error) {
      if (!request.started) takeBack();
      const judged = judge(error, message, request.started);
      conclude(message, judged);
      react(judged, message);
    }
  };

  const judge = (error: unknown, message: OutboxMessage, mayBeWritten: boolean): JudgedFailure => {
    if (error instanceof RefusedError) {
      if (error.code === "gateway-blocked") return judgeBlocked(error, message);
      blocking.passed();
    }
    return judgeFailure(error, {
      messageKind: message.messageKind,
      messageType: message.messageType,
      mayBeWritten,
      stopped: stop.isStopped(),
      cutOff: stop.cutSignal.aborted,
      retryAfterMaxMs: retry.retryAfterMaxMs,
      now: clock.now(),
    });
  };

  const judgeBlocked = (error: RefusedError, { key, versionId }: OutboxMessage): JudgedFailure => {
    const next = blocking.blocked(versionId);
    if (next === "refuse") return rejected(error.problem);
    const again = returned(reasonOfError(error));
    if (next === "try again") return again;
    const words = `${error.message}; so it did for several messages in a row, the last one ${keyText(key)}`;
    return { ...again, fatal: new CasBatchError(error.code, words, { cause: error }) };
  };

  const react = (judged: JudgedFailure, { messageKind }: OutboxMessage): void => {
    if (judged.verdict.kind === "rejected") outage.succeeded();
    let end: unknown = judged.fatal;
    if (end instanceof CasBatchError && end.code === "scope-missing") {
      barred.set(messageKind, end);
      end = null;
    }
    if (judged.outage !== null) {
      lastFailure = judged.outage;
      const givenUp: CannotNowError | null = outage.failed(judged.outage);
      end ??= givenUp;
    }
    if (end !== null) stop.fail(end);
  };

  const finished = (): void => {
    underWay -= 1;
    if (underWay === 0) onIdle?.();
    onPlaceFree(waiting.size);
  };

  const send = async (message: OutboxMessage): Promise<void> => {
    if (!waiting.delete(message)) return;
    const bar = barred.get(message.messageKind);
    const wait = bar === undefined ? budget.reasonToWait(message.versionId) : null;
    if (bar !== undefined) putBack(message, reasonOfError(bar), 0);
    else if (wait === null) await attempt(message);
    else putBack(message, wait, retry.delayMaxMs);
    finished();
  };

  const putBackWaiting = (): void => {
    limit.clearQueue();
    for (const message of waiting) {
      putBack(message, { code: "run-stopped" }, 0);
      finished();
    }
    waiting.clear();
  };
  stop.signal.addEventListener("abort", putBackWaiting, { once: true });

  return {
    add: (messages) => {
      underWay += messages.length;
      for (const message of messages) {
        waiting.add(message);
        void limit(send, message);
      }
      // Claimed while the stop came.
      if (stop.isStopped()) putBackWaiting();
    },
    waitingCount: () => waiting.size,
    underWayCount: () => underWay,
    idle: () =>
      new Promise((resolve) => {
        if (underWay === 0) resolve();
        else onIdle = resolve;
      }),
    returnedUntilMs: () => returnedUntilMs,
    lastFailure: () => lastFailure,
  };
}
