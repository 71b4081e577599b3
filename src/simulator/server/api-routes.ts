// Every endpoint of the API, room by room: what the server answers and what the OpenAPI description shows.
import type { ApiParts } from "../api/api-request.ts";
import { jsonAnswer } from "../api/answer.ts";
import type { Route } from "../api/route.ts";
import { declarationRoutes } from "../declarations/declaration-endpoints.ts";
import { documentRoutes } from "../documents/document-endpoints.ts";
import type { DocumentLinks } from "../documents/document-links.ts";
import { ingestionRoutes } from "../ingestion/ingestion-endpoints.ts";
import { subscriptionRoutes } from "../webhooks/subscription-endpoints.ts";

/** What decides where the endpoints are and which bodies they take. */
export type RouteParts = Pick<ApiParts, "destinationFields" | "searchOrder" | "shapes">;

/** @param storageUrl the host of the documents, `http://127.0.0.1:8085` */
export function apiRoutes(
  parts: RouteParts,
  links: DocumentLinks,
  storageUrl: string,
): readonly Route[] {
  return [
    AUTHORIZATION_STATUS,
    ...ingestionRoutes(parts),
    ...declarationRoutes(parts),
    ...documentRoutes(links, storageUrl),
    ...subscriptionRoutes(parts),
  ];
}

/** Source: seeds/000 step 2. */
const AUTHORIZATION_STATUS: Route = {
  method: "GET",
  path: "/v1/authorizationStatus",
  scope: null,
  answer: (_request, { sourceSystem, tenant }, { scopes }) =>
    jsonAnswer(200, {
      sourceSysRef: sourceSystem,
      tenantIds: tenant,
      scopes: scopes.join(" "),
    }),
};
