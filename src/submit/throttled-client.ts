// The CAS client that everything of a run goes through: every call waits for its turn, a wait that
// CAS asks for holds everyone, and reading is tried again within a budget. Sending is not tried
// again here: whether and when a message may be repeated is for the outbox to say.
import type { CasClient, Receipt } from "../cas/cas-client.ts";
import type { Clock } from "../core/clock.ts";
import { CannotNowError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";
import { fullJitterMs, type BackoffSettings } from "./backoff.ts";
import type { Throttle } from "./throttle.ts";

/** A pause longer than this sends waiting messages back to the ledger instead of holding them. */
const SEND_PAUSE_WAIT_MAX_MS = 2_000;

export interface RetrySettings extends BackoffSettings {
  readonly attemptsMax: number;
  /** From the first try on; a delay that would end later is not waited for. */
  readonly totalMaxMs: number;
}

export const defaultRetrySettings: RetrySettings = {
  attemptsMax: 6,
  totalMaxMs: 300_000,
  baseDelayMs: 500,
  delayMaxMs: 30_000,
};

export interface ThrottledClient extends CasClient {
  /**
   * Sends one customs shipment when its turn has come. While it waits, `startSignal` ends it with
   * the signal's reason; once `onStart` was called, only `signal` does. Whatever is thrown before
   * `onStart` was called, or by it, means that nothing was sent.
   */
  readonly sendInTurn: (body: string, turn: SendTurn) => Promise<Receipt>;
  /** How long CAS asked everyone to wait from now on; zero when it did not. */
  readonly pausedForMs: () => number;
  /** The limit for all calls together; Infinity when there is none. */
  readonly ratePerSecond: number;
}

interface SendTurn {
  readonly startSignal: AbortSignal;
  readonly signal: AbortSignal;
  /** Called right before the request. */
  readonly onStart: () => void;
}

export function throttledClient(
  client: CasClient,
  options: {
    readonly throttle: Throttle;
    readonly clock: Clock;
    readonly random: () => number;
    readonly log: Log;
    readonly retry?: RetrySettings;
  },
): ThrottledClient {
  const { throttle, clock, random, log, retry = defaultRetrySettings } = options;

  const heedingPause = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof CannotNowError) {
        if (error.code === "rate-limited") throttle.slowDown();
        if (error.retryAfterMs !== null) throttle.pause(error.retryAfterMs);
      }
      throw error;
    }
  };

  const reading = async <T>(
    what: string,
    call: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> => {
    const startedMs = clock.monotonicMs();
    for (let attempt = 1; ; attempt += 1) {
      const leftMs = retry.totalMaxMs - (clock.monotonicMs() - startedMs);
      try {
        return await throttle.run(() => heedingPause(call), signal, leftMs);
      } catch (error) {
        if (!(error instanceof CannotNowError) || signal?.aborted === true) throw error;
        const delayMs = Math.max(error.retryAfterMs ?? 0, fullJitterMs(attempt, random, retry));
        const elapsedMs = clock.monotonicMs() - startedMs;
        if (attempt >= retry.attemptsMax || elapsedMs + delayMs > retry.totalMaxMs) throw error;
        log("debug", `${what} failed and is tried again: ${error.message}`, { attempt, delayMs });
        await clock.sleep(delayMs, signal);
      }
    }
  };

  return {
    authorizationStatus: (call) =>
      reading("The token check", () => client.authorizationStatus(call), call?.signal),
    searchDeclarations: (query, page, call) =>
      reading(
        "A declaration search",
        () => client.searchDeclarations(query, page, call),
        call?.signal,
      ),
    declaration: (declarationId, call) =>
      reading(
        `Reading declaration ${declarationId}`,
        () => client.declaration(declarationId, call),
        call?.signal,
      ),
    sendCustomsShipment: (body, call) =>
      throttle.run(
        () => heedingPause(() => client.sendCustomsShipment(body, call)),
        call?.signal,
        SEND_PAUSE_WAIT_MAX_MS,
      ),
    sendInTurn: (body, turn) =>
      throttle.run(
        () => {
          turn.onStart();
          return heedingPause(() => client.sendCustomsShipment(body, { signal: turn.signal }));
        },
        turn.startSignal,
        SEND_PAUSE_WAIT_MAX_MS,
      ),
    pausedForMs: throttle.pausedForMs,
    ratePerSecond: throttle.ratePerSecond,
    close: client.close,
  };
}
