// What receives the deliveries of a bench, in a process of its own: `receiver-process.ts listen|bare FOLDER`.
// Prints its address, ends when its standard input does, and prints then its peak memory.
import { fsyncSync, openSync, writeSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { listen } from "../src/runs/notifications.ts";
import { surroundings } from "./surroundings.ts";

const [name = "", folder = ""] = process.argv.slice(2);

const stopped = new AbortController();
process.stdin.resume().on("end", () => {
  stopped.abort();
});
const say = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

if (name === "listen") {
  const settings = {
    environment: "simulator",
    tenant: "BENCH",
    ledgerPath: join(folder, "ledger.sqlite"),
    host: "127.0.0.1",
    port: 0,
    protection: null,
    metricsPort: null,
    secretHeader: null,
  } as const;
  await listen(settings, { ...surroundings, signal: stopped.signal }, ({ address: url }) => {
    say({ url });
  });
} else await bare(join(folder, "bodies.jsonl"));
say({ peakMiB: process.resourceUsage().maxRSS / 1024 });

/** Appends each body to a file and answers after the fsync: whatever has come goes into one group. */
async function bare(path: string): Promise<void> {
  const file = openSync(path, "a");
  let waiting: { readonly body: Buffer; readonly response: ServerResponse }[] = [];
  const writeGroup = (): void => {
    const group = waiting;
    waiting = [];
    writeSync(file, Buffer.concat(group.flatMap(({ body }) => [body, Buffer.from("\n")])));
    fsyncSync(file);
    for (const { response } of group) response.writeHead(202, { "content-length": 0 }).end();
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (waiting.length === 0) setImmediate(writeGroup);
      waiting.push({ body: Buffer.concat(chunks), response });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("No port");
  say({ url: `http://127.0.0.1:${String(address.port)}` });
  await new Promise((resolve) => {
    stopped.signal.addEventListener("abort", resolve);
  });
  server.close();
  server.closeAllConnections();
}
