// A TCP proxy on the loopback interface that cuts, delays and slices what passes through it. Each
// connection gets a plan of its own.
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ConnectionPlan {
  /** The connection is reset when so many bytes have come from the client. */
  readonly cutUpAfterBytes?: number;
  /** … from the server. */
  readonly cutDownAfterBytes?: number;
  /** Bytes pass in pieces of this size. */
  readonly sliceBytes?: number;
  /** Before each piece. */
  readonly delayMs?: number;
}

export interface TcpProxy extends AsyncDisposable {
  /** Shape: `http://127.0.0.1:8080`. */
  readonly url: string;
}

const CONNECTIONS_MAX = 10_000;

export function startTcpProxy(targetUrl: string, plan: () => ConnectionPlan): Promise<TcpProxy> {
  const target = new URL(targetUrl);
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    if (connections > CONNECTIONS_MAX) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    const { cutUpAfterBytes, cutDownAfterBytes, sliceBytes = 65_536, delayMs = 0 } = plan();
    const cut = (): void => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", cut);
      socket.on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    const slices = { sliceBytes, delayMs };
    void pass(client, upstream, { ...slices, cut, cutAfterBytes: cutUpAfterBytes ?? Infinity });
    void pass(upstream, client, { ...slices, cut, cutAfterBytes: cutDownAfterBytes ?? Infinity });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address !== "object" || address === null) throw new Error("No port");
      resolve({
        url: `http://127.0.0.1:${String(address.port)}`,
        [Symbol.asyncDispose]: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => {
              closed();
            });
          }),
      });
    });
  });
}

async function pass(
  from: Socket,
  to: Socket,
  options: {
    readonly cutAfterBytes: number;
    readonly sliceBytes: number;
    readonly delayMs: number;
    readonly cut: () => void;
  },
): Promise<void> {
  const { cutAfterBytes, sliceBytes, delayMs, cut } = options;
  let passedBytes = 0;
  try {
    for await (const chunk of from) {
      const bytes = chunk as Buffer;
      for (let start = 0; start < bytes.length; start += sliceBytes) {
        if (delayMs > 0) await sleep(delayMs);
        const piece = bytes.subarray(start, start + sliceBytes);
        to.write(piece.subarray(0, Math.max(0, cutAfterBytes - passedBytes)));
        passedBytes += piece.length;
        if (passedBytes < cutAfterBytes) continue;
        // The other side gets what came before the cut.
        await sleep(1);
        cut();
        return;
      }
    }
  } catch {
    // A connection that breaks by itself has had its fault.
    cut();
  }
}
