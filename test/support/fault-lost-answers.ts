// A night in which one answer in five is lost and CAS takes messages late; a few requests are lost
// before CAS saw them, and a few shipments are refused for good.
import { refusal, type Fault, type FaultyRequest } from "./simulator-faults.ts";
import { isSend, startFaultCas } from "./fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "./fault-files.ts";
import { seededRandom } from "./fault-power.ts";
import { runProgram, type Program } from "./fault-program.ts";
import { judge, type Verdict } from "./fault-verdict.ts";

const SEED = 4;
const LOST_SHARE = 0.2;
const DROPPED_SHARE = 0.02;
const REFUSED_SHARE = 0.02;
/** Unit: milliseconds of the fast clock. */
const COMMIT_DELAY_MAX_MS = 120_000;
/** The delays of the enquiries, 5 s, 30 s, 2 min and 10 min, a hundred times as fast. */
const SETTLE = "settle: { delays: [50ms, 300ms, 1200ms, 6s] }";
const ENQUIRIES_LAST_MS = 7_550;
const RUNS_MAX = 5;
const RUN_MAX_MS = 120_000;

export interface LostAnswersResult extends Verdict {
  readonly points: number;
  readonly complaints: readonly string[];
  readonly also: string;
}

export async function lostAnswers(
  program: Program,
  shipments: number,
  lifeMaxMs = RUN_MAX_MS,
): Promise<LostAnswersResult> {
  const random = seededRandom(SEED);
  const references = referencesOf(shipments);
  const fates = new Map(references.map((reference) => [reference, random()]));
  const met = new Set<string>();
  const chooseFault = (request: FaultyRequest): Fault | null => {
    if (!isSend(request)) return null;
    const reference = request.externalReference ?? "";
    const fate = fates.get(reference) ?? 1;
    if (fate > 1 - REFUSED_SHARE) return { name: "refused", instead: refusal(400) };
    // Every further request for it passes: a second loss would be another story.
    if (met.has(reference)) return null;
    met.add(reference);
    if (fate < LOST_SHARE / 2) {
      const delayMs = random() * COMMIT_DELAY_MAX_MS;
      return { name: "lost at once, taken late", delayMs, reply: { kind: "reset-at-once" } };
    }
    if (fate < LOST_SHARE) {
      const afterBytes = Math.floor(random() * 200);
      return { name: "taken, answer cut", reply: { kind: "reset", afterBytes } };
    }
    if (fate < LOST_SHARE + DROPPED_SHARE) {
      return { name: "dropped", instead: refusal(500), reply: { kind: "reset-at-once" } };
    }
    return null;
  };
  await using cas = await startFaultCas({ chooseFault });
  writeShipments(cas.folder, "night.csv", references);
  writeConfiguration(cas.folder, ["timeouts: { answer: 3s }"], SETTLE);
  const place = { cwd: cas.folder, variables: cas.variables, lifeMaxMs };
  const ended = await runProgram(
    program,
    ["submit", "night.csv", "--rate", "400", "--concurrency", "32", "--json"],
    place,
  );
  let runs = 1;
  const complaints: string[] = [];
  // An outage that the faults look like may end a run; it must be resumable, and say so.
  for (let last = ended; last.code === 5 || last.code === 6; runs += 1) {
    if (runs > RUNS_MAX) {
      complaints.push(`Not done after ${String(runs)} runs: ${last.stderr}`);
      break;
    }
    last = await runProgram(program, ["resume", "--rate", "400", "--json"], place);
  }
  const journal = cas.journal();
  const lost = new Set<string>();
  const refusedAt = new Map<string, number>();
  const droppedAt = new Map<string, number>();
  let repeatedRefusals = 0;
  for (const entry of journal) {
    if (entry.kind === "fault" && entry.externalReference !== null) {
      const reference = entry.externalReference;
      if (entry.name.includes("taken")) lost.add(reference);
      if (entry.name === "dropped") droppedAt.set(reference, Date.parse(entry.at));
      if (entry.name !== "refused") continue;
      if (refusedAt.has(reference)) repeatedRefusals += 1;
      refusedAt.set(reference, Date.parse(entry.at));
    }
    if (entry.kind !== "accepted") continue;
    const lostMs = droppedAt.get(entry.externalReference);
    if (lostMs === undefined || Date.parse(entry.at) - lostMs >= ENQUIRIES_LAST_MS) continue;
    complaints.push(`${entry.externalReference} was sent again before all enquiries were made`);
  }
  if (repeatedRefusals > 0) complaints.push(`${String(repeatedRefusals)} refused messages again`);
  const sendable = references.filter((reference) => !refusedAt.has(reference));
  const verdict = judge(journal, { references: sendable });
  const doubled = verdict.doubled + repeatedRefusals;
  const also = `${String(lost.size)} answers lost, ${String(droppedAt.size)} requests dropped, ${String(runs)} runs`;
  return { points: shipments, ...verdict, doubled, complaints, also };
}
