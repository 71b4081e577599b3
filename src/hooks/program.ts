// Runs a program of the user's own with the result on its standard input. No shell reads its arguments; it gets no
// secret of ours; what it prints is no output of ours; and it, with all that it started, ends at its time limit.
import { spawn, type ChildProcess } from "node:child_process";
import { done, failed, wordsOf, type HookOutcome } from "./hook-outcome.ts";
import type { ProgramSettings } from "./hook-settings.ts";
import type { RunSummary } from "./run-summary.ts";

/** Between the request to end and the end by force. */
const GRACE_MS = 3_000;
/** Such as one that `sudo` started as another user. */
const NOT_STOPPED = "it did not end in time and cannot be stopped, so it works on";
/** What is kept of the end of its output, to show why it failed. Unit: UTF-16 code units. */
const OUTPUT_MAX = 500;
/** Our variables hold secrets, or lead to them; those of others are the user's to give. */
const OURS = /^(?:CAS_|CREDENTIALS_DIRECTORY$)/i;
const SHARED_OF_OURS = /^CAS_(?:ENV|CONFIG|LEDGER)$/i;

interface ProgramSurroundings {
  readonly variables: NodeJS.ProcessEnv;
  /** Whether a text holds a secret that is known. */
  readonly holdsSecret: (text: string) => boolean;
  /** @throws when others could change which program is started */
  readonly assertMayRun: () => void;
  readonly signal: AbortSignal;
}

export async function callProgram(
  { argv, timeLimitMs }: ProgramSettings,
  summary: RunSummary,
  { variables, holdsSecret, assertMayRun, signal }: ProgramSurroundings,
): Promise<HookOutcome> {
  const event = summary.weight === "failure" ? "failure" : "success";
  const named = { hook: "command", event } as const;
  const [program, ...words] = argv;
  try {
    assertMayRun();
  } catch (error) {
    return failed(named, 0, `The command ${program} was not started: ${wordsOf(error)}`);
  }
  const limit = AbortSignal.timeout(timeLimitMs);
  let child: ReturnType<typeof start>;
  try {
    child = start(program, words, {
      ...withoutSecrets(variables, holdsSecret),
      ...variablesOf(summary),
    });
  } catch (error) {
    return failed(named, 1, `The command ${program} failed: ${notStarted(error)}`);
  }
  const output = lastOutput(child);
  // One that does not read it closes it.
  child.stdin.on("error", () => undefined);
  child.stdin.end(summary.document);
  const ended = await endOf(child, AbortSignal.any([limit, signal]));
  if (ended === 0) return done(named, 1, program);
  const said = output();
  const why =
    ended === NOT_STOPPED
      ? ended
      : limit.aborted
        ? `it did not end within ${timeLimitMs / 1_000} s, and was stopped`
        : signal.aborted
          ? "it was stopped with the run"
          : typeof ended === "number"
            ? `exit code ${ended}`
            : ended;
  return failed(
    named,
    1,
    `The command ${program} failed: ${why}${said === "" ? "" : `; it said: ${said}`}`,
  );
}

function start(program: string, words: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(program, words, {
    env,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
    // A group of its own, so that what it started ends with it.
    detached: process.platform !== "win32",
  });
}

/** Exit code, or why there is none. Of a child that was told to end, once it has, or when it cannot be stopped. */
function endOf(child: ChildProcess, signal: AbortSignal): Promise<number | string> {
  return new Promise((resolve) => {
    let force: NodeJS.Timeout | undefined;
    const stop = (): void => {
      kill(child, "SIGTERM");
      force = setTimeout(() => {
        kill(child, "SIGKILL");
        force = setTimeout(() => {
          child.unref();
          end(NOT_STOPPED);
        }, GRACE_MS);
      }, GRACE_MS);
    };
    const end = (how: number | string): void => {
      signal.removeEventListener("abort", stop);
      clearTimeout(force);
      // What it started and left behind, when it was told to end; a pipe that is kept open holds up nothing.
      if (signal.aborted) kill(child, "SIGKILL");
      for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
      resolve(how);
    };
    child.on("error", (error) => {
      end(notStarted(error));
    });
    child.on("exit", (code, name) => {
      end(code ?? `it was ended by ${name ?? "a signal"}`);
    });
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}

function kill(child: ChildProcess, name: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(name);
    else process.kill(-child.pid, name);
  } catch {
    // It has ended already.
  }
}

function lastOutput({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const pipe of [stdout, stderr]) {
    pipe?.setEncoding("utf8").on("data", (part: string) => {
      text = (text + part).slice(-OUTPUT_MAX);
    });
    pipe?.on("error", () => undefined);
  }
  return () => text.toWellFormed().trim();
}

function notStarted(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : words;
  const isBarred = code === "EACCES" && process.platform !== "win32";
  const step = isBarred ? "; a program must be a file that may be executed (`chmod +x`)" : "";
  return `it cannot be started (${code})${step}`;
}

function withoutSecrets(
  variables: NodeJS.ProcessEnv,
  holdsSecret: (text: string) => boolean,
): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) =>
        (SHARED_OF_OURS.test(name) || !OURS.test(name)) && !holdsSecret(value ?? ""),
    ),
  );
}

function variablesOf(summary: RunSummary): Readonly<Record<string, string>> {
  const { report, exitCode, actionCount } = summary;
  return {
    CAS_BATCH_COMMAND: summary.command,
    CAS_BATCH_ENVIRONMENT: summary.environment ?? "",
    CAS_BATCH_SIMULATED: String(summary.simulated),
    CAS_BATCH_TEST: String(summary.isTest),
    CAS_BATCH_RUN_ID: summary.runId ?? "",
    CAS_BATCH_EXIT_CODE: String(exitCode),
    CAS_BATCH_OUTCOME: summary.weight,
    CAS_BATCH_ACTIONS: String(actionCount),
    CAS_BATCH_REPORT: report.workbook ?? "",
    CAS_BATCH_REPORT_HTML: report.page ?? "",
    CAS_BATCH_REPORT_JSON: report.twin ?? "",
  };
}
