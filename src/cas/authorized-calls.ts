// Calls of the API under the client's token: puts the token on, renews it once when it is refused,
// and explains a missing right. What an answer means, the caller decides.
import type { Clock } from "../core/time/clock.ts";
import { CasBatchError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";
import { createRedactor } from "../core/text/redact.ts";
import { withoutNeedlessEscapes } from "./answer-json.ts";
import { readAuthorizationStatus } from "./answers.ts";
import type { CallOptions, TokenRights } from "./cas-client.ts";
import type { CasSettings } from "./cas-settings.ts";
import { createDispatchers } from "./dispatcher.ts";
import { checkEndpoints, pathOf, type EndpointName, type PathIds } from "./endpoints.ts";
import { checkedHeaders, secretValues } from "./extra-headers.ts";
import {
  exchange,
  type Answered,
  type ExchangeLimits,
  type Request,
  type Unanswered,
} from "./exchange.ts";
import { namesOne, tokenRefused, type CallContext } from "./failures.ts";
import { isProblemDocument } from "./problem.ts";
import { secureUrl } from "./secure-url.ts";
import { createSimulatorProof, isSimulated } from "./simulator-proof.ts";
import { createTokenSource, unlessAborted } from "./token-source.ts";

export interface ApiCall {
  /** Completes "Could not …". */
  readonly what: string;
  /** The right it needs; null when any token will do. Source: cas-api, Scopes. */
  readonly scope: string | null;
  readonly endpoint: EndpointName;
  /** For the placeholders of the endpoint's path. */
  readonly ids?: PathIds;
  /** Follows the path. Shape: `/url` or `?name=value`. */
  readonly after?: string;
  /** `GET` changes nothing at CAS; that is the default. */
  readonly method?: Request["method"];
  readonly body?: string | null;
  /** What CAS may have taken, in words; default: the message. */
  readonly thing?: string;
  /** What the body holds that no answer, error or log may show. */
  readonly secrets?: readonly string[];
  readonly options: CallOptions;
}

type AddressedCall = ApiCall & { readonly address: URL };

interface AuthorizedCalls {
  /**
   * @throws CasBatchError `credentials-refused`, `token-refused`, `scope-missing`, `id-unusable`
   * @throws CannotNowError when no token can be had now
   */
  readonly ask: (
    call: ApiCall,
  ) => Promise<{ readonly result: Answered | Unanswered; readonly call: CallContext }>;
  readonly close: () => Promise<void>;
}

export function createAuthorizedCalls(
  settings: CasSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): AuthorizedCalls {
  const apiUrl = secureUrl(settings.apiUrl, "API address");
  const tokenUrl = secureUrl(settings.tokenUrl, "token address");
  const extraHeaders = checkedHeaders(settings.headers ?? {});
  const { environment, clientSecret } = settings;
  // The simulator's is no secret, and hiding the word would garble every text.
  const secrets = environment === "simulator" ? [] : [clientSecret];
  const redactor = createRedactor([...secrets, ...secretValues(extraHeaders)]);
  const dispatchers = createDispatchers(settings);
  const send = (
    request: Request,
    limits: ExchangeLimits = settings,
  ): Promise<Answered | Unanswered> => exchange(dispatchers.for(request.url), request, limits);
  const proveSimulator =
    environment === "simulator"
      ? createSimulatorProof({ apiUrl, tokenUrl }, { clock, redactor, limits: settings, send })
      : null;
  const askForToken = async (request: Request): Promise<Answered | Unanswered> => {
    const result = await send(request);
    if (result.answered) isSimulated(result, tokenUrl.host, environment);
    return result;
  };
  const tokens = createTokenSource(settings, tokenUrl, {
    clock,
    log,
    redactor,
    send: askForToken,
  });
  const { endpoints } = settings;
  checkEndpoints(endpoints);
  const basePath = apiUrl.pathname.replace(/\/$/, "");
  const baseHeaders = {
    ...extraHeaders,
    accept: "application/json",
    "user-agent": settings.userAgent,
  };

  /** @throws CasBatchError `id-unusable`, before anything is asked */
  const addressed = (call: ApiCall): AddressedCall => ({ ...call, address: addressOf(call) });

  const addressOf = ({ endpoint, ids = {}, after = "" }: ApiCall): URL =>
    new URL(apiUrl.origin + basePath + pathOf(endpoints[endpoint], ids) + after);

  const sendWith = async (token: string, call: AddressedCall): Promise<SentUnder> => {
    const { method = "GET", body = null, options } = call;
    const { signal, onWrite } = options;
    const turn = await options.turn?.();
    // Renewed by another call while this one waited for its turn.
    const newest = tokens.latest() ?? token;
    const headers = { ...baseHeaders, authorization: `Bearer ${newest}` };
    try {
      const result = await send({
        method,
        url: call.address,
        signal,
        onWrite: () => {
          onWrite?.();
          turn?.written();
        },
        ...(body === null
          ? { headers }
          : { headers: { ...headers, "content-type": "application/json" }, body }),
      });
      return { result: withoutSecrets(result), token: newest };
    } finally {
      turn?.over();
    }
  };

  /** On the way in: what an answer echoes of our secrets reaches neither ledger, nor report, nor log. */
  const withoutSecrets = (result: Answered | Unanswered): Answered | Unanswered =>
    result.answered
      ? { ...result, body: redactor.data(withoutNeedlessEscapes(result.body)) }
      : result;

  const contextOf = (call: AddressedCall): CallContext => ({
    what: call.what,
    ...(call.thing === undefined ? {} : { thing: call.thing }),
    endpoint: call.endpoint,
    host: apiUrl.host,
    address: call.address,
    now: clock.now(),
    redactor,
  });

  const sendAuthorized = async (call: AddressedCall): Promise<Answered | Unanswered> => {
    const { signal, onNothingTaken } = call.options;
    if (proveSimulator !== null) await unlessAborted(proveSimulator(), signal);
    const first = await sendWith(await tokens.current(signal), call);
    if (!first.result.answered || first.result.status !== 401) return first.result;
    // The simulator refuses the tokens of CAS: that is an address to correct, not a token.
    isSimulated(first.result, apiUrl.host, environment);
    // A 401 takes nothing, so the same message may follow.
    onNothingTaken?.();
    const { result } = await sendWith(await tokens.replacementOf(first.token, signal), call);
    if (result.answered && result.status === 401) throw tokenRefused(contextOf(call));
    return result;
  };

  /** Asked once for however many calls are refused at the same time. */
  let enquiry: Promise<TokenRights | null> | null = null;
  const rightsOfToken = ({ turn }: CallOptions): Promise<TokenRights | null> => {
    const question = addressed({
      what: "read the authorization status",
      scope: null,
      endpoint: "authorizationStatus",
      options: turn === undefined ? {} : { turn },
    });
    enquiry ??= sendAuthorized(question)
      .then((result) => {
        if (!result.answered || result.status !== 200) return null;
        const reading = readAuthorizationStatus(result.body);
        return "value" in reading ? reading.value : null;
      })
      // The refusal itself is the news; that its reason cannot be had changes nothing about it.
      .catch(() => null)
      .finally(() => {
        enquiry = null;
      });
    return enquiry;
  };

  return {
    ask: async (wanted) => {
      const call = addressed(wanted);
      for (const secret of wanted.secrets ?? []) redactor.remember(secret);
      const startedMs = clock.monotonicMs();
      const result = await sendAuthorized(call);
      log("debug", `Asked ${apiUrl.host} to ${call.what}`, {
        status: result.answered ? result.status : null,
        tookMs: Math.round(clock.monotonicMs() - startedMs),
      });
      if (result.answered && result.status === 403) {
        const rights = call.scope === null ? null : await rightsOfToken(call.options);
        if (!isAboutThisOne(result, call, rights)) throw scopeMissing(call, apiUrl.host, rights);
      }
      return { result, call: contextOf(call) };
    },
    close: dispatchers.close,
  };
}

interface SentUnder {
  readonly result: Answered | Unanswered;
  readonly token: string;
}

/**
 * A firewall that dislikes one message answers with a page of its own, whatever the token may do. And CAS may answer
 * so to a change that the state of its declaration forbids. Source: assumed; no page tells the status of that.
 */
function isAboutThisOne(
  answer: Answered,
  { method = "GET", scope, endpoint }: ApiCall,
  rights: TokenRights | null,
): boolean {
  if (method === "GET" || scope === null) return false;
  if (isProblemDocument(answer) && !namesOne({ endpoint })) return false;
  return rights?.scopes.includes(scope) === true;
}

function scopeMissing(call: ApiCall, host: string, rights: TokenRights | null): Error {
  const parts = [`Could not ${call.what}: ${host} answered 403`];
  if (call.scope !== null) parts.push(`it needs the scope ${call.scope}`);
  if (rights !== null) {
    const scopes = rights.scopes.join(" ") || "no scope at all";
    parts.push(`the token is for tenant ${rights.tenant} and has ${scopes}`);
  }
  if (call.scope !== null && rights?.scopes.includes(call.scope) === true) {
    parts.push("the scope is there, so the tenant may be the wrong one");
  }
  return new CasBatchError("scope-missing", parts.join("; "));
}
