// The webhook: takes what CAS delivers, keeps it for good, and only then says so. Everything has a bound: the
// size of a body, the time for it, the connections, what waits to be kept.
// Source: seeds/000 step 5: a 2xx acknowledges, anything else is repeated for up to 24 hours.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listenAt } from "../../core/listen-at.ts";
import type { Log } from "../../core/progress.ts";
import type { Clock } from "../../core/time/clock.ts";
import type {
  NotificationBooks,
  ReceivedNotification,
  StoredAs,
} from "../../ledger/contract/notifications.ts";
import { groupWriter } from "./group-writer.ts";
import { receivedNotification } from "./keep-notification.ts";
import { machineProtection, type Protection, type Refusal } from "./protection.ts";

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

const KEPT = { "content-length": 0 };
const KEPT_AND_CLOSED = { ...KEPT, connection: "close" };

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

  const admit = (request: IncomingMessage, response: ServerResponse, refusal: Refusal): void => {
    const { headers } = request;
    const encoding = headers["content-encoding"] ?? "identity";
    if (refusal !== null) refuse(response, refusal.status, refusal.why);
    else if (encoding !== "identity") refuse(response, 415, `content encoding ${encoding}`);
    else if (Number(headers["content-length"] ?? 0) > BODY_BYTES_MAX) tooLarge(response);
    else takeBody(request, response);
  };
  const tooLarge = (response: ServerResponse): void => {
    refuse(response, 413, "a body of more than 1 MiB");
  };

  const takeBody = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const release = (): void => {
      waitingBytes -= bytes;
      bytes = 0;
    };
    request.on("data", (chunk: Buffer) => {
      if (response.headersSent) return;
      bytes += chunk.length;
      waitingBytes += chunk.length;
      chunks.push(chunk);
      if (bytes > BODY_BYTES_MAX) tooLarge(response);
      else if (waitingBytes > WAITING_BYTES_MAX) {
        refuse(response, 503, "more waits to be kept than there is room for");
      }
    });
    request.on("end", () => {
      const [first] = chunks;
      if (response.headersSent) return;
      if (first === undefined) refuse(response, 400, "no body");
      else keep(request, response, chunks.length === 1 ? first : Buffer.concat(chunks));
    });
    // Answered, or cut off by the sender.
    response.on("close", release);
  };

  const keep = ({ headers }: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    lastDeliveryMs = clock.monotonicMs();
    const delivery = { headers, body, receivedAt: clock.now() };
    const received = receivedNotification(delivery, tenant, secretHeader);
    writer.add(received, (outcome) => {
      isLedgerWritable = !(outcome instanceof Error);
      if (outcome instanceof Error) {
        refuse(response, 503, `it could not be kept: ${outcome.message}`);
        return;
      }
      response.writeHead(202, server.listening ? KEPT : KEPT_AND_CLOSED).end();
      tell(received, outcome);
    });
  };

  const tell = ({ eventId, standing, fault }: ReceivedNotification, storedAs: StoredAs): void => {
    if (storedAs === "known") counts.known += 1;
    else if (storedAs === "new" && standing === "received") counts.kept += 1;
    else {
      const isContradicting = storedAs === "contradicting";
      const odd = standing === "unreadable" ? "unreadable" : "otherTenant";
      counts[isContradicting ? "contradicting" : odd] += 1;
      const why = isContradicting
        ? "it contradicts an earlier one with the same id"
        : (fault ?? "");
      const fields = eventId === null ? {} : { eventId };
      log("warn", `A notification is kept, and not merged: ${why}`, fields);
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
        const verdict = protection(request);
        if (!(verdict instanceof Promise)) admit(request, response, verdict);
        else
          void verdict.then((refusal) => {
            admit(request, response, refusal);
          });
      } else if (url === "/healthz" && (method === "GET" || method === "HEAD")) {
        const [status, word] = isLedgerWritable ? [200, "ok"] : [503, "ledger not writable"];
        answer(response, status, {}, JSON.stringify({ status: word }));
      } else refuse(response, 405, `${method ?? ""} instead of POST`);
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("drop", () => {
    refusals.add(0, `more than ${String(CONNECTIONS_MAX)} connections`);
  });
  const { host, port } = options;
  await listenAt(server, options, `listen at ${host} port ${String(port)}`);
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
