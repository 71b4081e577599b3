// Several runs over the same shipments at once; the one that sends is stopped for longer than its
// lease lives, and continued when a successor may be at work.
import { setTimeout as sleep } from "node:timers/promises";
import { startFaultCas } from "./fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "./fault-files.ts";
import {
  patchedProgram,
  runProgram,
  startProgram,
  type Program,
  type SourcePatch,
} from "./fault-program.ts";
import { judge, type Verdict } from "./fault-verdict.ts";

const LEASE_MS = 1_500;
const STOPPED_MS = 2_000;
const SHIPMENTS = 60;
const FLAGS = ["--rate", "40", "--json"];

export const shortLease: readonly SourcePatch[] = [
  {
    file: "submit/lease/lease.ts",
    find: "LEASE_DURATION_MS = 60_000;",
    put: `LEASE_DURATION_MS = ${String(LEASE_MS)};`,
  },
  {
    file: "submit/lease/lease.ts",
    find: "RENEW_EVERY_MS = 15_000;",
    put: `RENEW_EVERY_MS = ${String(LEASE_MS / 4)};`,
  },
];

/** The same program, whose leases live no longer than a test. */
export function withShortLease(patches: readonly SourcePatch[] = []): Program & Disposable {
  return patchedProgram([...shortLease, ...patches]);
}

export interface TwoRunsResult extends Verdict {
  readonly complaints: readonly string[];
}

export async function twoRuns(
  program: Program,
  runCount: number,
  stopAfterMs: number,
  continueAfterMs: number,
): Promise<TwoRunsResult> {
  const references = referencesOf(SHIPMENTS);
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  // Who may send is the subject: questions about what a new ledger has never sent would come between.
  writeConfiguration(folder, ["newLedger: { askFor: 0s }"]);
  writeShipments(folder, "night.csv", references);
  const place = { cwd: folder, variables };
  const accepted = (): number => cas.journal().filter(({ kind }) => kind === "accepted").length;
  const holder = startProgram(program, ["submit", "night.csv", ...FLAGS], place);
  while (accepted() === 0 && holder.process.exitCode === null) await sleep(20);
  await sleep(stopAfterMs);
  holder.process.kill("SIGSTOP");
  await sleep(STOPPED_MS);
  const successors = Array.from({ length: runCount - 1 }, () =>
    startProgram(program, ["submit", "night.csv", ...FLAGS], place),
  );
  // Continued while the others are at it, or have sent again what it held.
  const before = accepted();
  const until = performance.now() + STOPPED_MS;
  while (accepted() === before && performance.now() < until) await sleep(20);
  await sleep(continueAfterMs);
  holder.process.kill("SIGCONT");
  const ended = await Promise.all([holder, ...successors].map((run) => run.ended));
  const last = await runProgram(program, ["submit", "night.csv", ...FLAGS], place);
  const complaints = ended
    .filter(({ code }) => code === null || ![0, 4, 5, 6, 7].includes(code))
    .map(({ code, stderr }) => `A run ended with ${String(code)}: ${stderr}`);
  if (last.code !== 0) {
    complaints.push(`The last run ended with ${String(last.code)}: ${last.stderr}`);
  }
  return { ...judge(cas.journal(), { references }), complaints };
}
