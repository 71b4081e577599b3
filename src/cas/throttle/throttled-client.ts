// The CAS client that everything of a run goes through: every call waits for its turn, a wait that
// CAS asks for holds everyone, and what CAS certainly did not take is tried again within a budget. A gateway
// answers 503 also when it has passed the request on, so after one a change is not repeated. Of messages in an
// outbox, `sendInTurn` leaves to the outbox whether and when one is sent again.
import { fullJitterMs, type BackoffSettings } from "../../core/time/backoff.ts";
import type { Clock } from "../../core/time/clock.ts";
import { CannotNowError, OutcomeUnknownError, PausedError } from "../../core/errors.ts";
import { isJsonObject, parseJson } from "../../core/json.ts";
import { messageKinds, type MessageKind } from "../../core/message-kind.ts";
import type { Log } from "../../core/progress.ts";
import type { CallOptions, CasClient, Receipt, RequestTurn } from "../cas-client.ts";
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

/**
 * Every call of the client, in its turn. `ingest` is for callers without books: what CAS did not take it sends again
 * itself, where `sendInTurn` leaves that to the outbox.
 */
export interface ThrottledClient extends CasClient {
  /**
   * Sends one message when its turn has come. Until its first byte is written,
   * `startSignal` ends it with the signal's reason; after that, only `signal` does.
   */
  readonly sendInTurn: (kind: MessageKind, body: string, turn: SendTurn) => Promise<Receipt>;
  /** How long CAS asked everyone to wait from now on; zero when it did not. */
  readonly pausedForMs: () => number;
  /** Everyone waits for so long from now on. */
  readonly pause: (durationMs: number) => void;
  /** The limit for all calls together; Infinity when there is none. */
  readonly ratePerSecond: number;
}

interface SendTurn {
  readonly startSignal: AbortSignal;
  readonly signal: AbortSignal;
  /**
   * Called in the breath in which the request is written; once more when CAS refused the token and
   * the message is written again. What it throws keeps the request from being written.
   */
  readonly onStart: () => void;
  /** CAS has answered that it took nothing: what was started is not any more. */
  readonly onNothingTaken: () => void;
}

export function throttledClient(
  client: CasClient,
  options: {
    readonly throttle: Throttle;
    readonly clock: Clock;
    readonly random: () => number;
    readonly log: Log;
    readonly retry?: RetrySettings;
    /** Called with how long CAS asks everyone to wait. */
    readonly onWait?: (durationMs: number) => void;
  },
): ThrottledClient {
  const { throttle, clock, random, log, retry = defaultRetrySettings, onWait } = options;

  const keepingPauses = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof CannotNowError && !(error instanceof PausedError)) {
        if (error.code === "rate-limited") throttle.slowDown();
        if (error.retryAfterMs !== null && error.retryAfterMs > 0) {
          throttle.pause(error.retryAfterMs);
          onWait?.(error.retryAfterMs);
        }
      }
      throw error;
    }
  };

  /** `CannotNowError` means that CAS took nothing; of a change, `server-error` does not. */
  const repeating = async <T, Options extends CallOptions>(
    what: string,
    call: (options: Options & CallOptions) => Promise<T>,
    options: Options = {} as Options,
    isHarmless: () => boolean = () => true,
  ): Promise<T> => {
    const { signal } = options;
    const request = { isWritten: false };
    const onWrite = (): void => {
      options.onWrite?.();
      request.isWritten = true;
    };
    const onNothingTaken = (): void => {
      request.isWritten = false;
      options.onNothingTaken?.();
    };
    const startedMs = clock.monotonicMs();
    const turn = (): Promise<RequestTurn> =>
      throttle.turn(signal, retry.totalMaxMs - (clock.monotonicMs() - startedMs));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await keepingPauses(() => call({ ...options, turn, onWrite, onNothingTaken }));
      } catch (error) {
        if (!(error instanceof CannotNowError)) throw error;
        // The token is fetched before: what its server answers says nothing about the change.
        const isAnswer = request.isWritten && error.code === "server-error";
        if (isAnswer && !isHarmless()) throw perhapsPassedOn(error);
        if (signal?.aborted === true) throw error;
        const delayMs = Math.max(error.retryAfterMs ?? 0, fullJitterMs(attempt, random, retry));
        const elapsedMs = clock.monotonicMs() - startedMs;
        if (attempt >= retry.attemptsMax || elapsedMs + delayMs > retry.totalMaxMs) throw error;
        log("debug", `${what} failed and is tried again: ${error.message}`, { attempt, delayMs });
        onNothingTaken();
        await clock.sleep(delayMs, signal);
      }
    }
  };

  /** For a call of one argument. */
  const repeated =
    <Subject, Options extends CallOptions, T>(
      what: string,
      call: (subject: Subject, options?: Options) => Promise<T>,
    ) =>
    (subject: Subject, options?: Options): Promise<T> =>
      repeating(what, (inTurn) => call(subject, inTurn), options);

  const changing =
    <Subject, T>(
      what: string,
      call: (subject: Subject, options?: CallOptions) => Promise<T>,
    ): typeof call =>
    (subject, options) =>
      repeating(
        what,
        (inTurn) => call(subject, inTurn),
        options,
        () => false,
      );

  return {
    authorizationStatus: (options) =>
      repeating("The token check", (inTurn) => client.authorizationStatus(inTurn), options),
    searchDeclarations: (query, page, options) =>
      repeating(
        "A declaration search",
        (inTurn) => client.searchDeclarations(query, page, inTurn),
        options,
      ),
    declaration: repeated("Reading a declaration", client.declaration),
    declarationItem: (declarationId, itemId, options) =>
      repeating(
        "Reading an item of a declaration",
        (inTurn) => client.declarationItem(declarationId, itemId, inTurn),
        options,
      ),
    attachmentLink: repeated("The link to an attachment", client.attachmentLink),
    certificateLink: repeated("The link to a certificate", client.certificateLink),
    subscriptions: (options) =>
      repeating("Listing subscriptions", (inTurn) => client.subscriptions(inTurn), options),
    movementOrder: repeated("Reading a movement order", client.movementOrder),
    ingest: (kind, body, options) =>
      repeating(
        `A message (${kind})`,
        (inTurn) => client.ingest(kind, body, inTurn),
        options,
        () => !mayDouble(kind, body),
      ),
    changeDeclaration: changing("A change of a declaration", client.changeDeclaration),
    createSubscription: changing("A new subscription", client.createSubscription),
    deleteSubscription: changing("Deleting a subscription", client.deleteSubscription),
    sendInTurn: async (kind, body, { startSignal, signal, onStart, onNothingTaken }) => {
      const ending = createEnding(startSignal, signal);
      try {
        return await keepingPauses(() =>
          client.ingest(kind, body, {
            signal: ending.signal,
            turn: () => throttle.turn(ending.signal, SEND_PAUSE_WAIT_MAX_MS),
            onWrite: () => {
              onStart();
              ending.started(true);
            },
            onNothingTaken: () => {
              onNothingTaken();
              ending.started(false);
            },
          }),
        );
      } finally {
        ending.release();
      }
    },
    pausedForMs: throttle.pausedForMs,
    pause: throttle.pause,
    ratePerSecond: throttle.ratePerSecond,
    close: client.close,
  };
}

function perhapsPassedOn(error: CannotNowError): OutcomeUnknownError {
  const words = `${error.message}, which a gateway does also when it has passed the request on`;
  return new OutcomeUnknownError("outcome-unknown", words, { cause: error, hint: error.hint });
}

/** Source: seeds/004, Message types: New is the default, and makes a second one. */
function mayDouble(kind: MessageKind, body: string): boolean {
  const { repeat } = messageKinds[kind];
  if (repeat !== "by-type") return repeat === "doubles";
  const message = parseJson(body);
  const type = isJsonObject(message) ? message["messageType"] : undefined;
  return typeof type !== "string" || !["Replace", "Update", "Upsert"].includes(type);
}

interface Ending {
  readonly signal: AbortSignal;
  readonly started: (isStarted: boolean) => void;
  readonly release: () => void;
}

/** Aborted with the cut, and with the end of starts unless the call has started by then. */
function createEnding(startSignal: AbortSignal, cutSignal: AbortSignal): Ending {
  const ending = new AbortController();
  let hasStarted = false;
  const update = (): void => {
    if (cutSignal.aborted) ending.abort(cutSignal.reason);
    else if (startSignal.aborted && !hasStarted) ending.abort(startSignal.reason);
  };
  startSignal.addEventListener("abort", update);
  cutSignal.addEventListener("abort", update);
  update();
  return {
    signal: ending.signal,
    started: (isStarted) => {
      hasStarted = isStarted;
      update();
    },
    release: () => {
      startSignal.removeEventListener("abort", update);
      cutSignal.removeEventListener("abort", update);
    },
  };
}
