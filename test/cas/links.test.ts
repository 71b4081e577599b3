import { describe, expect, test } from "vitest";
import { answerJson, clientOf, rejectionOf, startFakeCas, type Answer } from "./fake-cas.ts";

const STORAGE = "https://storage.example.com/temp/EAD.pdf?token=abc";
const BY_ID = { declarationId: "987654321", attachmentId: "att/1" };
const BY_TYPE = { ...BY_ID, documentType: "EAD" };
const DECLARATION = "/v1/declarations/987654321/attachments";

const redirect =
  (location: string | undefined, status = 307): Answer =>
  (_seen, response) =>
    response.writeHead(status, location === undefined ? {} : { location }).end();

describe("attachmentLink()", () => {
  test.each([
    [BY_ID, `${DECLARATION}/att%2F1/url`],
    [BY_TYPE, `${DECLARATION}/EAD/att%2F1/url`],
  ])("asks for the address of %j as JSON", async (ref, path) => {
    const cas = await startFakeCas({ answer: answerJson(200, { url: STORAGE, more: 1 }) });
    expect(await cas.client.attachmentLink(ref)).toEqual({ url: STORAGE });
    expect(cas.calls).toMatchObject([{ method: "GET", path }]);
  });

  test.each([
    [BY_ID, `${DECLARATION}/att%2F1`],
    [BY_TYPE, `${DECLARATION}/EAD/att%2F1`],
  ])("takes the Location of %j and does not follow it", async (ref, path) => {
    const storage = await startFakeCas();
    const location = `${storage.settings.apiUrl}/file?token=abc`;
    const cas = await startFakeCas({ answer: redirect(location) });
    expect(await cas.client.attachmentLink(ref, { form: "redirect" })).toEqual({ url: location });
    expect(cas.calls).toMatchObject([{ method: "GET", path }]);
    expect(storage.calls).toHaveLength(0);
  });

  test("resolves a relative Location against the address that was asked", async () => {
    const cas = await startFakeCas({ answer: redirect("../../files/1?t=2") });
    const { url } = await cas.client.attachmentLink(BY_ID, { form: "redirect" });
    expect(url).toBe(`${cas.settings.apiUrl}/v1/declarations/files/1?t=2`);
  });

  test.each([
    ["nothing", ""],
    ["another scheme", "file:///etc/passwd"],
    ["a script", "javascript:alert(1)"],
    ["plain http to another machine", "http://storage.example.com/EAD.pdf"],
    ["a password", "https://me:secret@storage.example.com/EAD.pdf"],
    ["no address", "https://"],
  ])("refuses a link that is %s", async (_case, url) => {
    for (const [answer, form] of [
      [answerJson(200, { url: url || " " }), "url"],
      [redirect(url), "redirect"],
    ] as const) {
      const { client } = await startFakeCas({ answer });
      const error = await rejectionOf(client.attachmentLink(BY_ID, { form }));
      expect(error).toMatchObject({ code: "link-unusable", name: "CannotNowError" });
      expect(error.message).not.toContain("secret");
    }
  });

  test("is refused with 404 when there is no such attachment", async () => {
    const { client } = await startFakeCas({ answer: answerJson(404, {}) });
    expect(await rejectionOf(client.attachmentLink(BY_ID))).toMatchObject({
      name: "RefusedError",
      problem: { status: 404 },
      hint: "Check the id, the environment and the tenant",
    });
  });

  test.each([
    ["a login page's redirect", redirect("https://login.example.com/", 302), "redirect"],
    ["a redirect where JSON was asked for", redirect(STORAGE), "url"],
    ["the document itself", answerJson(200, "%PDF-1.7"), "redirect"],
    ["JSON without url", answerJson(200, {}), "url"],
  ] as const)("does not understand %s", async (_case, answer, form) => {
    const { client } = await startFakeCas({ answer });
    expect(await rejectionOf(client.attachmentLink(BY_ID, { form }))).toMatchObject({
      code: "answer-not-understood",
    });
  });
});

describe("certificateLink()", () => {
  const ref = { certificateOfOriginId: "coo-1", attachmentId: "att-1" };

  test.each([
    ["url", answerJson(200, { url: STORAGE }), "/url"],
    ["redirect", redirect(STORAGE), ""],
  ] as const)("knows the form %s", async (form, answer, after) => {
    const cas = await startFakeCas({ answer });
    expect(await cas.client.certificateLink(ref, { form })).toEqual({ url: STORAGE });
    expect(cas.calls[0]?.path).toBe(`/v1/certificates-of-origin/coo-1/att-1${after}`);
  });

  test("asks at the path of the configuration, a tenant in it", async () => {
    const cas = await startFakeCas({ answer: answerJson(200, { url: STORAGE }) });
    const certificate = "/acme/coo/{attachmentId}/of/{certificateOfOriginId}";
    const endpoints = { ...cas.settings.endpoints, certificate };
    const { client } = clientOf(cas.settings.apiUrl, { settings: { endpoints } });
    await client.certificateLink(ref);
    expect(cas.calls[0]?.path).toBe("/acme/coo/att-1/of/coo-1/url");
  });
});
