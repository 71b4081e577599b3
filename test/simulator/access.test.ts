import { describe, expect, test } from "vitest";
import { call, fetchToken, openSession } from "./simulator-session.ts";

const DECLARATION = "/v1/declarations/1";
const CERTIFICATE = "/v1/certificates-of-origin/1/2";

/** Every endpoint and the scope it needs. Source: seeds/000 and seeds/002; Declaration items; Movement orders. */
const ENDPOINTS = [
  ["POST", "/v1/customsshipments", "create:messages"],
  ["POST", "/v1/articledataitems", "create:messages"],
  ["POST", "/v1/businesspartners", "create:messages"],
  ["POST", "/v1/certificatesoforigin", "create:messages"],
  ["POST", "/v1/formulas", "create:messages"],
  ["POST", "/v1/materiallists", "create:messages"],
  ["POST", "/v1/materiallistinvalidationrequests", "create:messages"],
  ["POST", "/v1/movementorders", "create:wms"],
  ["GET", "/v1/movementorders/1", "read:wms"],
  ["GET", "/v1/declarations/search", "read:declarations"],
  ["GET", DECLARATION, "read:declarations"],
  ["PATCH", DECLARATION, "create:messages"],
  ["GET", `${DECLARATION}/items/2`, "read:declarations"],
  ["POST", `${DECLARATION}/items`, "create:messages"],
  ["PATCH", `${DECLARATION}/items/2`, "create:messages"],
  ["DELETE", `${DECLARATION}/items/2`, "create:messages"],
  ["POST", `${DECLARATION}/submit`, "create:messages"],
  ["POST", `${DECLARATION}/validate`, "create:messages"],
  ["POST", `${DECLARATION}/invalidate`, "create:messages"],
  ["POST", `${DECLARATION}/goodsarrived`, "create:messages"],
  ["POST", `${DECLARATION}/generatesad`, "create:messages"],
  ["POST", `${DECLARATION}/receiptreport`, "create:messages"],
  ["POST", `${DECLARATION}/complementaryexplanation`, "create:messages"],
  ["POST", `${DECLARATION}/changedestination`, "create:messages"],
  ["POST", `${DECLARATION}/rejectoralertead`, "create:messages"],
  ["POST", `${DECLARATION}/delayfordelivery`, "create:messages"],
  ["POST", `${DECLARATION}/amend`, "create:messages"],
  ["GET", `${DECLARATION}/attachments/2`, "read:declarations"],
  ["GET", `${DECLARATION}/attachments/2/url`, "read:declarations"],
  ["GET", `${DECLARATION}/attachments/EAD/2`, "read:declarations"],
  ["GET", `${DECLARATION}/attachments/EAD/2/url`, "read:declarations"],
  ["GET", CERTIFICATE, "read:documents"],
  ["GET", `${CERTIFICATE}/url`, "read:documents"],
] as const;

const SCOPES = ["create:messages", "read:declarations", "read:documents", "create:wms", "read:wms"];

describe.each(ENDPOINTS)("%s %s", (method, path, scope) => {
  const ask = async (scopes: readonly string[], body?: string) => {
    const { simulator } = await openSession({ scopes });
    const token = await fetchToken(simulator);
    const withToken = await call(`${simulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body }),
    });
    const without = await call(`${simulator.url}${path}`, { method });
    return { withToken, without };
  };

  test(`needs ${scope} and nothing else, and a token`, async () => {
    const others = await ask(SCOPES.filter((each) => each !== scope));
    expect(others.withToken.status).toBe(403);
    expect(others.withToken.json).toMatchObject({ status: 403, title: "Forbidden" });
    expect(others.withToken.text).toContain(scope);
    expect(others.without.status).toBe(401);
    const alone = await ask([scope], method === "GET" || method === "DELETE" ? undefined : "[]");
    expect([401, 403, 405]).not.toContain(alone.withToken.status);
    if (alone.withToken.status !== 200) {
      expect(alone.withToken.headers["content-type"]).toContain("application/problem+json");
    }
  });
});
