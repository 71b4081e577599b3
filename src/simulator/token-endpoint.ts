// POST /oauth2/v2.0/token over HTTP. Source: seeds/000 step 1.
import { jsonAnswer, type Answer } from "./answer.ts";
import { mediaType, methodNotAllowed, type ApiParts, type ApiRequest } from "./api-request.ts";
import { decideTokenRequest } from "./token-request.ts";

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
