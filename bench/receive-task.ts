// One measurement of receiving: `receive-task.ts listen|bare DELIVERIES SOCKETS` prints {units, seconds, peakMiB};
// the memory is that of what receives.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { flood, floodBodies } from "./flood.ts";

const [name = "", deliveries = "", sockets = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "cas-batch-receive-"));
try {
  const program = join(import.meta.dirname, "receiver-process.ts");
  const child = spawn(process.execPath, [program, name, folder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = async <Value>(): Promise<Value> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${name} has ended`);
    return JSON.parse(line.value) as Value;
  };
  const { url } = await said<{ url: string }>();
  const bodies = floodBodies(Number(deliveries), "BENCH");
  const from = performance.now();
  const units = await flood({ url, bodies, sockets: Number(sockets) });
  const seconds = (performance.now() - from) / 1000;
  if (units !== bodies.length) throw new Error(`Acknowledged ${String(units)} of ${deliveries}`);
  child.stdin.end();
  const { peakMiB } = await said<{ peakMiB: number }>();
  await once(child, "exit");
  process.stdout.write(`${JSON.stringify({ units, seconds, peakMiB })}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
