// Three versions of each shipment while answers are late or lost and runs are killed half-way: an
// older version never follows a newer one.
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Fault, FaultyRequest } from "../support/simulator-faults.ts";
import { isSend, startFaultCas } from "../support/fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "../support/fault-files.ts";
import { seededRandom } from "../support/fault-power.ts";
import { builtProgram, runProgram, startProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { judge } from "../support/fault-verdict.ts";

const VERSIONS = 3;
const FAULTY_SHARE = 0.15;
/** Unit: milliseconds of a clock that runs a hundred times as fast. */
const DELAY_MAX_MS = 60_000;
const RUNS_MAX = 6;

faultRow("three versions of a shipment under delays", async () => {
  const references = referencesOf(pointsOf(1_000, 20_000));
  const random = seededRandom(11);
  const chooseFault = (request: FaultyRequest): Fault | null => {
    if (!isSend(request) || random() > FAULTY_SHARE) return null;
    const delayMs = random() * DELAY_MAX_MS;
    if (random() < 0.5) return { name: "late", delayMs };
    return { name: "lost, late", delayMs, reply: { kind: "reset-at-once" } };
  };
  await using cas = await startFaultCas({ chooseFault });
  const { folder, variables } = cas;
  writeConfiguration(folder, ["timeouts: { answer: 2s }"]);
  const place = { cwd: folder, variables };
  const flags = ["--rate", "500", "--concurrency", "32", "--allow-amend", "--json"];
  for (let version = 1; version < VERSIONS; version += 1) {
    const file = writeShipments(folder, `v${String(version)}.csv`, references, version);
    const run = startProgram(builtProgram, ["submit", file, ...flags], place);
    const seen = (): number =>
      cas.journal().filter(({ kind }) => kind === "accepted" || kind === "fault").length;
    const wanted = seen() + references.length / 2;
    while (run.process.exitCode === null && seen() < wanted) await sleep(100);
    run.process.kill("SIGKILL");
    await run.ended;
  }
  const file = writeShipments(folder, "last.csv", references, VERSIONS);
  let last = await runProgram(builtProgram, ["submit", file, ...flags], place);
  let runs = 1;
  for (; last.code !== 0 && runs < RUNS_MAX; runs += 1) {
    last = await runProgram(builtProgram, ["resume", ...flags], place);
  }
  expect(last.code, last.stderr + last.stdout.slice(0, 500)).toBe(0);
  const verdict = judge(cas.journal(), { references, version: VERSIONS });
  return { points: references.length, ...verdict, also: `${String(runs)} runs for the last` };
});
