// Faults of the operating system, put in from outside by strace: the program under test is killed at
// its Nth system call of a kind, or that call fails. Nothing in the program knows of it.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const STRACE: string = process.env["CAS_BATCH_STRACE"] ?? "strace";
/** Only the main thread is traced: SQLite's writes and all sockets are there. */
const QUIET = [STRACE, "-qq", "-y", "-e", "signal=none"];

/** Every call by which a byte reaches a file or a socket, or a file reaches the disk. */
const WRITE_CALLS = "pwrite64,write,writev,fsync,fdatasync,ftruncate,unlink,rename";

function straceRuns(): boolean {
  const runs = spawnSync(STRACE, ["-qq", "-e", "trace=none", "true"]).status === 0;
  if (!runs && process.env["CI"] === "true") throw new Error("strace must run in CI: install it");
  if (!runs) process.stderr.write("Tests are skipped: strace does not run here\n");
  return runs;
}

export const hasStrace = straceRuns();

/** Records every write, to count them. */
export function recordingCalls(log: string): readonly string[] {
  return [...QUIET, "-o", log, "-e", `trace=${WRITE_CALLS}`, "-s", "0"];
}

export interface Call {
  readonly name: string;
  /** The how manyeth of this name, from 1: strace counts each kind of call by itself. */
  readonly nth: number;
  readonly kind: "ledger" | "socket" | "other";
}

/** Kills the program right before a call is done. */
export function killingAt(log: string, { name, nth }: Call): readonly string[] {
  const when = `inject=${name}:signal=SIGKILL:when=${String(nth)}`;
  return [...QUIET, "-o", log, "-e", `trace=${name}`, "-s", "0", "-e", when];
}

/**
 * Lets calls fail, from the `call`th on.
 * @param howMany how many fail, the first included; Infinity for all that follow
 */
export function failingAt(
  log: string,
  options: {
    /** One kind of call. */
    readonly name: string;
    readonly error: "ENOSPC" | "EIO";
    readonly call: number;
    readonly howMany: number;
  },
): readonly string[] {
  const { name, error, call, howMany } = options;
  const last = howMany === Infinity ? "+" : `..${String(call + howMany - 1)}`;
  const when = `inject=${name}:error=${error}:when=${String(call)}${last}`;
  return [...QUIET, "-o", log, "-e", `trace=${name}`, "-s", "0", "-e", when];
}

/** The recorded calls in order, and what each wrote to. */
export function recordedCalls(log: string, ledger: string): readonly Call[] {
  const counts = new Map<string, number>();
  return readFileSync(log, "latin1")
    .split("\n")
    .flatMap((line): Call[] => {
      const name = /^([a-z0-9]+)\(/.exec(line)?.[1];
      if (name === undefined) return [];
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      if (line.includes(ledger)) return [{ name, nth, kind: "ledger" }];
      return [{ name, nth, kind: /^\w+\(\d+<(TCP|socket):/.test(line) ? "socket" : "other" }];
    });
}
