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
const ATTACHMENTS = `${DECLARATION}/attachments`;
const CERTIFICATE = "certificates-of-origin/{certificateOfOriginId}/{attachmentId}";

type Described = readonly [string, Operation];

/** By method and path, with the default shapes. */
export function operations({
  shapes,
  destinationFields,
}: RouteParts): ReadonlyMap<string, Operation> {
  const { receipt } = answers;
  const { changeStatus } = shapes;
  const members = "Which members are checked at once";
  const itemChange = { assumed: "The body of the answer" };
  const action = (name: string, summary: string, body: z.ZodType = actionBody): Described =>
    described(`POST ${DECLARATION}/${name}`, summary, changeStatus, receipt, {
      assumed: `${name === "submit" ? "" : "The path, "}the verb, the body and the answer`,
      body,
      isBodyOptional: body === actionBody,
    });
  const link = (path: string, what: string): readonly Described[] => [
    described(`GET ${path}`, `${what}: a redirect to a link that ends`, 307),
    described(`GET ${path}/url`, `${what}: the link`, 200, answers.downloadUrl),
  ];
  return new Map([
    described("GET /v1/authorizationStatus", "Check a token", 200, answers.authorizationStatus),
    described("POST /v1/customsshipments", "Create or change a customs shipment", 202, receipt, {
      assumed: members,
      body: customsShipment,
    }),
    ...MESSAGE_KINDS.map(({ messageKind, path, hyphenatedPath, model: body }) =>
      described(`POST ${path}`, `Send a message of kind ${messageKind}`, 202, receipt, {
        assumed: hyphenatedPath === null ? members : "The path and the members",
        body,
      }),
    ),
    described("GET /v1/movementorders/{id}", "Read a movement order", 200, answers.anything, {
      assumed: "What the id is, and the members of the answer",
    }),
    described("GET /v1/declarations/search", "Search", 200, answers.foundDeclarations, {
      query: searchParameters,
    }),
    described(`GET ${DECLARATION}`, "Read a declaration", 200, answers.declaration, {
      query: detailParameters,
    }),
    described(`PATCH ${DECLARATION}`, "Update a declaration", changeStatus, receipt, {
      assumed: "The answer",
      body: declarationUpdate,
    }),
    described(`GET ${ITEM}`, "Read a goods item", 200, answers.anything, { assumed: "The answer" }),
    described(`POST ${DECLARATION}/items`, "Add a goods item", 202, receipt, {
      ...itemChange,
      body: goodsItem,
    }),
    described(`PATCH ${ITEM}`, "Update a goods item", 202, receipt, {
      ...itemChange,
      body: goodsItem,
    }),
    described(`DELETE ${ITEM}`, "Delete a goods item", 202, receipt, itemChange),
    action("submit", "Send a declaration to customs"),
    action("validate", "Run the validations"),
    action("invalidate", "Invalidate a declaration", invalidation(shapes.reasonField)),
    action("goodsarrived", "Tell that the goods have arrived"),
    action("generatesad", "Make the PDF of the SAD"),
    action("amend", "Ask for an amendment"),
    action("receiptreport", "Report the receipt of an excise movement"),
    action("complementaryexplanation", "Send a complementary explanation"),
    action("changedestination", "Change the destination of an excise movement"),
    action("rejectoralertead", "Reject the e-AD of an excise movement, or alert"),
    action("delayfordelivery", "Explain the delay of a delivery"),
    ...link(`${ATTACHMENTS}/{attachmentId}`, "An attachment by its id"),
    ...link(`${ATTACHMENTS}/{documentType}/{attachmentId}`, "An attachment by type and id"),
    ...link(`/v1/${CERTIFICATE}`, "A certificate of origin"),
    ...link(`/v1/{tenant}/${CERTIFICATE}`, "A certificate of origin, the tenant in the path"),
    described("POST /v1/subscriptions", "Subscribe", 201, answers.createdSubscription, {
      assumed: "The members that protect the destination, and which event types there are",
      body: subscriptionRequest(destinationFields),
    }),
    described("GET /v1/subscriptions", "List subscriptions", 200, answers.listedSubscriptions, {
      assumed: "All of it",
    }),
    described("DELETE /v1/subscriptions/{id}", "Delete a subscription", 204, undefined, {
      assumed: "The path",
    }),
  ]);
}

function described(
  key: string,
  summary: string,
  status: number,
  answer?: z.ZodType,
  more: Partial<Operation> = {},
): Described {
  return [key, { summary, status, ...(answer === undefined ? {} : { answer }), ...more }];
}
