// What no page states may be otherwise at CAS: for each plausible form, the client does its work all the same.
import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { documentedEndpoints, type CasEndpoints } from "../../src/cas/endpoints.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { assumedFields, type AssumedFields } from "../../src/cas/subscription-body.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { CasClient as LibraryClient } from "../../src/library.ts";
import { readAssumptions } from "../../src/simulator/assumptions.ts";
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/start-simulator.ts";
import { emptyFolder } from "../support/run-cli.ts";
import {
  itemWithCode,
  shipment,
  shipmentWithItems,
  temporaryStateFile,
} from "./simulator-session.ts";
import { startReceiver } from "./webhook-receiver.ts";

const SECRET = "simulator";

async function open(
  options: Partial<SimulatorOptions>,
  endpoints: Partial<CasEndpoints> = {},
  fields: Partial<AssumedFields> = {},
): Promise<{ readonly client: CasClient; readonly simulator: Simulator }> {
  const simulator = await startSimulator({
    timeScale: 100,
    ...options,
    stateFile: temporaryStateFile(),
  });
  const settings = defaultCasSettings("simulator", { clientId: "simulator", clientSecret: SECRET });
  const client = createCasClient(
    {
      ...settings,
      apiUrl: simulator.url,
      tokenUrl: simulator.tokenUrl,
      endpoints: { ...documentedEndpoints, ...endpoints },
      fields: { ...assumedFields, ...fields },
    },
    { clock: systemClock, log: () => undefined },
  );
  onTestFinished(async () => {
    await client.close();
    await simulator.close();
  });
  return { client, simulator };
}

const PAGE = { limit: 100, offset: 0 };

/** Sends a shipment and waits until its declaration has a status. */
async function declared(client: CasClient, message: unknown, status: string): Promise<string> {
  await client.ingest("CustomsShipment", JSON.stringify(message));
  let id = "";
  await expect
    .poll(async () => {
      const { declarations } = await client.searchDeclarations(
        { externalReference: "MY-SHIPMENT-001" },
        PAGE,
      );
      id = declarations[0]?.declarationId ?? "";
      return declarations.map(({ currentStatus }) => currentStatus);
    })
    .toEqual([status]);
  return id;
}

const INVALID = shipmentWithItems([{ commodity: { description: "No code" } }]);
const VALID_DOCUMENT = JSON.stringify({
  singleAdministrativeDocument: {
    goodsShipment: { governmentAgencyGoodsItems: [itemWithCode("85423190")] },
  },
});

describe("a search is read", () => {
  test.each([
    "searchEnvelope=array",
    "searchEnvelope=items",
    "searchEnvelope=declarations",
    "searchEnvelope=results",
    "searchEnvelope=data",
    "searchEnvelope=value",
    "searchItems=id",
    "searchItems=stated",
    "shipmentReferenceForm=generated",
    "searchOrder=updated-desc",
  ])("%s", async (assumption) => {
    const { client } = await open(readAssumptions([assumption]));
    const declarationId = await declared(client, shipment(), "Released");
    expect(await client.declaration(declarationId)).toMatchObject({ currentStatus: "Released" });
  });
});

describe("a change is taken", () => {
  test.each(["changeStatus=200", "changeStatus=202", "changeStatus=204", "changeReference=false"])(
    "%s",
    async (assumption) => {
      const { client } = await open(readAssumptions([assumption]));
      const declarationId = await declared(client, INVALID, "Invalid");
      await client.changeDeclaration({ kind: "update", declarationId, body: VALID_DOCUMENT });
      await expect
        .poll(async () => (await client.declaration(declarationId)).currentStatus)
        .toBe("Validated");
      await client.changeDeclaration({
        kind: "action",
        declarationId,
        action: "submit",
        body: null,
      });
      await expect
        .poll(async () => (await client.declaration(declarationId)).currentStatus)
        .toBe("Released");
    },
  );

  test.each(["stateRefusal=400", "stateRefusal=403", "stateRefusal=409", "stateRefusal=422"])(
    "refused by the state: %s",
    async (assumption) => {
      const { client } = await open(readAssumptions([assumption]));
      const declarationId = await declared(client, shipment(), "Released");
      await expect(
        client.changeDeclaration({ kind: "update", declarationId, body: VALID_DOCUMENT }),
      ).rejects.toMatchObject({ name: "RefusedError" });
    },
  );

  test("stateRefusal=asynchronous: taken, and nothing comes of it", async () => {
    const { client, simulator } = await open(readAssumptions(["stateRefusal=asynchronous"]));
    const declarationId = await declared(client, shipment(), "Released");
    const before = await client.declaration(declarationId);
    await client.changeDeclaration({ kind: "update", declarationId, body: VALID_DOCUMENT });
    await expect
      .poll(() => simulator.journal().filter(({ kind }) => kind === "changed"))
      .toHaveLength(1);
    expect((await client.declaration(declarationId)).raw).toBe(before.raw);
  });

  test.each(["problemErrorsShape=object", "problemErrorsShape=array", "problemErrorsShape=none"])(
    "refused for its form: %s",
    async (assumption) => {
      const { client } = await open(readAssumptions([assumption]));
      await expect(client.ingest("CustomsShipment", "{}")).rejects.toMatchObject({
        name: "RefusedError",
      });
    },
  );
});

test("pathStyle=hyphens, with the paths set", async () => {
  const { client, simulator } = await open(readAssumptions(["pathStyle=hyphens"]), {
    businessPartners: "/v1/business-partners",
    declarationGenerateSad: "/v1/declarations/{declarationId}/generate-sad",
  });
  await client.ingest("BusinessPartners", '{"code":"ACME"}');
  const declarationId = await declared(client, shipment(), "Released");
  await client.changeDeclaration({
    kind: "action",
    declarationId,
    action: "generate-sad",
    body: null,
  });
  await expect
    .poll(() => simulator.journal().filter(({ kind }) => kind === "changed"))
    .toHaveLength(1);
});

test.each(["external", "reference"] as const)("movementOrderId=%s", async (movementOrderId) => {
  const { client } = await open({ movementOrderId });
  const { referenceId } = await client.ingest(
    "MovementOrder",
    '{"externalReference":"MO-1","type":"RFFC"}',
  );
  const id = movementOrderId === "external" ? "MO-1" : referenceId;
  expect(JSON.parse((await client.movementOrder(id)).raw)).toMatchObject({ type: "RFFC" });
});

test.each(["url", "redirect"] as const)(
  "a link in the form %s never gets a token",
  async (form) => {
    const { client, simulator } = await open({});
    const declarationId = await declared(client, shipment(), "Released");
    const { attachments } = await client.declaration(declarationId, { include: ["attachments"] });
    const [attachment] = attachments;
    if (attachment === undefined) throw new Error("No attachment");
    const ref = { declarationId, attachmentId: attachment.id, documentType: "EAD" };
    const { url } = await client.attachmentLink(ref, { form });
    expect(new URL(url).origin).toBe(simulator.storageUrl);
    expect(await (await fetch(url)).text()).toMatch(/^%PDF-/);
  },
);

test("the members that protect a webhook, with the names set", async () => {
  const names = {
    apiKeyHeaderName: "headerName",
    apiKey: "headerValue",
    tokenUrl: "tokenEndpoint",
  };
  const { client } = await open(
    { webhooks: { destinationFields: names } },
    {},
    {
      subscriptionApiKeyHeader: "headerName",
      subscriptionApiKey: "headerValue",
      subscriptionTokenUrl: "tokenEndpoint",
    },
  );
  const receiver = await startReceiver();
  const wanted = { eventType: "DeclarationStatusChanged", destinationUrl: receiver.url };
  const key = { kind: "api-key", header: "X-Hook", key: "the-key-of-this-webhook" } as const;
  const tokenUrl = "http://127.0.0.1:9/token";
  const oauth = { kind: "oauth", tokenUrl, clientId: "cas", clientSecret: "x" } as const;
  await client.createSubscription({ ...wanted, protection: key });
  await client.createSubscription({ ...wanted, eventSubType: "Invalid", protection: oauth });
  await client.ingest("CustomsShipment", JSON.stringify(shipment()));
  await receiver.until(6);
  expect(new Set(receiver.received.map(({ headers }) => headers["x-hook"]))).toEqual(
    new Set(["the-key-of-this-webhook"]),
  );
  const listed = await client.subscriptions();
  expect(listed).toMatchObject([{ destinationUrl: receiver.url }, { eventSubType: "Invalid" }]);
  for (const { id } of listed) await client.deleteSubscription(id);
  expect(await client.subscriptions()).toEqual([]);
});

describe("the client of programs bears", () => {
  const opened = async (
    assumption: string,
    options: Partial<SimulatorOptions> = {},
  ): Promise<LibraryClient> => {
    const { simulator } = await open({ ...readAssumptions([assumption]), ...options });
    const cas = new LibraryClient({
      environment: "simulator",
      clientId: "simulator",
      clientSecret: SECRET,
      apiUrl: simulator.url,
      ratePerSecond: Infinity,
    });
    onTestFinished(() => cas.close());
    return cas;
  };
  const found = async (cas: LibraryClient): Promise<readonly DeclarationSummary[]> => {
    const declarations: DeclarationSummary[] = [];
    const query = { externalReference: "MY-SHIPMENT-001" };
    for await (const declaration of cas.searchAll(query)) declarations.push(declaration);
    return declarations;
  };

  test.each(["retryAfter=seconds", "retryAfter=date", "retryAfter=none"])(
    "%s",
    async (assumption) => {
      const cas = await opened(assumption, { requestsPerSecondMax: 5 });
      const asked = Array.from({ length: 12 }, () => cas.authorizationStatus());
      expect(await Promise.all(asked)).toHaveLength(12);
    },
  );

  test.each([
    ...["linkExpiredStatus=403", "linkExpiredStatus=404", "linkExpiredStatus=410"],
    ...["documentLength=false", "documentRanges=false"],
  ])("%s", async (assumption) => {
    const cas = await opened(assumption, { linkLifetimeS: 1 });
    await cas.ingest("CustomsShipment", shipment());
    const released = async (): Promise<string | undefined> =>
      (await found(cas)).find(({ currentStatus }) => currentStatus === "Released")?.declarationId;
    await expect.poll(released).toBeDefined();
    const declarationId = (await released()) ?? "";
    const { attachments } = await cas.declaration(declarationId, { include: ["attachments"] });
    const ref = { declarationId, attachmentId: attachments[0]?.id ?? "" };
    // A link of before is of no use any more; the download asks for one of its own.
    const { url } = await cas.attachmentLink(ref);
    await expect.poll(async () => (await fetch(url)).ok, { timeout: 5_000 }).toBe(false);
    const { path, bytes } = await cas.download(ref, emptyFolder());
    expect(readFileSync(path)).toHaveLength(bytes);
  });

  test("declarationsPerShipment=export-and-import", async () => {
    const cas = await opened("declarationsPerShipment=export-and-import");
    await cas.ingest("CustomsShipment", shipment());
    await expect
      .poll(async () => (await found(cas)).map(({ currentStatus }) => currentStatus))
      .toEqual(["Released", "Released"]);
  });

  test("automaticSubmission=never", async () => {
    const cas = await opened("automaticSubmission=never");
    await cas.ingest("CustomsShipment", shipment());
    const status = async (): Promise<string | undefined> => (await found(cas))[0]?.currentStatus;
    await expect.poll(status).toBe("Validated");
    const declarationId = (await found(cas))[0]?.declarationId ?? "";
    await cas.changeDeclaration({ kind: "action", declarationId, action: "submit", body: null });
    await expect.poll(status).toBe("Released");
  });
});

describe("readAssumptions()", () => {
  test("reads texts, numbers and yes or no", () => {
    expect(
      readAssumptions([
        "reasonField=why",
        "linkLifetimeS=10",
        "documentRanges=false",
        "changeStatus=204",
        "webhooks.fractionDigits=7",
      ]),
    ).toEqual({
      reasonField: "why",
      linkLifetimeS: 10,
      documentRanges: false,
      changeStatus: 204,
      webhooks: { fractionDigits: 7 },
    });
  });

  test("gathers those of webhooks", () => {
    expect(readAssumptions(["webhooks.fractionDigits=7", "webhooks.members=tutorial"])).toEqual({
      webhooks: { fractionDigits: 7, members: "tutorial" },
    });
  });

  test.each([
    ["webhooks.unknown=1", "no switch"],
    ["webhooks.fractionDigits=4", "no value of webhooks.fractionDigits"],
    ["unknown=1", "no switch"],
    ["toString=1", "no switch"],
    ["changeStatus=201", "no value of changeStatus"],
    ["linkLifetimeS=0", "no value of linkLifetimeS"],
    ["stateRefusal", "no value of stateRefusal"],
  ])("refuses %s", (text, message) => {
    expect(() => readAssumptions([text])).toThrow(message);
  });
});
