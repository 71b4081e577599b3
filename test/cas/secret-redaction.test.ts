import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { answerJson, rejectionOf, SECRET, startFakeCas, type Answer } from "./fake-cas.ts";

const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  new URLSearchParams([["", SECRET]]).toString().slice(1),
  Buffer.from(SECRET).toString("base64"),
];
const TOKEN = "token-0001";

function expectNoSecret(text: string): void {
  for (const form of [...FORMS, TOKEN]) expect(text).not.toContain(form);
}

/** The worst a server can do: give back whatever it was sent. */
function echo(status: number): Answer {
  return (seen, response) => {
    response.writeHead(status, { "content-type": "text/plain" });
    const text = `${seen.body} ${FORMS.join(" ")} ${String(seen.headers.authorization)}`;
    response.end(JSON.stringify({ error: "invalid_client", error_description: text, title: text }));
  };
}

describe("no secret shows in an error or a log line", () => {
  test.each([400, 401, 403, 429, 500, 302])("after %i with everything echoed", async (status) => {
    const cas = await startFakeCas({ answer: echo(status) });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
    expectNoSecret(inspect(error, { depth: 10 }) + cas.logLines.join("\n"));
  });

  test.each([400, 401, 429, 500, 200])("after %i of the token endpoint", async (status) => {
    const cas = await startFakeCas({ token: echo(status) });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
    expectNoSecret(inspect(error, { depth: 10 }) + cas.logLines.join("\n"));
  });

  test("also where the library keeps the bytes of an answer it cannot read", async () => {
    const cas = await startFakeCas({
      answer: (seen, response) => {
        response.socket?.end(
          `HTTP/1.1 nonsense ${FORMS.join(" ")} ${TOKEN}\r\n${seen.body}\r\n\r\n`,
        );
      },
    });
    const error = await rejectionOf(cas.client.authorizationStatus());
    expect(error.cause).toBeInstanceOf(Error);
    expectNoSecret(inspect(error, { depth: 10 }));
  });

  test("nor in what an answer is read as, however it writes them", async () => {
    const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJlcnAifQ.c2lnbmF0dXJl-x_y";
    const basic = Buffer.from(`erp-client:${SECRET}`).toString("base64");
    const forms = [
      SECRET,
      token,
      Buffer.from(token).toString("hex"),
      Buffer.from(`Bearer ${token}`).toString("base64url"),
      basic,
      ...FORMS,
      ...FORMS.map((form) => form.replaceAll(/%../g, (escape) => escape.toLowerCase())),
    ];
    const echoed = (text: string): string =>
      JSON.stringify(text).replaceAll("/", "\\/").replaceAll("+", "\\u002B");
    const cas = await startFakeCas({
      token: answerJson(200, { access_token: token, expires_in: 3600 }),
      answer: (seen, response) => {
        const error = `{"message":${echoed(forms.join(" "))}}`;
        const more = `"mrn":${echoed(String(seen.headers.authorization))},"errors":[${error}]`;
        const body = `{"declarationId":"1","currentStatus":"Invalid",${more}}`;
        response.end(body);
      },
    });
    const detail = await cas.client.declaration("1");
    const shown = JSON.stringify(detail) + detail.errors.map(({ message }) => message).join("\n");
    for (const form of forms) expect(shown).not.toContain(form.slice(4, 30));
    expect(detail).toMatchObject({ declarationId: "1", mrn: "Bearer [secret]" });
  });

  test("while a short secret takes no letter out of what is data", async () => {
    const { client } = await startFakeCas({
      settings: { clientSecret: "acme" },
      answer: answerJson(200, { id: "1", currentStatus: "New", lrn: "acme-be password: hidden7" }),
    });
    expect(await client.declaration("1")).toMatchObject({ lrn: "acme-be password: hidden7" });
  });

  test("while reasons that are no secrets stay readable", async () => {
    const { client } = await startFakeCas({
      answer: answerJson(400, { title: "direction missing" }),
    });
    const error = await rejectionOf(client.ingest("CustomsShipment", "{}"));
    expect(error.message).toContain("direction missing");
  });
});
