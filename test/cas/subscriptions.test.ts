import { describe, expect, test } from "vitest";
import type { NewSubscription } from "../../src/cas/cas-client.ts";
import { answerJson, clientOf, rejectionOf, startFakeCas, type Answer } from "./fake-cas.ts";

const URL_OF_US = "https://hooks.example.org/cas";
const PLAIN: NewSubscription = {
  eventType: "DeclarationStatusChanged",
  destinationUrl: URL_OF_US,
};
/** Source: seeds/000, step 3. */
const CREATED = {
  id: "sub-uuid-1234",
  eventType: "DeclarationStatusChanged",
  subscriptionDestination: { destinationType: "OAuthApiDestination" },
};
const created = answerJson(201, CREATED);

describe("createSubscription()", () => {
  test("sends what seeds/000, step 3 shows and tells the id", async () => {
    const cas = await startFakeCas({ answer: created });
    expect(await cas.client.createSubscription(PLAIN)).toEqual({
      id: "sub-uuid-1234",
      eventType: "DeclarationStatusChanged",
      eventSubType: null,
      destinationUrl: null,
      raw: JSON.stringify(CREATED),
    });
    expect(cas.calls).toMatchObject([{ method: "POST", path: "/v1/subscriptions" }]);
    expect(JSON.parse(cas.calls[0]?.body ?? "")).toEqual({
      eventType: "DeclarationStatusChanged",
      subscriptionDestination: {
        destinationType: "OAuthApiDestination",
        destinationDescription: { destinationUrl: URL_OF_US },
      },
    });
  });

  test("sends subtype and API key under the names of the configuration", async () => {
    const cas = await startFakeCas({ answer: created });
    const fields = { ...cas.settings.fields, subscriptionApiKeyHeader: "headerName" };
    const { client } = clientOf(cas.settings.apiUrl, { settings: { fields } });
    await client.createSubscription({
      ...PLAIN,
      eventSubType: "Released",
      protection: { kind: "api-key", header: "X-Api-Key", key: "k" },
    });
    expect(JSON.parse(cas.calls[0]?.body ?? "")).toMatchObject({
      eventSubType: "Released",
      subscriptionDestination: {
        destinationType: "ApiKeyApiDestination",
        destinationDescription: {
          destinationUrl: URL_OF_US,
          headerName: "X-Api-Key",
          apiKey: "k",
        },
      },
    });
  });

  test("sends the protection in objects of its own where the configuration says so", async () => {
    const cas = await startFakeCas({ answer: created });
    const fields = {
      ...cas.settings.fields,
      subscriptionApiKeyHeader: "apiKey.headerName",
      subscriptionApiKey: "apiKey.value",
    };
    const { client } = clientOf(cas.settings.apiUrl, { settings: { fields } });
    const protection = { kind: "api-key", header: "X-Api-Key", key: "k" } as const;
    await client.createSubscription({ ...PLAIN, protection });
    const { subscriptionDestination } = JSON.parse(cas.calls[0]?.body ?? "") as typeof CREATED;
    expect(subscriptionDestination).toEqual({
      destinationType: "ApiKeyApiDestination",
      destinationDescription: {
        destinationUrl: URL_OF_US,
        apiKey: { headerName: "X-Api-Key", value: "k" },
      },
    });
  });

  test("sends the OAuth client that CAS is to be", async () => {
    const cas = await startFakeCas({ answer: created });
    const tokenUrl = "https://login.example.org/token";
    const protection = { kind: "oauth", tokenUrl, clientId: "c", clientSecret: "s" } as const;
    await cas.client.createSubscription({ ...PLAIN, protection });
    expect(JSON.parse(cas.calls[0]?.body ?? "")).toMatchObject({
      subscriptionDestination: {
        destinationDescription: { tokenUrl, clientId: "c", clientSecret: "s" },
      },
    });
  });

  test.each(["http://hooks.example.org/cas", "https://u:p@hooks.example.org/", "hooks"])(
    "does not have CAS call %s",
    async (destinationUrl) => {
      const cas = await startFakeCas({ answer: created });
      await rejectionOf(cas.client.createSubscription({ ...PLAIN, destinationUrl }));
      expect(cas.calls).toHaveLength(0);
    },
  );

  test("shows no key in a refusal that repeats it", async () => {
    const answer: Answer = (seen, response) => response.writeHead(400).end(seen.body);
    const { client } = await startFakeCas({ answer });
    const protection = { kind: "api-key", header: "X-Api-Key", key: "a key of ours" } as const;
    const error = await rejectionOf(client.createSubscription({ ...PLAIN, protection }));
    expect(JSON.stringify(error)).toContain(URL_OF_US);
    expect(JSON.stringify(error) + error.message).not.toContain("a key of ours");
  });

  test.each<[string, Answer]>([
    ["no answer", (_seen, response) => response.destroy()],
    ["an answer without id", answerJson(201, {})],
    ["204", (_seen, response) => response.writeHead(204).end()],
    ["500", answerJson(500, {})],
  ])("does not know the outcome after %s, and says how to look", async (_case, answer) => {
    const { client } = await startFakeCas({ answer });
    const error = await rejectionOf(client.createSubscription(PLAIN));
    expect(error).toMatchObject({
      name: "OutcomeUnknownError",
      hint: expect.stringContaining("cas-batch subscriptions list") as string,
    });
    expect(error.message).toContain("took the subscription");
  });
});

describe("subscriptions()", () => {
  const destinationDescription = { destinationUrl: URL_OF_US };
  const listed = {
    ...CREATED,
    eventSubType: "Released",
    subscriptionDestination: { ...CREATED.subscriptionDestination, destinationDescription },
  };

  test.each([
    ["a bare list", [listed]],
    ["an envelope", { total: 1, subscriptions: [listed] }],
  ])("reads %s", async (_case, answer) => {
    const { client } = await startFakeCas({ answer: answerJson(200, answer) });
    expect(await client.subscriptions()).toMatchObject([
      { id: "sub-uuid-1234", eventSubType: "Released", destinationUrl: URL_OF_US },
    ]);
  });

  test("shows no secret that CAS may tell", async () => {
    const told = {
      ...destinationDescription,
      clientSecret: "s3cret",
      apiKey: "k3y",
      apiKeyHeaderName: "X",
    };
    const subscription = { ...listed, subscriptionDestination: { destinationDescription: told } };
    const { client } = await startFakeCas({ answer: answerJson(200, [subscription]) });
    const [read] = await client.subscriptions();
    expect(read?.raw).toContain('"clientSecret":null,"apiKey":null,"apiKeyHeaderName":"X"');
  });

  test.each([[{}], [{ a: [], b: [] }], [[{ id: "1" }]], [[{ eventType: "X" }]], ["<html>"]])(
    "does not understand %j",
    async (answer) => {
      const { client } = await startFakeCas({ answer: answerJson(200, answer) });
      expect(await rejectionOf(client.subscriptions())).toMatchObject({
        code: "answer-not-understood",
      });
    },
  );
});

describe("deleteSubscription()", () => {
  test.each([200, 202, 204])("takes %i for done", async (status) => {
    const cas = await startFakeCas({
      answer: (_seen, response) => response.writeHead(status).end(),
    });
    await cas.client.deleteSubscription("a/b");
    expect(cas.calls).toMatchObject([{ method: "DELETE", path: "/v1/subscriptions/a%2Fb" }]);
  });

  test("is refused with 404 when there is none", async () => {
    const { client } = await startFakeCas({ answer: answerJson(404, {}) });
    expect(await rejectionOf(client.deleteSubscription("1"))).toMatchObject({
      name: "RefusedError",
      problem: { status: 404 },
    });
  });
});
