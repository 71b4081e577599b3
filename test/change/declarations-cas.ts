// A CAS with a few declarations, over real HTTP: it changes them as the pages say, asynchronously where a test wants
// that, and does with each request what the test tells it.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../../src/core/json.ts";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

interface Held {
  status: string;
  document: JsonObject;
}

export interface DeclarationsCas {
  readonly address: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly declarations: Map<string, Held>;
  /** Those that change something. */
  readonly changes: Request[];
  readonly all: Request[];
  readonly subscriptions: Record<string, string | null>[];
  /** Takes a request in place of the CAS when it returns true. */
  intercept: (request: Request, response: ServerResponse) => boolean;
  scopes: string;
  /** What actions do. */
  statusAfter: Readonly<Record<string, string>>;
  effectDelayMs: number;
}

export function declaration(members: object = {}): JsonObject {
  const text = JSON.stringify({
    singleAdministrativeDocument: {
      declType: "IM",
      addDeclType: "A",
      agentStatus: "2",
      additionalDocuments: [
        { casReference: "d1", category: "N", type: "380", refNum: "INV-1" },
        { casReference: "d2", category: "N", type: "740", refNum: "AWB-1" },
      ],
      goodsShipment: {
        governmentAgencyGoodsItems: [
          { governmentAgencyGoodsItemId: "1", goodsMeasure: { gmass: 100.5, nmass: 95 } },
        ],
        plainList: [{ code: "X" }],
      },
      ...members,
    },
  });
  return parseJson(text) as JsonObject;
}

export async function startDeclarationsCas(): Promise<DeclarationsCas> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      answer({
        request: {
          method: request.method ?? "",
          path: request.url ?? "",
          body: Buffer.concat(chunks).toString(),
        },
        response,
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const cas: DeclarationsCas = {
    address,
    variables: {
      CAS_API_URL: address,
      CAS_TOKEN_URL: `${address}/token`,
      CAS_CLIENT_ID: "erp",
      CAS_CLIENT_SECRET: "secret-of-the-test",
    },
    declarations: new Map(),
    changes: [],
    all: [],
    subscriptions: [],
    intercept: () => false,
    scopes:
      "create:messages read:declarations create:subscriptions read:subscriptions delete:subscriptions",
    statusAfter: { submit: "Submitted", invalidate: "Invalidating", amend: "Amendable" },
    effectDelayMs: 0,
  };

  function answer(given: { request: Request; response: ServerResponse }): void {
    const { request, response } = given;
    const send = (status: number, body: unknown = null): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === null ? "" : typeof body === "string" ? body : JSON.stringify(body));
    };
    if (request.path === "/token") {
      send(200, { access_token: "t", token_type: "Bearer", expires_in: 3600 });
      return;
    }
    if (request.path === "/v1/authorizationStatus") {
      send(200, { sourceSysRef: "erp", tenantIds: "ACME", scopes: cas.scopes });
      return;
    }
    cas.all.push(request);
    if (request.method !== "GET") cas.changes.push(request);
    if (cas.intercept(request, response)) return;
    const [path = ""] = request.path.split("?");
    const [, , resource, id = "", part, itemId] = path.split("/").map(decodeURIComponent);
    if (resource === "subscriptions") {
      subscriptions(request, id, send);
      return;
    }
    const held = cas.declarations.get(id);
    if (held === undefined) {
      send(404, { title: "Not found", status: 404 });
      return;
    }
    if (request.method === "GET" && part === undefined) {
      {
        send(200, { declarationId: id, currentStatus: held.status, ...held.document });
        return;
      }
    }
    if (part === "items") {
      items(request, held, itemId, send);
      return;
    }
    applyLater(() => {
      if (request.method === "PATCH") {
        held.document = merged(held.document, parseJson(request.body)) as JsonObject;
      } else {
        held.status = cas.statusAfter[part ?? ""] ?? held.status;
      }
    });
    send(202, { referenceId: `ref-${String(cas.changes.length)}` });
  }

  function applyLater(effect: () => void): void {
    if (cas.effectDelayMs === 0) effect();
    else setTimeout(effect, cas.effectDelayMs);
  }

  type Send = (status: number, body?: unknown) => void;

  function items(request: Request, held: Held, itemId: string | undefined, send: Send): void {
    const document = held.document["singleAdministrativeDocument"] as JsonObject;
    const shipment = document["goodsShipment"] as Record<string, JsonValue>;
    const list = shipment["governmentAgencyGoodsItems"] as JsonObject[];
    const at = list.findIndex((one) => one["governmentAgencyGoodsItemId"] === itemId);
    if (itemId !== undefined && at < 0) {
      send(404, { title: "Not found", status: 404 });
      return;
    }
    if (request.method === "GET") {
      send(200, list[at]);
      return;
    }
    applyLater(() => {
      if (request.method === "POST") {
        const added = parseJson(request.body) as JsonObject;
        const id = String(list.length + 1);
        shipment["governmentAgencyGoodsItems"] = [
          ...list,
          { governmentAgencyGoodsItemId: id, ...added },
        ];
      } else if (request.method === "PATCH") {
        list[at] = merged(list[at] ?? {}, parseJson(request.body)) as JsonObject;
      } else list.splice(at, 1);
    });
    send(202);
  }

  function subscriptions(request: Request, id: string, send: Send): void {
    if (request.method === "GET") {
      send(200, cas.subscriptions);
      return;
    }
    if (request.method === "DELETE") {
      const at = cas.subscriptions.findIndex((one) => one["id"] === id);
      if (at < 0) {
        send(404);
        return;
      }
      cas.subscriptions.splice(at, 1);
      {
        send(204);
        return;
      }
    }
    const { eventType, eventSubType, subscriptionDestination } = JSON.parse(request.body) as {
      readonly eventType: string;
      readonly eventSubType?: string;
      readonly subscriptionDestination: { readonly destinationType: string };
    };
    const made = { id: `s${String(cas.subscriptions.length + 1)}`, eventType };
    cas.subscriptions.push({ ...made, eventSubType: eventSubType ?? null });
    const { destinationType } = subscriptionDestination;
    send(201, { ...made, subscriptionDestination: { destinationType } });
  }
  return cas;
}

/** The selective model, written from seeds/004 for this server alone. */
function merged(old: JsonValue | undefined, given: JsonValue): JsonValue {
  if (Array.isArray(given)) {
    const list = given as readonly JsonObject[];
    const isKeyed = list.length > 0 && list.every((one) => "casReference" in one);
    if (!isKeyed || !Array.isArray(old)) return list;
    return (old as readonly JsonObject[]).map((one) => {
      const change = list.find(({ casReference }) => casReference === one["casReference"]);
      return change === undefined ? one : merged(one, change);
    });
  }
  if (!isJsonObject(given)) return given;
  const before = isJsonObject(old) ? old : {};
  const after = Object.entries(given).map(([name, value]) => [name, merged(before[name], value)]);
  return { ...before, ...(Object.fromEntries(after) as JsonObject) };
}
