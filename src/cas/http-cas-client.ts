// `CasClient` over HTTP. One method is one request (two when a token was refused); nothing is
// retried, spaced or remembered here.
import type { Clock } from "../core/time/clock.ts";
import type { Log } from "../core/progress.ts";
import { isJson } from "./answer-json.ts";
import { createAuthorizedCalls } from "./authorized-calls.ts";
import {
  readAuthorizationStatus,
  readDeclaration,
  readDeclarationPage,
  readReceipt,
  type Reading,
} from "./answers.ts";
import type { CasClient, DeclarationQuery, SearchPage } from "./cas-client.ts";
import type { CasSettings } from "./cas-settings.ts";
import type { Answered } from "./exchange.ts";
import {
  notUnderstood,
  outcomeUnknown,
  readFailure,
  sendFailure,
  type CallContext,
} from "./failures.ts";
import { parseHttpDate } from "./http-date.ts";
import { isSimulated } from "./simulator-proof.ts";

/** Source: seeds/002, Search parameters. */
const SEARCH_LIMIT_MAX = 100;

/**
 * Opens no connection yet.
 * @throws CasBatchError `insecure-url`, `configuration-invalid`
 */
export function createCasClient(
  settings: CasSettings,
  dependencies: { readonly clock: Clock; readonly log: Log },
): CasClient {
  const { endpoints } = settings;
  const calls = createAuthorizedCalls(settings, dependencies);

  return {
    authorizationStatus: async (options = {}) => {
      const { result, call } = await calls.ask({
        what: "read the authorization status",
        scope: null,
        path: endpoints.authorizationStatus,
        options,
      });
      const { value, answer } = understood(result, call, readAuthorizationStatus);
      return { ...value, simulated: isSimulated(answer, call.host, settings.environment) };
    },

    sendCustomsShipment: async (body, options = {}) => {
      const { result, call } = await calls.ask({
        what: "send the customs shipment",
        scope: "create:messages",
        path: endpoints.customsShipments,
        body,
        options,
      });
      const failure = sendFailure(result, call);
      if (failure !== null) throw failure;
      const receipt = readReceipt(result.answered ? result.body : "");
      if ("fault" in receipt) {
        throw outcomeUnknown(`the answer is no receipt: ${receipt.fault}`, call);
      }
      return receipt.value;
    },

    searchDeclarations: async (query, page, options = {}) => {
      const { result, call } = await calls.ask({
        what: "search declarations",
        scope: "read:declarations",
        path: `${endpoints.declarationSearch}?${searchParameters(query, page)}`,
        options,
      });
      const { value, answer } = understood(result, call, (body) =>
        readDeclarationPage(body, page.offset),
      );
      const serverTime = parseHttpDate(answer.header("date") ?? "");
      return { ...value, serverTime: serverTime?.toISOString() ?? null };
    },

    declaration: async (declarationId, options = {}) => {
      // A URL resolves dots away, so that another resource would be asked for.
      if (/^\.{0,2}$/.test(declarationId)) {
        throw new RangeError(`"${declarationId}" was asked for, which is no declaration's id`);
      }
      const path = endpoints.declaration.replace("{declarationId}", () =>
        encodeURIComponent(declarationId),
      );
      const { result, call } = await calls.ask({
        what: `read declaration ${declarationId}`,
        scope: "read:declarations",
        path: `${path}?include=errors`,
        options,
      });
      // JSON that says too little says no more when it is asked for again.
      return understood(result, call, readDeclaration, isJson).value;
    },

    close: calls.close,
  };
}

function understood<T>(
  result: Parameters<typeof readFailure>[0],
  call: CallContext,
  reader: (body: string) => Reading<T>,
  isFinal: (body: string) => boolean = () => false,
): { readonly value: T; readonly answer: Answered } {
  const failure = readFailure(result, call);
  if (failure !== null || !result.answered) throw failure ?? new Error("No answer, and no reason");
  const reading = reader(result.body);
  if ("fault" in reading) {
    throw notUnderstood(result, reading.fault, call, isFinal(result.body));
  }
  return { value: reading.value, answer: result };
}

/** Arrays repeat their name. Source: seeds/002, Search parameters. */
function searchParameters(query: DeclarationQuery, { limit, offset }: SearchPage): string {
  if (!Number.isInteger(limit) || limit < 1 || limit > SEARCH_LIMIT_MAX) {
    throw new RangeError(
      `A search page of ${limit} was asked for; 1 to ${SEARCH_LIMIT_MAX} is allowed`,
    );
  }
  if (!Number.isInteger(offset) || offset < 0 || offset % limit !== 0) {
    throw new RangeError(
      `A search from ${offset} was asked for; multiples of ${limit} are allowed`,
    );
  }
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as readonly [
    string,
    string | readonly string[],
  ][]) {
    for (const one of typeof value === "string" ? [value] : value) parameters.append(name, one);
  }
  parameters.append("limit", String(limit));
  parameters.append("offset", String(offset));
  return parameters.toString();
}
