// The place where the simulated nights happen: a CAS, an inbox, a ledger on a disk of its own, and the time that all
// of them live in.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/core/time/clock.ts";
import { startFaultCas, type FaultCas } from "./fault-cas.ts";
import { canMount, mount, unmount } from "./fault-disk.ts";
import { writeConfiguration } from "./fault-files.ts";
import { nightFiles, type NightFiles } from "./fault-night-files.ts";
import { planNights, type Plan } from "./fault-night-plan.ts";
import { casOfNights, type CasOfNights } from "./fault-night-cas.ts";
import { startProgram, type Ended, type Program, type Started } from "./fault-program.ts";
import { offsetText, timeVariables, timeVariablesFromFile } from "./program-time.ts";

const RUN = [
  ...["run", "inbox", "--archive", "--env", "simulator", "--wait", "20s", "--allow-amend"],
  ...["--rate", "1000", "--json"],
];
/** Longer than all nights take. Unit: milliseconds. */
const LISTENER_LIFE_MS = 6 * 3_600_000;
const LOOK_EVERY_MS = 10;
/** A declaration is not done before the program knows that its message was taken, also on a busy machine. */
const TIME_SCALE = 20;

interface StartOptions {
  /** How far its clock is off. */
  readonly offMs?: number;
  readonly lifeMaxMs?: number;
}

export interface House extends AsyncDisposable {
  readonly cas: FaultCas;
  /** What CAS is told to do. */
  readonly casOf: CasOfNights;
  readonly cwd: string;
  readonly inbox: string;
  readonly files: NightFiles;
  readonly plan: Plan;
  readonly shipments: number;
  /** Its disk can be filled. */
  readonly isMounted: boolean;
  readonly complaints: string[];
  /** The most memory of the runs that ended by themselves. Unit: MiB. */
  readonly peaks: { readonly night: number; readonly mib: number }[];
  readonly now: () => Date;
  /** Lets CAS and all programs live so much later than this process. */
  readonly setTime: (offsetMs: number) => void;
  /** A program in the time of this place, or off it. */
  readonly start: (args: readonly string[], options?: StartOptions) => Started;
  /** The nightly job. */
  readonly startRun: (night: number, more?: readonly string[], offMs?: number) => Started;
  readonly runs: () => number;
  readonly startListener: () => Promise<Started>;
  readonly listenerUrl: string;
}

export async function openHouse(program: Program, shipments: number): Promise<House> {
  let offsetMs = 0;
  let runs = 0;
  const now = (): Date => new Date(Date.now() + offsetMs);
  const casOf = casOfNights();
  const cas = await startFaultCas({
    clock: { ...systemClock, now },
    timeScale: TIME_SCALE,
    chooseFault: casOf.chooseFault,
  });
  const cwd = join(cas.folder, "office");
  const inbox = join(cwd, "inbox");
  const timeFile = join(cas.folder, "time");
  mkdirSync(cwd);
  const isMounted = canMount();
  if (isMounted) mount(["-t", "tmpfs", "-o", "size=1g", "tmpfs", cwd]);
  mkdirSync(inbox);
  writeConfiguration(cwd, ["inbox: { stableFor: 2s }"]);
  const peaks: { readonly night: number; readonly mib: number }[] = [];
  const port = await freePort();
  const start = (args: readonly string[], { offMs = 0, ...more }: StartOptions = {}): Started =>
    startProgram(program, args, {
      ...{ cwd, ...more },
      variables: { ...cas.variables, ...timeVariables(offsetMs + offMs) },
    });
  return {
    ...{ cas, casOf, cwd, inbox, files: nightFiles(inbox), plan: planNights(shipments), shipments },
    ...{ isMounted, complaints: [], peaks, now, start, runs: () => runs },
    listenerUrl: `http://127.0.0.1:${String(port)}`,
    setTime: (toMs) => {
      offsetMs = toMs;
      writeFileSync(timeFile, `${offsetText(toMs)}\n`);
    },
    startRun: (night, more = [], offMs = 0) => {
      runs += 1;
      const started = start([...RUN, ...more], { offMs });
      void peakOf(started).then((mib) => {
        if (started.process.signalCode === null) peaks.push({ night, mib });
      });
      return started;
    },
    startListener: async () => {
      const listener = startProgram(
        program,
        ["listen", "--env", "simulator", "--port", String(port), "--json"],
        {
          cwd,
          variables: { ...cas.variables, ...timeVariablesFromFile(timeFile) },
          lifeMaxMs: LISTENER_LIFE_MS,
        },
      );
      await listening(listener);
      return listener;
    },
    [Symbol.asyncDispose]: async () => {
      if (isMounted) unmount(cwd);
      await cas[Symbol.asyncDispose]();
    },
  };
}

async function listening({ process: child, ended }: Started): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (text: string) => {
      if (text.includes("\n")) resolve();
    });
    void ended.then(({ stderr }) => {
      reject(new Error(`It does not listen: ${stderr}`));
    });
  });
}

/** Looks again and again until it is so, or the program has ended. */
export async function until({ process: child }: Started, isSo: () => boolean): Promise<void> {
  while (child.exitCode === null && child.signalCode === null && !isSo())
    await sleep(LOOK_EVERY_MS);
}

async function peakOf(run: Started): Promise<number> {
  let peak = 0;
  await until(run, () => {
    peak = memoryOf(run, "VmHWM") ?? peak;
    return false;
  });
  return peak;
}

/** What a process holds of the machine. */
export interface Held {
  readonly handles: number;
  readonly memoryMiB: number;
}

export function heldBy(started: Started): Held {
  const handles = readdirSync(`/proc/${String(started.process.pid)}/fd`).length;
  return { handles, memoryMiB: memoryOf(started, "VmRSS") ?? Number.NaN };
}

/** Null when it has ended. Unit: MiB. */
function memoryOf({ process: child }: Started, line: "VmHWM" | "VmRSS"): number | null {
  try {
    const status = readFileSync(`/proc/${String(child.pid)}/status`, "utf8");
    const found = new RegExp(`${line}:\\s+(\\d+) kB`).exec(status)?.[1];
    return found === undefined ? null : Number(found) / 1024;
  } catch {
    return null;
  }
}

export function failureText(night: number, what: string, ended: Ended): string {
  const end = String(ended.code ?? ended.signal);
  const { actions = [] } = summaryOf(ended.stdout) ?? {};
  const toDo = actions.map(({ code, reason }) => `\n${code}: ${reason}`).join("");
  return `night ${String(night)}: ${what} ended with ${end}: ${ended.stderr.slice(-600)}${toDo}`;
}

interface RunSummary {
  readonly balanced?: boolean;
  /** What a person should look at. */
  readonly actions?: readonly { readonly code: string; readonly reason: string }[];
}

/** The document of a command; null when it did not come to its end. */
export function summaryOf(stdout: string): RunSummary | null {
  return stdout.endsWith("}\n") ? (JSON.parse(stdout) as RunSummary) : null;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
