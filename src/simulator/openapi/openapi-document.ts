// The OpenAPI description of the simulator, made from its endpoints and from the schemas that they check
// requests with. What no page of the documentation states is marked `x-assumed`.
import * as z from "zod";
import { createDocument, type ZodOpenApiOperationObject } from "zod-openapi";
import { DEFAULT_SHAPES } from "../api/api-shapes.ts";
import type { Route } from "../api/route.ts";
import { createDocumentLinks } from "../documents/document-links.ts";
import { SIMULATOR_TOKEN_PATH } from "../../core/simulator-signs.ts";
import { systemClock } from "../../core/time/clock.ts";
import { apiRoutes } from "../server/api-routes.ts";
import { tokenForm } from "../server/token-endpoint.ts";
import { DESTINATION_FIELDS } from "../webhooks/subscription.ts";
import * as answers from "./answers.ts";
import { operations, type Operation } from "./operations.ts";

/** @param url where the simulator listens, `http://127.0.0.1:8084` */
export function openapiDocument(url: string): object {
  const parts = {
    shapes: DEFAULT_SHAPES,
    destinationFields: DESTINATION_FIELDS,
    searchOrder: "created-asc",
  } as const;
  const routes = apiRoutes(parts, createDocumentLinks("", systemClock, 0), "");
  const described = operations(parts);
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {
    [SIMULATOR_TOKEN_PATH]: { post: TOKEN_OPERATION },
  };
  for (const route of routes) {
    const operation = described.get(`${route.method} ${route.path}`);
    if (operation === undefined) throw new Error(`Nothing describes ${route.method} ${route.path}`);
    (paths[route.path] ??= {})[route.method.toLowerCase()] = operationObject(route, operation);
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "CAS, as the simulator of cas-batch plays it",
      version: "1",
      description:
        "Made from the public documentation of CAS. It is no document of Customs4trade: what is marked `x-assumed` stands on no page of theirs.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url }],
    security: [{ token: [] }],
    tags: [...new Set(["token", ...routes.map(tagOf)])].map((name) => ({
      name,
      description: `Endpoints of ${name}`,
    })),
    paths,
    webhooks: { event: { post: EVENT_OPERATION } },
    components: {
      securitySchemes: {
        token: {
          type: "oauth2",
          flows: {
            clientCredentials: {
              tokenUrl: `${url}${SIMULATOR_TOKEN_PATH}`,
              scopes: Object.fromEntries(
                routes.flatMap(({ scope }) => (scope === null ? [] : [[scope, ""]])),
              ),
            },
          },
        },
      },
    },
  });
}

function operationObject(route: Route, operation: Operation): ZodOpenApiOperationObject {
  const { summary, assumed, body, query, status, answer } = operation;
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const path = Object.fromEntries(names.map((name) => [name, z.string()]));
  const isChecked = body !== undefined || query !== undefined;
  return {
    operationId: operationId(route),
    summary,
    tags: [tagOf(route)],
    ...(assumed === undefined ? {} : { "x-assumed": assumed }),
    security: [{ token: route.scope === null ? [] : [route.scope] }],
    requestParams: {
      ...(names.length === 0 ? {} : { path: z.object(path) }),
      ...(query === undefined ? {} : { query }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: operation.isBodyOptional !== true,
            content: { "application/json": { schema: body } },
          },
        }),
    responses: {
      [String(status)]: {
        description: SUCCESS[status] ?? "Done",
        ...(status === 307 ? { headers: z.object({ location: z.url() }) } : {}),
        ...(answer === undefined ? {} : { content: { "application/json": { schema: answer } } }),
      },
      ...(isChecked
        ? { "400": problem("The request does not fit; the body names the fields") }
        : {}),
      "401": problem("The token is missing, unknown or expired"),
      ...(route.scope === null ? {} : { "403": problem(`The token lacks ${route.scope}`) }),
      ...(names.length === 0 ? {} : { "404": problem("There is no such thing") }),
      ...(body === undefined
        ? {}
        : {
            "413": problem("The body is too long"),
            "415": problem("The body is no JSON by its type"),
          }),
      "429": problem("Too many requests in one second; Retry-After says how long to wait"),
    },
  };
}

const SUCCESS: Readonly<Record<number, string>> = {
  200: "Here it is",
  201: "Created",
  202: "Accepted for processing",
  204: "Deleted",
  307: "The address is in Location",
};

function problem(description: string) {
  return { description, content: { "application/problem+json": { schema: answers.problem } } };
}

/** Shape: `getDeclarationsDeclarationIdItemsId`. */
function operationId({ method, path }: Route): string {
  const words = path
    .replace("/v1/", "")
    .split(/\W+/)
    .filter((word) => word !== "");
  return (
    method.toLowerCase() +
    words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")
  );
}

function tagOf({ path }: Route): string {
  return /^\/v1\/(?:\{\w+\}\/)?([\w-]+)/.exec(path)?.[1] ?? path;
}

/** Source: seeds/000 step 1. */
const TOKEN_OPERATION: ZodOpenApiOperationObject = {
  operationId: "postToken",
  summary: "Get a token",
  tags: ["token"],
  security: [],
  requestBody: {
    required: true,
    content: { "application/x-www-form-urlencoded": { schema: tokenForm } },
  },
  responses: {
    "200": { description: "A token", content: { "application/json": { schema: answers.token } } },
    "400": refusedToken("The form does not fit"),
    "401": refusedToken("The client id or the client secret is wrong"),
  },
};

function refusedToken(description: string) {
  return { description, content: { "application/json": { schema: answers.tokenRefusal } } };
}

/** Source: seeds/000 step 5. */
const EVENT_OPERATION: ZodOpenApiOperationObject = {
  operationId: "postEvent",
  summary: "What a subscription's address receives, again and again until it answers 2xx",
  tags: ["subscriptions"],
  security: [],
  requestBody: { required: true, content: { "application/json": { schema: answers.event } } },
  responses: {
    "200": { description: "Acknowledged, as by any 2xx" },
    "4XX": { description: "Sent again later, as after anything but 2xx" },
  },
};
