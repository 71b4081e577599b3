// Sends claimed messages, so many at a time, and turns each answer into an outcome for the ledger.
// A message that was not taken goes back to the ledger and is forgotten here: only the claim may
// hand it out again, so that at most one message of a shipment is ever under way.
import pLimit from "p-limit";
import type { Clock } from "../core/clock.ts";
import type { CasBatchError, CannotNowError } from "../core/errors.ts";
import type { AttemptOutcome, OutboxMessage } from "../ledger/ledger.ts";
import { fullJitterMs } from "./backoff.ts";
import type { DeliverSettings } from "./deliver-settings.ts";
import { judgeFailure, judgeUnstarted, type JudgedFailure } from "./judge-failure.ts";
import type { Outage } from "./outage.ts";
import type { Stop } from "./stop.ts";
import type { ThrottledClient } from "./throttled-client.ts";

export interface Sender {
  readonly add: (messages: readonly OutboxMessage[]) => void;
  /** Claimed and waiting for one of the places. */
  readonly waitingCount: () => number;
  /** Claimed and without an outcome. */
  readonly underWayCount: () => number;
  /** Resolves when nothing is under way any more. */
  readonly idle: () => Promise<void>;
  /** Messages whose tries in this run are used up. */
  readonly exhaustedCount: () => number;
  /** The next send of this version is a repeat. */
  readonly expectRepeat: (versionId: string) => void;
  /** Unit: milliseconds of the wall clock; until then, some message of this run waits. */
  readonly returnedUntilMs: () => number;
  /** The last failure that sent a message back; null when there was none. */
  readonly lastFailure: () => CasBatchError | null;
  readonly requests: () => number;
  readonly repeats: () => number;
}

export function createSender(
  dependencies: {
    readonly client: ThrottledClient;
    readonly clock: Clock;
    readonly random: () => number;
    readonly outage: Outage;
    readonly stop: Stop;
  },
  options: {
    readonly settings: DeliverSettings;
    /** @throws when no further request may start */
    readonly assertMaySend: () => void;
    readonly onOutcome: (outcome: AttemptOutcome, message: OutboxMessage) => void;
    /** Told after each message, its outcome included. */
    readonly onPlaceFree: () => void;
  },
): Sender {
  const { client, clock, random, outage, stop } = dependencies;
  const { settings, assertMaySend, onOutcome, onPlaceFree } = options;
  const { retry } = settings;
  const limit = pLimit(settings.concurrency);
  /** How often each message that came back has been tried in this run. */
  const tries = new Map<string, number>();
  const exhausted = new Set<string>();
  let underWay = 0;
  let onIdle: (() => void) | null = null;
  let requests = 0;
  let repeats = 0;
  let returnedUntilMs = -Infinity;
  let lastFailure: CasBatchError | null = null;

  const putBack = (message: OutboxMessage, reason: string, delayMs: number): void => {
    const at = clock.now();
    const notBefore = new Date(at.getTime() + delayMs);
    returnedUntilMs = Math.max(returnedUntilMs, notBefore.getTime());
    onOutcome({ kind: "returned", attemptId: message.attemptId, at, reason, notBefore }, message);
  };

  const conclude = (message: OutboxMessage, judged: JudgedFailure, started: boolean): void => {
    const { verdict } = judged;
    const { attemptId, versionId } = message;
    if (verdict.kind !== "returned") {
      forget(versionId);
      onOutcome({ ...verdict, attemptId, at: clock.now() }, message);
      return;
    }
    if (!started) {
      putBack(message, verdict.reason, verdict.retryAfterMs);
      return;
    }
    const failures = (tries.get(versionId) ?? 0) + 1;
    tries.set(versionId, failures);
    if (failures >= retry.attemptsPerMessageMax) exhausted.add(versionId);
    const backoffMs = judged.fatal === null ? fullJitterMs(failures, random, retry) : 0;
    putBack(message, verdict.reason, Math.max(verdict.retryAfterMs, backoffMs));
  };

  const forget = (versionId: string): void => {
    tries.delete(versionId);
    exhausted.delete(versionId);
  };

  /** Why a message must wait although it was claimed; null when it may be sent. */
  const reasonToWait = (versionId: string): string | null => {
    if (stop.isStopped()) return "The run was stopped before it was sent";
    const tried = tries.get(versionId) ?? 0;
    if (exhausted.has(versionId)) return `CAS did not take it in ${tried} tries of this run`;
    if (tried > 0 && repeats >= retry.quotaFloor + retry.quotaShare * requests) {
      return "So many messages had to be sent again that this one waits";
    }
    return null;
  };

  const attempt = async (message: OutboxMessage): Promise<void> => {
    const { attemptId, versionId, payload } = message;
    const isRepeat = tries.has(versionId);
    const request = { started: false };
    const onStart = (): void => {
      assertMaySend();
      request.started = true;
      requests += 1;
      if (isRepeat) repeats += 1;
    };
    try {
      const turn = { startSignal: stop.signal, signal: stop.cutSignal, onStart };
      const { referenceId } = await client.sendInTurn(payload, turn);
      outage.succeeded();
      forget(versionId);
      onOutcome({ kind: "accepted", attemptId, at: clock.now(), referenceId }, message);
    } catch (error) {
      const cutOff = stop.cutSignal.aborted;
      const { retryAfterMaxMs } = retry;
      const judged = request.started
        ? judgeFailure(error, { retryAfterMaxMs, cutOff })
        : judgeUnstarted(error, stop.isStopped());
      conclude(message, judged, request.started);
      react(judged);
    }
  };

  const react = (judged: JudgedFailure): void => {
    if (judged.verdict.kind === "rejected") outage.succeeded();
    let end: unknown = judged.fatal;
    if (judged.outage !== null) {
      lastFailure = judged.outage;
      const givenUp: CannotNowError | null = outage.failed(judged.outage);
      end ??= givenUp;
    }
    if (end !== null) stop.fail(end);
  };

  const send = async (message: OutboxMessage): Promise<void> => {
    const wait = reasonToWait(message.versionId);
    if (wait === null) {
      await attempt(message);
    } else {
      putBack(message, wait, stop.isStopped() ? 0 : retry.delayMaxMs);
    }
    underWay -= 1;
    if (underWay === 0) onIdle?.();
    onPlaceFree();
  };

  return {
    add: (messages) => {
      underWay += messages.length;
      for (const message of messages) void limit(send, message);
    },
    waitingCount: () => limit.pendingCount,
    underWayCount: () => underWay,
    idle: () =>
      new Promise((resolve) => {
        if (underWay === 0) resolve();
        else onIdle = resolve;
      }),
    exhaustedCount: () => exhausted.size,
    expectRepeat: (versionId) => {
      tries.set(versionId, Math.max(1, tries.get(versionId) ?? 0));
    },
    returnedUntilMs: () => returnedUntilMs,
    lastFailure: () => lastFailure,
    requests: () => requests,
    repeats: () => repeats,
  };
}
