// kill -9 right before writes of a run, spread over all of its ledger and socket writes, and then
// what a person would do: `resume`, and the same command once more when the file had not been read.
import { join } from "node:path";
import { startFaultCas } from "./fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "./fault-files.ts";
import { forEachAtOnce, runProgram, type Program } from "./fault-program.ts";
import { killingAt, recordedCalls, recordingCalls, type Call } from "./fault-strace.ts";
import { addVerdicts, judge, type Verdict } from "./fault-verdict.ts";

const SHIPMENTS = 200;
const AT_ONCE = 3;
const SUBMIT = ["submit", "night.csv", "--rate", "100000", "--json"];
const RESUME = ["resume", "--rate", "100000", "--json"];
const LEDGER = "ledger.sqlite";

export interface KillResult extends Verdict {
  readonly points: number;
  /** How many of them ended the run; in the others it had fewer such calls this time. */
  readonly killed: number;
  readonly ledgerWrites: number;
  readonly socketWrites: number;
  /** What went wrong at single points. */
  readonly complaints: readonly string[];
  /** The longest that the restarts of one point took. */
  readonly slowestMs: number;
}

/** The writes of one whole run. */
async function wholeRun(program: Program): Promise<readonly Call[]> {
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  writeShipments(folder, "night.csv", referencesOf(SHIPMENTS));
  writeConfiguration(folder);
  const log = join(folder, "calls.log");
  const started = { cwd: folder, variables, under: recordingCalls(log) };
  const { code, stderr } = await runProgram(program, SUBMIT, started);
  if (code !== 0) throw new Error(`A run without faults ended with ${String(code)}: ${stderr}`);
  return recordedCalls(log, LEDGER).filter(({ kind }) => kind !== "other");
}

interface KillOutcome extends Verdict {
  readonly killed: boolean;
  readonly tookMs: number;
  readonly complaints: readonly string[];
}

async function killAt(program: Program, call: Call): Promise<KillOutcome> {
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  const references = referencesOf(SHIPMENTS);
  writeShipments(folder, "night.csv", references);
  writeConfiguration(folder);
  const place = { cwd: folder, variables };
  const under = killingAt(join(folder, "calls.log"), call);
  const first = await runProgram(program, SUBMIT, { ...place, under });
  const killed = first.signal === "SIGKILL" || first.code === 137;
  const restartedMs = performance.now();
  const restarts = [await runProgram(program, RESUME, place)];
  if (judge(cas.journal(), { references }).lost > 0) {
    restarts.push(await runProgram(program, SUBMIT, place));
  }
  const tookMs = performance.now() - restartedMs;
  const verdict = judge(cas.journal(), { references });
  const last = restarts.at(-1);
  const complaints: string[] = [];
  const at = `${call.name} ${String(call.nth)} (${call.kind})`;
  if (last?.code !== 0) {
    complaints.push(
      `${at}: the last restart ended with ${String(last?.code)}: ${last?.stderr ?? ""}`,
    );
  }
  if (verdict.lost + verdict.doubled + verdict.inverted > 0) {
    complaints.push(`${at}: ${JSON.stringify(verdict)}`);
  }
  return { ...verdict, killed, complaints, tookMs };
}

export async function killPoints(
  program: Program,
  pointCount: number,
  wanted: (call: Call) => boolean = () => true,
): Promise<KillResult> {
  const calls = (await wholeRun(program)).filter(wanted);
  const points = spread(calls, pointCount);
  const outcomes = await forEachAtOnce(points, AT_ONCE, (call) => killAt(program, call));
  return {
    ...addVerdicts(outcomes),
    points: points.length,
    killed: outcomes.filter(({ killed }) => killed).length,
    ledgerWrites: points.filter(({ kind }) => kind === "ledger").length,
    socketWrites: points.filter(({ kind }) => kind === "socket").length,
    slowestMs: Math.max(...outcomes.map(({ tookMs }) => tookMs)),
    complaints: outcomes.flatMap(({ complaints }) => complaints),
  };
}

/** So many of them, evenly over all; all when there are no more. */
function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(((index + Math.random()) * items.length) / count);
    const item = items[at];
    if (item === undefined) throw new Error(`No item ${String(at)} of ${String(items.length)}`);
    return item;
  });
}
