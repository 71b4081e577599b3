// POST /oauth2/v2.0/token: the client credentials grant. Source: seeds/000 step 1. The error bodies are
// those of OAuth 2.0 (RFC 6749, section 5.2), assumed.
import * as z from "zod";
import { jsonAnswer, type Answer } from "../api/answer.ts";
import { mediaType, methodNotAllowed, type ApiParts, type ApiRequest } from "../api/api-request.ts";

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

type TokenDecision =
  | { readonly kind: "granted" }
  | {
      readonly kind: "denied";
      readonly status: 400 | 401;
      readonly error: string;
      readonly description: string;
    };

/** Any environment may stand in the scope: the simulator plays all of them. */
export const tokenForm = z.object({
  grant_type: z.literal("client_credentials"),
  client_id: z.string(),
  client_secret: z.string(),
  scope: z.string().regex(/^https:\/\/c4t[a-z0-9]+b2c\.onmicrosoft\.com\/[^/]+\/\.default$/),
});

function decideTokenRequest(
  form: URLSearchParams,
  { clientId, clientSecret }: ApiParts["credentials"],
): TokenDecision {
  const checked = tokenForm.safeParse(Object.fromEntries(form));
  const wrong = new Set(checked.error?.issues.map(({ path }) => path[0]));
  if (wrong.has("grant_type")) {
    return denied(400, "unsupported_grant_type", "grant_type must be client_credentials");
  }
  if (form.get("client_id") !== clientId || form.get("client_secret") !== clientSecret) {
    return denied(401, "invalid_client", "The client id or the client secret is wrong");
  }
  if (wrong.has("scope") || form.get("scope")?.split("/").at(-2) !== clientId) {
    return denied(
      400,
      "invalid_scope",
      "scope must be https://c4t{env}b2c.onmicrosoft.com/{client_id}/.default",
    );
  }
  return { kind: "granted" };
}

function denied(status: 400 | 401, error: string, description: string): TokenDecision {
  return { kind: "denied", status, error, description };
}
