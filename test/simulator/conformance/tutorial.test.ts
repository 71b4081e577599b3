// The quick start tutorial, in the order told, with its own requests word for word.
import { describe, expect, test } from "vitest";
import { startReceiver, type Receiver } from "../webhook-receiver.ts";
import { call } from "../simulator-session.ts";
import { askForToken, converse, tokenForm, type Conversation } from "./conversation.ts";
import { expectFormOf, seed, seedJson } from "./seed.ts";

const SHIPMENT = "MY-SHIPMENT-001";

/** The tutorial's subscription, to the receiver of the test in place of the tutorial's host. */
function subscriptionTo({ url }: Receiver, change: object = {}): string {
  const text = seed("000-step-3-subscription").replace(
    "https://your-system.example.com/webhooks/cas",
    url,
  );
  return JSON.stringify({ ...(JSON.parse(text) as object), ...change });
}

async function sendShipment({ send }: Conversation): Promise<string> {
  const reply = await send("POST", "/v1/customsshipments", seed("000-step-4-customs-shipment"));
  expect(reply.status).toBe(202);
  return (reply.json as { referenceId: string }).referenceId;
}

describe("step 1, authenticate", () => {
  test.each(["acc", "prd"] as const)(
    "gives a bearer token for an hour, environment %s",
    async (environment) => {
      const { simulator } = await converse();
      const reply = await askForToken(simulator, tokenForm(environment));
      expect(reply.status).toBe(200);
      expectFormOf(seedJson("000-step-1-token-answer"), reply.json);
      expect(reply.json).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
    },
  );
});

describe("step 2, verify the token", () => {
  test("tells source system, tenant and scopes, each as one text", async () => {
    const { get } = await converse();
    const reply = await get("/v1/authorizationStatus");
    expect(reply.status).toBe(200);
    const example = seedJson("000-step-2-authorization-status") as { scopes: string };
    expectFormOf(example, reply.json);
    const held = (reply.json as { scopes: string }).scopes.split(" ");
    expect(held).toEqual(expect.arrayContaining(example.scopes.split(" ")));
  });

  test("an unknown token is refused with 401", async () => {
    const { simulator } = await converse();
    const headers = { authorization: "Bearer nonsense" };
    expect((await call(`${simulator.url}/v1/authorizationStatus`, { headers })).status).toBe(401);
  });
});

describe("step 3, subscribe", () => {
  test("takes the tutorial's request word for word, and answers in its form", async () => {
    const { send } = await converse();
    const reply = await send("POST", "/v1/subscriptions", seed("000-step-3-subscription"));
    expect(reply.status).toBe(201);
    const example = seedJson("000-step-3-subscription-answer") as object;
    expect(reply.json).toEqual({ ...example, id: expect.any(String) as string });
  });

  test("a subtype restricts a subscription to one status", async () => {
    const conversation = await converse();
    const receiver = await startReceiver();
    const body = subscriptionTo(receiver, { eventSubType: "Released" });
    await conversation.send("POST", "/v1/subscriptions", body);
    await sendShipment(conversation);
    await receiver.until(1);
    expect(receiver.received.map(({ event }) => event.eventSubType)).toEqual(["Released"]);
  });
});

describe("step 4, create a customs shipment", () => {
  test("accepts the tutorial's shipment word for word", async () => {
    const { send } = await converse();
    const reply = await send("POST", "/v1/customsshipments", seed("000-step-4-customs-shipment"));
    expect(reply.status).toBe(202);
    const example = seedJson("000-step-4-accepted");
    expectFormOf(example, reply.json);
    expect(Object.keys(reply.json as object)).toEqual(Object.keys(example as object));
  });
});

describe("step 5, receive a notification", () => {
  test.each([
    [
      "as in the tutorial",
      { shipmentReferenceForm: "generated", webhooks: { members: "tutorial" } },
    ],
    ["with the members of the pages", {}],
  ] as const)("is a POST in the tutorial's form, %s", async (_name, options) => {
    const conversation = await converse(options);
    const receiver = await startReceiver();
    await conversation.send("POST", "/v1/subscriptions", subscriptionTo(receiver));
    await sendShipment(conversation);
    await receiver.until(6);
    const released = receiver.received.find(({ event }) => event.eventSubType === "Released");
    const example = seedJson("000-step-5-notification") as { data: Record<string, unknown> };
    expectFormOf(example, released?.event);
    expect(released?.event.eventTime).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
    const {
      jurisdiction,
      customsFlow,
      customsFlowStep,
      traderReference,
      storageLocation,
      currentStatus,
    } = example.data;
    expect(released?.event.data).toMatchObject({
      jurisdiction,
      customsFlow,
      customsFlowStep,
      traderReference,
      storageLocation,
      currentStatus,
    });
    if (Object.keys(options).length === 0) return;
    expect(Object.keys(released?.event ?? {})).toEqual(Object.keys(example));
    expect(Object.keys(released?.event.data ?? {}).sort()).toEqual(
      Object.keys(example.data).sort(),
    );
  });

  test("does not name the reference of the message in a status event, but in a creation event", async () => {
    const conversation = await converse();
    const receiver = await startReceiver();
    await conversation.send("POST", "/v1/subscriptions", subscriptionTo(receiver));
    const information = {
      eventType: "CustomsShipmentInformation",
      eventSubType: "CreationUnsuccessful",
    };
    await conversation.send("POST", "/v1/subscriptions", subscriptionTo(receiver, information));
    await sendShipment(conversation);
    await receiver.until(6);
    expect(receiver.received.some(({ text }) => text.includes("ingestionReferences"))).toBe(false);
    const again = await sendShipment(conversation);
    await receiver.until(7);
    expect(receiver.received[6]?.event).toMatchObject({
      ...information,
      data: { ingestionReferences: [again] },
    });
  });

  test("is sent again when the webhook does not answer 2xx", async () => {
    const conversation = await converse();
    const receiver = await startReceiver((response, _received, count) =>
      response.writeHead(count === 1 ? 500 : 200).end(),
    );
    const body = subscriptionTo(receiver, { eventSubType: "Released" });
    await conversation.send("POST", "/v1/subscriptions", body);
    await sendShipment(conversation);
    await receiver.until(2);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  });
});

describe("step 6, retrieve the declaration", () => {
  test("shows the declaration in the tutorial's form, with errors and attachments", async () => {
    const conversation = await converse();
    await sendShipment(conversation);
    const id = await conversation.declarationIn("Released", SHIPMENT);
    const reply = await conversation.get(`/v1/declarations/${id}?include=errors,attachments`);
    expect(reply.status).toBe(200);
    expectFormOf(seedJson("000-step-6-declaration"), reply.json);
    expect(reply.json).toMatchObject({
      declarationId: id,
      currentStatus: "Released",
      errors: [],
      attachments: [
        { documentType: "EAD", fileName: expect.stringMatching(/^EAD_\w+\.pdf$/) as string },
      ],
    });
  });
});

describe("step 7, download an attachment", () => {
  async function attached(): Promise<Conversation & { readonly path: string }> {
    const conversation = await converse();
    await sendShipment(conversation);
    const id = await conversation.declarationIn("Released", SHIPMENT);
    const { json } = await conversation.get(`/v1/declarations/${id}?include=attachments`);
    const [attachment] = (json as { attachments: { id: string }[] }).attachments;
    return { ...conversation, path: `/v1/declarations/${id}/attachments/${attachment?.id ?? ""}` };
  }

  test("option A redirects with 307 to another host, where no token is needed", async () => {
    const { get, path, simulator } = await attached();
    const reply = await get(path);
    expect(reply.status).toBe(307);
    const location = String(reply.headers["location"]);
    expect(new URL(location).origin).not.toBe(new URL(simulator.url).origin);
    const document = await call(location);
    expect(document.status).toBe(200);
    expect(document.text).toMatch(/^%PDF-/);
  });

  test("option B gives the address, a new one each time", async () => {
    const { get, path } = await attached();
    const reply = await get(`${path}/url`);
    expect(reply.status).toBe(200);
    expectFormOf(seedJson("000-step-7-download-url"), reply.json);
    expectFormOf(seedJson("002-download-url"), reply.json);
    const { url } = reply.json as { url: string };
    expect((await call(url)).text).toMatch(/^%PDF-/);
  });
});
