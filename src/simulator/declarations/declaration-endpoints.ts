// GET /v1/declarations/search and GET /v1/declarations/{id}. Source: seeds/002.
import * as z from "zod";
import { jsonAnswer, problemAnswer, type Answer } from "../api/answer.ts";
import type { ApiParts, ApiRequest } from "../api/api-request.ts";
import type { ApiShapes } from "../api/api-shapes.ts";
import type { Route, RouteMatch } from "../api/route.ts";
import { changeRoutes } from "./change-endpoints.ts";
import { createDeclarationSearch, parseSearch } from "./declaration-search.ts";
import { declarationDetail, declarationSummary } from "./declaration-view.ts";

/** Source: seeds/002, Scope. */
const READ = "read:declarations";

/** `errors` and `attachments`, in one value or repeated. Source: seeds/002, Including additional data. */
export const detailParameters = z.object({ include: z.array(z.string()).default([]) });

export function declarationRoutes(
  routeParts: Pick<ApiParts, "searchOrder" | "shapes">,
): readonly Route[] {
  const search = createDeclarationSearch(routeParts.searchOrder);
  return [
    {
      method: "GET",
      path: "/v1/declarations/search",
      scope: READ,
      answer: (request, parts) => answerSearch(request, parts, search),
    },
    {
      method: "GET",
      path: "/v1/declarations/{declarationId}",
      scope: READ,
      answer: answerDeclaration,
    },
    ...changeRoutes(routeParts),
  ];
}

function answerSearch(
  request: ApiRequest,
  parts: ApiParts,
  search: ReturnType<typeof createDeclarationSearch>,
): Answer {
  const parsed = parseSearch(request.parameters);
  if (parsed.kind === "unfit") {
    return problemAnswer(400, "The search cannot be understood", {
      errors: parsed.errors,
      errorsShape: parts.problemErrorsShape,
    });
  }
  parts.advance();
  const { page, total } = search(parts.book, parsed.query);
  const summaries = page.map((declaration) =>
    searchItem(declarationSummary(declaration, parts.shipmentReferenceForm), parts.shapes),
  );
  return jsonAnswer(
    200,
    parts.searchEnvelope === "array" ? summaries : { [parts.searchEnvelope]: summaries, total },
  );
}

function searchItem(
  summary: ReturnType<typeof declarationSummary>,
  { searchItems }: ApiShapes,
): Readonly<Record<string, unknown>> {
  if (searchItems === "full") return summary;
  const { declarationId, currentStatus, mrn, ...others } = summary;
  return searchItems === "id"
    ? { id: declarationId, currentStatus, mrn, ...others }
    : { declarationId, currentStatus, mrn };
}

function answerDeclaration(request: ApiRequest, parts: ApiParts, found: RouteMatch): Answer {
  parts.advance();
  const declarationId = found.value("declarationId");
  const declaration = parts.book.declaration(declarationId);
  if (declaration === null) {
    return problemAnswer(404, `There is no declaration ${declarationId}`);
  }
  const { include } = detailParameters.parse({ include: request.parameters.getAll("include") });
  const included = new Set(include.flatMap((value) => value.split(",")));
  return jsonAnswer(
    200,
    declarationDetail(
      declaration,
      { errors: included.has("errors"), attachments: included.has("attachments") },
      parts.shipmentReferenceForm,
    ),
  );
}
