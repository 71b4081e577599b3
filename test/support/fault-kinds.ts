// All eight kinds of message in one run, through kills and lost answers. A person settles what only a person can,
// by what the simulator's journal says; in the end nothing is lost, and nothing is there twice that may not be
// repeated.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kindNames, messageKinds, type MessageKind } from "../../src/core/message-kind.ts";
import type { JournalEntry } from "../../src/simulator/journal/journal-entry.ts";
import { startFaultCas, type FaultCas } from "./fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "./fault-files.ts";
import { seededRandom } from "./fault-power.ts";
import { forEachAtOnce, runProgram, type Ended, type Program } from "./fault-program.ts";
import { killingAt, recordedCalls, recordingCalls, type Call } from "./fault-strace.ts";
import type { Verdict } from "./fault-verdict.ts";
import type { Fault, FaultyRequest } from "./simulator-faults.ts";

const AT_ONCE = 2;
const ROUNDS_MAX = 4;
const LEDGER = "ledger.sqlite";
const FAST = ["--rate", "100000", "--json"];
const files = kindNames.map((kind) => `${kind}.csv`);
const SUBMIT = ["submit", ...files, ...FAST];
const others = kindNames.filter((kind) => kind !== "CustomsShipment");

/** One file per kind, whose profile names the kind; every message has two rows of a list. */
function writeFiles(folder: string, references: readonly string[]): void {
  writeShipments(folder, "CustomsShipment.csv", references);
  for (const kind of others) {
    const rows = references.flatMap((reference) => [`${reference};one`, `${reference};two`]);
    const header = `${messageKinds[kind].key};lines[].code`;
    writeFileSync(join(folder, `${kind}.csv`), `${[header, ...rows].join("\n")}\n`);
    writeFileSync(join(folder, `${kind}.yaml`), `version: 1\nkind: ${kind}\n`);
  }
  const profiles = others.map((kind) => `{ files: ${kind}.csv, profile: ${kind}.yaml }`);
  writeConfiguration(folder, ["timeouts: { answer: 3s }", `profiles: [${profiles.join(", ")}]`]);
}

interface KindVerdict extends Verdict {
  readonly complaints: readonly string[];
  /** Repeats of kinds that are harmless to repeat. */
  readonly repeated: number;
  readonly leftToPeople: number;
}

/** How often CAS took each message. */
function takenBy(journal: readonly JournalEntry[]): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const entry of journal) {
    const name =
      entry.kind === "accepted"
        ? `CustomsShipment ${entry.externalReference}`
        : entry.kind === "ingested"
          ? `${entry.messageKind} ${entry.key ?? ""}`
          : null;
    if (name !== null) taken.set(name, (taken.get(name) ?? 0) + 1);
  }
  return taken;
}

function judgeKinds(
  journal: readonly JournalEntry[],
  references: readonly string[],
): Verdict & { readonly repeated: number } {
  const taken = takenBy(journal);
  const verdict = { lost: 0, doubled: 0, inverted: 0, repeated: 0 };
  for (const kind of kindNames) {
    for (const reference of references) {
      const times = taken.get(`${kind} ${reference}`) ?? 0;
      if (times === 0) verdict.lost += 1;
      const isHarmless = isHarmlessToRepeat(kind);
      if (times > 1) verdict[isHarmless ? "repeated" : "doubled"] += times - 1;
    }
  }
  return verdict;
}

/** By the seeds, not by the table under test. Source: seeds/003, "Create or update …". */
function isHarmlessToRepeat(kind: MessageKind): boolean {
  return kind === "ArticleDataItem" || kind === "BusinessPartners";
}

interface LeftKey {
  readonly kind?: MessageKind;
  readonly direction: string | null;
  readonly externalReference: string;
}

function leftToPeople({ stdout }: Ended): readonly LeftKey[] {
  const { delivery } = JSON.parse(stdout) as {
    readonly delivery: { readonly leftToPeople: readonly LeftKey[] } | null;
  };
  return delivery?.leftToPeople ?? [];
}

/** What a person does after a run that ended somehow: resume, look up, settle, and the same command again. */
async function goOn(
  program: Program,
  cas: FaultCas,
  references: readonly string[],
): Promise<KindVerdict> {
  const place = { cwd: cas.folder, variables: cas.variables };
  const complaints: string[] = [];
  let left = 0;
  let last = await runProgram(program, ["resume", ...FAST], place);
  for (let round = 0; last.code !== 0 && round < ROUNDS_MAX; round += 1) {
    const keys = last.stdout === "" ? [] : leftToPeople(last);
    left += keys.length;
    const taken = takenBy(cas.journal());
    const settle = keys.flatMap(({ kind = "CustomsShipment", direction, externalReference }) => {
      const isThere = taken.has(`${kind} ${externalReference}`);
      const of = direction ?? kind;
      return ["--settle", `${of}:${externalReference}=${isThere ? "arrived" : "resend"}`];
    });
    last = await runProgram(program, ["resume", ...settle, ...FAST], place);
  }
  if (judgeKinds(cas.journal(), references).lost > 0) {
    last = await runProgram(program, SUBMIT, place);
  }
  if (last.code !== 0) complaints.push(`ended with ${String(last.code)}: ${last.stderr}`);
  return { ...judgeKinds(cas.journal(), references), complaints, leftToPeople: left };
}

export interface KindsResult extends KindVerdict {
  readonly points: number;
  readonly killed: number;
}

/** kill -9 right before writes of a run, spread over all of its ledger and socket writes. */
export async function killKinds(program: Program, pointCount: number): Promise<KindsResult> {
  const references = referencesOf(6, "K");
  const calls = await wholeRun(program, references);
  const points = Array.from(
    { length: Math.min(pointCount, calls.length) },
    (_, index, all = Math.min(pointCount, calls.length)) =>
      calls[Math.floor(((index + Math.random()) * calls.length) / all)],
  ).filter((call) => call !== undefined);
  const outcomes = await forEachAtOnce(points, AT_ONCE, async (call) => {
    await using cas = await startFaultCas();
    writeFiles(cas.folder, references);
    const under = killingAt(join(cas.folder, "calls.log"), call);
    const first = await runProgram(program, SUBMIT, {
      cwd: cas.folder,
      variables: cas.variables,
      under,
    });
    const killed = first.signal === "SIGKILL" || first.code === 137;
    const verdict = await goOn(program, cas, references);
    const complaints = verdict.complaints.map(
      (text) => `${call.name} ${String(call.nth)}: ${text}`,
    );
    return { ...verdict, complaints, killed };
  });
  return {
    ...added(outcomes),
    points: points.length,
    killed: outcomes.filter(({ killed }) => killed).length,
  };
}

async function wholeRun(program: Program, references: readonly string[]): Promise<readonly Call[]> {
  await using cas = await startFaultCas();
  writeFiles(cas.folder, references);
  const log = join(cas.folder, "calls.log");
  const started = { cwd: cas.folder, variables: cas.variables, under: recordingCalls(log) };
  const { code, stderr } = await runProgram(program, SUBMIT, started);
  if (code !== 0) throw new Error(`A run without faults ended with ${String(code)}: ${stderr}`);
  return recordedCalls(log, LEDGER).filter(({ kind }) => kind !== "other");
}

/** Of every third message the first request meets a loss: before CAS has it, or after. */
export async function loseAnswersOfKinds(program: Program, count: number): Promise<KindsResult> {
  const random = seededRandom(7);
  const references = referencesOf(count, "L");
  const met = new Set<string>();
  let lost = 0;
  const chooseFault = ({ method, path, body }: FaultyRequest): Fault | null => {
    if (method !== "POST" || body === null || !path.startsWith("/v1/")) return null;
    const message = `${path} ${body}`;
    if (met.has(message)) return null;
    met.add(message);
    const fate = random();
    if (fate > 1 / 3) return null;
    lost += 1;
    return fate < 1 / 6
      ? { name: "taken, answer cut", reply: { kind: "reset", afterBytes: Math.floor(fate * 600) } }
      : { name: "dropped", instead: unanswered, reply: { kind: "reset-at-once" } };
  };
  await using cas = await startFaultCas({ chooseFault });
  writeFiles(cas.folder, references);
  const place = { cwd: cas.folder, variables: cas.variables };
  await runProgram(program, SUBMIT, place);
  const verdict = await goOn(program, cas, references);
  return { ...verdict, points: lost, killed: 0 };
}

const unanswered = { status: 500, contentType: "text/plain", body: "" };

function added(verdicts: readonly KindVerdict[]): KindVerdict {
  const total = { lost: 0, doubled: 0, inverted: 0, repeated: 0, leftToPeople: 0 };
  for (const verdict of verdicts) {
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += verdict[name];
  }
  return { ...total, complaints: verdicts.flatMap(({ complaints }) => complaints) };
}
