import { describe, expect, test } from "vitest";
import { openSession, shipment, type Session } from "./simulator-session.ts";

/** Source: seeds/003, Ingestion API endpoints; the paths are assumed but for the last. */
const PATHS = [
  ["ArticleDataItem", "/v1/articledataitems", { itemId: "BOLT-8", type: "Product" }],
  ["BusinessPartners", "/v1/businesspartners", { code: "ACME", name: "Acme" }],
  ["CertificateOfOrigin", "/v1/certificatesoforigin", { externalReference: "MY-SHIPMENT-001" }],
  ["Formula", "/v1/formulas", { externalReference: "F-1" }],
  ["MaterialList", "/v1/materiallists", { externalReference: "ML-1" }],
  [
    "MaterialListInvalidationRequest",
    "/v1/materiallistinvalidationrequests",
    { externalReference: "ML-0" },
  ],
  ["MovementOrder", "/v1/movementorders", { externalReference: "MO-1", type: "RFFC" }],
] as const;

async function open(): Promise<Session> {
  const session = await openSession();
  await session.send(shipment());
  await session.ask("POST", "/v1/materiallists", { externalReference: "ML-0" });
  session.clock.move(1000);
  return session;
}

describe("ingestion", () => {
  test.each(PATHS)("%s is taken, kept word for word and settled", async (kind, path, message) => {
    const session = await open();
    const body = JSON.stringify({ ...message, note: "1.10" });
    const reply = await session.ask("POST", path, body);
    expect(reply.status).toBe(202);
    const { referenceId } = reply.json as { referenceId: string };
    expect(session.entries("ingested").at(-1)).toMatchObject({
      messageKind: kind,
      body,
      referenceId,
    });
    session.clock.move(1000);
    expect(session.entries("settled").at(-1)).toMatchObject({
      messageKind: kind,
      referenceId,
      result: kind === "MaterialListInvalidationRequest" ? "invalidated" : "created",
      errorDescriptions: [],
    });
  });

  test.each(PATHS)("%s: 415, no JSON, a list, a key that is no text", async (_kind, path) => {
    const session = await openSession();
    const xml = { "content-type": "application/xml" };
    expect((await session.ask("POST", path, "<a/>", xml)).status).toBe(415);
    for (const body of ["{", "[]", "null", '{"externalReference":7}']) {
      expect((await session.ask("POST", path, body)).status).toBe(400);
    }
    expect((await session.ask("GET", path)).status).toBe(405);
    expect(session.entries("ingested")).toEqual([]);
  });

  test.each(PATHS)("%s needs its scope", async (kind, path, message) => {
    const session = await openSession({ scopes: ["read:declarations"] });
    const reply = await session.ask("POST", path, message);
    expect(reply.status).toBe(403);
    expect(reply.text).toContain(kind === "MovementOrder" ? "create:wms" : "create:messages");
  });

  test("pathStyle hyphens moves what is assumed, not what is documented", async () => {
    const session = await openSession({ pathStyle: "hyphens" });
    const ask = async (path: string) => (await session.ask("POST", path, { code: "A" })).status;
    expect(await ask("/v1/business-partners")).toBe(202);
    expect(await ask("/v1/businesspartners")).toBe(404);
    expect(await ask("/v1/material-list-invalidation-requests")).toBe(202);
    expect(await ask("/v1/movementorders")).toBe(202);
  });

  test("master data is created, then updated; a formula is created once", async () => {
    const session = await openSession();
    for (const [path, message] of [
      ["/v1/articledataitems", { itemId: "A" }],
      ["/v1/articledataitems", { itemId: "A" }],
      ["/v1/formulas", { externalReference: "F" }],
      ["/v1/formulas", { externalReference: "F" }],
    ] as const) {
      await session.ask("POST", path, message);
      session.clock.move(1000);
    }
    expect(session.entries("settled").map(({ result }) => result)).toEqual([
      "created",
      "updated",
      "created",
      "unsuccessful",
    ]);
  });

  test("newForExisting update lets a formula be created again", async () => {
    const session = await openSession({ newForExisting: "update" });
    await session.ask("POST", "/v1/formulas", { externalReference: "F" });
    await session.ask("POST", "/v1/formulas", { externalReference: "F" });
    session.clock.move(1000);
    expect(session.entries("settled").map(({ result }) => result)).toEqual(["created", "updated"]);
  });

  test.each([
    ["/v1/certificatesoforigin", { externalReference: "UNKNOWN" }, "no declaration"],
    [
      "/v1/materiallistinvalidationrequests",
      { externalReference: "ML-9" },
      "no material list ML-9",
    ],
    ["/v1/materiallists", { products: [] }, "has no reference"],
    ["/v1/movementorders", { externalReference: "M" }, "type must be given"],
    [
      "/v1/movementorders",
      { externalReference: "M", type: "TRSF", customsDestination: "HomeUse" },
      "customsDestination is not for movements of type TRSF",
    ],
  ])("%s %j fails after its 202", async (path, message, reason) => {
    const heard: unknown[] = [];
    const session = await openSession({ onHappening: (happening) => heard.push(happening) });
    const reply = await session.ask("POST", path, message);
    expect(reply.status).toBe(202);
    session.clock.move(1000);
    expect(session.entries("settled")).toMatchObject([
      { result: "unsuccessful", errorDescriptions: [expect.stringContaining(reason) as string] },
    ]);
    expect(heard).toMatchObject([
      {
        kind: "ingestion-unsuccessful",
        ingestionReferences: [(reply.json as { referenceId: string }).referenceId],
      },
    ]);
  });

  test("a list is invalidated once", async () => {
    const session = await open();
    for (let times = 0; times < 2; times += 1) {
      await session.ask("POST", "/v1/materiallistinvalidationrequests", {
        externalReference: "ML-0",
      });
      session.clock.move(1000);
    }
    expect(
      session
        .entries("settled")
        .slice(1)
        .map(({ result }) => result),
    ).toEqual(["invalidated", "unsuccessful"]);
  });

  test("of several kinds, the same state after a restart", async () => {
    const session = await open();
    await session.ask("POST", "/v1/movementorders", { externalReference: "MO-1", type: "ADJN" });
    session.clock.move(1000);
    const before = (await session.get("/v1/movementorders/MO-1")).text;
    await session.simulator.close();
    const again = await openSession({ stateFile: session.stateFile, clock: session.clock });
    expect((await again.get("/v1/movementorders/MO-1")).text).toBe(before);
    const ids = again.entries("ingested").map(({ referenceId }) => referenceId);
    await again.ask("POST", "/v1/formulas", { externalReference: "F" });
    expect(ids).not.toContain(again.entries("ingested").at(-1)?.referenceId);
  });
});

describe("GET /v1/movementorders/{id}", () => {
  test("tells the status and what is wrong", async () => {
    const session = await openSession();
    await session.ask("POST", "/v1/movementorders", {
      externalReference: "MO-1",
      type: "RFFC",
      timestamp: "2026-11-20T18:00:00Z",
      writeOffRules: [{ customsStatus: "Bonded", isOfPreferentialOrigin: false }],
    });
    await session.ask("POST", "/v1/movementorders", { externalReference: "MO-2" });
    const status = async (id: string) => (await session.get(`/v1/movementorders/${id}`)).json;
    expect(await status("MO-1")).toMatchObject({ status: "New", type: "RFFC", errors: [] });
    session.clock.move(1000);
    expect(await status("MO-1")).toMatchObject({ status: "Processed", errors: [] });
    expect(await status("MO-2")).toMatchObject({
      status: "Invalid",
      errors: [{ message: "The movement type must be given" }],
    });
    expect((await session.get("/v1/movementorders/MO-3")).status).toBe(404);
  });

  test("a second creation is refused and does not hide the first", async () => {
    const session = await openSession();
    for (const remark of ["first", "second"]) {
      await session.ask("POST", "/v1/movementorders", {
        externalReference: "MO-1",
        type: "RFFC",
        remark,
      });
      session.clock.move(1000);
    }
    expect((await session.get("/v1/movementorders/MO-1")).json).toMatchObject({
      remark: "first",
      status: "Processed",
    });
  });

  test("movementOrderId reference", async () => {
    const session = await openSession({ movementOrderId: "reference" });
    const reply = await session.ask("POST", "/v1/movementorders", { externalReference: "MO-1" });
    const { referenceId } = reply.json as { referenceId: string };
    expect((await session.get(`/v1/movementorders/${referenceId}`)).status).toBe(200);
    expect((await session.get("/v1/movementorders/MO-1")).status).toBe(404);
  });

  test("needs read:wms", async () => {
    const session = await openSession({ scopes: ["create:wms"] });
    expect((await session.get("/v1/movementorders/MO-1")).status).toBe(403);
  });

  test.each([
    ["timestamp", "2026-11-20T18:00:00"],
    ["timestamp", 5],
    ["customsDestination", "Elsewhere"],
    ["writeOffRules", {}],
    ["writeOffRules", [{ customsStatus: "Lost" }]],
    ["remark", 7],
  ])("%s %j is refused at once", async (name, value) => {
    const session = await openSession();
    const reply = await session.ask("POST", "/v1/movementorders", {
      externalReference: "MO-1",
      [name]: value,
    });
    expect(reply.status).toBe(400);
    expect(Object.keys((reply.json as { errors: object }).errors).join()).toMatch(
      new RegExp(`^${name}`),
    );
  });
});
