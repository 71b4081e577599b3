import { describe, expect, test } from "vitest";
import { call, fetchToken, openSession, type Reply, type Session } from "./simulator-session.ts";

const WEBHOOK = "http://127.0.0.1:9/webhooks/cas";
const SECRET = "not-to-be-shown";

function subscription(description: object = {}, change: object = {}): object {
  return {
    eventType: "DeclarationStatusChanged",
    subscriptionDestination: {
      destinationType: "OAuthApiDestination",
      destinationDescription: { destinationUrl: WEBHOOK, ...description },
    },
    ...change,
  };
}

const OAUTH = { tokenUrl: "http://127.0.0.1:9/token", clientId: "cas", clientSecret: SECRET };
const API_KEY = { apiKeyHeaderName: "x-api-key", apiKey: SECRET };

type Ask = (method: string, path: string, body?: unknown) => Promise<Reply>;

async function asking({ simulator }: Session): Promise<Ask> {
  const authorization = `Bearer ${await fetchToken(simulator)}`;
  return (method, path, body) =>
    call(`${simulator.url}${path}`, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

async function openAsking(options: Parameters<typeof openSession>[0] = {}): Promise<Ask & Session> {
  const session = await openSession(options);
  return Object.assign(await asking(session), session);
}

describe("POST /v1/subscriptions", () => {
  test("shows no secret, in no answer", async () => {
    const ask = await openAsking();
    const made = await ask("POST", "/v1/subscriptions", subscription(OAUTH));
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      id: expect.any(String) as string,
      eventType: "DeclarationStatusChanged",
      subscriptionDestination: { destinationType: "OAuthApiDestination" },
    });
    expect((await ask("POST", "/v1/subscriptions", subscription(API_KEY))).status).toBe(201);
    const listed = await ask("GET", "/v1/subscriptions");
    expect(listed.json).toHaveLength(2);
    expect(listed.text).not.toContain(SECRET);
    expect(listed.text).toContain(WEBHOOK);
  });

  test("echoes a subtype", async () => {
    const ask = await openAsking();
    const made = await ask(
      "POST",
      "/v1/subscriptions",
      subscription({}, { eventSubType: "Released" }),
    );
    expect(made.json).toMatchObject({ eventSubType: "Released" });
  });

  const DESCRIPTION = "subscriptionDestination.destinationDescription";
  test.each([
    ["no event type", subscription({}, { eventType: undefined }), ["eventType"]],
    ["a type that no page names", subscription({}, { eventType: "Released" }), ["eventType"]],
    ["a blank subtype", subscription({}, { eventSubType: " " }), ["eventSubType"]],
    ["no destination", { eventType: "CoOPDFCreated" }, ["subscriptionDestination"]],
    [
      "an address of another kind",
      subscription({ destinationUrl: "ftp://x" }),
      [`${DESCRIPTION}.destinationUrl`],
    ],
    ["an unknown member", subscription({ secret: "x" }), [`${DESCRIPTION}.secret`]],
    [
      "half of an OAuth protection",
      subscription({ tokenUrl: OAUTH.tokenUrl }),
      [`${DESCRIPTION}.clientId`, `${DESCRIPTION}.clientSecret`],
    ],
    ["half of an API key", subscription({ apiKey: "x" }), [`${DESCRIPTION}.apiKeyHeaderName`]],
    [
      "a header that is none",
      subscription({ ...API_KEY, apiKeyHeaderName: "x y" }),
      [`${DESCRIPTION}.apiKeyHeaderName`],
    ],
    ["two protections", subscription({ ...OAUTH, ...API_KEY }), [DESCRIPTION]],
  ])("refuses %s with 400 and names the fields", async (_name, body, paths) => {
    const ask = await openAsking();
    const reply = await ask("POST", "/v1/subscriptions", body);
    expect(reply.status).toBe(400);
    expect(Object.keys((reply.json as { errors: object }).errors)).toEqual(paths);
    expect((await ask("GET", "/v1/subscriptions")).json).toEqual([]);
  });

  test("takes the other names of the protections when they are switched on", async () => {
    const destinationFields = { apiKeyHeaderName: "headerName", apiKey: "headerValue" };
    const ask = await openAsking({ webhooks: { destinationFields } });
    for (const description of [{ headerName: "x-api-key", headerValue: SECRET }, OAUTH, {}]) {
      expect((await ask("POST", "/v1/subscriptions", subscription(description))).status).toBe(201);
    }
    expect((await ask("POST", "/v1/subscriptions", subscription(API_KEY))).status).toBe(400);
  });

  test("answers 415 for what is no JSON by its type", async () => {
    const { simulator } = await openSession();
    const authorization = `Bearer ${await fetchToken(simulator)}`;
    const headers = { authorization, "content-type": "text/plain" };
    const url = `${simulator.url}/v1/subscriptions`;
    expect((await call(url, { method: "POST", headers, body: "{}" })).status).toBe(415);
  });
});

describe("GET and DELETE /v1/subscriptions", () => {
  test("a deletion answers 204 without a body, and 404 the second time", async () => {
    const ask = await openAsking();
    const { id } = (await ask("POST", "/v1/subscriptions", subscription())).json as { id: string };
    const deleted = await ask("DELETE", `/v1/subscriptions/${id}`);
    expect(deleted).toMatchObject({ status: 204, text: "" });
    expect(deleted.headers["content-type"]).toBeUndefined();
    expect((await ask("DELETE", `/v1/subscriptions/${id}`)).status).toBe(404);
    expect((await ask("GET", "/v1/subscriptions")).json).toEqual([]);
  });

  test("what is subscribed outlives the process, and ids are never given twice", async () => {
    const first = await openAsking();
    const ids = [];
    for (const change of [{}, { eventSubType: "Released" }, { eventSubType: "Invalid" }]) {
      const made = await first("POST", "/v1/subscriptions", subscription({}, change));
      ids.push((made.json as { id: string }).id);
    }
    await first("DELETE", `/v1/subscriptions/${ids[2] ?? ""}`);
    await first.simulator.close();
    const second = await openAsking({ stateFile: first.stateFile });
    expect((await second("GET", "/v1/subscriptions")).json).toMatchObject([
      { id: ids[0] },
      { id: ids[1], eventSubType: "Released" },
    ]);
    const made = await second("POST", "/v1/subscriptions", subscription());
    expect(ids).not.toContain((made.json as { id: string }).id);
  });

  test("the envelope of the list is switched with that of the search", async () => {
    const ask = await openAsking({ searchEnvelope: "items" });
    await ask("POST", "/v1/subscriptions", subscription());
    expect((await ask("GET", "/v1/subscriptions")).json).toMatchObject({ items: [{}] });
  });

  test.each([
    ["POST", "/v1/subscriptions", "create:subscriptions"],
    ["GET", "/v1/subscriptions", "read:subscriptions"],
    ["DELETE", "/v1/subscriptions/x", "delete:subscriptions"],
  ])("%s %s needs the scope %s", async (method, path, scope) => {
    const scopes = ["create:subscriptions", "read:subscriptions", "delete:subscriptions"];
    const without = await openAsking({ scopes: scopes.filter((other) => other !== scope) });
    const refused = await without(method, path, subscription());
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(scope);
    const withIt = await openAsking({ scopes: [scope] });
    expect((await withIt(method, path, subscription())).status).not.toBe(403);
  });
});
