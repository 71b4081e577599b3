// The program under test in a process of its own: as built, or as a copy of its sources with a
// fault planted in it, to see that the kit notices.
import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

export interface Program {
  readonly main: string;
  /** Where its sources are. */
  readonly source: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export const builtProgram: Program = {
  main: join(ROOT, "bin/cas-batch.js"),
  source: join(ROOT, "src"),
};

export interface SourcePatch {
  /** Below `src/`. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** A copy of the sources with other text in some places. @throws when a place is not there */
export function patchedProgram(patches: readonly SourcePatch[]): Program & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-planted-"));
  cpSync(join(ROOT, "src"), join(folder, "src"), { recursive: true });
  for (const name of ["package.json", "templates"]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  // A process that works on a ledger comes along.
  for (const name of ["ledger-child.ts", "ledger-drafts.ts"]) {
    cpSync(join(ROOT, "test/support", name), join(folder, "test/support", name));
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const { file, find, put } of patches) {
    const path = join(folder, "src", file);
    const text = readFileSync(path, "utf8");
    if (text.split(find).length !== 2) {
      throw new Error(`The place to plant a fault is not once in src/${file}: ${find}`);
    }
    writeFileSync(
      path,
      text.replace(find, () => put),
    );
  }
  return {
    main: join(folder, "src/cli/main.ts"),
    source: join(folder, "src"),
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface StartOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
  /** A command that runs the program: strace and its arguments. */
  readonly under?: readonly string[];
  /** Killed after so long. Unit: milliseconds. */
  readonly lifeMaxMs?: number;
}

/** No program under test may live longer. Unit: milliseconds. */
const LIFE_MAX_MS = 300_000;

export function startProgram(
  program: Program,
  args: readonly string[],
  { cwd, variables, under = [], lifeMaxMs = LIFE_MAX_MS }: StartOptions,
): Started {
  const [command = "", ...rest] = [...under, process.execPath, program.main, ...args];
  const child = spawn(command, rest, {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: lifeMaxMs,
    killSignal: "SIGKILL",
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { process: child, ended };
}

export function runProgram(
  program: Program,
  args: readonly string[],
  options: StartOptions,
): Promise<Ended> {
  return startProgram(program, args, options).ended;
}

/** Does `work` for each item, `atOnce` at a time, and returns the results in order. */
export async function forEachAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
