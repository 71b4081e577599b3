// Turns what came back of an exchange into the error whose class says what to do next. Reads and
// sends differ in one thing: where a read may simply be repeated, a message that may have arrived
// must be asked about first.
import {
  CannotNowError,
  CasBatchError,
  OutcomeUnknownError,
  RefusedError,
} from "../core/errors.ts";
import type { ErrorCode } from "../core/codes/error-codes.ts";
import type { Redactor } from "../core/text/redact.ts";
import { endpointTable, type EndpointName } from "./endpoints.ts";
import type { Answered, ExchangeFault, FaultKind, Unanswered } from "./exchange.ts";
import { parseHttpDate, retryAfterMs } from "./http-date.ts";
import { isProblemDocument, parseProblem, problemText } from "./problem.ts";

export interface CallContext {
  /** Completes "Could not …". */
  readonly what: string;
  /** What CAS may have taken; default: the message. */
  readonly thing?: string;
  /** Which path it was; absent where it is none of the API. */
  readonly endpoint?: EndpointName;
  readonly host: string;
  /** Where it was asked. */
  readonly address: URL;
  readonly now: Date;
  readonly redactor: Redactor;
  readonly hint?: string;
}

const codeOfFault: Readonly<Record<FaultKind, ErrorCode>> = {
  unreachable: "unreachable",
  "timed-out": "timed-out",
  "not-understood": "answer-not-understood",
  "too-large": "answer-not-understood",
  encoded: "answer-compressed",
  aborted: "interrupted",
};

/** The server does not want to be asked now. */
const BUSY_CODES: Readonly<Record<number, ErrorCode>> = {
  408: "timed-out",
  429: "rate-limited",
};

/** For a call that changes nothing at CAS. Null when the answer is a success. */
export function readFailure(result: Answered | Unanswered, call: CallContext): Error | null {
  if (!result.answered) return unansweredError(result.fault, call);
  if (result.status < 300) {
    return result.bodyFault === null ? null : unansweredError(result.bodyFault, call);
  }
  return busyError(result, call) ?? detour(result, call) ?? refusal(result, call);
}

/**
 * What says that a message was taken, with its `referenceId`; `readReceipt` insists on that. Source: seeds/003,
 * Response, for 202; the others are assumed.
 */
const TAKEN = [200, 201, 202];

/**
 * For what CAS may have taken. Null when the answer is a success.
 * @param taken the statuses that say that it was
 */
export function sendFailure(
  result: Answered | Unanswered,
  call: CallContext,
  taken: readonly number[] = TAKEN,
): Error | null {
  if (!result.answered) {
    return result.maybeSent
      ? outcomeUnknown(result.fault.words, call, result.fault.cause)
      : unansweredError(result.fault, call);
  }
  const { status, bodyFault } = result;
  if (status < 300) {
    if (bodyFault !== null) return outcomeUnknown(bodyFault.words, call, bodyFault.cause);
    // Of a cache or a page in between, or of a CAS that has changed: whether it was taken is not known.
    return taken.includes(status) ? null : outcomeUnknown(`${call.host} answered ${status}`, call);
  }
  // Gateways answer 503 also to what they have passed on; without a word of CAS, it may be one.
  const isAskedToWait = status === 503 && (saysWhen(result) || isProblemDocument(result));
  if (status === 429 || isAskedToWait) return busyError(result, call);
  // 408 and 5xx come from in between as well as from CAS itself.
  if (status === 408 || status >= 500) {
    return outcomeUnknown(`${call.host} answered ${status}`, call);
  }
  if (status === 403 && !isProblemDocument(result)) return blocked(result, call);
  return wrongAddress(result, call) ?? refusal(result, call);
}

function saysWhen(answer: Answered): boolean {
  return answer.header("retry-after") !== null;
}

/** Not found, not for POST, not without a proxy's password: no message was read there. */
const NOT_CAS = [404, 405, 407];
const WRONG_PATH =
  "Check CAS_API_URL and `endpoints` in cas-batch.yaml: what answers there does not have this path of CAS";
/** At an address that names one thing of CAS, 404 speaks of that thing. Source: Error handling, 404. */
const NOT_FOUND = 404;
/** The only redirects that say that nothing was done. Source: RFC 9110, sections 15.4.8 and 15.4.9. */
const SEND_ELSEWHERE = [307, 308];

/** What answers is not where CAS takes messages; the next message would fare no better. */
function wrongAddress(answer: Answered, call: CallContext): Error | null {
  const { status } = answer;
  if (status >= 400 && !NOT_CAS.includes(status)) return null;
  if (status === NOT_FOUND && namesOne(call)) return null;
  const { origin, pathname } = call.address;
  const location = locationOf(answer, call);
  const words = `Could not ${call.what}: ${origin}${pathname} answered ${status}${location === null ? "" : ` and points to ${location}`}, which CAS never does`;
  return status >= 400 || SEND_ELSEWHERE.includes(status)
    ? new CasBatchError("address-wrong", `${words}; nothing was taken there`, pathHint(call))
    : new OutcomeUnknownError(
        "address-wrong",
        `${words}; whether something took ${thingOf(call)} is not known`,
      );
}

function thingOf({ thing = "the message" }: CallContext): string {
  return thing;
}

/** Whether the path has a place for an id. */
export function namesOne({ endpoint }: Pick<CallContext, "endpoint">): boolean {
  return endpoint !== undefined && endpointTable[endpoint].path.includes("{");
}

/** An assumed path may simply be another one at this CAS. */
function pathHint({ endpoint }: CallContext): { readonly hint?: string } {
  if (endpoint === undefined || endpointTable[endpoint].source !== "assumed") return {};
  return {
    hint: `No public page of CAS names this path: ask your CAS team, and set \`endpoints.${endpoint}\` in cas-batch.yaml`,
  };
}

function notFoundHint(call: CallContext): { readonly hint?: string } {
  if (!namesOne(call)) return { hint: WRONG_PATH };
  const { hint } = pathHint(call);
  const check = "Check the id, the environment and the tenant";
  return { hint: hint === undefined ? check : `${check}. If they are right: ${hint}` };
}

/** Without query and fragment: those of login pages hold states and codes. */
function locationOf(answer: Answered, { address, redactor }: CallContext): string | null {
  const text = answer.header("location");
  if (answer.status >= 400 || text === null || !URL.canParse(text, address.href)) return null;
  const { origin, pathname } = new URL(text, address);
  return redactor.text(`${origin}${pathname}`);
}

/** The token has the right, so this is about the one message; a firewall or the like wrote it. */
function blocked(answer: Answered, call: CallContext): Error {
  const problem = parseProblem(answer.status, call.redactor.text(answer.body));
  const title = `A gateway before CAS answered ${answer.status} with a page of its own; CAS itself did not`;
  return new RefusedError("gateway-blocked", `Could not ${call.what}: ${title}`, {
    ...problem,
    title,
  });
}

export function outcomeUnknown(words: string, call: CallContext, cause?: unknown): Error {
  return new OutcomeUnknownError(
    "outcome-unknown",
    call.redactor.text(`Could not learn whether ${call.host} took ${thingOf(call)}: ${words}`),
    { ...causeOf(cause, call), ...hintOf(call) },
  );
}

export function unansweredError(fault: ExchangeFault, call: CallContext): Error {
  // The reason of the abort says most.
  if (fault.kind === "aborted" && fault.cause instanceof Error) return fault.cause;
  return new CannotNowError(
    codeOfFault[fault.kind],
    call.redactor.text(`Could not ${call.what} at ${call.host}: ${fault.words}`),
    {
      ...causeOf(fault.cause, call),
      ...hintOf(call),
      ...(fault.hint === undefined ? {} : { hint: fault.hint }),
    },
  );
}

/** 408, 429 and 5xx; null for every other status. */
export function busyError(answer: Answered, call: CallContext): Error | null {
  const code = BUSY_CODES[answer.status] ?? (answer.status >= 500 ? "server-error" : null);
  if (code === null) return null;
  const answeredAt = parseHttpDate(answer.header("date") ?? "") ?? call.now;
  return new CannotNowError(
    code,
    `Could not ${call.what}: ${call.host} answered ${answer.status}`,
    {
      retryAfterMs: retryAfterMs(answer.header("retry-after"), answeredAt),
      ...(code === "server-error" ? hintOf(call) : {}),
    },
  );
}

/** @param isFinal whether asking again is certain to bring the same */
export function notUnderstood(
  answer: Answered,
  words: string,
  call: CallContext,
  isFinal = false,
): Error {
  const type = answer.header("content-type") ?? "no content type";
  return new (isFinal ? CasBatchError : CannotNowError)(
    "answer-not-understood",
    call.redactor.text(
      `Could not ${call.what}: ${call.host} answered ${answer.status} (${type}) with something else than expected: ${words}`,
    ),
    hintOf(call),
  );
}

export function tokenRefused(call: CallContext): Error {
  return new CasBatchError(
    "token-refused",
    `Could not ${call.what}: ${call.host} answered 401, also to a fresh token`,
  );
}

/** A redirect or a proxy's demand: that was not CAS, and a read changes nothing. */
function detour(answer: Answered, call: CallContext): Error | null {
  if (answer.status >= 400 && answer.status !== 407) return null;
  return notUnderstood(answer, "CAS itself never answers so, something in between does", call);
}

function refusal(answer: Answered, call: CallContext): Error {
  const cut = answer.bodyFault === null ? "" : ` … (cut: ${answer.bodyFault.words})`;
  const problem = parseProblem(answer.status, call.redactor.text(answer.body));
  const reason = problemText(problem);
  return new RefusedError(
    "request-refused",
    `Could not ${call.what}: ${call.host} refused it (${answer.status})${reason === "" ? "" : `: ${reason}`}`,
    { ...problem, rawBody: problem.rawBody + cut },
    answer.status === NOT_FOUND
      ? notFoundHint(call)
      : NOT_CAS.includes(answer.status)
        ? { hint: WRONG_PATH }
        : {},
  );
}

function causeOf(cause: unknown, call: CallContext): { readonly cause?: Error } {
  return cause === undefined ? {} : { cause: call.redactor.error(cause) };
}

function hintOf(call: CallContext): { readonly hint?: string } {
  return call.hint === undefined ? {} : { hint: call.hint };
}
