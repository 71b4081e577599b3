// The bearer token: fetched once, shared by all calls, renewed before it expires and once more when
// CAS refuses it. At most one token request is under way at any time. Lifetimes are measured with the
// monotonic clock, from before the request, so that a wrong or jumping wall clock does no harm; where
// that clock stands still (a sleeping laptop), the 401 renews the token.
import * as z from "zod";
import type { Clock } from "../core/time/clock.ts";
import { CannotNowError, CasBatchError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";
import type { Redactor } from "../core/text/redact.ts";
import { parseAnswer, textOrNull } from "./answer-json.ts";
import { readWhole } from "./answers.ts";
import type { CasSettings } from "./cas-settings.ts";
import type { Answered, Request, Unanswered } from "./exchange.ts";
import { busyError, notUnderstood, unansweredError, type CallContext } from "./failures.ts";

/** Source: seeds/000, step 1. Also what an absent or senseless `expires_in` is taken for. */
const DOCUMENTED_LIFETIME_SECONDS = 3600;
/** However long a token claims to live. */
const LIFETIME_MAX_SECONDS = 24 * 3600;
/** A token is renewed this long before it expires, and a short-lived one at three quarters. */
const RENEWAL_MARGIN_MS = 120_000;
const RENEWAL_SHARE = 0.25;
/** However short a token claims to live: one token request per second is the most there can be. */
const USE_MIN_MS = 1_000;
/** While a renewal fails and the old token still lives, it is tried again after this long. */
const RENEWAL_PAUSE_MS = 10_000;

export interface TokenSource {
  readonly current: (signal?: AbortSignal) => Promise<string>;
  /** The newest token there is, whatever its age; null before the first. */
  readonly latest: () => string | null;
  /** A token other than `refused`, which CAS has just answered with 401. */
  readonly replacementOf: (refused: string, signal?: AbortSignal) => Promise<string>;
}

interface Token {
  readonly value: string;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

export interface TokenSourceDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly send: (request: Request) => Promise<Answered | Unanswered>;
}

export function createTokenSource(
  settings: CasSettings,
  tokenUrl: URL,
  { clock, log, redactor, send }: TokenSourceDependencies,
): TokenSource {
  let token: Token | null = null;
  let renewal: Promise<Token> | null = null;

  const fetchToken = async (): Promise<Token> => {
    const askedAtMs = clock.monotonicMs();
    const answer = await send(tokenRequest(settings, tokenUrl));
    const { accessToken, lifetimeMs } = readToken(answer, settings.scope, {
      what: "fetch a token",
      host: tokenUrl.host,
      address: tokenUrl,
      now: clock.now(),
      redactor,
      hint: "Check CAS_TOKEN_URL and the network, then run `cas-batch doctor`",
    });
    redactor.remember(accessToken);
    log("debug", "Fetched a token", { lifetimeSeconds: lifetimeMs / 1000 });
    const marginMs = Math.min(RENEWAL_MARGIN_MS, lifetimeMs * RENEWAL_SHARE);
    return {
      value: accessToken,
      renewAtMs: askedAtMs + Math.max(lifetimeMs - marginMs, USE_MIN_MS),
      expiresAtMs: askedAtMs + lifetimeMs,
    };
  };

  const renew = (): Promise<Token> => {
    renewal ??= fetchToken()
      .then((fetched) => (token = fetched))
      .finally(() => {
        renewal = null;
      });
    return renewal;
  };

  /** The old token serves while it lives and the token endpoint does not answer. */
  const renewInTime = async (old: Token): Promise<Token> => {
    try {
      return await renew();
    } catch (error) {
      // Another call that waited for the same renewal was here first.
      if (token !== null && token !== old) return token;
      const nowMs = clock.monotonicMs();
      if (!(error instanceof CannotNowError) || nowMs >= old.expiresAtMs) throw error;
      log("warn", "The token could not be renewed; the old one still serves", {
        reason: error.message,
      });
      token = { ...old, renewAtMs: nowMs + RENEWAL_PAUSE_MS };
      return token;
    }
  };

  return {
    current: async (signal) => {
      if (token !== null && clock.monotonicMs() < token.renewAtMs) return token.value;
      const wanted = token === null ? renew() : renewInTime(token);
      return (await unlessAborted(wanted, signal)).value;
    },
    latest: () => token?.value ?? null,
    replacementOf: async (refused, signal) => {
      if (token !== null && token.value !== refused) return token.value;
      log("info", "CAS refused the token; fetching a fresh one");
      return (await unlessAborted(renew(), signal)).value;
    },
  };
}

function tokenRequest(settings: CasSettings, url: URL): Request {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    scope: settings.scope,
  });
  return {
    method: "POST",
    url,
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
      "user-agent": settings.userAgent,
    },
    body: body.toString(),
  };
}

/** A token travels in a header: visible characters only. */
const tokenSchema = z.object({
  access_token: z.string("is no text").regex(/^[\x21-\x7e]+$/, "is no text that a header can hold"),
  expires_in: z.unknown().optional(),
});
/** Source: RFC 6749, section 5.2; that CAS answers so is assumed. */
const refusalSchema = z.object({ error: z.string(), error_description: z.unknown().optional() });
/** OAuth errors that are no fault of ours. Source: RFC 6749, sections 4.1.2.1 and 5.2. */
const TRANSIENT_ERRORS = new Set(["temporarily_unavailable", "server_error"]);

/** That the scope is wrong. Source: RFC 6749, section 5.2; RFC 8707, section 2. */
const SCOPE_ERRORS = new Set(["invalid_scope", "invalid_resource", "invalid_target"]);
/** The same in other words: Entra ID and its B2C form say it in the description. Source: assumed. */
const SCOPE_WORDS = /\bscopes?\b|AADSTS(?:70011|500011|1002012)|AADB2C90(?:117|146)/i;
/** That the client id or the secret is wrong, or that the client may not ask so. */
const CLIENT_ERRORS = new Set(["invalid_client", "unauthorized_client", "access_denied"]);

function readToken(
  answer: Answered | Unanswered,
  scope: string,
  call: CallContext,
): { readonly accessToken: string; readonly lifetimeMs: number } {
  // A token request changes nothing at CAS: sent or not, it can be repeated.
  if (!answer.answered) throw unansweredError(answer.fault, call);
  if (answer.status < 300) {
    if (answer.bodyFault !== null) throw unansweredError(answer.bodyFault, call);
    const token = readWhole(tokenSchema, answer.body);
    if ("fault" in token) throw notUnderstood(answer, `it holds no token; ${token.fault}`, call);
    const { access_token: accessToken, expires_in: expiresIn } = token.value;
    return { accessToken, lifetimeMs: lifetimeSeconds(expiresIn) * 1000 };
  }
  const busy = busyError(answer, call);
  if (busy !== null) throw busy;
  const refusal = refusalSchema.safeParse(parseAnswer(answer.body)).data;
  if (refusal === undefined && answer.status !== 401) {
    throw notUnderstood(answer, "it is neither a token nor a refusal", call);
  }
  const reason =
    [refusal?.error, textOrNull(refusal?.error_description)].filter(Boolean).join(": ") ||
    "no reason was given";
  if (refusal !== undefined && TRANSIENT_ERRORS.has(refusal.error)) {
    throw new CannotNowError(
      "server-error",
      call.redactor.text(
        `Could not ${call.what}: ${call.host} answered ${answer.status}, ${reason}`,
      ),
    );
  }
  const isOfClient = refusal === undefined || CLIENT_ERRORS.has(refusal.error);
  const isOfScope = !isOfClient && (SCOPE_ERRORS.has(refusal.error) || SCOPE_WORDS.test(reason));
  const what = isOfScope
    ? `the scope ${scope}`
    : isOfClient
      ? "the client id or the client secret"
      : "to give a token";
  throw new CasBatchError(
    isOfScope ? "scope-refused" : "credentials-refused",
    call.redactor.text(`${call.host} refused ${what} (${answer.status}): ${reason}`),
  );
}

function lifetimeSeconds(expiresIn: unknown): number {
  const seconds = Number(textOrNull(expiresIn) ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds, LIFETIME_MAX_SECONDS) : DOCUMENTED_LIFETIME_SECONDS;
}

/** Waits for what others wait for too: aborting one of them must not stop it for the rest. */
export function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    shared.then(resolve, reject).finally(() => {
      signal.removeEventListener("abort", onAbort);
    });
  });
}
