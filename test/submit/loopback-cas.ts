// A CAS over real HTTP that answers each request as the test tells it, and remembers all of them.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { systemClock, type Clock } from "../../src/core/time/clock.ts";
import { referenceOf } from "./delivery-desk.ts";

interface LoopbackAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LoopbackScript {
  /** Accepted unless told. @param nth one-based, over all messages */
  readonly message?: (
    reference: string,
    nth: number,
    token: string,
  ) => LoopbackAnswer | null | Promise<LoopbackAnswer | null>;
  /** What it answers with besides the token `token-NTH`. @param nth one-based */
  readonly token?: (nth: number) => Promise<{ readonly expiresInSeconds: number }>;
}

interface LoopbackCas extends AsyncDisposable {
  /** Tokens are at `/token`. */
  readonly url: string;
  readonly client: CasClient;
  /** The external references of messages, in the order in which they came. */
  readonly messages: readonly string[];
  /** When the first byte of each message was written. Unit: milliseconds of the clock's monotonic time. */
  readonly writtenAtMs: readonly number[];
  /** The external references of messages and, after a `?`, of searches, in order. */
  readonly asked: readonly string[];
}

const RIGHTS = {
  sourceSysRef: "erp",
  tenantIds: "tenant",
  scopes: "create:messages read:declarations",
};

/** @param clock that of the client */
export async function startLoopbackCas(
  script: LoopbackScript = {},
  clock: Clock = systemClock,
): Promise<LoopbackCas> {
  const messages: string[] = [];
  const writtenAtMs: number[] = [];
  const asked: string[] = [];
  let tokens = 0;
  const answerTo = async (method: string, url: URL, token: string, body: string) => {
    if (url.pathname === "/token") {
      tokens += 1;
      const access_token = `token-${String(tokens)}`;
      const { expiresInSeconds } = (await script.token?.(tokens)) ?? { expiresInSeconds: 3600 };
      return { status: 200, body: { access_token, expires_in: expiresInSeconds } };
    }
    if (method === "POST") {
      const reference = referenceOf(body);
      messages.push(reference);
      asked.push(reference);
      const nth = messages.length;
      const accepted = { status: 202, body: { referenceId: `r-${String(nth)}` } };
      return (await script.message?.(reference, nth, token)) ?? accepted;
    }
    if (url.pathname.endsWith("/authorizationStatus")) return { status: 200, body: RIGHTS };
    asked.push(`?${url.searchParams.get("externalReference") ?? ""}`);
    return { status: 200, body: [] };
  };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const url = new URL(request.url ?? "", "http://localhost");
      const token = (request.headers.authorization ?? "").replace("Bearer ", "");
      const answer: LoopbackAnswer = await answerTo(request.method ?? "", url, token, body);
      const { status, body: content = {}, headers = {} } = answer;
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof content === "string" ? content : JSON.stringify(content));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = createCasClient(
    {
      ...defaultCasSettings("acceptance", { clientId: "id", clientSecret: "secret" }),
      apiUrl: base,
      tokenUrl: `${base}/token`,
    },
    { clock, log: () => undefined },
  );
  return {
    url: base,
    client: {
      ...client,
      ingest: (kind, body, options = {}) =>
        client.ingest(kind, body, {
          ...options,
          onWrite: () => {
            options.onWrite?.();
            writtenAtMs.push(clock.monotonicMs());
          },
        }),
    },
    messages,
    writtenAtMs,
    asked,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
