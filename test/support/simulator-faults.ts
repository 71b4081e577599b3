// What can go wrong between a client and CAS, done on purpose by a simulator: answers that are lost after the
// message was taken, messages taken minutes later, resets at any byte, stalls, storms of refusals. A test says
// which request meets which fault. Every fault is in the journal before it happens.
import { STATUS_CODES, type ServerResponse } from "node:http";
import { answerHeaders, type Answer } from "../../src/simulator/api/answer.ts";
import type { ApiParts, ApiRequest, Intercept } from "../../src/simulator/api/api-request.ts";

/** Null lets a request pass unharmed. */
type ChooseFault = (request: FaultyRequest) => Fault | null;

export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  /** Null when it is no shipment message. */
  readonly direction: string | null;
  readonly externalReference: string | null;
  readonly body: string | null;
}

export interface Fault {
  /** For the journal. */
  readonly name: string;
  /** Answered instead of doing what was asked. */
  readonly instead?: Answer;
  /** Alters the answer to what was done. */
  readonly alter?: (answer: Answer) => Answer;
  /** What was asked is done so much later. Unit: milliseconds, shortened by the time scale. */
  readonly delayMs?: number;
  readonly reply?: FaultyReply;
}

type FaultyReply =
  /** The connection is reset at once, whether or not the message is taken later. */
  | { readonly kind: "reset-at-once" }
  /** The message is taken, and the connection is reset after so many bytes of the answer. */
  | { readonly kind: "reset"; readonly afterBytes: number }
  /** Nothing ever comes, and the connection stays open until the client gives up. */
  | { readonly kind: "silence" }
  /** The answer comes in small pieces. */
  | { readonly kind: "slow"; readonly pieceBytes: number; readonly pieceDelayMs: number };

/** For `startSimulator`: has every request meet the fault that is chosen for it. */
export function withFaults(chooseFault: ChooseFault): { readonly intercept: Intercept } {
  return {
    intercept: async (ordinary, perform, response, parts) => {
      const request = await readAhead(ordinary);
      const fault = metFault(request, chooseFault, parts);
      return fault === null
        ? perform(request)
        : spoil(fault, response, parts, () => perform(request));
    },
  };
}

/** An answer of any status, for `instead`; `headers` such as `retry-after` go out as they are. */
export function refusal(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  detail = "Refused by a fault",
): Answer {
  const body = JSON.stringify({ type: "about:blank", title: "Fault", status, detail });
  return { status, contentType: "application/problem+json; charset=utf-8", body, headers };
}

/** The request with its body read, so that it can be looked at before it is answered. */
async function readAhead(
  request: ApiRequest,
): Promise<ApiRequest & { readonly body: string | null }> {
  const body = request.method === "POST" ? await request.readBody() : null;
  return { ...request, body, readBody: () => Promise.resolve(body) };
}

/** Null when the request meets no fault. */
function metFault(
  request: ApiRequest & { readonly body: string | null },
  chooseFault: ChooseFault,
  parts: ApiParts,
): Fault | null {
  const { method, path, authorization, body } = request;
  const named = namesIn(body);
  const fault = chooseFault({ method, path, authorization, body, ...named });
  if (fault === null) return null;
  const at = parts.clock.now().toISOString();
  parts.journal.append({ kind: "fault", at, name: fault.name, method, path, ...named });
  return fault;
}

/** Does what the fault leaves of a request. The answer when it goes out as usual, else null. */
async function spoil(
  fault: Fault,
  response: ServerResponse,
  parts: ApiParts,
  perform: () => Answer | Promise<Answer>,
): Promise<Answer | null> {
  const { reply, delayMs = 0 } = fault;
  if (reply?.kind === "reset-at-once") response.socket?.resetAndDestroy();
  if (delayMs > 0) await parts.clock.sleep(scaled(delayMs, parts));
  const done = fault.instead ?? (await perform());
  const answer = fault.alter?.(done) ?? done;
  if (reply === undefined) return answer;
  if (reply.kind === "reset")
    await writeStart(rawAnswer(answer, parts), response, reply.afterBytes);
  if (reply.kind === "slow") await writeSlowly(rawAnswer(answer, parts), response, reply, parts);
  return null;
}

function scaled(delayMs: number, { stepDelayMs }: ApiParts): number {
  return (delayMs * stepDelayMs) / 1000;
}

async function writeStart(
  bytes: Buffer,
  response: ServerResponse,
  afterBytes: number,
): Promise<void> {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  await new Promise<void>((resolve) => {
    // Also called, with an error, when the client has left: no news here.
    socket.write(bytes.subarray(0, afterBytes), () => {
      resolve();
    });
  });
  // Ended in order: a reset could overtake the bytes that were just written.
  socket.destroySoon();
}

async function writeSlowly(
  bytes: Buffer,
  response: ServerResponse,
  { pieceBytes, pieceDelayMs }: { readonly pieceBytes: number; readonly pieceDelayMs: number },
  parts: ApiParts,
): Promise<void> {
  const { socket } = response;
  if (socket === null) return;
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    if (start > 0) await parts.clock.sleep(scaled(pieceDelayMs, parts));
    if (socket.destroyed) return;
    socket.write(bytes.subarray(start, start + pieceBytes));
  }
  // The bytes went past the response, so the connection can serve no further request.
  socket.destroySoon();
}

/** As bytes, so that they can be cut and spread anywhere. */
function rawAnswer(answer: Answer, parts: ApiParts): Buffer {
  const headers = { ...answerHeaders(answer, parts.clock), connection: "close" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const reason = STATUS_CODES[answer.status] ?? "Unknown";
  const head = `HTTP/1.1 ${answer.status} ${reason}\r\n${lines.join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(answer.body)]);
}

function namesIn(body: string | null): Pick<FaultyRequest, "direction" | "externalReference"> {
  const direction = /"direction"\s*:\s*"([^"]*)"/.exec(body ?? "")?.[1] ?? null;
  const externalReference = /"externalReference"\s*:\s*"([^"]*)"/.exec(body ?? "")?.[1] ?? null;
  return { direction, externalReference };
}
