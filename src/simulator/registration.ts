// Who is running on a state file: `STATEFILE.json` beside it. Two writers would spoil the journal,
// so taking the registration is exclusive; one that a killed process left behind is noticed by
// asking its address, and taken over.
import { once } from "node:events";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Agent, get, type IncomingMessage } from "node:http";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { CasBatchError } from "../core/errors.ts";
import { isAlive } from "../core/files/is-alive.ts";
import {
  simulatorAbout,
  SIMULATOR_ABOUT_PATH,
  SIMULATOR_TOKEN_PATH,
} from "../core/simulator-signs.ts";

const registrationSchema = z.object({
  pid: z.int(),
  /** Null while the simulator is starting. It listens on this machine only. */
  url: z
    .string()
    .regex(/^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost):\d+$/)
    .nullable(),
  startedAt: z.string(),
});

type Registration = Readonly<z.infer<typeof registrationSchema>>;

const aboutSchema = simulatorAbout.extend({ pid: z.int(), stateFile: z.string() });

export interface RunningSimulator {
  readonly url: string;
  readonly tokenUrl: string;
}

const ABOUT_TIMEOUT_MS = 2000;
/** How long a simulator may take to read its journal before its registration counts as left behind. */
const STARTING_MAX_MS = 300_000;
/** How long one that is just starting is waited for before it counts as not running. */
const STARTING_WAIT_MS = 10_000;
const STARTING_POLL_MS = 50;

/** The simulator that runs on a state file, in whatever process; null when none does. */
export async function findRunningSimulator(stateFile: string): Promise<RunningSimulator | null> {
  const deadlineMs = performance.now() + STARTING_WAIT_MS;
  for (;;) {
    const registration = readRegistration(registrationFile(stateFile));
    if (registration === null) return null;
    const standing = await standingOf(registration, stateFile, new Date());
    if (standing === "running" && registration.url !== null) {
      return { url: registration.url, tokenUrl: `${registration.url}${SIMULATOR_TOKEN_PATH}` };
    }
    if (standing !== "starting" || performance.now() >= deadlineMs) return null;
    await setTimeout(STARTING_POLL_MS);
  }
}

export interface HeldRegistration {
  readonly publish: (url: string) => void;
  readonly release: () => void;
}

/**
 * Takes the sole right to write a state file.
 * @throws CasBatchError `lock-held` when another simulator has it
 */
export async function takeRegistration(
  stateFile: string,
  startedAt: Date,
): Promise<HeldRegistration> {
  const file = registrationFile(stateFile);
  const mine = { pid: process.pid, startedAt: startedAt.toISOString() };
  const present = readRegistration(file);
  if (present !== null) {
    if ((await standingOf(present, stateFile, startedAt)) !== "left-behind")
      throw lockHeld(stateFile, present);
    removeLeftBehind(file, present, stateFile);
  }
  create(file, { ...mine, url: null }, stateFile);
  return {
    publish: (url) => {
      const next = `${file}.${process.pid}.new`;
      writeFileSync(next, registrationText({ ...mine, url }), { mode: 0o600 });
      renameSync(next, file);
    },
    release: () => {
      const held = readRegistration(file);
      if (held?.pid === mine.pid && held.startedAt === mine.startedAt)
        rmSync(file, { force: true });
    },
  };
}

function registrationFile(stateFile: string): string {
  return `${stateFile}.json`;
}

function registrationText(registration: Registration): string {
  return `${JSON.stringify(registration)}\n`;
}

function readRegistration(file: string): Registration | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  }
  try {
    return registrationSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new CasBatchError(
      "configuration-invalid",
      `Cannot use ${file}: it is no registration of a simulator`,
      { cause, hint: "Name another state file, or move this one away" },
    );
  }
}

/** The file appears whole or not at all: no process reads half of it. */
function create(file: string, registration: Registration, stateFile: string): void {
  const draft = `${file}.${process.pid}.${registration.startedAt.replaceAll(":", "")}`;
  writeFileSync(draft, registrationText(registration), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    throw lockHeld(stateFile, readRegistration(file));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Of several that take over at once, only the one whose rename meets the stale file goes on. */
function removeLeftBehind(file: string, stale: Registration, stateFile: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw lockHeld(stateFile, null);
  }
  const moved = readRegistration(aside);
  if (moved !== null && (moved.pid !== stale.pid || moved.startedAt !== stale.startedAt)) {
    renameSync(aside, file);
    throw lockHeld(stateFile, moved);
  }
  rmSync(aside, { force: true });
}

function lockHeld(stateFile: string, holder: Registration | null): CasBatchError {
  const who = holder === null ? "another process" : `process ${holder.pid}`;
  const where = holder?.url == null ? "" : ` at ${holder.url}`;
  return new CasBatchError(
    "lock-held",
    `Cannot start a simulator on ${stateFile}: ${who} runs one${where}`,
    { hint: "Use the running one, stop it, or name another state file" },
  );
}

async function standingOf(
  registration: Registration,
  stateFile: string,
  now: Date,
): Promise<"running" | "starting" | "left-behind" | "silent"> {
  if (!isAlive(registration.pid)) return "left-behind";
  if (registration.url === null) {
    const ageMs = now.getTime() - Date.parse(registration.startedAt);
    return ageMs < STARTING_MAX_MS ? "starting" : "left-behind";
  }
  const signal = AbortSignal.timeout(ABOUT_TIMEOUT_MS);
  try {
    const answer = await getDirectly(`${registration.url}${SIMULATOR_ABOUT_PATH}`, signal);
    const about = aboutSchema.safeParse(JSON.parse(answer));
    // The pid or the port may have been given to something else since.
    return about.success &&
      about.data.pid === registration.pid &&
      about.data.stateFile === resolve(stateFile)
      ? "running"
      : "left-behind";
  } catch {
    // Alive but not answering may be a stopped process that continues later.
    return signal.aborted ? "silent" : "left-behind";
  }
}

/**
 * Not by `fetch`, which NODE_USE_ENV_PROXY sends through a proxy: that one cannot reach this machine, so
 * a simulator that runs would be taken for one that was left behind.
 */
async function getDirectly(url: string, signal: AbortSignal): Promise<string> {
  const request = get(url, { agent: new Agent(), signal });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return text(response);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
