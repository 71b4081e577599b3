// What the pages Declarations, Sending data to CAS and Customs flows promise, asked of the simulator over HTTP.
import { describe, expect, test } from "vitest";
import { startReceiver } from "../webhook-receiver.ts";
import { call } from "../simulator-session.ts";
import { converse, type Conversation } from "./conversation.ts";
import { expectFormOf, seed, seedJson } from "./seed.ts";

type Json = Record<string, unknown>;

const SHIPMENT = seedJson("000-step-4-customs-shipment") as Json & {
  readonly singleAdministrativeDocument: Json & { readonly goodsShipment: Json };
};

function shipment(
  change: Json = {},
  documentChange: Json = {},
  goodsShipmentChange: Json = {},
): string {
  const document = SHIPMENT.singleAdministrativeDocument;
  return JSON.stringify({
    ...SHIPMENT,
    ...change,
    singleAdministrativeDocument: {
      ...document,
      ...documentChange,
      goodsShipment: { ...document.goodsShipment, ...goodsShipmentChange },
    },
  });
}

async function ingest({ send }: Conversation, body: string): Promise<void> {
  expect((await send("POST", "/v1/customsshipments", body)).status).toBe(202);
}

describe("Declarations", () => {
  test("the error example: its fragment, in a shipment, gives its error", async () => {
    const conversation = await converse();
    const { singleAdministrativeDocument: fragment } = seedJson("002-errors-fragment") as {
      singleAdministrativeDocument: Json;
    };
    await ingest(conversation, shipment({}, fragment));
    const id = await conversation.declarationIn("Invalid", "MY-SHIPMENT-001");
    const reply = await conversation.get(`/v1/declarations/${id}?include=errors`);
    expect((reply.json as { errors: unknown }).errors).toEqual(
      (seedJson("002-errors-answer") as { errors: unknown }).errors,
    );
  });

  test("include is taken in both forms, and what is not asked for is not there", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment());
    const id = await conversation.declarationIn("Released", "MY-SHIPMENT-001");
    const members = async (query: string): Promise<readonly boolean[]> => {
      const { json } = await conversation.get(`/v1/declarations/${id}${query}`);
      return ["errors", "attachments"].map((name) => name in (json as Json));
    };
    expect(await members("")).toEqual([false, false]);
    expect(await members("?include=errors")).toEqual([true, false]);
    expect(await members("?include=attachments")).toEqual([false, true]);
    expect(await members("?include=errors,attachments")).toEqual([true, true]);
    expect(await members("?include=errors&include=attachments")).toEqual([true, true]);
  });

  test("pages of 50 come by limit and offset, the last one shorter than the limit", async () => {
    const conversation = await converse();
    for (let number = 1; number <= 101; number += 1) {
      await ingest(
        conversation,
        shipment({
          storageLocationReference: "HALL-7",
          externalReference: `REF-${String(number)}`,
        }),
      );
    }
    await conversation.declarationIn("Released", "REF-101");
    const page = async (offset: number): Promise<readonly { declarationId: string }[]> => {
      const query = `storageLocation=HALL-7&limit=50&offset=${String(offset)}`;
      return (await conversation.get(`/v1/declarations/search?${query}`)).json as {
        declarationId: string;
      }[];
    };
    const pages = [await page(0), await page(50), await page(100)];
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 1]);
    expect(new Set(pages.flat().map(({ declarationId }) => declarationId)).size).toBe(101);
    const defaulted = await conversation.get("/v1/declarations/search?storageLocation=HALL-7");
    expect(defaulted.json).toHaveLength(100);
  });

  test.each(["limit=101", "limit=50&offset=25"])("%s is refused with 400", async (query) => {
    const { get } = await converse();
    expect((await get(`/v1/declarations/search?${query}`)).status).toBe(400);
  });

  const PARAMETERS = [
    ["externalReference", "MY-REF"],
    ["direction", "IN"],
    ["shipFrom", "US"],
    ["shipTo", "BE"],
    ["lrn", "LRN0001222"],
    ["mrn", "26BEE0000001234567"],
    ["arc", "26BE00000000000000001"],
    ["customsFlow", "INBE_H1"],
    ["customsFlowStep", "INBE_H1"],
    ["currentStatus", "Released"],
    ["jurisdiction", "BE"],
    ["storageLocation", "WAREHOUSE-01"],
    ["ucr", "MY-UCR"],
    ["declarationDateFrom", "2026-03-26T14:30:00.000Z"],
    ["declarationDateTo", "2026-03-26"],
    ["creationDateFrom", "2026-03-26T14:30:00Z"],
    ["creationDateTo", "2026-03-26T14:30:00+02:00"],
    ["lastUpdatedFrom", "2026-03-26Z"],
    ["lastUpdatedTo", "2026-03-26T14:30:00.1234567Z"],
    ["limit", "50"],
    ["offset", "0"],
  ] as const;

  test.each(PARAMETERS)("the search takes %s=%s", async (name, value) => {
    const { get } = await converse();
    const reply = await get(
      `/v1/declarations/search?${new URLSearchParams({ [name]: value }).toString()}`,
    );
    expect(reply.status).toBe(200);
  });

  test("parameters that are lists are repeated", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment({ externalReference: "GOOD" }));
    await ingest(
      conversation,
      shipment({ externalReference: "BAD" }, { declarationOfficeCode: "NL000567" }),
    );
    await conversation.declarationIn("Released", "GOOD");
    await conversation.declarationIn("Invalid", "BAD");
    const found = async (query: string): Promise<number> =>
      ((await conversation.get(`/v1/declarations/search?${query}`)).json as unknown[]).length;
    expect(await found("currentStatus=Released&currentStatus=Invalid")).toBe(2);
    expect(await found("currentStatus=Released&currentStatus=Accepted")).toBe(1);
    expect(await found("jurisdiction=BE&jurisdiction=NL")).toBe(2);
  });

  test("the address in DeclarationPdfCreated is ready to use, and with /url gives the link", async () => {
    const conversation = await converse();
    const receiver = await startReceiver();
    const subscription = seed("000-step-3-subscription")
      .replace("https://your-system.example.com/webhooks/cas", receiver.url)
      .replace("DeclarationStatusChanged", "DeclarationPdfCreated");
    await conversation.send("POST", "/v1/subscriptions", subscription);
    await ingest(conversation, shipment());
    await receiver.until(1);
    const address = new URL(String(receiver.received[0]?.event.data["url"]));
    expect(address.pathname).toMatch(/\/v1\/declarations\/\d+\/attachments\/EAD\/[\w-]+$/);
    const redirected = await conversation.get(address.pathname);
    expect(redirected.status).toBe(307);
    expect((await call(String(redirected.headers["location"]))).text).toMatch(/^%PDF-/);
    const link = await conversation.get(`${address.pathname}/url`);
    expectFormOf(seedJson("002-download-url"), link.json);
  });

  test.each([
    ["/v1/declarations/search", "read:declarations"],
    ["/v1/declarations/1", "read:declarations"],
    ["/v1/declarations/1/attachments/2", "read:declarations"],
    ["/v1/declarations/1/attachments/2/url", "read:declarations"],
    ["/v1/declarations/1/attachments/EAD/2", "read:declarations"],
    ["/v1/declarations/1/attachments/EAD/2/url", "read:declarations"],
  ])("GET %s needs %s", async (path, scope) => {
    const { get } = await converse({ scopes: ["create:messages"] });
    const reply = await get(path);
    expect(reply.status).toBe(403);
    expect(reply.text).toContain(scope);
  });

  test("PATCH needs create:messages", async () => {
    const { send } = await converse({ scopes: ["read:declarations"] });
    expect((await send("PATCH", "/v1/declarations/1", "{}")).status).toBe(403);
  });
});

describe("Sending data to CAS", () => {
  test.each([
    ["articledataitems", { itemId: "A-1" }],
    ["businesspartners", { code: "BE0123456789", name: "Acme" }],
    ["certificatesoforigin", { declarationId: "1" }],
    ["customsshipments", SHIPMENT],
    ["formulas", { externalReference: "F-1" }],
    ["materiallists", { externalReference: "M-1" }],
    ["materiallistinvalidationrequests", { externalReference: "M-1" }],
    ["movementorders", { externalReference: "O-1", type: "RFFC" }],
  ])("POST /v1/%s answers 202 with a reference id", async (path, body) => {
    const { send } = await converse();
    const reply = await send("POST", `/v1/${path}`, JSON.stringify(body));
    expect(reply.status).toBe(202);
    expectFormOf(seedJson("003-accepted"), reply.json);
  });

  test("format and structure are checked while the caller waits", async () => {
    const { send } = await converse();
    expect((await send("POST", "/v1/customsshipments", "no JSON")).status).toBe(400);
    expect((await send("POST", "/v1/customsshipments", "[]")).status).toBe(400);
    const reply = await send("POST", "/v1/customsshipments", shipment({ direction: "UP" }));
    expect(reply.status).toBe(400);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
  });
});

describe("Customs flows", () => {
  const REFERENCE = "MY-SHIPMENT-001";

  test("New is the default, and starts the flow", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment({ messageType: undefined }));
    await conversation.declarationIn("Released", REFERENCE);
  });

  test("Replace replaces all data and restarts the flow before Accepted", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment({}, { declarationOfficeCode: "NL000567" }));
    const id = await conversation.declarationIn("Invalid", REFERENCE);
    await ingest(
      conversation,
      shipment({ messageType: "Replace", storageLocationReference: "HALL-2" }),
    );
    expect(await conversation.declarationIn("Released", REFERENCE)).toBe(id);
    expect((await conversation.get(`/v1/declarations/${id}`)).json).toMatchObject({
      storageLocation: "HALL-2",
    });
  });

  test("Replace does not go through from Accepted on", async () => {
    const conversation = await converse();
    const receiver = await startReceiver();
    await conversation.send(
      "POST",
      "/v1/subscriptions",
      seed("000-step-3-subscription")
        .replace("https://your-system.example.com/webhooks/cas", receiver.url)
        .replace("DeclarationStatusChanged", "CustomsShipmentInformation"),
    );
    await ingest(conversation, shipment());
    await conversation.declarationIn("Released", REFERENCE);
    await ingest(conversation, shipment({ messageType: "Replace" }));
    await receiver.until(1);
    expect(receiver.received[0]?.event.eventSubType).toBe("ReplaceUnsuccessful");
  });

  test("Update changes the data that it gives, and leaves the rest", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment({}, { declarationOfficeCode: "NL000567" }));
    const id = await conversation.declarationIn("Invalid", REFERENCE);
    const { direction, externalReference } = SHIPMENT;
    const update = {
      direction,
      externalReference,
      messageType: "Update",
      singleAdministrativeDocument: { declarationOfficeCode: "BE212000" },
    };
    await ingest(conversation, JSON.stringify(update));
    expect(await conversation.declarationIn("Released", REFERENCE)).toBe(id);
    expect((await conversation.get(`/v1/declarations/${id}`)).json).toMatchObject({
      singleAdministrativeDocument: {
        declarationOfficeCode: "BE212000",
        invoiceCurrency: "EUR",
        goodsShipment: {
          governmentAgencyGoodsItems: [{ commodity: { description: "Electronic components" } }],
        },
      },
    });
  });

  test("Upsert creates what is not there and updates what is, by its reference", async () => {
    const conversation = await converse();
    await ingest(
      conversation,
      shipment({ messageType: "Upsert" }, { declarationOfficeCode: "NL000567" }),
    );
    const id = await conversation.declarationIn("Invalid", REFERENCE);
    await ingest(conversation, shipment({ messageType: "Upsert" }));
    expect(await conversation.declarationIn("Released", REFERENCE)).toBe(id);
    expect(await conversation.declarationsOf(REFERENCE)).toHaveLength(1);
  });

  test("a declaration can be updated while it is not sent to customs, only with what is given", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment({}, { declarationOfficeCode: "NL000567" }));
    const id = await conversation.declarationIn("Invalid", REFERENCE);
    const change = { singleAdministrativeDocument: { declarationOfficeCode: "BE212000" } };
    const reply = await conversation.send(
      "PATCH",
      `/v1/declarations/${id}`,
      JSON.stringify(change),
    );
    expect([200, 202, 204]).toContain(reply.status);
    // Corrected by hand, it is sent to customs by the action Submit. Source: Declaration actions.
    await conversation.declarationIn("Validated", REFERENCE);
    await conversation.send("POST", `/v1/declarations/${id}/submit`, "");
    await conversation.declarationIn("Released", REFERENCE);
    expect((await conversation.get(`/v1/declarations/${id}`)).json).toMatchObject({
      singleAdministrativeDocument: { declarationOfficeCode: "BE212000", invoiceCurrency: "EUR" },
    });
  });

  test("a collection without casReference is replaced whole", async () => {
    const conversation = await converse();
    const documents = ["A", "B"].map((refNum) => ({ category: "N", refNum, type: "380" }));
    await ingest(
      conversation,
      shipment({}, { declarationOfficeCode: "NL000567", additionalDocuments: documents }),
    );
    const id = await conversation.declarationIn("Invalid", REFERENCE);
    const change = {
      singleAdministrativeDocument: {
        declarationOfficeCode: "BE212000",
        additionalDocuments: [{ category: "N", refNum: "C", type: "380" }],
      },
    };
    await conversation.send("PATCH", `/v1/declarations/${id}`, JSON.stringify(change));
    await conversation.declarationIn("Validated", REFERENCE);
    const { json } = await conversation.get(`/v1/declarations/${id}`);
    const { additionalDocuments } = (json as { singleAdministrativeDocument: Json })
      .singleAdministrativeDocument;
    expect(additionalDocuments).toMatchObject([{ refNum: "C" }]);
    expect(additionalDocuments).toHaveLength(1);
  });

  test("a declaration that is accepted is not updated but invalidated", async () => {
    const conversation = await converse();
    await ingest(conversation, shipment());
    const id = await conversation.declarationIn("Released", REFERENCE);
    const refused = await conversation.send("PATCH", `/v1/declarations/${id}`, "{}");
    expect(refused.status).toBeGreaterThanOrEqual(400);
    const reply = await conversation.send(
      "POST",
      `/v1/declarations/${id}/invalidate`,
      JSON.stringify({ reason: "Goods were not shipped" }),
    );
    expect([200, 202, 204]).toContain(reply.status);
    await conversation.declarationIn("Invalidated", REFERENCE);
  });
});
