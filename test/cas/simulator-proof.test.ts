// The client of environment `simulator` sends nothing before it is sure who listens.
import { expect, onTestFinished, test } from "vitest";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { defaultCasSettings, type CasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { rejectionOf } from "./fake-cas.ts";

const ABOUT = JSON.stringify({ simulator: "cas-batch", pid: 1, stateFile: "/x" });
const RIGHTS = JSON.stringify({ sourceSysRef: "a", tenantIds: "b", scopes: "c" });
const TOKEN = JSON.stringify({ access_token: "t", expires_in: 3600 });

type AnswerTo = (path: string, response: ServerResponse, count: number) => void;

async function startServer(answerTo: AnswerTo): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    request.resume().on("end", () => {
      answerTo(path, response, asked.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function clientOf(origin: string, more: Partial<CasSettings> = {}) {
  const settings = {
    ...defaultCasSettings("simulator", { clientId: "simulator", clientSecret: "simulator" }),
    ...{ apiUrl: origin, tokenUrl: `${origin}/token`, answerTimeoutMs: 2_000, ...more },
  };
  const client = createCasClient(settings, { clock: systemClock, log: () => undefined });
  onTestFinished(() => client.close());
  return client;
}

/** As the simulator answers, header and all. */
const simulated: AnswerTo = (path, response) => {
  response.setHeader("cas-batch-simulator", "1");
  response.end(path.endsWith("about") ? ABOUT : path.endsWith("token") ? TOKEN : RIGHTS);
};

test.each<[string, (response: ServerResponse) => void]>([
  ["a refusal", (response) => response.writeHead(401).end()],
  ["a page", (response) => response.end("<html>")],
  ["JSON of its own", (response) => response.end('{"simulator":"another"}')],
  ["the proof with an error", (response) => response.writeHead(404).end(ABOUT)],
  ["half a proof", (response) => response.end(`${ABOUT.slice(0, -1)},`)],
  ["a flood", (response) => response.end(`{"simulator":"cas-batch","x":"${"x".repeat(1e6)}"}`)],
  ["a redirect", (response) => response.writeHead(302, { location: "/proof" }).end(ABOUT)],
  ["no HTTP", (response) => response.socket?.end("SSH-2.0-OpenSSH\r\n")],
])("takes %s for no proof and sends nothing else", async (_name, aboutAnswer) => {
  const { origin, asked } = await startServer((path, response) => {
    if (path === "/proof") response.end(ABOUT);
    else aboutAnswer(response);
  });
  const client = clientOf(origin);
  for (const call of [client.ingest("CustomsShipment", "{}"), client.authorizationStatus()]) {
    expect(await rejectionOf(call)).toMatchObject({ code: "environment-mismatch", exitCode: 2 });
  }
  expect(new Set(asked)).toEqual(new Set(["/simulator/about"]));
});

test("sends no shipment where only the proof is the simulator's", async () => {
  const { origin, asked } = await startServer((path, response, count) => {
    if (path.endsWith("about")) response.end(ABOUT);
    else if (path.endsWith("token")) response.end(TOKEN);
    else simulated(path, response, count);
  });
  expect(await rejectionOf(clientOf(origin).ingest("CustomsShipment", "{}"))).toMatchObject({
    code: "environment-mismatch",
  });
  expect(asked).toEqual(["/simulator/about", "/token"]);
});

test("trusts no rights that the simulator did not give", async () => {
  const { origin } = await startServer((path, response, count) => {
    if (path.endsWith("authorizationStatus")) response.end(RIGHTS);
    else simulated(path, response, count);
  });
  expect(await rejectionOf(clientOf(origin).authorizationStatus())).toMatchObject({
    code: "environment-mismatch",
  });
});

test("asks once, below the path of the API, and again when no answer came", async () => {
  const { origin, asked } = await startServer((path, response, count) => {
    if (count === 1) response.socket?.destroy();
    else simulated(path, response, count);
  });
  const client = clientOf(`${origin}/gateway/`, { tokenUrl: `${origin}/gateway/token` });
  expect(await rejectionOf(client.authorizationStatus())).toMatchObject({
    name: "CannotNowError",
    message: expect.stringContaining("Could not find the simulator at 127.0.0.1:") as string,
  });
  const calls = [1, 2, 3].map(() => client.authorizationStatus());
  expect(await Promise.all(calls)).toContainEqual(
    expect.objectContaining({ tenant: "b", simulated: true }),
  );
  const about = "/gateway/simulator/about";
  expect(asked.filter((path) => path === about)).toHaveLength(2);
  expect(asked[1]).toBe(about);
});

test.each([
  [
    "an address elsewhere",
    { apiUrl: "https://cas.example", tokenUrl: "https://cas.example/token" },
  ],
  ["tokens from elsewhere", { tokenUrl: "https://login.example/token" }],
  ["tokens from another port", { tokenUrl: "http://127.0.0.1:1/token" }],
])("is not made for %s", (_name, settings) => {
  expect(() => clientOf("http://127.0.0.1:2", settings)).toThrow(
    "cannot serve the environment simulator",
  );
});

test("production refuses the simulator, also when it refuses the token of CAS", async () => {
  const login = await startServer((_path, response) => response.end(TOKEN));
  const { origin } = await startServer((_path, response) => {
    response.writeHead(401, { "cas-batch-simulator": "1" }).end();
  });
  const real = defaultCasSettings("production", { clientId: "erp", clientSecret: "s3cret" });
  const client = createCasClient(
    { ...real, apiUrl: origin, tokenUrl: `${login.origin}/token` },
    { clock: systemClock, log: () => undefined },
  );
  onTestFinished(() => client.close());
  expect(await rejectionOf(client.ingest("CustomsShipment", "{}"))).toMatchObject({
    code: "environment-mismatch",
    message: expect.stringContaining("is the simulator") as string,
  });
});
