// The webhook: takes what CAS delivers, keeps it for good, and only then says so. Everything has a bound: the
// size of a body, the time for it, the connections, what waits to be kept.
// Source: seeds/000 step 5: a 2xx acknowledges, anything else is repeated for up to 24 hours.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CasBatchError } from "../../core/errors.ts";
import type { Log } from "../../core/progress.ts";
import type { Clock } from "../../core/time/clock.ts";
import type { NotificationBooks } from "../../ledger/contract/notifications.ts";
import { groupWriter } from "./group-writer.ts";
import { receivedNotification } from "./keep-notification.ts";
import { machineProtection, type Protection } from "./protection.ts";

export interface ReceiverOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Null: only for an address of this machine. */
  readonly protection: Protection | null;
  /** The header that holds the API key, in lower case; never kept. */
  readonly secretHeader: string | null;
  /** Whose notifications are merged; those of another tenant stand apart. */
  readonly tenant: string;
  readonly books: Pick<NotificationBooks, "storeNotifications">;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Receiver {
  /** Shape: `http://127.0.0.1:8085`. */
  readonly address: string;
  readonly counts: () => ReceiverCounts;
  /** How long nothing was delivered. Unit: milliseconds. */
  readonly quietMs: () => number;
  /** Answers what is on its way, and ends. */
  readonly close: () => Promise<void>;
}

export interface ReceiverCounts {
  readonly kept: number;
  /** Delivered before. */
  readonly known: number;
  readonly otherTenant: number;
  readonly contradicting: number;
  readonly unreadable: number;
  /** Requests that were turned away, by status. */
  readonly refused: Readonly<Record<string, number>>;
}

/** An event is about a kilobyte. Source: assumed, a thousand times that. */
const BODY_BYTES_MAX = 1_048_576;
/** Bodies that have come and are not kept so far. */
const WAITING_BYTES_MAX = 33_554_432;
const CONNECTIONS_MAX = 1_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 60_000;
const TIMEOUTS_CHECKED_MS = 1_000;
/** What CAS waits before its first repeat. Source: the page Notifications. */
const RETRY_AFTER_S = 10;
const REFUSALS_LOGGED_MS = 60_000;
const CLOSE_MS_MAX = 5_000;

/** @throws CasBatchError `address-unavailable` */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { books, clock, log, tenant, secretHeader } = options;
  const protection = options.protection ?? machineProtection;
  const writer = groupWriter(books);
  const counts = { kept: 0, known: 0, otherTenant: 0, contradicting: 0, unreadable: 0 };
  const refused: Record<string, number> = {};
  const refusals = refusalLog(log, clock);
  let waitingBytes = 0;
  let lastDeliveryMs = -Infinity;
  let isLedgerWritable = true;

  const refuse = (response: ServerResponse, status: number, why: string): void => {
    refused[status] = (refused[status] ?? 0) + 1;
    refusals.add(status, why);
    answer(response, status, {
      connection: "close",
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(status === 405 ? { allow: "POST" } : {}),
      ...(status === 503 ? { "retry-after": RETRY_AFTER_S } : {}),
    });
  };

  const keep = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refusal = protection(request);
    const verdict = refusal instanceof Promise ? await refusal : refusal;
    if (verdict !== null) {
      refuse(response, verdict.status, verdict.why);
      return;
    }
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity") {
      refuse(response, 415, `content encoding ${encoding}`);
      return;
    }
    if (Number(request.headers["content-length"] ?? 0) > BODY_BYTES_MAX) {
      refuse(response, 413, "a body of more than 1 MiB");
      return;
    }
    const body = await bodyOf(request, (bytes) => {
      waitingBytes += bytes;
      return waitingBytes <= WAITING_BYTES_MAX;
    });
    try {
      if (body === "broken") return;
      if (body === "too large") refuse(response, 413, "a body of more than 1 MiB");
      else if (body === "no room")
        refuse(response, 503, "more waits to be kept than there is room for");
      else if (body.bytes.length === 0) refuse(response, 400, "no body");
      else await keepBody(request, response, body.bytes);
    } finally {
      waitingBytes -= typeof body === "string" ? 0 : body.bytes.length;
    }
  };

  const keepBody = async (
    { headers }: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
  ): Promise<void> => {
    lastDeliveryMs = clock.monotonicMs();
    const received = receivedNotification(
      { headers, body, receivedAt: clock.now() },
      tenant,
      secretHeader,
    );
    let storedAs: Awaited<ReturnType<typeof writer.add>>;
    try {
      storedAs = await writer.add(received);
      isLedgerWritable = true;
    } catch (error) {
      isLedgerWritable = false;
      const why = error instanceof Error ? error.message : String(error);
      refuse(response, 503, `it could not be kept: ${why}`);
      return;
    }
    answer(response, 202, server.listening ? {} : { connection: "close" });
    const { eventId, standing, fault } = received;
    if (storedAs === "known") counts.known += 1;
    else if (storedAs === "contradicting") {
      counts.contradicting += 1;
      log(
        "warn",
        "A notification contradicts an earlier one with the same id: it is kept, and not merged",
        { eventId },
      );
    } else if (standing === "received") counts.kept += 1;
    else {
      counts[standing === "unreadable" ? "unreadable" : "otherTenant"] += 1;
      log(
        "warn",
        `A notification is kept, and not merged: ${fault ?? ""}`,
        eventId === null ? {} : { eventId },
      );
    }
  };

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: TIMEOUTS_CHECKED_MS,
    },
    (request, response) => {
      const { method, url } = request;
      if (method === "POST") {
        void keep(request, response).catch((error: unknown) => {
          log("error", "A request could not be answered", { reason: String(error) });
          response.destroy();
        });
      } else if (url === "/healthz" && (method === "GET" || method === "HEAD")) {
        answer(response, isLedgerWritable ? 200 : 503, {}, '{"status":"ok"}');
      } else refuse(response, 405, `${method ?? ""} instead of POST`);
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("drop", () => {
    refusals.add(0, `more than ${String(CONNECTIONS_MAX)} connections`);
  });
  await listen(server, options);
  const timer = setInterval(refusals.flush, REFUSALS_LOGGED_MS).unref();
  return {
    address: addressOf(server),
    counts: () => ({ ...counts, refused: { ...refused } }),
    quietMs: () => clock.monotonicMs() - lastDeliveryMs,
    close: async () => {
      clearInterval(timer);
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      const cut = setTimeout(() => {
        server.closeAllConnections();
      }, CLOSE_MS_MAX);
      await closed;
      clearTimeout(cut);
      refusals.flush();
    },
  };
}

function answer(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | number>>,
  body = "",
): void {
  response.writeHead(status, { ...headers, "content-length": body.length }).end(body);
}

type Body = { readonly bytes: Buffer } | "too large" | "no room" | "broken";

/** @param take called for every piece; false when there is no room for more */
function bodyOf(request: IncomingMessage, take: (bytes: number) => boolean): Promise<Body> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const end = (body: Body): void => {
      request.removeAllListeners("data");
      if (typeof body === "string") take(-length);
      resolve(body);
    };
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      chunks.push(chunk);
      const hasRoom = take(chunk.length);
      if (length > BODY_BYTES_MAX) end("too large");
      else if (!hasRoom) end("no room");
    });
    request.on("end", () => {
      const [first] = chunks;
      end({ bytes: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks) });
    });
    request.on("error", () => {
      end("broken");
    });
  });
}

async function listen(server: Server, { host, port }: ReceiverOptions): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause);
    const why = code === "EADDRINUSE" ? "another program listens there" : code;
    throw new CasBatchError(
      "address-unavailable",
      `Cannot listen at ${host} port ${String(port)}: ${why}`,
      { cause },
    );
  }
}

function addressOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${String(port)}`;
}

interface RefusalLog {
  readonly add: (status: number, why: string) => void;
  readonly flush: () => void;
}

/** The first of each kind at once, the rest counted: a flood of them must not flood the log. */
function refusalLog(log: Log, clock: Clock): RefusalLog {
  const waiting = new Map<string, number>();
  let toldMs = -Infinity;
  const flush = (): void => {
    for (const [what, count] of waiting) {
      log("warn", `Turned away: ${what}${count === 1 ? "" : `, ${String(count)} times`}`);
    }
    if (waiting.size > 0) toldMs = clock.monotonicMs();
    waiting.clear();
  };
  return {
    add: (status, why) => {
      const what = status === 0 ? why : `${why} (${String(status)})`;
      if (waiting.size < REFUSAL_KINDS_MAX || waiting.has(what)) {
        waiting.set(what, (waiting.get(what) ?? 0) + 1);
      }
      if (clock.monotonicMs() - toldMs >= REFUSALS_LOGGED_MS) flush();
    },
    flush,
  };
}

/** Their words come from outside. */
const REFUSAL_KINDS_MAX = 20;
