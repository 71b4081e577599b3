// Keeps a ledger as the program of a commit leaves it, for the tests of upgrades:
//
//     node test/ledgers/keep-ledger.ts COMMIT
//
// Takes the commit's sources and packages, lets its program run the sample night and kills it (SIGKILL) in the middle of
// a second file. What lies there then goes, compressed, into the folder with the number of its schema.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { LATE_FILE, lateFileText, SAMPLE_FILES } from "./sample-night.ts";

const ANSWERED_BEFORE_KILL = 8;
const POLL_MS = 20;
const KILL_WITHIN_MS = 60_000;

const root = join(import.meta.dirname, "../..");
const [commit] = process.argv.slice(2);
if (commit === undefined) throw new Error("Name a commit: node test/ledgers/keep-ledger.ts COMMIT");
const home = mkdtempSync(join(tmpdir(), "cas-batch-keep-"));
try {
  const program = programOf(commit);
  writeInputs();
  runSampleNight(program);
  await killInSecondFile(program);
  keep();
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** The command line's source of that commit, with its own packages. */
function programOf(ofCommit: string): string {
  const folder = join(home, "program");
  mkdirSync(folder);
  const archive = execFileSync("git", ["archive", ofCommit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync("tar", ["x", "-C", folder], { input: archive });
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", ["ci", ...quietly], { cwd: folder, stdio: "ignore" });
  return join(folder, "src/cli/main.ts");
}

function writeInputs(): void {
  for (const name of SAMPLE_FILES) {
    cpSync(join(home, "program/samples/first-night", name), join(home, "inbox", name));
  }
  writeFileSync(join(home, LATE_FILE), lateFileText());
}

function inHome() {
  return { cwd: home, env: { PATH: process.env["PATH"] ?? "", HOME: home } };
}

function runSampleNight(program: string): void {
  const args = [program, "run", "inbox", "--env", "simulator"];
  const { status, stderr } = spawnSync(process.execPath, args, { ...inHome(), encoding: "utf8" });
  if (status !== 4) throw new Error(`The sample night ended with ${String(status)}: ${stderr}`);
}

async function killInSecondFile(program: string): Promise<void> {
  const args = [program, "submit", LATE_FILE, "--env", "simulator"];
  const child = spawn(process.execPath, args, { ...inHome(), stdio: "ignore" });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const deadline = Date.now() + KILL_WITHIN_MS;
  while (countOf("accepted") < ANSWERED_BEFORE_KILL || countOf("sending") === 0) {
    if (Date.now() > deadline || child.exitCode !== null) {
      throw new Error("The program could not be killed while it was sending; try again");
    }
    await sleep(POLL_MS);
  }
  child.kill("SIGKILL");
  await ended;
}

function ledgerPath(): string {
  return join(home, "cas-batch-data/simulator/ledger.sqlite");
}

/** Messages of the second file in this state. */
function countOf(state: string): number {
  const database = new Database(ledgerPath(), { readonly: true });
  try {
    const sql = `SELECT count(*) FROM versions JOIN shipments USING (shipment_id)
      WHERE external_reference LIKE 'LATE-%' AND state = ?`;
    return Number(database.prepare(sql).pluck().get(state));
  } finally {
    database.close();
  }
}

function keep(): void {
  const database = new Database(ledgerPath());
  // What the killed program had only in the -wal file comes into the ledger itself.
  database.pragma("wal_checkpoint(TRUNCATE)");
  const schemaNumber = Number(database.pragma("user_version", { simple: true }));
  database.close();
  const folder = join(import.meta.dirname, String(schemaNumber).padStart(2, "0"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of ["ledger.sqlite", "ledger.sqlite-mark", "simulator.jsonl"]) {
    const path = join(ledgerPath(), "..", name);
    if (!existsSync(path)) continue;
    writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(path), { level: 9 }));
  }
  const full = execFileSync("git", ["log", "-1", "--format=%h of %cs", commit ?? ""], {
    cwd: root,
  });
  process.stdout.write(`Schema ${String(schemaNumber)}: ${full.toString().trim()}\n`);
}
