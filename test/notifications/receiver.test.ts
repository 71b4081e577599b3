import { once } from "node:events";
import { request as httpRequest, createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type JWK } from "jose";
import { expect, onTestFinished, test } from "vitest";
import { CannotNowError } from "../../src/core/errors.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import type { NotificationBooks } from "../../src/ledger/contract/notifications.ts";
import {
  apiKeyProtection,
  tokenProtection,
  type Protection,
} from "../../src/notifications/receiver/protection.ts";
import { startReceiver, type Receiver } from "../../src/notifications/receiver/receiver.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";
import { eventBody } from "./events.ts";

const KEY = "0123456789abcdef0123456789abcdef";

interface Started {
  readonly receiver: Receiver;
  readonly logged: string[];
  readonly kept: () => Promise<
    readonly { body: string; standing: string; eventId: string | null }[]
  >;
}

async function started(
  protection: Protection | null = null,
  books?: Pick<NotificationBooks, "storeNotifications">,
): Promise<Started> {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const own = ledger.books("simulator", "ACME");
  const logged: string[] = [];
  const receiver = await startReceiver({
    host: "127.0.0.1",
    port: 0,
    protection,
    secretHeader: "x-api-key",
    tenant: "ACME",
    books: books ?? own,
    clock: systemClock,
    log: (_level, message) => logged.push(message),
  });
  onTestFinished(async () => {
    await receiver.close();
    await ledger.close();
    await store.remove();
  });
  const kept = async () =>
    (await own.notifications({ limit: 100 })).notifications.map(({ body, standing, eventId }) => ({
      body: body.toString(),
      standing,
      eventId,
    }));
  return { receiver, logged, kept };
}

function post(
  { address }: Receiver,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  const json = { "content-type": "application/json" };
  return fetch(`${address}/webhooks/cas`, {
    method: "POST",
    body,
    headers: { ...json, ...headers },
  });
}

test("startReceiver() keeps the body to the letter, and only then answers", async () => {
  const { receiver, kept } = await started();
  const body = `  ${eventBody({ id: "E-1" }).replace('"tenantId"', '"tenantId "')}\n`;
  expect((await post(receiver, body)).status).toBe(202);
  expect(await kept()).toEqual([{ body, standing: "received", eventId: "E-1" }]);
  expect((await post(receiver, body)).status).toBe(202);
  expect(receiver.counts()).toMatchObject({ kept: 1, known: 1 });
});

test("startReceiver() answers 503 while the ledger cannot be written, and health with it", async () => {
  let fails = true;
  const { receiver, kept } = await started(null, {
    storeNotifications: (received) =>
      fails
        ? Promise.reject(new CannotNowError("ledger-write-failed", "The disk is full"))
        : Promise.resolve(received.map(() => "new")),
  });
  const refused = await post(receiver, eventBody());
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);
  expect((await fetch(`${receiver.address}/healthz`)).status).toBe(503);
  fails = false;
  expect((await post(receiver, eventBody())).status).toBe(202);
  expect((await fetch(`${receiver.address}/healthz`)).status).toBe(200);
  expect(await kept()).toEqual([]);
});

test("what is delivered with the key is kept whatever it is; without the key nothing is", async () => {
  const { receiver, kept, logged } = await started(
    apiKeyProtection({ headerName: "x-api-key", keys: [KEY, "the-new-key-of-today"] }),
  );
  const key = { "x-api-key": KEY };
  expect((await post(receiver, eventBody())).status).toBe(401);
  expect((await post(receiver, eventBody(), { "x-api-key": `${KEY}0` })).status).toBe(401);
  expect((await post(receiver, eventBody(), { "x-api-key": KEY.slice(1) })).status).toBe(401);
  expect(await kept()).toEqual([]);
  const odd = ["no json", "[1,2]", "{}", '{"id":"E-1","tenantId":"OTHER"}', "[".repeat(100_000)];
  for (const body of odd) expect((await post(receiver, body, key)).status).toBe(202);
  expect((await post(receiver, "<event/>", { ...key, "content-type": "text/xml" })).status).toBe(
    202,
  );
  expect((await post(receiver, eventBody(), { "x-api-key": "the-new-key-of-today" })).status).toBe(
    202,
  );
  expect((await kept()).map(({ standing }) => standing)).toEqual([
    "received",
    "unreadable",
    "unreadable",
    "other-tenant",
    "unreadable",
    "unreadable",
    "unreadable",
  ]);
  expect(logged.join("\n")).toContain("it is of tenant OTHER");
  expect((await post(receiver, "", key)).status).toBe(400);
  expect((await post(receiver, eventBody(), { ...key, "content-encoding": "gzip" })).status).toBe(
    415,
  );
  expect((await post(receiver, "x".repeat(1_048_577), key)).status).toBe(413);
  expect((await fetch(receiver.address, { method: "PUT", headers: key })).status).toBe(405);
  expect((await fetch(receiver.address, { headers: key })).status).toBe(405);
  expect(logged.join("\n")).not.toContain(KEY);
});

test("a body without a length is cut off when it grows beyond the bound", async () => {
  const { receiver, kept } = await started();
  const { port } = new URL(receiver.address);
  const outgoing = httpRequest({
    port,
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  outgoing.on("error", () => undefined);
  const answered = once(outgoing, "response") as Promise<[{ statusCode?: number }]>;
  for (let piece = 0; piece < 20; piece += 1) outgoing.write("x".repeat(65_536));
  const [{ statusCode }] = await answered;
  expect(statusCode).toBe(413);
  outgoing.destroy();
  expect(await kept()).toEqual([]);
});

test("without a protection no page of a browser can deliver, and nobody under another name", async () => {
  const { receiver, kept } = await started();
  const { port } = new URL(receiver.address);
  expect((await post(receiver, eventBody(), { origin: "https://evil.example" })).status).toBe(403);
  expect((await post(receiver, eventBody(), { "content-type": "text/plain" })).status).toBe(415);
  const rebound = httpRequest({
    port,
    method: "POST",
    headers: { host: "evil.example", "content-type": "application/json" },
  }).end(eventBody());
  const [answer] = (await once(rebound, "response")) as [
    { statusCode?: number; resume: () => void },
  ];
  answer.resume();
  expect(answer.statusCode).toBe(403);
  expect(await kept()).toEqual([]);
});

test("neither secrets nor links that open a document are kept", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  const headers: string[] = [];
  const books = ledger.books("simulator", "ACME");
  const receiver = await startReceiver({
    host: "127.0.0.1",
    port: 0,
    protection: apiKeyProtection({ headerName: "subscription", keys: [KEY] }),
    secretHeader: "subscription",
    tenant: "ACME",
    books: {
      storeNotifications: (received) => {
        headers.push(...received.map((one) => one.headers));
        return books.storeNotifications(received);
      },
    },
    clock: systemClock,
    log: () => undefined,
  });
  const url = "https://api.example/v1/declarations/1/attachments/EAD/att-1?sig=secret&x=1";
  const text = 'see \\"https://a.example/b?c=secret\\" now';
  const body = eventBody({
    eventType: "DeclarationPdfCreated",
    data: { id: "1", url, text: "T" },
  }).replace('"T"', `"${text}"`);
  await post(receiver, body, {
    subscription: KEY,
    authorization: "Bearer secret",
    cookie: "secret",
  });
  const { notifications } = await books.notifications({ limit: 1 });
  const kept = notifications[0]?.body.toString() ?? "";
  await receiver.close();
  await ledger.close();
  await store.remove();
  expect(kept + headers.join("")).not.toMatch(/secret|0123456789abcdef/);
  expect((JSON.parse(kept) as { data: object }).data).toEqual({
    id: "1",
    url: "https://api.example/v1/declarations/1/attachments/EAD/att-1?removed",
    text: 'see "https://a.example/b?removed" now',
  });
});

test("close() answers what is on its way, and what is half sent is not kept", async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const { receiver } = await started(null, {
    storeNotifications: async (received) => {
      await held;
      return received.map(() => "new");
    },
  });
  const answer = post(receiver, eventBody());
  const half = connect(Number(new URL(receiver.address).port), "127.0.0.1");
  half.on("error", () => undefined);
  half.write(
    "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  const closed = receiver.close();
  release();
  expect((await answer).status).toBe(202);
  half.destroy();
  await closed;
});

test("startReceiver() names an address that is taken", async () => {
  const { receiver } = await started();
  const port = Number(new URL(receiver.address).port);
  const again = startReceiver({
    host: "127.0.0.1",
    port,
    protection: null,
    secretHeader: null,
    tenant: "ACME",
    books: { storeNotifications: () => Promise.resolve([]) },
    clock: systemClock,
    log: () => undefined,
  });
  await expect(again).rejects.toMatchObject({ code: "address-unavailable" });
});

interface KeyServer {
  readonly url: URL;
  readonly serve: (keys: readonly JWK[] | null) => void;
}

async function keyServer(): Promise<KeyServer> {
  let served: readonly JWK[] | null = [];
  const server = createServer((_request, response) => {
    if (served === null) response.writeHead(500).end();
    else
      response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: served }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${String(port)}/jwks`),
    serve: (keys) => (served = keys),
  };
}

async function signer(kid: string, alg = "RS256") {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const sign = (
    claims: object = {},
    expires = "1h",
    audience = "cas-batch",
    issuer = "https://login.example",
  ) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(expires)
      .sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg }, sign };
}

test("tokenProtection() takes tokens of the server, and no others", async () => {
  const server = await keyServer();
  const [first, second, stranger] = [
    await signer("k1"),
    await signer("k2", "ES256"),
    await signer("k1"),
  ];
  server.serve([first.jwk, second.jwk]);
  const { receiver, kept } = await started(
    tokenProtection({
      jwksUrl: server.url,
      issuer: "https://login.example",
      audience: "cas-batch",
      now: Date.now,
    }),
  );
  const deliver = async (token: string): Promise<number> =>
    (await post(receiver, eventBody(), { authorization: `Bearer ${token}` })).status;
  const good = await first.sign();
  expect(await deliver(good)).toBe(202);
  expect(await deliver(good)).toBe(202);
  expect(await deliver(await second.sign())).toBe(202);
  const withoutEnd = await first.sign({}, "1h").then((token) => token.split("."));
  const none = [Buffer.from('{"alg":"none"}').toString("base64url"), withoutEnd[1], ""].join(".");
  const bad = [
    await stranger.sign(),
    await first.sign({}, "-1h"),
    await first.sign({}, "1h", "another"),
    await first.sign({}, "1h", "cas-batch", "https://other.example"),
    none,
    `${good.slice(0, -4)}AAAA`,
    "nonsense",
  ];
  for (const token of bad) expect(await deliver(token)).toBe(401);
  expect((await post(receiver, eventBody())).status).toBe(401);
  expect(await kept()).toHaveLength(3);
});

test("tokenProtection() answers 503 while the keys cannot be had, so that CAS tries again", async () => {
  const server = await keyServer();
  const { jwk, sign } = await signer("k1");
  server.serve(null);
  const { receiver, kept } = await started(
    tokenProtection({
      jwksUrl: server.url,
      issuer: "https://login.example",
      audience: "cas-batch",
      now: Date.now,
    }),
  );
  const headers = { authorization: `Bearer ${await sign()}` };
  expect((await post(receiver, eventBody(), headers)).status).toBe(503);
  server.serve([jwk]);
  expect((await post(receiver, eventBody(), headers)).status).toBe(202);
  expect(await kept()).toHaveLength(1);
});
