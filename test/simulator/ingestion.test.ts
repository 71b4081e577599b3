import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/core/json.ts";
import {
  call,
  EVENING_MS,
  fetchToken,
  goodsItem,
  openSession,
  shipment,
  shipmentWithItems,
} from "./simulator-session.ts";

describe("POST /v1/customsshipments", () => {
  test("answers 202 with a reference that is in the journal with the exact body", async () => {
    const { post, entries } = await openSession();
    const body = JSON.stringify(shipment(), null, 2);
    const reply = await post(body);
    expect(reply.status).toBe(202);
    const { referenceId } = reply.json as { referenceId: string };
    expect(referenceId).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(entries("accepted")).toMatchObject([
      {
        referenceId,
        body,
        bodyHash: sha256Hex(body),
        externalReference: "MY-SHIPMENT-001",
        direction: "IN",
        messageType: "Upsert",
      },
    ]);
  });

  test("takes a missing messageType as New", async () => {
    const { post, entries } = await openSession();
    const { messageType: _messageType, ...message } = shipment();
    expect((await post(message)).status).toBe(202);
    expect(entries("accepted")).toMatchObject([{ messageType: "New" }]);
  });

  test("takes a charset in the content type", async () => {
    const { post } = await openSession();
    expect(
      (await post(shipment(), { "content-type": "application/json; charset=utf-8" })).status,
    ).toBe(202);
  });

  test("answers many at once, each with its own reference", async () => {
    const { post, entries } = await openSession();
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        post(shipment({ externalReference: `REF-${index}` })),
      ),
    );
    expect(new Set(replies.map(({ text }) => text)).size).toBe(200);
    expect(entries("accepted").map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
  });

  const ITEM = "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0]";
  test.each([
    ["no reference", shipment({ externalReference: undefined }), "externalReference"],
    ["a blank reference", shipment({ externalReference: " " }), "externalReference"],
    ["a reference that is a number", shipment({ externalReference: 7 }), "externalReference"],
    ["another direction", shipment({ direction: "in" }), "direction"],
    ["another message type", shipment({ messageType: "Delete" }), "messageType"],
    [
      "a storage location that is a number",
      shipment({ storageLocationReference: 1 }),
      "storageLocationReference",
    ],
    [
      "no document",
      shipment({ singleAdministrativeDocument: undefined }),
      "singleAdministrativeDocument",
    ],
    [
      "a document that is a list",
      shipment({ singleAdministrativeDocument: [] }),
      "singleAdministrativeDocument",
    ],
    [
      "a country of three letters",
      shipment({}, {}, { exportCountry: "XXX" }),
      "singleAdministrativeDocument.goodsShipment.exportCountry",
    ],
    [
      "a country that is none",
      shipment({}, {}, { exportCountry: "XX" }),
      "singleAdministrativeDocument.goodsShipment.exportCountry",
    ],
    [
      "a nature of transaction in words",
      shipment({}, {}, { trxNatCode: "sale" }),
      "singleAdministrativeDocument.goodsShipment.trxNatCode",
    ],
    [
      "items that are no list",
      shipment({}, {}, { governmentAgencyGoodsItems: {} }),
      ITEM.replace("[0]", ""),
    ],
    ["an item that is text", shipment({}, {}, { governmentAgencyGoodsItems: ["bolts"] }), ITEM],
    [
      "a gross mass in text",
      shipmentWithItems([goodsItem({ goodsMeasure: { gmass: "12.5" } })]),
      `${ITEM}.goodsMeasure.gmass`,
    ],
    [
      "a net mass that is null",
      shipmentWithItems([goodsItem({ goodsMeasure: { nmass: null } })]),
      `${ITEM}.goodsMeasure.nmass`,
    ],
    [
      "an amount in text",
      shipmentWithItems([goodsItem({ customsValue: { amount: "1" } })]),
      `${ITEM}.customsValue.amount`,
    ],
    [
      "a quantity in text",
      shipmentWithItems([goodsItem({ packaging: [{ quantity: "5" }] })]),
      `${ITEM}.packaging[0].quantity`,
    ],
  ])("refuses %s with 400 and names the field", async (_name, message, path) => {
    const { post, entries } = await openSession();
    const reply = await post(message);
    expect(reply.status).toBe(400);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
    expect(Object.keys((reply.json as { errors: object }).errors)).toEqual([path]);
    expect(entries("accepted")).toHaveLength(0);
    expect(entries("refused")).toMatchObject([{ status: 400, method: "POST" }]);
  });

  test.each(["", "{", "[]", "7", "null"])("refuses the body %o with 400", async (body) => {
    const { post } = await openSession();
    expect((await post(body)).status).toBe(400);
  });

  test("keeps a refused shipment's reference in the journal", async () => {
    const { post, entries } = await openSession();
    await post(shipment({ direction: "OUT" }, {}, { exportCountry: "XXX" }));
    expect(entries("refused")).toMatchObject([
      { externalReference: "MY-SHIPMENT-001", direction: "OUT", messageType: "Upsert" },
    ]);
  });

  test("takes a country that is one", async () => {
    const { post } = await openSession();
    expect((await post(shipment({}, {}, { exportCountry: "CN" }))).status).toBe(202);
  });

  test("tells every field at once, in the shape asked for", async () => {
    const wrong = shipment({ direction: "X", messageType: "Y" });
    const object = await (await openSession()).post(wrong);
    expect(object.json).toMatchObject({
      status: 400,
      title: "Bad Request",
      errors: {
        direction: ["must be IN or OUT"],
        messageType: ["must be New, Replace, Update or Upsert"],
      },
    });
    const array = await (await openSession({ problemErrorsShape: "array" })).post(wrong);
    expect(array.json).toMatchObject({
      errors: [{ path: "direction", message: "must be IN or OUT" }, { path: "messageType" }],
    });
    const none = await (await openSession({ problemErrorsShape: "none" })).post(wrong);
    expect(none.json).not.toHaveProperty("errors");
  });

  test.each(["application/xml", "text/plain", "application/x-www-form-urlencoded"])(
    "refuses %s with 415",
    async (contentType) => {
      const { post } = await openSession();
      expect((await post(shipment(), { "content-type": contentType })).status).toBe(415);
    },
  );

  test("refuses a body beyond 16 MiB with 413 and goes on serving", async () => {
    const { post, get, entries } = await openSession();
    const long = JSON.stringify(shipment({ remark: "x".repeat(17 * 1024 * 1024) }));
    // The rest of the body may meet a closed connection before the answer is read.
    const reply = await post(long).catch(() => null);
    expect(reply?.status ?? 413).toBe(413);
    expect(entries("refused")).toMatchObject([{ status: 413 }]);
    expect((await get("/v1/authorizationStatus")).status).toBe(200);
  });

  test("takes nothing from a client that leaves in the middle of its message", async () => {
    const { simulator, get, entries } = await openSession();
    const { port } = new URL(simulator.url);
    const token = await fetchToken(simulator);
    const socket = connect(Number(port), "127.0.0.1");
    await once(socket, "connect");
    socket.write(
      [
        "POST /v1/customsshipments HTTP/1.1",
        "Host: localhost",
        `Authorization: Bearer ${token}`,
        "Content-Type: application/json",
        "Content-Length: 1000",
        "",
        '{"direction"',
      ].join("\r\n"),
    );
    await setTimeout(20);
    socket.destroy();
    await setTimeout(20);
    expect((await get("/v1/authorizationStatus")).status).toBe(200);
    expect(entries("accepted")).toEqual([]);
    expect(entries("refused")).toEqual([]);
  });

  test("allows no other method and knows no other path", async () => {
    const { get } = await openSession();
    const reply = await get("/v1/customsshipments");
    expect(reply.status).toBe(405);
    expect(reply.headers["allow"]).toBe("POST");
    expect((await get("/v1/nothing")).status).toBe(404);
    expect((await get("/v2/declarations/search")).status).toBe(404);
  });

  test("tells its own time in the Date header", async () => {
    const { get, clock } = await openSession();
    clock.move(5000);
    const { headers } = await get("/v1/authorizationStatus");
    expect(Date.parse(String(headers["date"]))).toBe(EVENING_MS + 5000);
  });
});

describe("rate limit", () => {
  test("answers 429 with Retry-After in seconds until a second has passed", async () => {
    const { get, clock, entries } = await openSession({ requestsPerSecondMax: 3 });
    for (let request = 1; request <= 3; request += 1) {
      expect((await get("/v1/authorizationStatus")).status).toBe(200);
      clock.move(100);
    }
    const reply = await get("/v1/authorizationStatus");
    expect(reply.status).toBe(429);
    expect(reply.headers["retry-after"]).toBe("1");
    expect(entries("refused")).toMatchObject([{ status: 429 }]);
    clock.move(699);
    expect((await get("/v1/authorizationStatus")).status).toBe(429);
    clock.move(1);
    expect((await get("/v1/authorizationStatus")).status).toBe(200);
    expect((await get("/v1/authorizationStatus")).status).toBe(429);
  });

  test("does not count tokens", async () => {
    const { simulator, get } = await openSession({ requestsPerSecondMax: 1 });
    const reply = await call(simulator.tokenUrl, { method: "POST" });
    expect(reply.status).toBe(400);
    expect((await get("/v1/authorizationStatus")).status).toBe(200);
  });
});
