// A CAS on loopback that answers as each test tells it: real HTTP, real sockets, real faults.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { defaultCasSettings, type CasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { systemClock, type Clock } from "../../src/core/time/clock.ts";

export const SECRET = "s3cret/with+odd=signs";

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Timeouts for a test that is about one; the others are not to fail on a busy machine. */
export const HASTY = { connectTimeoutMs: 1_000, answerTimeoutMs: 1_000, bodyTimeoutMs: 1_000 };

export type Answer = (seen: Seen, response: ServerResponse, count: number) => void;

export interface FakeCas {
  readonly client: CasClient;
  readonly settings: CasSettings;
  /** Requests of the API, without those for tokens. */
  readonly calls: readonly Seen[];
  readonly tokenCalls: readonly Seen[];
  readonly logLines: readonly string[];
}

export interface FakeCasOptions {
  readonly answer?: Answer;
  /** By default the tokens are `token-0001`, `token-0002` … */
  readonly token?: Answer;
  readonly settings?: Partial<CasSettings>;
  readonly clock?: Clock;
}

export async function startFakeCas(options: FakeCasOptions = {}): Promise<FakeCas> {
  const calls: Seen[] = [];
  const tokenCalls: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const seen: Seen = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      if (seen.path === "/token") {
        tokenCalls.push(seen);
        (options.token ?? answerToken())(seen, response, tokenCalls.length);
      } else {
        calls.push(seen);
        (options.answer ?? answerJson(200, {}))(seen, response, calls.length);
      }
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
  const origin = `http://127.0.0.1:${port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { ...clientOf(origin, options), calls, tokenCalls };
}

/** A client for whatever listens at `origin`. */
export function clientOf(
  origin: string,
  options: Pick<FakeCasOptions, "settings" | "clock"> = {},
): Pick<FakeCas, "client" | "settings" | "logLines"> {
  const logLines: string[] = [];
  const settings: CasSettings = {
    ...defaultCasSettings("acceptance", { clientId: "erp-client", clientSecret: SECRET }),
    apiUrl: origin,
    tokenUrl: `${origin}/token`,
    ...options.settings,
  };
  const client = createCasClient(settings, {
    clock: options.clock ?? systemClock,
    log: (level, message, fields) => {
      logLines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
    },
  });
  onTestFinished(() => client.close());
  return { client, settings, logLines };
}

export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (_seen, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

export function answerToken(
  members: Readonly<Record<string, unknown>> = { expires_in: 3600 },
): Answer {
  return (_seen, response, count) => {
    const access_token = `token-${String(count).padStart(4, "0")}`;
    response.end(JSON.stringify({ access_token, token_type: "Bearer", ...members }));
  };
}

/** What a call was rejected with; fails the test when it was not. */
export async function rejectionOf(call: Promise<unknown>): Promise<Error> {
  const outcome = await call.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome && outcome.error instanceof Error) return outcome.error;
  throw new Error(`Expected an error, got ${JSON.stringify(outcome)}`);
}

/** Time that only moves when told. */
export function stillClock(): Clock & { readonly advance: (ms: number) => void } {
  let elapsedMs = 5_000;
  return {
    now: () => new Date("2026-11-20T12:00:00Z"),
    monotonicMs: () => elapsedMs,
    sleep: () => Promise.resolve(),
    advance: (ms) => {
      elapsedMs += ms;
    },
  };
}
