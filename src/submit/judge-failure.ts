// What a failed attempt to send means: for the message, and for the run. When in doubt whether CAS
// has the message, the answer is unknown, never "not sent".
import {
  CannotNowError,
  CasBatchError,
  OutcomeUnknownError,
  RefusedError,
  type Problem,
} from "../core/errors.ts";
import type { ErrorCode } from "../core/error-codes.ts";

type FailureVerdict =
  /** The message's own fault: its result. */
  | { readonly kind: "rejected"; readonly problem: Problem }
  /** Certainly not taken by CAS. */
  | { readonly kind: "returned"; readonly reason: string; readonly retryAfterMs: number }
  | { readonly kind: "unknown"; readonly reason: string };

export interface JudgedFailure {
  readonly verdict: FailureVerdict;
  /** Set when it tells of CAS being down, overloaded or out of reach. */
  readonly outage: CasBatchError | null;
  /** Set when no further message may be sent. */
  readonly fatal: unknown;
}

/** CAS told these apart from a message it took: it never came to the message at all. */
const NEVER_TAKEN: readonly ErrorCode[] = [
  "token-refused",
  "scope-missing",
  "credentials-refused",
  "credentials-missing",
];

/** For a failure before the request went out. `stopped` says that the run was ending anyway. */
export function judgeUnstarted(error: unknown, stopped: boolean): JudgedFailure {
  const isPause = error instanceof CannotNowError;
  return {
    verdict: {
      kind: "returned",
      reason: stopped ? "The run was stopped before it was sent" : textOf(error),
      retryAfterMs: isPause ? (error.retryAfterMs ?? 0) : 0,
    },
    outage: null,
    fatal: stopped || isPause ? null : error,
  };
}

/** For a failure once the request may have gone out. `cutOff` says that we ended it ourselves. */
export function judgeFailure(
  error: unknown,
  options: { readonly retryAfterMaxMs: number; readonly cutOff: boolean },
): JudgedFailure {
  const reason = textOf(error);
  if (error instanceof RefusedError) {
    return { verdict: { kind: "rejected", problem: error.problem }, outage: null, fatal: null };
  }
  if (error instanceof CannotNowError) {
    const retryAfterMs = error.retryAfterMs ?? 0;
    return {
      verdict: { kind: "returned", reason, retryAfterMs },
      outage: error,
      fatal: retryAfterMs > options.retryAfterMaxMs ? error : null,
    };
  }
  if (error instanceof OutcomeUnknownError) {
    const outage = options.cutOff ? null : error;
    return { verdict: { kind: "unknown", reason }, outage, fatal: null };
  }
  if (error instanceof CasBatchError && NEVER_TAKEN.includes(error.code)) {
    return { verdict: { kind: "returned", reason, retryAfterMs: 0 }, outage: null, fatal: error };
  }
  return {
    verdict: { kind: "unknown", reason },
    outage: null,
    fatal: options.cutOff ? null : error,
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
