// Answers `GET /metrics` on this machine alone. The receiver of notifications may stand on the internet, and what it
// holds is nobody's business there: so metrics have a port of their own that no other machine reaches, and no page in a
// browser on this one.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listenAt } from "../core/listen-at.ts";
import { LOOPBACK_HOST } from "../core/loopback-host.ts";
import type { Log } from "../core/progress.ts";
import type { Clock } from "../core/time/clock.ts";
import { CONTENT_TYPE } from "./metrics-text.ts";

export interface MetricsServer {
  /** Shape: `http://127.0.0.1:9464/metrics`. */
  readonly address: string;
  readonly close: () => Promise<void>;
}

interface MetricsServerOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Makes the text anew. */
  readonly collect: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
}

const HOST = "127.0.0.1";
/** Reading a large ledger takes a while, in which nothing is received: whoever asks more often gets the last text. */
const RENEWED_MS_MIN = 15_000;
const CONNECTIONS_MAX = 20;
const REQUEST_TIMEOUT_MS = 10_000;

/** @throws CasBatchError `address-unavailable` */
export async function startMetricsServer({
  port,
  collect,
  clock,
  log,
}: MetricsServerOptions): Promise<MetricsServer> {
  let last: { readonly atMs: number; readonly text: Promise<string> } | null = null;
  const current = (): Promise<string> => {
    if (last === null || clock.monotonicMs() - last.atMs >= RENEWED_MS_MIN) {
      last = { atMs: clock.monotonicMs(), text: collect() };
    }
    return last.text;
  };
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const status = refusalOf(request);
      if (status !== null) {
        end(response, status, "");
        return;
      }
      current().then(
        (text) => {
          end(response, 200, request.method === "HEAD" ? "" : text);
        },
        (error: unknown) => {
          log("warn", "The metrics cannot be read", { reason: String(error) });
          end(response, 503, "");
        },
      );
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listenAt(
    server,
    { host: HOST, port },
    `tell the metrics at ${HOST} port ${String(port)}`,
    "Name another port with --metrics-port",
  );
  return {
    address: `http://${HOST}:${String((server.address() as AddressInfo).port)}/metrics`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The status of a refusal; null lets the request in. */
function refusalOf({ method, url = "", headers }: IncomingMessage): number | null {
  if (!LOOPBACK_HOST.test(headers.host ?? "")) return 403;
  if (headers.origin !== undefined || (headers["sec-fetch-site"] ?? "none") !== "none") return 403;
  if (url.split("?")[0] !== "/metrics") return 404;
  return method === "GET" || method === "HEAD" ? null : 405;
}

function end(response: ServerResponse, status: number, text: string): void {
  const headers = { "content-type": CONTENT_TYPE, "cache-control": "no-store" };
  response.writeHead(status, status === 200 ? headers : {}).end(text);
}
