// A flood of deliveries over many sockets, as little of the time as possible its own: requests are written and
// answers read by hand. Used by the benches and by the fault kit.
import { connect, type Socket } from "node:net";

export interface FloodOptions {
  readonly url: string;
  readonly sockets: number;
  readonly bodies: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for every answer; `at` is the place of the body. */
  readonly onAnswer?: (at: number, status: number, tookMs: number) => void;
}

/** Delivers each body once, and resolves when all are answered or cut off. Returns how many were acknowledged. */
export async function flood(options: FloodOptions): Promise<number> {
  const { bodies, sockets } = options;
  let next = 0;
  let acknowledged = 0;
  const take = (): number | null => {
    if (next >= bodies.length) return null;
    next += 1;
    return next - 1;
  };
  const onAnswer = (at: number, status: number, tookMs: number): void => {
    if (status >= 200 && status < 300) acknowledged += 1;
    options.onAnswer?.(at, status, tookMs);
  };
  const one = { ...options, take, onAnswer };
  await Promise.all(Array.from({ length: sockets }, () => deliverOverSocket(one)));
  return acknowledged;
}

interface OverSocket extends FloodOptions {
  readonly take: () => number | null;
  readonly onAnswer: NonNullable<FloodOptions["onAnswer"]>;
}

/** Ends when nothing is left, or the server has cut the connection off. */
function deliverOverSocket({
  url,
  bodies,
  headers = {},
  take,
  onAnswer,
}: OverSocket): Promise<void> {
  const { hostname, port, host } = new URL(url);
  const all = { host, "content-type": "application/json", ...headers };
  const head = `POST / HTTP/1.1\r\n${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}content-length: `;
  return new Promise((resolve) => {
    const socket: Socket = connect(Number(port), hostname);
    let at: number | null = null;
    let sentMs = 0;
    let received = "";
    const send = (): void => {
      at = take();
      if (at === null) {
        socket.end();
        return;
      }
      const body = bodies[at] ?? "";
      sentMs = performance.now();
      socket.write(`${head}${String(Buffer.byteLength(body))}\r\n\r\n${body}`);
    };
    socket.setNoDelay(true).setEncoding("latin1");
    socket.on("connect", send);
    socket.on("data", (text: string) => {
      received += text;
      // Answers to deliveries have no body.
      if (!received.endsWith("\r\n\r\n")) return;
      const status = Number(received.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
      received = "";
      if (at !== null) onAnswer(at, status, performance.now() - sentMs);
      send();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      resolve();
    });
  });
}

/** So many events of different declarations. Source: seeds/000, step 5. */
export function floodBodies(count: number, tenantId: string): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const id = `00000000-0000-4000-8000-${at.toString(16).padStart(12, "0")}`;
    const declaration = String(100_000_000 + at);
    return JSON.stringify({
      id,
      tenantId,
      eventTime: "2026-03-26T14:30:00.1234567Z",
      eventType: "DeclarationStatusChanged",
      eventSubType: "Released",
      data: {
        id: declaration,
        customsShipmentReference: `FQB${String(at)}`,
        traderReference: `MY-SHIPMENT-${String(at)}`,
        jurisdiction: "BE",
        customsFlow: "INBE_H1",
        customsFlowStep: "INBE_H1",
        mrn: "26BEE0000001234567",
        lrn: `LRN${String(at)}`,
        declarationUrl: `https://api.customs4trade.com/v1/declarations/${declaration}`,
        currentStatus: "Released",
        storageLocation: "WAREHOUSE-01",
      },
    });
  });
}
