// The API, from a read request to an answer: the rate limit, the token, the route, the scope, and
// only then the endpoint. It knows nothing of sockets.
import { jsonAnswer, problemAnswer, type Answer } from "../api/answer.ts";
import {
  methodNotAllowed,
  type ApiParts,
  type ApiRequest,
  type RefusableAnswer,
} from "../api/api-request.ts";
import { createRouteTable, type FindRoutes, type Route } from "../api/route.ts";
import { SIMULATOR_ABOUT_PATH, SIMULATOR_TOKEN_PATH } from "../../core/simulator-signs.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { answerTokenRequest } from "./token-endpoint.ts";

/**
 * Answers everything that the API's address is asked for.
 * @param about what `GET /simulator/about` answers
 */
export function createApiHandler(
  parts: ApiParts,
  routes: readonly Route[],
  about: unknown,
): (request: ApiRequest) => Answer | Promise<Answer> {
  const findRoutes = createRouteTable(routes);
  return (request) => {
    if (request.path === SIMULATOR_ABOUT_PATH) return jsonAnswer(200, about);
    if (request.path === SIMULATOR_TOKEN_PATH) return answerTokenRequest(request, parts);
    return answerApiRequest(request, parts, findRoutes);
  };
}

/** Answers what is under `/v1`; a refusal is in the journal before it is answered. */
async function answerApiRequest(
  request: ApiRequest,
  parts: ApiParts,
  findRoutes: FindRoutes,
): Promise<Answer> {
  const answer = await answerUnjournaled(request, parts, findRoutes);
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

async function answerUnjournaled(
  request: ApiRequest,
  parts: ApiParts,
  findRoutes: FindRoutes,
): Promise<RefusableAnswer> {
  const waitMs = parts.limit?.waitMs(parts.clock.monotonicMs()) ?? null;
  if (waitMs !== null) {
    return problemAnswer(429, "Too many requests in one second", {
      headers: retryAfter(Math.ceil(waitMs / 1000), parts),
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
  const found = findRoutes(request.path);
  if (found === null) return problemAnswer(404, `There is nothing at ${request.path}`);
  const route = found.routes.find(({ method }) => method === request.method);
  if (route === undefined) {
    return methodNotAllowed(request, found.routes.map(({ method }) => method).join(", "));
  }
  if (route.scope !== null && !claims.scopes.includes(route.scope)) {
    return problemAnswer(403, `The token lacks the scope ${route.scope}`);
  }
  return route.answer(request, parts, {
    value: (name) => found.values.get(name) ?? "",
    scopes: claims.scopes,
  });
}

/** Source: Error handling tells of the 429; how long to wait, and where it stands, is assumed. */
function retryAfter(waitS: number, { shapes, clock }: ApiParts): Readonly<Record<string, string>> {
  switch (shapes.retryAfter) {
    case "seconds":
      return { "retry-after": String(waitS) };
    case "date":
      return { "retry-after": new Date(clock.now().getTime() + waitS * 1000).toUTCString() };
    case "none":
      return {};
  }
}
