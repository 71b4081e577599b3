// Errors end a call: the run cannot go on, cannot go on now, or this one request failed. Each class
// exists because some catch treats it differently; what is merely wrong in the user's data is a
// finding, never an error.
import type { SourceFile } from "./cell.ts";
import { errorCodes, type ErrorCode } from "./codes/error-codes.ts";
import type { Finding } from "./finding.ts";

export interface ErrorDetails {
  readonly cause?: unknown;
  /** The next step, an order with a command that can be pasted. */
  readonly hint?: string;
  /** Where the message holds several mistakes: each of them, one line a mistake. */
  readonly mistakes?: readonly string[];
}

/** The run cannot be done as asked: a flag, the configuration, a file, a right is wrong. */
export class CasBatchError extends Error {
  override readonly name: string = "CasBatchError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly mistakes: readonly string[] | null;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.mistakes = details.mistakes ?? null;
    this.hint = details.hint ?? errorCodes[code].hint;
  }

  get exitCode(): number {
    return errorCodes[this.code].exitCode;
  }
}

/** It cannot be done now; the same call may work later and is safe to repeat. */
export class CannotNowError extends CasBatchError {
  override readonly name = "CannotNowError";
  /** How long CAS asked to wait. Unit: milliseconds from the answer; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & { readonly retryAfterMs?: number | null } = {},
  ) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** CAS answered that it will not take this request; repeating it unchanged is useless. */
export class RefusedError extends CasBatchError {
  override readonly name = "RefusedError";
  readonly problem: Problem;

  constructor(code: ErrorCode, message: string, problem: Problem, details: ErrorDetails = {}) {
    super(code, message, details);
    this.problem = problem;
  }
}

/**
 * The request may or may not have reached CAS: it must be asked about before it is repeated.
 */
export class OutcomeUnknownError extends CasBatchError {
  override readonly name = "OutcomeUnknownError";

  /** Whatever was in the way, a message is open that must be settled first. */
  override get exitCode(): number {
    return errorCodes["outcome-unknown"].exitCode;
  }
}

/** Stands for a status where there was no answer: a notification told that processing failed. */
export const PROCESSING_FAILED = 0;

/** Where a reason comes from. Shape: `HTTP 400`, or the subtype of the notification. */
export function problemOrigin({ status, title }: Problem): string {
  return status === PROCESSING_FAILED ? (title ?? "notification") : `HTTP ${String(status)}`;
}

/**
 * Why CAS refused, from an RFC 7807 body when there was one. The raw body is always kept.
 * Source: Error handling; the form of `errors` is assumed.
 */
export interface Problem {
  /** Of the answer; `PROCESSING_FAILED` where CAS had accepted the message, and told it later. */
  readonly status: number;
  readonly title: string | null;
  readonly detail: string | null;
  /** Field path (empty when none was named) and what is wrong with it. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  readonly rawBody: string;
}

/** One file cannot be read (any further). The finding says why; the next file goes on. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
  readonly finding: Finding;
  /** What was refused; null when not even its bytes could be read. */
  readonly file: SourceFile | null;

  constructor(
    finding: Finding,
    details: { readonly cause?: unknown; readonly file?: SourceFile | null } = {},
  ) {
    super(finding.message, { cause: details.cause });
    this.finding = finding;
    this.file = details.file ?? null;
  }
}

/** Nothing was asked of CAS: it had asked for a pause before. */
export class PausedError extends CannotNowError {}
