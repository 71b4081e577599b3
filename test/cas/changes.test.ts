import { describe, expect, test } from "vitest";
import type { DeclarationChange } from "../../src/cas/cas-client.ts";
import { ingestion } from "../../src/cas/endpoints.ts";
import type { MessageKind } from "../../src/core/message-kind.ts";
import { answerJson, HASTY, rejectionOf, startFakeCas, type Answer } from "./fake-cas.ts";

const BODY = '{"value":1.10}';
const declarationId = "1";
const ITEM = { declarationId, itemId: "i/1" };
const UPDATE: DeclarationChange = { kind: "update", declarationId, body: BODY };
const INVALIDATE: DeclarationChange = {
  kind: "action",
  declarationId,
  action: "invalidate",
  body: '{"reason":"twice"}',
};
const empty =
  (status: number): Answer =>
  (_seen, response) =>
    response.writeHead(status).end();

describe("changeDeclaration()", () => {
  test.each<[DeclarationChange, string, string, string]>([
    [UPDATE, "PATCH", "", BODY],
    [{ kind: "add-item", declarationId, body: BODY }, "POST", "/items", BODY],
    [{ kind: "update-item", ...ITEM, body: BODY }, "PATCH", "/items/i%2F1", BODY],
    [{ kind: "delete-item", ...ITEM }, "DELETE", "/items/i%2F1", ""],
    [INVALIDATE, "POST", "/invalidate", '{"reason":"twice"}'],
    ...(
      [
        ["submit", "submit"],
        ["validate", "validate"],
        ["goods-arrived", "goodsarrived"],
        ["generate-sad", "generatesad"],
        ["receipt-report", "receiptreport"],
        ["complementary-explanation", "complementaryexplanation"],
        ["change-destination", "changedestination"],
        ["reject-or-alert-ead", "rejectoralertead"],
        ["delay-for-delivery", "delayfordelivery"],
        ["amend", "amend"],
      ] as const
    ).map(([action, word]): [DeclarationChange, string, string, string] => [
      { kind: "action", declarationId, action, body: null },
      "POST",
      `/${word}`,
      "",
    ]),
  ])("sends %j", async (change, method, path, body) => {
    const cas = await startFakeCas({ answer: answerJson(202, { referenceId: "ref-1" }) });
    expect(await cas.client.changeDeclaration(change)).toEqual({
      status: 202,
      referenceId: "ref-1",
      raw: '{"referenceId":"ref-1"}',
    });
    expect(cas.calls).toMatchObject([{ method, path: `/v1/declarations/1${path}`, body }]);
    const type = cas.calls[0]?.headers["content-type"];
    expect(type).toBe(body === "" ? undefined : "application/json");
    if (method !== "DELETE" && body === "") {
      expect(cas.calls[0]?.headers["content-length"]).toBe("0");
    }
  });

  test.each<[string, Answer, string]>([
    ["200 with the declaration", answerJson(200, { declarationId: "1" }), '{"declarationId":"1"}'],
    ["201 with an item's id", answerJson(201, { id: "i2" }), '{"id":"i2"}'],
    ["202 with nothing", empty(202), ""],
    ["202 with an empty object", answerJson(202, {}), "{}"],
    ["204", empty(204), ""],
  ])("takes %s for accepted", async (_case, answer, raw) => {
    const { client } = await startFakeCas({ answer });
    const answered = await client.changeDeclaration(UPDATE);
    expect(answered).toMatchObject({ referenceId: null, raw });
  });

  test.each<[string, Answer]>([
    ["the connection is reset", (_seen, response) => response.destroy()],
    ["no answer comes", () => undefined],
    ["200 comes with a web page", answerJson(200, "<html>login</html>")],
    ["203 comes", answerJson(203, {})],
    ["CAS answers 500", answerJson(500, {})],
    ["CAS answers 504", answerJson(504, {})],
    ["a gateway answers 503 with a page", answerJson(503, "<html>busy</html>")],
  ])("does not know the outcome when %s", async (_case, answer) => {
    const { client } = await startFakeCas({ answer, settings: HASTY });
    const error = await rejectionOf(client.changeDeclaration(INVALIDATE));
    expect(error).toMatchObject({ name: "OutcomeUnknownError", code: "outcome-unknown" });
    expect(error.message).toContain("took the change");
  });

  test.each<[string, Answer, string, string]>([
    ["400", answerJson(400, { title: "No" }), "RefusedError", "request-refused"],
    ["404", answerJson(404, {}), "RefusedError", "request-refused"],
    ["409", answerJson(409, { title: "Accepted" }), "RefusedError", "request-refused"],
    ["405", answerJson(405, {}), "CasBatchError", "address-wrong"],
    ["429", answerJson(429, {}), "CannotNowError", "rate-limited"],
    ["503 with its reason", answerJson(503, { title: "Busy" }), "CannotNowError", "server-error"],
  ])("was certainly not taken after %s", async (_case, answer, name, code) => {
    const { client } = await startFakeCas({ answer });
    expect(await rejectionOf(client.changeDeclaration(UPDATE))).toMatchObject({ name, code });
  });

  test("names the setting of a path that is assumed when nothing is found there", async () => {
    const { client } = await startFakeCas({ answer: answerJson(404, {}) });
    expect(await rejectionOf(client.changeDeclaration(INVALIDATE))).toMatchObject({
      hint: expect.stringContaining("`endpoints.declarationInvalidate`") as string,
    });
    const { hint } = (await rejectionOf(client.changeDeclaration(UPDATE))) as { hint?: string };
    expect(hint).not.toContain("endpoints");
  });

  test("does not ask with an id that leads elsewhere", async () => {
    const cas = await startFakeCas();
    const change = { kind: "delete-item", declarationId, itemId: "../.." } as const;
    expect(await rejectionOf(cas.client.changeDeclaration(change))).toMatchObject({
      code: "id-unusable",
    });
    expect(cas.calls).toHaveLength(0);
  });
});

describe("ingest()", () => {
  const paths: Readonly<Record<MessageKind, string>> = {
    ArticleDataItem: "/v1/articledataitems",
    BusinessPartners: "/v1/businesspartners",
    CertificateOfOrigin: "/v1/certificatesoforigin",
    CustomsShipment: "/v1/customsshipments",
    Formula: "/v1/formulas",
    MaterialList: "/v1/materiallists",
    MaterialListInvalidationRequest: "/v1/materiallistinvalidationrequests",
    MovementOrder: "/v1/movementorders",
  };

  test.each(Object.keys(ingestion) as MessageKind[])("sends %s to its path", async (kind) => {
    const cas = await startFakeCas({ answer: answerJson(202, { referenceId: "ref-1" }) });
    expect(await cas.client.ingest(kind, BODY)).toEqual({ referenceId: "ref-1" });
    expect(cas.calls).toMatchObject([{ method: "POST", path: paths[kind], body: BODY }]);
  });

  test("names the setting of an assumed path that is not there, and the scope of each kind", async () => {
    const missing = await startFakeCas({ answer: answerJson(404, {}) });
    expect(await rejectionOf(missing.client.ingest("Formula", BODY))).toMatchObject({
      code: "address-wrong",
      hint: expect.stringContaining("`endpoints.formulas`") as string,
    });
    const forbidden = await startFakeCas({ answer: answerJson(403, {}) });
    const error = await rejectionOf(forbidden.client.ingest("MovementOrder", BODY));
    expect(error.message).toContain("create:wms");
  });
});

test.each([
  ["item", "/v1/declarations/1/items/i%2F1"],
  ["movement order", "/v1/movementorders/i%2F1"],
])("a declaration's %s is read whole", async (what, path) => {
  const raw = '{"id":12345678901234567890,"x":1.10}';
  const cas = await startFakeCas({ answer: answerJson(200, raw) });
  const { client } = cas;
  const { itemId } = ITEM;
  const read = what === "item" ? client.declarationItem("1", itemId) : client.movementOrder(itemId);
  expect(await read).toEqual({ raw });
  expect(cas.calls).toMatchObject([{ method: "GET", path }]);
});
