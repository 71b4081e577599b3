// One measurement of sending in a process of its own: `task.ts NAME ARG..` prints {units, seconds, peakMiB}.
// Preparation (staged messages) is not part of the time.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultDeliverSettings, deliver } from "../src/submit/deliver.ts";
import { withLease } from "../src/submit/lease/lease.ts";
import { postBare } from "./bare-http.ts";
import { instantCas, openRehearsal, stageBodies, type Rehearsal } from "./rehearsal.ts";
import { shipmentBodies } from "./shipment-bodies.ts";
import { surroundings } from "./surroundings.ts";

const amending = { allowAmend: false, acceptedAndBeyond: () => true };

type Timed = (work: () => Promise<number>) => Promise<void>;

const tasks: Readonly<Record<string, (timed: Timed, ...args: string[]) => Promise<void>>> = {
  submit: async (timed, shipments = "", connections = "", answerMs = "") => {
    const cas = instantCas(Number(answerMs));
    await withRehearsal(Number(connections), cas, async (rehearsal) => {
      await stageBodies(rehearsal.books, shipmentBodies(Number(shipments)));
      const { books, client, holder, runId } = rehearsal;
      const settings = { ...defaultDeliverSettings, concurrency: Number(connections) };
      await timed(() =>
        withLease({ ...surroundings, books }, holder, async (lease) => {
          const options = { runId, lease, settings, amending, deadline: null };
          const summary = await deliver({ ...surroundings, client, books }, options);
          return summary.accepted;
        }),
      );
    });
  },
  "bare-undici": async (timed, shipments = "", connections = "", answerMs = "") => {
    const cas = instantCas(Number(answerMs));
    await withRehearsal(Number(connections), cas, async ({ url, token }) => {
      const bodies = shipmentBodies(Number(shipments));
      await timed(() => postBare(url, token, bodies, Number(connections)));
    });
  },
};

async function withRehearsal(
  connections: number,
  cas: Parameters<typeof openRehearsal>[2],
  work: (rehearsal: Rehearsal) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-bench-task-"));
  const rehearsal = await openRehearsal(folder, connections, cas);
  try {
    await work(rehearsal);
  } finally {
    await rehearsal.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const timed: Timed = async (work) => {
  const from = performance.now();
  const units = await work();
  const seconds = (performance.now() - from) / 1000;
  const peakMiB = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ units, seconds, peakMiB })}\n`);
};

const [name = "", ...args] = process.argv.slice(2);
const task = tasks[name];
if (task === undefined) throw new Error(`No such task: ${name}`);
await task(timed, ...args);
