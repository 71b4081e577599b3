// One request and what came back, as a value; nothing is judged here. The one thing that matters to
// the callers is known here and nowhere else: whether a byte of the request can have been written.
// undici calls `onRequestStart` right before it writes, so a request that fails without that call
// was certainly not sent. Error codes would have to be guessed at; `request` hides this moment,
// which is why the layer below it, `dispatch`, is used.
import type { Dispatcher } from "undici";
import { contentEncodings, decodeContent } from "./content-encoding.ts";

/** Bodies of refusals are kept whole up to this; no problem description is longer. */
const REFUSAL_BYTES_MAX = 256 * 1024;

export interface Request {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Called right before the first byte is written; what it throws keeps every byte back. */
  readonly onWrite?: () => void;
  /**
   * Gives what takes the body of a success (2xx), piece by piece, in place of `body`; the time for it then
   * counts from piece to piece. What it or the taker throws ends the exchange.
   */
  readonly receive?: (status: number, header: Answered["header"]) => BodyTaker;
}

export type BodyTaker = (piece: Buffer) => Promise<void>;

export interface ExchangeLimits {
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly maxAnswerBytes: number;
}

export type FaultKind =
  "unreachable" | "timed-out" | "not-understood" | "too-large" | "encoded" | "aborted";

export interface ExchangeFault {
  readonly kind: FaultKind;
  /** What happened, in words that follow a colon. */
  readonly words: string;
  readonly cause?: unknown;
  /** The next step, where the fault lies on the way to the server. */
  readonly hint?: string;
}

export interface Answered {
  readonly answered: true;
  readonly status: number;
  readonly header: (name: string) => string | null;
  /** What was read of it. */
  readonly body: string;
  /** Why the body is not whole; null when it is. */
  readonly bodyFault: ExchangeFault | null;
}

export interface Unanswered {
  readonly answered: false;
  /** Whether any byte of the request can have left. */
  readonly maybeSent: boolean;
  readonly fault: ExchangeFault;
}

export function exchange(
  dispatcher: Dispatcher,
  request: Request,
  limits: ExchangeLimits,
): Promise<Answered | Unanswered> {
  return new Promise((resolve) => {
    let maybeSent = false;
    let settled = false;
    let head: AnswerHead | null = null;
    let controller: Dispatcher.DispatchController | null = null;
    let timer: NodeJS.Timeout | undefined;
    const chunks: Buffer[] = [];
    let bodyBytes = 0;
    let taker: BodyTaker | null = null;
    let taken = Promise.resolve();

    const settle = (bodyFault: ExchangeFault | null, fault: ExchangeFault): void => {
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
      const result =
        head === null
          ? ({ answered: false, maybeSent, fault } as const)
          : readable(head, Buffer.concat(chunks), bodyFault, limits);
      resolve(taker === null ? result : taken.then(() => result));
    };
    const fail = (fault: ExchangeFault): void => {
      if (settled) return;
      settle(fault, fault);
      controller?.abort(new Error(fault.words));
    };
    const onAbort = (): void => {
      fail({ kind: "aborted", words: "it was stopped", cause: request.signal?.reason });
    };
    /** Pieces that come although the connection was asked to wait are taken in their order. */
    const passOn = (take: BodyTaker, piece: Buffer): void => {
      controller?.pause();
      clearTimeout(timer);
      taken = taken
        .then(() => (settled ? undefined : take(piece)))
        .then(
          () => {
            if (settled) return;
            allow(limits.bodyTimeoutMs, "further piece of the answer");
            // Not within the turn in which it was paused: the parser would go round in circles.
            setImmediate(() => controller?.resume());
          },
          (cause: unknown) => {
            fail({ kind: "aborted", words: "it was not taken", cause });
          },
        );
    };
    const allow = (delayMs: number, waitedFor: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail({ kind: "timed-out", words: `no ${waitedFor} within ${delayMs} ms` });
      }, delayMs);
    };

    if (request.signal?.aborted === true) {
      onAbort();
      return;
    }
    request.signal?.addEventListener("abort", onAbort, { once: true });
    // Longer than a connection may take: until then the request may stand in line for one.
    allow(limits.connectTimeoutMs + limits.answerTimeoutMs, "free connection");

    dispatcher.dispatch(
      {
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: { "accept-encoding": "identity", ...request.headers },
        body: request.body ?? null,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (settled) {
            // Given up while it stood in line; aborting here keeps it from being written.
            started.abort(new Error("given up before it was sent"));
            return;
          }
          try {
            request.onWrite?.();
          } catch (cause) {
            fail({ kind: "aborted", words: "it was kept back", cause });
            return;
          }
          maybeSent = true;
          allow(limits.answerTimeoutMs, "answer");
        },
        onResponseStart(_controller, status, headers) {
          // An interim answer; the final one follows.
          if (settled || status < 200) return;
          const encodings = contentEncodings(headers["content-encoding"]);
          const header = (name: string): string | null => headerText(headers[name]);
          head = { status, header, encodings };
          allow(limits.bodyTimeoutMs, "end of the answer");
          if (status >= 300 || request.receive === undefined) return;
          try {
            taker = request.receive(status, header);
          } catch (cause) {
            fail({ kind: "aborted", words: "it was not taken", cause });
          }
        },
        onResponseData(_controller, chunk) {
          if (settled || head === null) return;
          if (taker !== null) {
            passOn(taker, chunk);
            return;
          }
          const bytesMax = bytesMaxOf(head, limits);
          chunks.push(chunk.subarray(0, bytesMax - bodyBytes));
          bodyBytes += chunk.length;
          if (bodyBytes > bytesMax) {
            fail({ kind: "too-large", words: `the answer is longer than ${bytesMax} bytes` });
          }
        },
        onResponseEnd() {
          void taken.then(() => {
            if (settled) return;
            settle(null, { kind: "not-understood", words: "the answer has no status" });
          });
        },
        onResponseError(_controller, error) {
          fail(faultOf(error));
        },
      },
    );
  });
}

function headerText(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

interface AnswerHead {
  readonly status: number;
  readonly header: Answered["header"];
  readonly encodings: readonly string[];
}

function bytesMaxOf({ status }: AnswerHead, { maxAnswerBytes }: ExchangeLimits): number {
  return status < 300 ? maxAnswerBytes : Math.min(maxAnswerBytes, REFUSAL_BYTES_MAX);
}

function readable(
  head: AnswerHead,
  bytes: Buffer,
  bodyFault: ExchangeFault | null,
  limits: ExchangeLimits,
): Answered | Promise<Answered> {
  const { status, header, encodings } = head;
  const text = textDecoder(header("content-type"));
  if (encodings.length === 0 || bytes.length === 0) {
    return { answered: true, status, header, body: text.decode(bytes), bodyFault };
  }
  return decodeContent(bytes, encodings, bytesMaxOf(head, limits)).then((decoded) => ({
    answered: true,
    status,
    header,
    body: text.decode(decoded.bytes),
    // What ended the answer says more than that it could not be unpacked to its end.
    bodyFault: bodyFault ?? decoded.fault,
  }));
}

/** JSON is UTF-8 whatever is said of it; pages of gateways often are not. Source: RFC 8259, 8.1. */
function textDecoder(contentType: string | null): InstanceType<typeof TextDecoder> {
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? "")?.[1];
  if (charset !== undefined && !/json/i.test(contentType ?? "")) {
    try {
      return new TextDecoder(charset);
    } catch {
      // A name that nobody gave a meaning.
    }
  }
  // It drops a byte order mark, which JSON.parse would stumble over.
  return new TextDecoder();
}

function faultOf(error: Error): ExchangeFault {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const onTheWay = companyFault(error, code);
  if (onTheWay !== null) return { kind: "unreachable", ...onTheWay, cause: error };
  const garbled = error.name === "HTTPParserError" || code === "UND_ERR_HEADERS_OVERFLOW";
  return {
    kind: garbled ? "not-understood" : "unreachable",
    words: wordsOf(error, code),
    cause: error,
  };
}

/** Source: OpenSSL, X509_verify_cert_error_string(3). */
const UNKNOWN_AUTHORITY = [
  ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"],
  ...["SELF_SIGNED_CERT_IN_CHAIN", "DEPTH_ZERO_SELF_SIGNED_CERT", "UNABLE_TO_GET_ISSUER_CERT"],
];

/** What companies have between their machines and the world; null for every other fault. */
function companyFault(error: Error, code: string): Pick<ExchangeFault, "words" | "hint"> | null {
  if (UNKNOWN_AUTHORITY.includes(code)) {
    return {
      words: `its certificate is of an authority that this machine does not know (${code})`,
      hint: "Where your company inspects connections, set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority, then run the same command again",
    };
  }
  const [, status] = /^Proxy response \((\d+)\)/.exec(error.message) ?? [];
  if (status === undefined) return null;
  const hint =
    status === "407"
      ? "Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT, then run the same command again"
      : "Ask those who run the proxy to let this host pass, or add it to NO_PROXY";
  return { words: `the proxy of HTTPS_PROXY answered ${status}`, hint };
}

/** The message of an AggregateError (all addresses of a name failed) is empty. */
function wordsOf(error: Error, code: string): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : null;
  // One line: OpenSSL ends its messages with a line break.
  const message = (error.message || (first instanceof Error ? first.message : ""))
    .replaceAll(/\s+/g, " ")
    .trim();
  if (message === "") return code;
  return code === "" || message.includes(code) ? message : `${message} (${code})`;
}
