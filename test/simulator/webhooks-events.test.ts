import { describe, expect, test } from "vitest";
import {
  call,
  fetchToken,
  openSession,
  shipment,
  shipmentWithItems,
  goodsItem,
  STEP_MS,
  type Session,
} from "./simulator-session.ts";
import { startReceiver, type Receiver } from "./webhook-receiver.ts";

type Options = NonNullable<Parameters<typeof openSession>[0]>;

const TYPES = [
  "DeclarationStatusChanged",
  "CustomsShipmentInformation",
  "DeclarationPdfCreated",
  "DeclarationActionFinished",
  "CoOPDFCreated",
] as const;

async function openSubscribed(
  options: Options = {},
  types: readonly string[] = TYPES,
): Promise<Session & { readonly receiver: Receiver; readonly ask: typeof call }> {
  const session = await openSession(options);
  const receiver = await startReceiver();
  const authorization = `Bearer ${await fetchToken(session.simulator)}`;
  const headers = { authorization, "content-type": "application/json" };
  const ask: typeof call = (path, given) =>
    call(`${session.simulator.url}${path}`, { ...given, headers });
  for (const eventType of types) {
    const subscriptionDestination = {
      destinationType: "OAuthApiDestination",
      destinationDescription: { destinationUrl: receiver.url },
    };
    const body = JSON.stringify({ eventType, subscriptionDestination });
    expect((await ask("/v1/subscriptions", { method: "POST", body })).status).toBe(201);
  }
  return { ...session, receiver, ask };
}

const events = ({ received }: Receiver, type: string) =>
  received.map(({ event }) => event).filter(({ eventType }) => eventType === type);

describe("events of a shipment", () => {
  test("every status of a declaration is told once, and the PDF, with the members of the pages", async () => {
    const { send, receiver, simulator, search } = await openSubscribed({ tenant: "acme" });
    await send(shipment());
    await receiver.until(7);
    const changes = events(receiver, "DeclarationStatusChanged");
    expect(changes.map(({ eventSubType }) => eventSubType)).toEqual(
      expect.arrayContaining(["New", "Validated", "Queued", "Submitted", "Accepted", "Released"]),
    );
    expect(changes).toHaveLength(6);
    const [declaration] = await search();
    const id = declaration?.declarationId ?? "";
    const released = changes.find(({ eventSubType }) => eventSubType === "Released");
    const block = {
      id,
      customsShipmentReference: "MY-SHIPMENT-001",
      traderReference: "MY-SHIPMENT-001",
      jurisdiction: "BE",
      customsFlow: "INBE_H1",
      customsFlowStep: "INBE_H1",
      customsFlowStepInstanceCount: 1,
      customsFlowStepInstanceSeq: 1,
      mrn: declaration?.mrn,
      lrn: `LRN${id}`,
      declarationUrl: `${simulator.url}/v1/declarations/${id}`,
      storageLocation: "WAREHOUSE-01",
      plant: "PLANT-1",
      company: "acme",
    };
    expect(released).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) as string,
      tenantId: "acme",
      plantId: "PLANT-1",
      eventTime: "2026-11-20T18:00:06.000Z",
      eventType: "DeclarationStatusChanged",
      eventSubType: "Released",
      data: {
        ...block,
        currentStatus: "Released",
        acceptanceDate: expect.stringContaining("2026-11-20T18:00") as string,
      },
    });
    expect(events(receiver, "DeclarationPdfCreated")).toMatchObject([
      { eventSubType: "EAD", data: { ...block, type: "EAD" } },
    ]);
  });

  test("what has no value yet is left out", async () => {
    const { send, receiver } = await openSubscribed({}, ["DeclarationStatusChanged"]);
    await send(shipment({ storageLocationReference: undefined }), 2);
    await receiver.until(1);
    const [event] = events(receiver, "DeclarationStatusChanged");
    for (const name of ["mrn", "storageLocation", "acceptanceDate"]) {
      expect(event?.data).not.toHaveProperty(name);
    }
  });

  test("a declaration that is its sibling's says which of how many it is", async () => {
    const { send, receiver } = await openSubscribed({}, ["DeclarationStatusChanged"]);
    await send(shipmentWithItems(Array.from({ length: 100 }, () => goodsItem())), 1);
    await receiver.until(2);
    expect(
      events(receiver, "DeclarationStatusChanged")
        .map(({ data }) => [
          data["customsFlowStepInstanceSeq"],
          data["customsFlowStepInstanceCount"],
        ])
        .sort(),
    ).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  test.each([
    ["CreationUnsuccessful", shipment({ storageLocationReference: "CLOSED-01" })],
    ["ReplaceUnsuccessful", shipment({ messageType: "Replace" })],
  ])("%s tells the reference of the message and the reasons", async (eventSubType, message) => {
    const { send, receiver } = await openSubscribed({ tenant: "acme" });
    const referenceId = await send(message);
    await receiver.until(1);
    expect(receiver.received.map(({ event }) => event)).toMatchObject([
      {
        eventType: "CustomsShipmentInformation",
        eventSubType,
        data: {
          tenantId: "acme",
          ingestionReferences: [referenceId],
          businessReference: "MY-SHIPMENT-001",
          traderReference: "MY-SHIPMENT-001",
          direction: "IN",
          company: "acme",
          errorDescriptions: [expect.any(String)],
        },
      },
    ]);
  });

  test("ReplaceSuccessful tells no reasons", async () => {
    const { send, receiver } = await openSubscribed({}, ["CustomsShipmentInformation"]);
    await send(shipment(), 2);
    await send(shipment({ messageType: "Replace" }), 2);
    await receiver.until(1);
    expect(receiver.received[0]?.event.eventSubType).toBe("ReplaceSuccessful");
    expect(receiver.received[0]?.event.data).not.toHaveProperty("errorDescriptions");
  });

  test("what happened before anybody subscribed is told to nobody", async () => {
    const session = await openSession();
    await session.send(shipment());
    await session.search();
    expect(session.entries("notification")).toHaveLength(0);
  });

  test("a restart tells nothing twice, and goes on with what happens next", async () => {
    const first = await openSubscribed({}, ["DeclarationStatusChanged"]);
    await first.send(shipment(), 3);
    await first.receiver.until(3);
    await first.simulator.close();
    const second = await openSession({ stateFile: first.stateFile, clock: first.clock });
    first.clock.move(10 * STEP_MS);
    await first.receiver.until(6);
    first.clock.move(3600 * STEP_MS);
    expect(second.entries("notification")).toHaveLength(6);
    const ids = first.receiver.received.map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(6);
    expect(ids).toHaveLength(6);
  });
});

describe("events of actions, documents and other messages", () => {
  const post = { method: "POST" } as const;

  async function released(options: Options = {}) {
    const subscribed = await openSubscribed(options);
    await subscribed.send(shipment());
    const [declaration] = await subscribed.search();
    await subscribed.receiver.until(7);
    return { ...subscribed, id: declaration?.declarationId ?? "" };
  }

  test("the end of an action names the action and the declaration", async () => {
    const { ask, id, clock, receiver } = await released();
    const body = JSON.stringify({ reason: "Goods were not shipped" });
    expect((await ask(`/v1/declarations/${id}/invalidate`, { ...post, body })).status).toBe(202);
    clock.move(STEP_MS);
    await receiver.until(9);
    expect(events(receiver, "DeclarationActionFinished")).toMatchObject([
      { eventSubType: "Invalidate", data: { id, action: "Invalidate", jurisdiction: "BE" } },
    ]);
  });

  test("the PDF of a SAD is told with an address that leads to it", async () => {
    const { ask, id, clock, receiver, simulator } = await released();
    expect((await ask(`/v1/declarations/${id}/generatesad`, post)).status).toBe(202);
    clock.move(STEP_MS);
    await receiver.until(9);
    const sad = events(receiver, "DeclarationPdfCreated").find(
      ({ eventSubType }) => eventSubType === "SAD",
    );
    expect(sad).toMatchObject({ data: { id, type: "SAD" } });
    const address = String(sad?.data["url"]);
    expect(address).toContain(`${simulator.url}/v1/declarations/${id}/attachments/SAD/`);
    expect((await ask(address.replace(simulator.url, ""))).status).toBe(307);
  });

  test.each(["plain", "tenant"] as const)(
    "the PDF of a certificate of origin is told with an address that leads to it, %s",
    async (certificateUrl) => {
      const webhooks = { certificateUrl };
      const scopes = [
        "create:messages",
        "create:subscriptions",
        "read:declarations",
        "read:documents",
      ];
      const { ask, id, clock, receiver, simulator } = await released({
        webhooks,
        scopes,
        tenant: "acme",
      });
      const body = JSON.stringify({ declarationId: id });
      expect((await ask("/v1/certificatesoforigin", { ...post, body })).status).toBe(202);
      clock.move(STEP_MS);
      await receiver.until(8);
      const [event] = events(receiver, "CoOPDFCreated");
      expect(event).toMatchObject({
        eventSubType: "CertificateOfOrigin",
        data: {
          certificateOfOriginId: expect.any(String) as string,
          customsShipmentReference: "MY-SHIPMENT-001",
          storageLocation: "WAREHOUSE-01",
          declarationReference: expect.any(String) as string,
        },
      });
      const address = new URL(String(event?.data["url"]));
      expect(address.origin).toBe(simulator.url);
      expect(address.pathname.startsWith("/v1/acme/")).toBe(certificateUrl === "tenant");
      expect(address.pathname).toMatch(/\/certificates-of-origin\/[^/]+\/[\da-f]{32}$/);
      expect((await ask(address.pathname)).status).toBe(307);
    },
  );

  test("a message of another kind that fails is told by its reference, or not at all", async () => {
    const body = JSON.stringify({ declarationId: "0" });
    const told = await openSubscribed();
    const { referenceId } = (await told.ask("/v1/certificatesoforigin", { ...post, body }))
      .json as {
      referenceId: string;
    };
    told.clock.move(STEP_MS);
    await told.receiver.until(1);
    expect(told.receiver.received[0]?.event).toMatchObject({
      eventType: "CustomsShipmentInformation",
      eventSubType: "CreationUnsuccessful",
      data: { ingestionReferences: [referenceId], errorDescriptions: [expect.any(String)] },
    });
    const untold = await openSubscribed({ webhooks: { otherKinds: "none" } });
    await untold.ask("/v1/certificatesoforigin", { ...post, body });
    untold.clock.move(STEP_MS);
    expect(untold.entries("settled")).toHaveLength(1);
    expect(untold.entries("notification")).toHaveLength(0);
  });
});

describe("forms that the documentation leaves open", () => {
  async function released(options: Options): Promise<Record<string, unknown>> {
    const { send, receiver } = await openSubscribed(options, ["DeclarationStatusChanged"]);
    await send(shipment({}, {}, { ucr: { traderReference: "UCR-7" } }));
    await receiver.until(6);
    return receiver.received.find(({ event }) => event.eventSubType === "Released")
      ?.event as unknown as Record<string, unknown>;
  }

  test.each([
    [0, "2026-11-20T18:00:06Z"],
    [3, "2026-11-20T18:00:06.000Z"],
    [7, "2026-11-20T18:00:06.0005841Z"],
  ] as const)("times with %i digits after the second", async (fractionDigits, eventTime) => {
    expect(await released({ webhooks: { fractionDigits } })).toMatchObject({ eventTime });
  });

  test("both styles of customsShipmentReference can be told home", async () => {
    expect(await released({ shipmentReferenceForm: "external" })).toMatchObject({
      data: { customsShipmentReference: "MY-SHIPMENT-001", traderReference: "UCR-7" },
    });
    expect(await released({ shipmentReferenceForm: "generated" })).toMatchObject({
      data: {
        customsShipmentReference: expect.stringMatching(/^[\dA-F]{10}$/) as string,
        traderReference: "MY-SHIPMENT-001",
      },
    });
  });

  test("the other name of the information event is in the event, not in the subscription", async () => {
    const { send, receiver } = await openSubscribed(
      { webhooks: { informationType: "CustomsShipmentInformationPayload" } },
      ["CustomsShipmentInformation"],
    );
    await send(shipment({ storageLocationReference: "CLOSED-01" }));
    await receiver.until(1);
    expect(receiver.received[0]?.event.eventType).toBe("CustomsShipmentInformationPayload");
  });

  test("an unknown type with the same data follows when it is switched on", async () => {
    const { send, receiver } = await openSubscribed({ webhooks: { faults: { unknown: 1 } } }, [
      "DeclarationStatusChanged",
    ]);
    await send(shipment(), 2);
    await receiver.until(2);
    const [known] = events(receiver, "DeclarationStatusChanged");
    const [unknown] = events(receiver, "CustomsDutiesReceived");
    expect(unknown?.data).toEqual(known?.data);
    expect(unknown?.id).not.toBe(known?.id);
  });
});
