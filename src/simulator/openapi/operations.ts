// What the OpenAPI description says of each endpoint beside its path, its method and its scope. The bodies
// and parameters are the very schemas that the endpoints check requests with.
import type * as z from "zod";
import { actionBody, declarationUpdate, invalidation } from "../declarations/change-endpoints.ts";
import { detailParameters } from "../declarations/declaration-endpoints.ts";
import { searchParameters } from "../declarations/declaration-search.ts";
import type { RouteParts } from "../server/api-routes.ts";
import { customsShipment, goodsItem } from "../ingestion/customs-shipment.ts";
import { MESSAGE_KINDS } from "../ingestion/message-kinds.ts";
import { subscriptionRequest } from "../webhooks/subscription.ts";
import * as answers from "./answers.ts";

export interface Operation {
  readonly summary: string;
  /** What of it no page states. */
  readonly assumed?: string;
  readonly body?: z.ZodType;
  readonly isBodyOptional?: boolean;
  readonly query?: z.ZodObject;
  readonly status: number;
  /** Without a body when left out. */
  readonly answer?: z.ZodType;
}

const DECLARATION = "/v1/declarations/{declarationId}";
const ITEM = `${DECLARATION}/items/{id}`;
const CERTIFICATE = "certificates-of-origin/{certificateOfOriginId}/{attachmentId}";

/** By method and path, with the default shapes. */
export function operations({
  shapes,
  destinationFields,
}: RouteParts): ReadonlyMap<string, Operation> {
  const changed = { status: shapes.changeStatus, answer: answers.receipt };
  const action = (summary: string, isDocumented = false): Operation => ({
    summary,
    assumed: isDocumented
      ? "The verb, the body and the answer"
      : "The path, the verb, the body and the answer",
    body: actionBody,
    isBodyOptional: true,
    ...changed,
  });
  const itemChange = { status: 202, answer: answers.receipt, assumed: "The body of the answer" };
  const link = (path: string, summary: string): readonly (readonly [string, Operation])[] => [
    [`GET ${path}`, { summary: `${summary}: a redirect to a link that ends`, status: 307 }],
    [
      `GET ${path}/url`,
      { summary: `${summary}: the link`, status: 200, answer: answers.downloadUrl },
    ],
  ];
  return new Map<string, Operation>([
    [
      "GET /v1/authorizationStatus",
      { summary: "Check a token", status: 200, answer: answers.authorizationStatus },
    ],
    [
      "POST /v1/customsshipments",
      {
        summary: "Create or change a customs shipment",
        assumed: "Which members are checked at once",
        body: customsShipment,
        status: 202,
        answer: answers.receipt,
      },
    ],
    ...MESSAGE_KINDS.map(({ messageKind, path, hyphenatedPath, model }) => {
      const assumed =
        hyphenatedPath === null ? "Which members are checked at once" : "The path and the members";
      const summary = `Send a message of kind ${messageKind}`;
      return [
        `POST ${path}`,
        { summary, assumed, body: model, status: 202, answer: answers.receipt },
      ] as const;
    }),
    [
      "GET /v1/movementorders/{id}",
      {
        summary: "Read a movement order",
        assumed: "What the id is, and the members of the answer",
        status: 200,
        answer: answers.anything,
      },
    ],
    [
      "GET /v1/declarations/search",
      {
        summary: "Search declarations",
        query: searchParameters,
        status: 200,
        answer: answers.foundDeclarations,
      },
    ],
    [
      `GET ${DECLARATION}`,
      {
        summary: "Read a declaration",
        query: detailParameters,
        status: 200,
        answer: answers.declaration,
      },
    ],
    [
      `PATCH ${DECLARATION}`,
      {
        summary: "Update a declaration",
        assumed: "The answer",
        body: declarationUpdate,
        ...changed,
      },
    ],
    [
      `GET ${ITEM}`,
      {
        summary: "Read a goods item",
        assumed: "The answer",
        status: 200,
        answer: answers.anything,
      },
    ],
    [`POST ${DECLARATION}/items`, { summary: "Add a goods item", body: goodsItem, ...itemChange }],
    [`PATCH ${ITEM}`, { summary: "Update a goods item", body: goodsItem, ...itemChange }],
    [`DELETE ${ITEM}`, { summary: "Delete a goods item", ...itemChange }],
    [`POST ${DECLARATION}/submit`, action("Send a declaration to customs", true)],
    [`POST ${DECLARATION}/validate`, action("Run the validations")],
    [
      `POST ${DECLARATION}/invalidate`,
      {
        ...action("Invalidate a declaration, with the reason"),
        body: invalidation(shapes.reasonField),
        isBodyOptional: false,
      },
    ],
    [`POST ${DECLARATION}/goodsarrived`, action("Tell that the goods have arrived")],
    [`POST ${DECLARATION}/generatesad`, action("Make the PDF of the SAD")],
    [`POST ${DECLARATION}/amend`, action("Ask for an amendment")],
    ...link(`${DECLARATION}/attachments/{attachmentId}`, "An attachment by its id"),
    ...link(
      `${DECLARATION}/attachments/{documentType}/{attachmentId}`,
      "An attachment by document type and id",
    ),
    ...link(`/v1/${CERTIFICATE}`, "A certificate of origin"),
    ...link(`/v1/{tenant}/${CERTIFICATE}`, "A certificate of origin, the tenant in the path"),
    [
      "POST /v1/subscriptions",
      {
        summary: "Subscribe to events",
        assumed: "The members that protect the destination, and which event types there are",
        body: subscriptionRequest(destinationFields),
        status: 201,
        answer: answers.createdSubscription,
      },
    ],
    [
      "GET /v1/subscriptions",
      {
        summary: "List subscriptions",
        assumed: "All of it",
        status: 200,
        answer: answers.listedSubscriptions,
      },
    ],
    [
      "DELETE /v1/subscriptions/{id}",
      { summary: "Delete a subscription", assumed: "The path", status: 204 },
    ],
  ]);
}
