// The API, from a read request to an answer: who may, what is asked, what comes back. It knows
// nothing of sockets.
import { sha256Hex } from "../core/json.ts";
import type { Clock } from "../core/clock.ts";
import type { TokenMint } from "./access-token.ts";
import { jsonAnswer, problemAnswer, type Answer, type ProblemErrorsShape } from "./answer.ts";
import type { SearchQuery, SearchResult } from "./declaration-search.ts";
import { parseSearch } from "./declaration-search.ts";
import {
  declarationDetail,
  declarationSummary,
  type ShipmentReferenceForm,
} from "./declaration-view.ts";
import type { AcceptedEntry, JournalEntry } from "./journal-entry.ts";
import type { JournalFile } from "./journal-file.ts";
import { checkMessage } from "./message-check.ts";
import { textAt } from "./message-content.ts";
import type { RequestLimit } from "./request-limit.ts";
import type { ShipmentBook } from "./shipment-book.ts";
import { decideTokenRequest, type ClientCredentials } from "./token-request.ts";

/** Source: assumed; seeds/002 states none of them. */
export type SearchEnvelope = "array" | "items" | "declarations" | "results" | "data" | "value";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly authorization: string | null;
  readonly contentType: string | null;
  /** Null when it is longer than the server takes. */
  readonly readBody: () => Promise<string | null>;
}

export interface ApiParts {
  readonly clock: Clock;
  readonly credentials: ClientCredentials;
  readonly tenant: string;
  readonly sourceSystem: string;
  readonly scopes: readonly string[];
  readonly tokenLifetimeS: number;
  readonly stepDelayMs: number;
  readonly searchEnvelope: SearchEnvelope;
  readonly problemErrorsShape: ProblemErrorsShape;
  readonly shipmentReferenceForm: ShipmentReferenceForm;
  readonly limit: RequestLimit | null;
  readonly mint: TokenMint;
  readonly journal: JournalFile;
  readonly book: ShipmentBook;
  readonly search: (query: SearchQuery) => SearchResult;
  /** Brings the book up to date. */
  readonly advance: () => void;
  /** The next message's number and reference. */
  readonly nextReference: () => { readonly sequence: number; readonly referenceId: string };
  /** Hands a message that is on the disk to the processing. */
  readonly processLater: (entry: AcceptedEntry) => void;
}

export async function answerTokenRequest(request: ApiRequest, parts: ApiParts): Promise<Answer> {
  const at = parts.clock.now();
  if (request.method !== "POST") return methodNotAllowed(request, "POST");
  const body =
    mediaType(request.contentType) === "application/x-www-form-urlencoded"
      ? await request.readBody()
      : null;
  const form = new URLSearchParams(body ?? "");
  const decision = decideTokenRequest(form, parts.credentials);
  const clientId = form.get("client_id");
  if (decision.kind === "denied") {
    const { status, error, description } = decision;
    parts.journal.append({ kind: "token-refused", at: at.toISOString(), clientId, status, error });
    return jsonAnswer(status, { error, error_description: description });
  }
  parts.journal.append({
    kind: "token",
    at: at.toISOString(),
    clientId: parts.credentials.clientId,
  });
  const token = parts.mint.issue({
    clientId: parts.credentials.clientId,
    scopes: [...parts.scopes],
    expiresAtMs: at.getTime() + parts.tokenLifetimeS * 1000,
  });
  return jsonAnswer(200, {
    access_token: token,
    token_type: "Bearer",
    expires_in: parts.tokenLifetimeS,
  });
}

/** Answers everything under the API; a refusal is in the journal before it is answered. */
export async function answerApiRequest(request: ApiRequest, parts: ApiParts): Promise<Answer> {
  const answer = await answerUnjournaled(request, parts);
  if (answer.refusal !== undefined) {
    parts.journal.append(refusedEntry(request, answer, parts.clock.now()));
  }
  return answer;
}

interface RefusableAnswer extends Answer {
  /** What could be read of a refused shipment message. */
  readonly shipment?: {
    readonly direction: string | null;
    readonly externalReference: string | null;
    readonly messageType: string | null;
  };
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

const DECLARATION_PATH = /^\/v1\/declarations\/([^/]+)$/;

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

/** Source: seeds/000 step 4 and seeds/003, Response. */
async function answerShipment(request: ApiRequest, parts: ApiParts): Promise<RefusableAnswer> {
  if (mediaType(request.contentType) !== "application/json") {
    return problemAnswer(415, "Content-Type must be application/json");
  }
  const body = await request.readBody();
  if (body === null) {
    // What is still on its way would be taken for the next request.
    return problemAnswer(413, "The message is too long", { headers: { connection: "close" } });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return problemAnswer(400, "The body is no JSON");
  }
  const checked = checkMessage(parsed);
  if (checked.kind === "unfit") {
    const answer = problemAnswer(400, "The message does not fit the CustomsShipment model", {
      errors: checked.errors,
      errorsShape: parts.problemErrorsShape,
    });
    return {
      ...answer,
      shipment: {
        direction: textAt(checked.message, "direction"),
        externalReference: textAt(checked.message, "externalReference"),
        messageType: textAt(checked.message, "messageType"),
      },
    };
  }
  const { sequence, referenceId } = parts.nextReference();
  const entry: AcceptedEntry = {
    kind: "accepted",
    at: parts.clock.now().toISOString(),
    ...checked.envelope,
    sequence,
    referenceId,
    bodyHash: sha256Hex(body),
    stepDelayMs: parts.stepDelayMs,
    body,
  };
  try {
    await parts.journal.appendDurably(entry);
  } catch (error) {
    return problemAnswer(503, `The simulator cannot write its state: ${String(error)}`);
  }
  parts.processLater(entry);
  return jsonAnswer(202, { referenceId });
}

function answerSearch(request: ApiRequest, parts: ApiParts): Answer {
  const parsed = parseSearch(request.parameters);
  if (parsed.kind === "unfit") {
    return problemAnswer(400, "The search cannot be understood", {
      errors: parsed.errors,
      errorsShape: parts.problemErrorsShape,
    });
  }
  parts.advance();
  const { page, total } = parts.search(parsed.query);
  const summaries = page.map((declaration) =>
    declarationSummary(declaration, parts.shipmentReferenceForm),
  );
  return jsonAnswer(
    200,
    parts.searchEnvelope === "array" ? summaries : { [parts.searchEnvelope]: summaries, total },
  );
}

function answerDeclaration(request: ApiRequest, parts: ApiParts): Answer {
  parts.advance();
  const declarationId = DECLARATION_PATH.exec(request.path)?.[1] ?? "";
  const declaration = parts.book.declaration(declarationId);
  if (declaration === null) {
    return problemAnswer(404, `There is no declaration ${declarationId}`);
  }
  const included = new Set(
    request.parameters.getAll("include").flatMap((value) => value.split(",")),
  );
  return jsonAnswer(
    200,
    declarationDetail(
      declaration,
      { errors: included.has("errors"), attachments: included.has("attachments") },
      parts.shipmentReferenceForm,
    ),
  );
}

function methodNotAllowed(request: ApiRequest, allowed: string): Answer {
  return problemAnswer(405, `${request.method} is not allowed here`, {
    headers: { allow: allowed },
  });
}

function mediaType(contentType: string | null): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
