// The API, from a read request to an answer: the rate limit, the token, the route, the scope, and
// only then the endpoint. It knows nothing of sockets.
import { jsonAnswer, problemAnswer, type Answer } from "./answer.ts";
import {
  methodNotAllowed,
  type ApiParts,
  type ApiRequest,
  type RefusableAnswer,
} from "./api-request.ts";
import { answerDeclaration, answerSearch, DECLARATION_PATH } from "./declaration-endpoints.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { answerShipment } from "./shipment-endpoint.ts";

/** Answers everything under the API; a refusal is in the journal before it is answered. */
export async function answerApiRequest(request: ApiRequest, parts: ApiParts): Promise<Answer> {
  const answer = await answerUnjournaled(request, parts);
  if (answer.refusal !== undefined) {
    parts.journal.append(refusedEntry(request, answer, parts.clock.now()));
  }
  return answer;
}

function refusedEntry(request: ApiRequest, answer: RefusableAnswer, at: Date): JournalEntry {
  return {
    kind: "refused",
    at: at.toISOString(),
    status: answer.status,
    method: request.method,
    path: request.path,
    detail: answer.refusal ?? "",
    direction: answer.shipment?.direction ?? null,
    externalReference: answer.shipment?.externalReference ?? null,
    messageType: answer.shipment?.messageType ?? null,
  };
}

async function answerUnjournaled(request: ApiRequest, parts: ApiParts): Promise<RefusableAnswer> {
  const waitMs = parts.limit?.waitMs(parts.clock.monotonicMs()) ?? null;
  if (waitMs !== null) {
    return problemAnswer(429, "Too many requests in one second", {
      headers: { "retry-after": String(Math.ceil(waitMs / 1000)) },
    });
  }
  const bearer = /^Bearer +(\S+)$/i.exec(request.authorization ?? "")?.[1];
  const claims =
    bearer === undefined ? null : parts.mint.claimsOf(bearer, parts.clock.now().getTime());
  if (claims === null) {
    return problemAnswer(401, "The token is missing, unknown or expired", {
      headers: { "www-authenticate": "Bearer" },
    });
  }
  const route = routeOf(request.path);
  if (route === null) return problemAnswer(404, `There is nothing at ${request.path}`);
  if (request.method !== route.method) return methodNotAllowed(request, route.method);
  if (route.scope !== null && !claims.scopes.includes(route.scope)) {
    return problemAnswer(403, `The token lacks the scope ${route.scope}`);
  }
  return route.answer(request, parts, claims.scopes);
}

interface Route {
  readonly method: "GET" | "POST";
  /** Source: seeds/002, Scope; seeds/000 step 2. Null: any valid token. */
  readonly scope: string | null;
  readonly answer: (
    request: ApiRequest,
    parts: ApiParts,
    scopes: readonly string[],
  ) => RefusableAnswer | Promise<RefusableAnswer>;
}

const FIXED_ROUTES: Readonly<Record<string, Route>> = {
  "/v1/authorizationStatus": { method: "GET", scope: null, answer: answerAuthorizationStatus },
  "/v1/customsshipments": { method: "POST", scope: "create:messages", answer: answerShipment },
  "/v1/declarations/search": { method: "GET", scope: "read:declarations", answer: answerSearch },
};

const DECLARATION_ROUTE: Route = {
  method: "GET",
  scope: "read:declarations",
  answer: answerDeclaration,
};

function routeOf(path: string): Route | null {
  return FIXED_ROUTES[path] ?? (DECLARATION_PATH.test(path) ? DECLARATION_ROUTE : null);
}

/** Source: seeds/000 step 2. */
function answerAuthorizationStatus(
  _request: ApiRequest,
  parts: ApiParts,
  scopes: readonly string[],
): Answer {
  return jsonAnswer(200, {
    sourceSysRef: parts.sourceSystem,
    tenantIds: parts.tenant,
    scopes: scopes.join(" "),
  });
}
