// Runs the real command line, as installed, in a child process. Commands that run in one folder are one
// user's: they have a home of their own, in which the ledger is.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const root = join(import.meta.dirname, "../..");
const BIN = join(root, "bin/cas-batch.js");

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
}

export interface CliOptions {
  /** Where it runs; an empty folder unless told. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A file descriptor that takes standard output, instead of the test. */
  readonly stdout?: number;
}

export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), "cas-batch-test-"));
}

const homes = new Map<string, string>();

/** The home of whoever works in a folder. */
export function homeFor(cwd: string): string {
  const home = homes.get(cwd) ?? emptyFolder();
  homes.set(cwd, home);
  return home;
}

export function startCli(args: readonly string[], options: CliOptions = {}): Running {
  const cwd = options.cwd ?? emptyFolder();
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: homeFor(cwd), ...options.env },
    stdio: ["ignore", options.stdout ?? "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  return { process: child, finished };
}

export function runCli(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
  return startCli(args, options).finished;
}

/** What `--json` prints, as far as tests look at it. */
export interface ResultDocument {
  readonly schemaVersion: number;
  readonly command: string;
  readonly environment: string | null;
  readonly runId: string | null;
  readonly status: string;
  readonly exitCode: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Null of a command that counted nothing. */
  readonly balanced: boolean | null;
  readonly files: readonly { readonly name: string; readonly rejected: boolean }[];
  readonly findings: readonly Readonly<Record<string, string | number | null>>[];
  /** Shipments that need a person. */
  readonly attention: readonly unknown[];
  readonly next: readonly string[];
  readonly declarations?: Readonly<Record<string, number>>;
  readonly report?: string | null;
  readonly ledger?: string;
  readonly newLedger?: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string };
}

/** The one document on standard output. @throws when there is not exactly one */
export function documentOf({ stdout }: Finished): ResultDocument {
  return JSON.parse(stdout) as ResultDocument;
}
