// Nights in a row on one ledger and one inbox: the program runs as cron would start it, and something befalls each
// night; in the morning somebody looks, and what was left is done. CAS lives through all of it.
import { join } from "node:path";
import Database from "better-sqlite3";
import { countFiles } from "./fault-night-files.ts";
import {
  failureText,
  heldBy,
  openHouse,
  summaryOf,
  type Held,
  type House,
} from "./fault-night-house.ts";
import type { Befalls, Trouble } from "./fault-night-plan.ts";
import { runInTrouble, type Night } from "./fault-night-run.ts";
import type { Ended, Program, Started } from "./fault-program.ts";
import { judgeNewest, type Verdict } from "./fault-verdict.ts";

const DAY_MS = 24 * 3_600_000;
/** When somebody looks. What was done the morning before is longer ago than the monitor allows. */
const MORNING_MS = 3 * 3_600_000;
const STATUS = ["status", "--env", "simulator", "--max-age", "23h", "--json"];
/** Below the current folder, as for all rehearsals of the kit. */
const LEDGER = "cas-batch-data/simulator/ledger.sqlite";
const VERIFY = ["ledger", "verify", "--env", "simulator", "--json"];
const RUNS_MAX = 4;

/** How the run of a night may end; null is killed. */
const EXIT_CODES: Readonly<Record<Trouble, readonly (number | null)[]>> = {
  ...{ none: [0], "files arrive": [0], "half-written": [0], locked: [0], storm: [0] },
  ...{ "clock back": [0], rejected: [4] },
  // The receiver of notifications looks dead, by a clock that is a day ahead.
  "clock ahead": [0, 4],
  ...{ killed: [null], "disk full": [2, 5], down: [5], "answers lost": [0, 6] },
};
const GOOD = new Set<number | null>([0, 4, 8]);

export interface NightsResult extends Verdict {
  /** Files that are in no place, in more than one, or never done with. */
  readonly filesAstray: number;
  readonly complaints: readonly string[];
  readonly runs: number;
  /** The most memory of a run that was not ended before its time. Unit: MiB. */
  readonly peaks: readonly { readonly night: number; readonly mib: number }[];
  /** In the mornings on which it lived. */
  readonly listener: readonly (Held & { readonly night: number })[];
  readonly hasFullDisks: boolean;
}

export async function nights(
  program: Program,
  befalls: readonly Befalls[],
  shipments: number,
): Promise<NightsResult> {
  await using house = await openHouse(program, shipments);
  const met = new Map<Trouble, number>();
  const listening: (Held & { readonly night: number })[] = [];
  let listener: Started | null = null;
  try {
    for (const [at, { trouble, isListenerDead = false }] of befalls.entries()) {
      const number = at + 1;
      house.setTime(number * DAY_MS);
      if (isListenerDead) await end(listener);
      if (isListenerDead) listener = null;
      else listener ??= await house.startListener();
      if (number === 1) await subscribe(house);
      const nth = met.get(trouble) ?? 0;
      met.set(trouble, nth + 1);
      await oneNight(house, { number, trouble, nth });
      if (listener !== null) listening.push({ night: number, ...heldBy(listener) });
    }
    return { ...(await resultOf(house, befalls.length)), listener: listening };
  } finally {
    await end(listener);
  }
}

async function end(listener: Started | null): Promise<void> {
  listener?.process.kill("SIGKILL");
  await listener?.ended;
}

async function subscribe({ start, listenerUrl }: House): Promise<void> {
  const ended = await start(["subscriptions", "ensure", "--url", listenerUrl, "--json"]).ended;
  if (ended.code !== 0) throw new Error(failureText(1, "subscriptions ensure", ended));
}

async function oneNight(house: House, night: Night): Promise<void> {
  const { casOf, complaints, setTime } = house;
  const { number, trouble } = night;
  casOf.be(trouble, 0);
  const { ended, finish } = await runInTrouble(house, night);
  const what = `the run (${trouble})`;
  const isAsUsual = trouble === "disk full" && !house.isMounted && ended.code === 0;
  if (!EXIT_CODES[trouble].includes(ended.code) && !isAsUsual) {
    complaints.push(failureText(number, what, ended));
  }
  expectBalanced(house, number, what, ended);
  setTime(number * DAY_MS + MORNING_MS);
  // What ends in the future was told by a wrong clock.
  const isFresh = GOOD.has(ended.code ?? exitCodeInBooks(house)) && trouble !== "clock ahead";
  await lookInTheMorning(house, night, isFresh);
  finish();
  if (trouble === "down") return;
  casOf.be("none", 0);
  if (!isFresh || waiting(house) > 0) await catchUp(house, number);
}

/** How the last run ended, as it wrote it down: a kill may come after that. Null when it did not. */
function exitCodeInBooks({ cwd }: House): number | null {
  const database = new Database(join(cwd, LEDGER), { readonly: true });
  try {
    const last = "SELECT exit_code FROM runs WHERE command = 'run' ORDER BY run_no DESC LIMIT 1";
    return database.prepare<[], number | null>(last).pluck().get() ?? null;
  } finally {
    database.close();
  }
}

/** The books are whole, the status tells the truth, and every file is somewhere, once. */
async function lookInTheMorning(
  house: House,
  { number, trouble }: Night,
  isFresh: boolean,
): Promise<void> {
  const { complaints, files, start } = house;
  const [verified, status] = await Promise.all([start(VERIFY).ended, start(STATUS).ended]);
  if (verified.code !== 0) complaints.push(failureText(number, "ledger verify", verified));
  if (status.code !== (isFresh ? 0 : 4)) {
    complaints.push(failureText(number, `status, fresh is ${String(isFresh)},`, status));
  }
  // What is astray once is so every morning, and is counted in the end.
  const astray = files
    .complaints(trouble === "killed")
    .map((text) => `night ${String(number)}: ${text}`);
  if (!complaints.some((text) => text.includes("was put there"))) complaints.push(...astray);
}

/** The job once more while there is something to do: files in the inbox or in work, or an end that asks for it. */
async function catchUp(house: House, number: number): Promise<void> {
  const { complaints, startRun } = house;
  for (let runs = 0; runs < RUNS_MAX; runs += 1) {
    const ended = await startRun(number).ended;
    expectBalanced(house, number, "the run after it", ended);
    if (GOOD.has(ended.code) && waiting(house) === 0) return;
    if (runs === RUNS_MAX - 1) complaints.push(failureText(number, "the last run after it", ended));
  }
}

function waiting({ inbox, files }: House): number {
  return files.waiting() + countFiles(`${inbox}/processing`);
}

function expectBalanced(
  { complaints }: House,
  number: number,
  what: string,
  { stdout }: Ended,
): void {
  if (summaryOf(stdout)?.balanced === false)
    complaints.push(`night ${String(number)}: ${what}: books not balanced`);
}

async function resultOf(house: House, last: number): Promise<Omit<NightsResult, "listener">> {
  house.casOf.be("none", 0);
  await catchUp(house, last);
  await expectNothingOpen(house);
  const astray = house.files.complaints();
  const { complaints, peaks, isMounted } = house;
  return {
    ...judgeNewest(house.cas.journal(), house.plan.newest()),
    filesAstray: astray.length + waiting(house),
    complaints: [...complaints, ...astray],
    ...{ runs: house.runs(), peaks, hasFullDisks: isMounted },
  };
}

async function expectNothingOpen({ complaints, start }: House): Promise<void> {
  const { stdout } = await start(STATUS).ended;
  const { books } = JSON.parse(stdout) as {
    readonly books: readonly {
      readonly open: Readonly<Record<string, { readonly count: number }>>;
    }[];
  };
  const open = Object.entries(books[0]?.open ?? { books: { count: 1 } });
  for (const [kind, { count }] of open) {
    if (count > 0) complaints.push(`in the end ${String(count)} are open: ${kind}`);
  }
}
