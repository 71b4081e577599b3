import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { answerJson, clientOf, rejectionOf, startFakeCas } from "./fake-cas.ts";

const CREDENTIALS = { clientId: "erp-client", clientSecret: "s3cret" };
const production = defaultCasSettings("production", CREDENTIALS);

function createWith(settings: object): unknown {
  try {
    return createCasClient(
      { ...production, ...settings },
      { clock: systemClock, log: () => undefined },
    );
  } catch (error) {
    return error;
  }
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("defaultCasSettings()", () => {
  test("knows the documented addresses and scopes", () => {
    expect(production).toMatchObject({
      apiUrl: "https://api.customs4trade.com",
      tokenUrl: "https://login.customs4trade.com/oauth2/v2.0/token",
      scope: "https://c4tprdb2c.onmicrosoft.com/erp-client/.default",
    });
    expect(defaultCasSettings("acceptance", CREDENTIALS)).toMatchObject({
      apiUrl: "https://api-acc.customs4trade.com",
      tokenUrl: "https://login-acc.customs4trade.com/oauth2/v2.0/token",
      scope: "https://c4taccb2c.onmicrosoft.com/erp-client/.default",
    });
  });

  test("leaves the simulator's address to the caller, and no client is made without it", () => {
    expect(createWith(defaultCasSettings("simulator", CREDENTIALS))).toMatchObject({
      code: "configuration-invalid",
    });
  });
});

describe("createCasClient()", () => {
  test.each([
    "http://api.customs4trade.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://10.0.0.1:8080",
    "http://[::ffff:127.0.0.1]",
    "http://0.0.0.0",
  ])("refuses %s, for tokens too", (address) => {
    expect(createWith({ apiUrl: address })).toMatchObject({ code: "insecure-url", exitCode: 2 });
    expect(createWith({ tokenUrl: address })).toMatchObject({ code: "insecure-url" });
  });

  test.each([
    "http://127.0.0.1:8080",
    "http://127.1",
    "http://127.9.9.9",
    "http://localhost:1",
    "http://LOCALHOST",
    "http://[::1]:8080",
    "https://cas.example.com",
  ])("takes %s", (address) => {
    expect(createWith({ apiUrl: address, tokenUrl: address })).not.toBeInstanceOf(Error);
  });

  test.each([
    "",
    "cas.example.com",
    "ftp://cas.example.com",
    "https://user:pa55word@cas.example.com",
  ])('refuses "%s" as no address', (address) => {
    const error = createWith({ apiUrl: address });
    expect(error).toMatchObject({ code: "configuration-invalid" });
    expect(inspect(error)).not.toContain("pa55word");
  });

  test.each([
    { Authorization: "x" },
    { "content-length": "1" },
    { "bad name": "x" },
    { x: "a\r\nb: c" },
  ])("refuses the extra header %j", (headers) => {
    expect(createWith({ headers })).toMatchObject({ code: "configuration-invalid" });
  });

  test.each([
    ["customsShipments", ".evil.example/v1", "it must start with /"],
    ["customsShipments", "/v1/x?a=b", "it must hold no ?"],
    ["customsShipments", "/v1/{tenant}/x", "it must hold no placeholder in braces"],
    ["declaration", "/v1/declarations", "it must hold each of {declarationId} once"],
    ["declarationItem", "/v1/{itemId}", "it must hold each of {declarationId} and {itemId} once"],
    ["declaration", "/{declarationId}/{declarationId}", "each of {declarationId} once"],
  ])("refuses %s at the path %s", (name, path, words) => {
    const endpoints = { ...production.endpoints, [name]: path };
    expect(createWith({ endpoints })).toMatchObject({
      code: "configuration-invalid",
      message: expect.stringContaining(`endpoints.${name} cannot be used; `) as string,
    });
    expect((createWith({ endpoints }) as { message?: string }).message).toContain(words);
  });
});

describe("a company's proxy", () => {
  async function startProxy(): Promise<{ url: string; tunnels: string[] }> {
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      tunnels.push(`${String(request.url)} ${JSON.stringify(request.headers)}`);
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void proxy.close());
    return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels };
  }

  test("is used for what is not on this machine; that it refuses is no loss", async () => {
    const proxy = await startProxy();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    vi.stubEnv("NO_PROXY", "");
    const cas = await startFakeCas();
    const { client } = clientOf("https://cas.invalid", {
      settings: { tokenUrl: cas.settings.tokenUrl },
    });
    const error = await rejectionOf(client.ingest("CustomsShipment", "{}"));
    expect(error).toMatchObject({ name: "CannotNowError", code: "unreachable" });
    expect(proxy.tunnels).toHaveLength(1);
    expect(proxy.tunnels[0]).toMatch(/^cas\.invalid:443 /);
    expect(proxy.tunnels[0]).not.toContain("token-0001");
    expect(cas.tokenCalls).toHaveLength(1);
  });

  test("is not used for hosts of NO_PROXY", async () => {
    const proxy = await startProxy();
    vi.stubEnv("HTTPS_PROXY", proxy.url);
    vi.stubEnv("NO_PROXY", "cas.invalid");
    const cas = await startFakeCas();
    const { client } = clientOf("https://cas.invalid", {
      settings: { tokenUrl: cas.settings.tokenUrl },
    });
    await rejectionOf(client.authorizationStatus());
    expect(proxy.tunnels).toHaveLength(0);
  });

  test("is never used for this machine", async () => {
    vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:1");
    vi.stubEnv("HTTP_PROXY", "http://127.0.0.1:1");
    vi.stubEnv("NO_PROXY", "");
    const cas = await startFakeCas({ answer: answerJson(202, { referenceId: "1" }) });
    expect(await cas.client.ingest("CustomsShipment", "{}")).toEqual({ referenceId: "1" });
  });

  test("whose address cannot be read is a fault of the configuration, shown without it", () => {
    vi.stubEnv("HTTPS_PROXY", "http://user:pa55word@:x");
    const error = createWith({});
    expect(error).toMatchObject({ code: "configuration-invalid" });
    expect(inspect(error, { depth: 10 })).not.toContain("pa55word");
  });
});
