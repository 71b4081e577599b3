import { describe, expect, test } from "vitest";
import { call, fetchToken, openSession, SCOPE, shipment, tokenForm } from "./simulator-session.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

describe("token endpoint", () => {
  test("grants a bearer token for the documented form", async () => {
    const { simulator } = await openSession();
    const reply = await call(simulator.tokenUrl, {
      method: "POST",
      headers: FORM,
      body: tokenForm(),
    });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ token_type: "Bearer", expires_in: 3600 });
  });

  test("grants the scope of every environment", async () => {
    const { simulator } = await openSession();
    const scope = SCOPE.replace("c4tacc", "c4tprd");
    const body = tokenForm({ scope });
    expect((await call(simulator.tokenUrl, { method: "POST", headers: FORM, body })).status).toBe(
      200,
    );
  });

  test.each([
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client"],
    ["an unknown client", { client_id: "nobody" }, 401, "invalid_client"],
    ["another grant", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["a scope of another form", { scope: "openid" }, 400, "invalid_scope"],
    [
      "another client's scope",
      { scope: SCOPE.replace("simulator", "other") },
      400,
      "invalid_scope",
    ],
  ])("refuses %s", async (_name, change, status, error) => {
    const { simulator, entries } = await openSession();
    const body = tokenForm(change);
    const reply = await call(simulator.tokenUrl, { method: "POST", headers: FORM, body });
    expect(reply.status).toBe(status);
    expect(reply.json).toMatchObject({ error });
    expect(entries("token-refused")).toMatchObject([{ status, error }]);
  });

  test("refuses credentials sent as JSON", async () => {
    const { simulator } = await openSession();
    const reply = await call(simulator.tokenUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ grant_type: "client_credentials" }),
    });
    expect(reply.status).toBe(400);
  });

  test("allows no GET", async () => {
    const { simulator } = await openSession();
    const reply = await call(simulator.tokenUrl);
    expect(reply.status).toBe(405);
    expect(reply.headers["allow"]).toBe("POST");
  });

  test("gives two tokens of one moment that differ", async () => {
    const { simulator, entries } = await openSession();
    expect(await fetchToken(simulator)).not.toBe(await fetchToken(simulator));
    expect(entries("token")).toHaveLength(3);
  });
});

describe("token", () => {
  test("tells who it belongs to", async () => {
    const { get } = await openSession({ tenant: "acme", sourceSystem: "erp-01" });
    expect((await get("/v1/authorizationStatus")).json).toEqual({
      sourceSysRef: "erp-01",
      tenantIds: "acme",
      scopes:
        "create:messages read:declarations create:subscriptions read:subscriptions delete:subscriptions read:documents create:wms read:wms",
    });
  });

  test("is good until its last millisecond and no longer", async () => {
    const { get, clock } = await openSession({ tokenLifetimeS: 60 });
    clock.move(59_999);
    expect((await get("/v1/authorizationStatus")).status).toBe(200);
    clock.move(1);
    const reply = await get("/v1/authorizationStatus");
    expect(reply.status).toBe(401);
    expect(reply.headers["content-type"]).toContain("application/problem+json");
    expect(reply.headers["www-authenticate"]).toBe("Bearer");
  });

  test.each([
    "",
    "Bearer",
    "Bearer nonsense",
    "Bearer a.b.c",
    "Basic c2ltdWxhdG9yOnNpbXVsYXRvcg==",
  ])("is refused as %o", async (authorization) => {
    const { get } = await openSession();
    expect((await get("/v1/authorizationStatus", { authorization })).status).toBe(401);
  });

  test("is refused with changed claims", async () => {
    const { simulator, get } = await openSession();
    const [header, , signature] = (await fetchToken(simulator)).split(".");
    const claims = { clientId: "simulator", scopes: [], expiresAtMs: 1e15, number: 1 };
    const forged = Buffer.from(JSON.stringify(claims)).toString("base64url");
    const authorization = `Bearer ${header ?? ""}.${forged}.${signature ?? ""}`;
    expect((await get("/v1/authorizationStatus", { authorization })).status).toBe(401);
  });

  test("without create:messages sends nothing", async () => {
    const { post, entries } = await openSession({ scopes: ["read:declarations"] });
    const reply = await post(shipment());
    expect(reply.status).toBe(403);
    expect(reply.json).toMatchObject({ status: 403, title: "Forbidden" });
    expect(entries("accepted")).toHaveLength(0);
    expect(entries("refused")).toMatchObject([{ status: 403, path: "/v1/customsshipments" }]);
  });

  test("without read:declarations finds nothing", async () => {
    const { get } = await openSession({ scopes: ["create:messages"] });
    expect((await get("/v1/declarations/search")).status).toBe(403);
    expect((await get("/v1/declarations/1")).status).toBe(403);
    expect((await get("/v1/authorizationStatus")).status).toBe(200);
  });
});
