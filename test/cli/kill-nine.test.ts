// kill -9 at random moments of a run, then the same run again: by the simulator's own journal every
// shipment is accepted exactly once. The simulator dies with the process; its journal does not.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { acceptedReferences } from "../support/simulator-journal.ts";
import { documentOf, emptyFolder, runCli, startCli } from "../support/run-cli.ts";

const MOMENTS = 10;
const SHIPMENTS = 150;
/** From start to end such a run takes about this long; moments are spread over it. */
const RUN_MS = 2_500;
const TRIALS_AT_ONCE = 2;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function inboxOf(shipments: number): string {
  const cwd = emptyFolder();
  folders.push(cwd);
  mkdirSync(join(cwd, "inbox"));
  const header = "External reference;Direction;Goods description;Commodity code;Consignee EORI";
  const rows = Array.from(
    { length: shipments },
    (_, index) => `KILL-${String(index)};IN;Bolts;73181500;BE0123456789`,
  );
  writeFileSync(join(cwd, "inbox", "night.csv"), [header, ...rows, ""].join("\n"));
  return cwd;
}

const RUN = ["run", "inbox", "--env", "simulator", "--wait", "0", "--json"] as const;

async function killOnceAndRunAgain(delayMs: number): Promise<readonly string[]> {
  const cwd = inboxOf(SHIPMENTS);
  const first = startCli(RUN, { cwd });
  await Promise.race([sleep(delayMs), first.finished]);
  first.process.kill("SIGKILL");
  await first.finished;
  const second = await runCli(RUN, { cwd });
  expect(second.code, second.stderr).toBe(0);
  const { counts, balanced } = documentOf(second);
  expect(balanced).toBe(true);
  expect((counts["accepted"] ?? 0) + (counts["unchanged"] ?? 0)).toBe(SHIPMENTS);
  return acceptedReferences(join(cwd, "cas-batch-data/simulator/simulator.jsonl"));
}

it("run ends with every shipment accepted exactly once, however it was killed before", async () => {
  const delays = Array.from(
    { length: MOMENTS },
    (_, index) => 150 + ((index + Math.random()) / MOMENTS) * RUN_MS,
  );
  const expected = Array.from({ length: SHIPMENTS }, (_, index) => `KILL-${String(index)}`).sort();
  for (let start = 0; start < MOMENTS; start += TRIALS_AT_ONCE) {
    await Promise.all(
      delays.slice(start, start + TRIALS_AT_ONCE).map(async (delayMs) => {
        const accepted = await killOnceAndRunAgain(delayMs);
        expect([...accepted].sort(), `killed after ${String(delayMs)} ms`).toEqual(expected);
      }),
    );
  }
}, 300_000);
