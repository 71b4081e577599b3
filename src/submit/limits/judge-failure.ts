// What a failed attempt to send means for the message and for the run. When CAS may have the message, its
// outcome is unknown, never "not sent".
import type { ErrorCode } from "../../core/codes/error-codes.ts";
import {
  CannotNowError,
  CasBatchError,
  OutcomeUnknownError,
  PausedError,
  RefusedError,
  type Problem,
} from "../../core/errors.ts";
import { reasonOfError, type Reason } from "../../core/reason.ts";
import { DEFAULT_KIND, type MessageKind } from "../../core/message-kind.ts";
import type { MessageType } from "../../core/shipment.ts";
import { waitTooLong } from "./asked-wait.ts";

type FailureVerdict =
  /** The message's own fault: its result. */
  | { readonly kind: "rejected"; readonly problem: Problem }
  /** Certainly not taken by CAS. */
  | { readonly kind: "returned"; readonly reason: Reason; readonly retryAfterMs: number }
  | { readonly kind: "unknown"; readonly reason: Reason };

export interface JudgedFailure {
  readonly verdict: FailureVerdict;
  /** Whether it counts as a try of the message; each further try waits longer. */
  readonly isTry: boolean;
  /** Set when CAS is down, overloaded or out of reach. */
  readonly outage: CasBatchError | null;
  /** Set when no further message may be sent. */
  readonly fatal: unknown;
}

/** With these, CAS never came to the message at all. */
const NEVER_TAKEN: readonly ErrorCode[] = [
  "token-refused",
  "scope-missing",
  "credentials-refused",
  "credentials-missing",
  "address-wrong",
];

interface FailedAttempt {
  readonly messageKind: MessageKind;
  readonly messageType: MessageType;
  /** Whether CAS may have received a byte of the request that it has not answered. */
  readonly mayBeWritten: boolean;
  /** Whether the run was ending anyway. */
  readonly stopped: boolean;
  /** Whether we ended the request ourselves. */
  readonly cutOff: boolean;
  readonly retryAfterMaxMs: number;
  readonly now: Date;
}

export function judgeFailure(error: unknown, attempt: FailedAttempt): JudgedFailure {
  return attempt.mayBeWritten ? judgeWritten(error, attempt) : judgeUnwritten(error, attempt);
}

function judgeUnwritten(error: unknown, attempt: FailedAttempt): JudgedFailure {
  if (attempt.stopped) {
    return { ...returned({ code: "run-stopped" }), isTry: false };
  }
  if (error instanceof PausedError) {
    return { ...returned(reasonOfError(error), error.retryAfterMs ?? 0), isTry: false };
  }
  if (error instanceof CannotNowError) return cannotNow(error, attempt);
  return { ...returned(reasonOfError(error)), isTry: false, fatal: error };
}

function judgeWritten(error: unknown, attempt: FailedAttempt): JudgedFailure {
  const { messageKind, messageType, cutOff } = attempt;
  if (error instanceof RefusedError) return rejected(error.problem);
  if (error instanceof CannotNowError) {
    const isPassedOn = error.code === "server-error" && messageType === "New";
    const judged = cannotNow(error, attempt);
    if (!isPassedOn) return judged;
    // Gateways answer 503 also when they have passed the request on.
    const code = "new-perhaps-passed-on";
    const ofKind = messageKind === DEFAULT_KIND ? {} : { kind: messageKind };
    const reason: Reason = { code, message: error.message, ...ofKind };
    return { ...judged, verdict: unknownVerdict(reason) };
  }
  if (error instanceof OutcomeUnknownError) {
    const verdict = unknownVerdict(reasonOfError(error));
    const fatal = error.code === "address-wrong" ? error : null;
    return { verdict, isTry: true, outage: cutOff || fatal !== null ? null : error, fatal };
  }
  if (error instanceof CasBatchError && NEVER_TAKEN.includes(error.code)) {
    return { ...returned(reasonOfError(error)), fatal: error };
  }
  const fatal = cutOff ? null : error;
  return { verdict: unknownVerdict(reasonOfError(error)), isTry: true, outage: null, fatal };
}

export function rejected(problem: Problem): JudgedFailure {
  return { verdict: { kind: "rejected", problem }, isTry: true, outage: null, fatal: null };
}

export function returned(reason: Reason, retryAfterMs = 0): JudgedFailure {
  const verdict = { kind: "returned", reason, retryAfterMs } as const;
  return { verdict, isTry: true, outage: null, fatal: null };
}

function cannotNow(error: CannotNowError, { retryAfterMaxMs, now }: FailedAttempt): JudgedFailure {
  const retryAfterMs = error.retryAfterMs ?? 0;
  const fatal = retryAfterMs > retryAfterMaxMs ? waitTooLong(error, now) : null;
  return { ...returned(reasonOfError(error), retryAfterMs), outage: error, fatal };
}

function unknownVerdict(reason: Reason): FailureVerdict {
  return { kind: "unknown", reason };
}
