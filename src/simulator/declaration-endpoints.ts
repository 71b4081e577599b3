// GET /v1/declarations/search and GET /v1/declarations/{id}. Source: seeds/002.
import { jsonAnswer, problemAnswer, type Answer } from "./answer.ts";
import type { ApiParts, ApiRequest } from "./api-request.ts";
import { parseSearch } from "./declaration-search.ts";
import { declarationDetail, declarationSummary } from "./declaration-view.ts";

export const DECLARATION_PATH = /^\/v1\/declarations\/([^/]+)$/;

export function answerSearch(request: ApiRequest, parts: ApiParts): Answer {
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

export function answerDeclaration(request: ApiRequest, parts: ApiParts): Answer {
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
