// One POST to an address that a subscriber named. Follows no redirect, reads a bounded part of the answer,
// and goes through no proxy: only hosts that the simulator may send to get here.
import { request as httpRequest, Agent, type IncomingMessage } from "node:http";

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Poster {
  /** @throws Error in words when no answer came. */
  readonly post: (post: Post) => Promise<{ readonly status: number; readonly body: string }>;
  /** Ends every request that is on its way. */
  readonly close: () => void;
}

const ANSWER_BYTES_MAX = 64 * 1024;

export function createPoster(timeoutMs: number, connectionsMax: number): Poster {
  const plain = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  let secure: { readonly request: typeof httpRequest; readonly agent: Agent } | null = null;
  const closing = new AbortController();

  const loadSecure = async (): Promise<{ request: typeof httpRequest; agent: Agent }> => {
    const { request, Agent: SecureAgent } = await import("node:https");
    return { request, agent: new SecureAgent({ keepAlive: true, maxSockets: connectionsMax }) };
  };

  return {
    post: async ({ url, headers, body }) => {
      const { request, agent } = url.startsWith("https:")
        ? (secure ??= await loadSecure())
        : { request: httpRequest, agent: plain };
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
      return new Promise((resolve, reject) => {
        const outgoing = request(url, {
          method: "POST",
          agent,
          signal,
          headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        });
        outgoing.once("response", (response) => {
          readAnswer(response).then(resolve, reject);
        });
        outgoing.once("error", (error) => {
          reject(
            signal.aborted && !closing.signal.aborted
              ? new Error(`No answer within ${timeoutMs / 1000} s`)
              : error,
          );
        });
        outgoing.end(body);
      });
    },
    close: () => {
      closing.abort();
      plain.destroy();
      secure?.agent.destroy();
    },
  };
}

/** The status decides; a body that is too long, or breaks off, is cut. */
async function readAnswer(response: IncomingMessage): Promise<{ status: number; body: string }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // What has come is all there is.
  }
  return { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
}
