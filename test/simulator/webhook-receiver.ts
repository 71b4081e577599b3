// A receiver of events on this machine, which answers as a test tells it.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import { onTestFinished } from "vitest";

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly event: ReceivedEvent;
}

interface ReceivedEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly eventTime: string;
  readonly eventType: string;
  readonly eventSubType: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Resolves when so many requests have come. */
  readonly until: (count: number) => Promise<void>;
}

type Respond = (response: ServerResponse, received: Received, count: number) => void;

export function answer(status: number): Respond {
  return (response) => response.writeHead(status).end();
}

export async function startReceiver(respond: Respond = answer(204)): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const isJson = request.headers["content-type"] === "application/json";
      const event = (isJson ? JSON.parse(text) : {}) as ReceivedEvent;
      const one = { path: request.url ?? "", headers: request.headers, text, event };
      received.push(one);
      respond(response, one, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/webhooks/cas`,
    received,
    until: (count) =>
      eventually(
        () => received.length >= count,
        () => `${String(received.length)} of ${String(count)} came`,
      ),
  };
}

const PATIENCE_MS = 10_000;

export async function eventually(
  isSo: () => boolean | Promise<boolean>,
  what: () => string,
): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`Waited in vain: ${what()}`);
    await setTimeout(10);
  }
}
