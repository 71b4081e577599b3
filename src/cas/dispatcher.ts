// The connections of one client. Nothing here ever repeats a request: pipelining stays at 1, so that
// only the request at the head of a connection can be hit when it breaks, and undici fails that one;
// HTTP/2, where a GOAWAY makes undici send streams again, is off; no retry interceptor is used.
import { Agent, EnvHttpProxyAgent, type Dispatcher } from "undici";
import { CasBatchError } from "../core/errors.ts";
import type { CasSettings } from "./cas-settings.ts";
import { isLoopback } from "./secure-url.ts";

/**
 * How long an idle connection is kept, whatever the server says it would allow. A server that closes
 * a connection in the instant we write to it leaves the outcome unknown, so we close first: 4 s is
 * below every idle limit in use (Node 5 s, nginx 75 s, IIS 120 s, Azure gateways 240 s). A new
 * handshake costs milliseconds; settling an unknown outcome costs an enquiry.
 */
const IDLE_CONNECTION_MS = 4_000;

/** TLS 1.2 is the least CAS takes. Source: Integration methods. */
const tlsOptions = { minVersion: "TLSv1.2", rejectUnauthorized: true } as const;

export interface Dispatchers {
  readonly for: (url: URL) => Dispatcher;
  readonly close: () => Promise<void>;
}

/** @throws CasBatchError `configuration-invalid` when HTTPS_PROXY is no address */
export function createDispatchers(
  settings: Pick<CasSettings, "connectionsMax" | "connectTimeoutMs">,
): Dispatchers {
  const options = {
    connections: settings.connectionsMax,
    pipelining: 1,
    allowH2: false,
    connectTimeout: settings.connectTimeoutMs,
    keepAliveTimeout: IDLE_CONNECTION_MS,
    keepAliveMaxTimeout: IDLE_CONNECTION_MS,
    // The exchange keeps its own time, to the millisecond and over the whole of a slow body.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const direct = new Agent({ ...options, connect: tlsOptions });
  const proxied = proxyIsSet() ? createProxied(options) : direct;
  let closing: Promise<void> | null = null;
  return {
    for: (url) => (isLoopback(url) ? direct : proxied),
    close: () => {
      closing ??= Promise.all([direct, proxied].map((agent) => agent.close())).then(
        () => undefined,
      );
      return closing;
    },
  };
}

function proxyIsSet(): boolean {
  return Boolean(process.env["https_proxy"] ?? process.env["HTTPS_PROXY"]);
}

/** Reads HTTPS_PROXY and NO_PROXY itself. */
function createProxied(options: EnvHttpProxyAgent.Options): Dispatcher {
  try {
    return new EnvHttpProxyAgent({
      ...options,
      connect: tlsOptions,
      requestTls: tlsOptions,
      proxyTls: tlsOptions,
    });
  } catch {
    // Neither value nor cause is shown: the address of a proxy often holds a password.
    throw new CasBatchError(
      "configuration-invalid",
      "HTTPS_PROXY cannot be used: it is no address of a proxy; http://HOST:PORT is allowed",
      { hint: "Correct or unset HTTPS_PROXY" },
    );
  }
}
