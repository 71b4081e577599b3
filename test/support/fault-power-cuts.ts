// Cuts the power of a process that works on a ledger, thousands of times at all moments of one
// recorded course, and asks each ledger that is left whether it holds what the process was told.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { createDisk, CUTS, POWER_STRACE, readPowerLog, seededRandom } from "./fault-power.ts";
import type { Program } from "./fault-program.ts";
import { collected } from "./ledger-drafts.ts";

/** Enough for SQLite to carry its log over into the file several times. */
const BATCHES = 40;
/** The record says what was synced; the states that are built from it need no real disk. */
const QUICK_DISK = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const RUN = "child";

export interface PowerResult {
  readonly points: number;
  /** States in which something is missing that the process had been told is there. */
  readonly lost: number;
  /** States that are no whole database. */
  readonly corrupt: number;
  readonly firstLoss: string | null;
}

export async function powerCuts(
  program: Program,
  stateCount: number,
  seed: number,
): Promise<PowerResult> {
  const folder = mkdtempSync(join(QUICK_DISK, "cas-batch-power-"));
  try {
    const path = join(folder, "ledger", "cas.sqlite");
    const log = join(folder, "calls.log");
    const child = join(program.source, "../test/support/ledger-child.ts");
    const [command = "", ...under] = POWER_STRACE;
    const work = [process.execPath, child, "send", path, RUN, String(BATCHES)];
    const { status, stdout } = spawnSync(command, [...under, "-o", log, ...work], {
      encoding: "utf8",
    });
    if (status !== 0 || !stdout.includes("done")) throw new Error(`The child failed: ${stdout}`);
    const isRecorded = (each: string): boolean =>
      each.startsWith(path) && !each.endsWith("-shm") && !each.includes("-mark");
    const steps = readPowerLog(log, isRecorded);
    const random = seededRandom(seed);
    const disk = createDisk();
    const told: string[] = [];
    const result = { points: 0, lost: 0, corrupt: 0 };
    let firstLoss: string | null = null;
    const perStep = stateCount / steps.filter(({ kind }) => kind !== "said").length;
    let owed = 0;
    for (const [at, step] of steps.entries()) {
      if (step.kind === "said") {
        told.push(step.line);
        continue;
      }
      disk.apply(step);
      // So many states in all, spread evenly over the course.
      owed += perStep;
      for (; owed >= 1; owed -= 1) {
        const how = CUTS[result.points % CUTS.length] ?? "nothing";
        result.points += 1;
        rmSync(`${path}-shm`, { force: true });
        disk.cut(how, random);
        const missing = await missingFrom(path, told);
        if (missing === null) continue;
        result[missing === "corrupt" ? "corrupt" : "lost"] += 1;
        firstLoss ??= `step ${String(at)} (${step.kind}), ${how}: ${missing}`;
      }
    }
    return { ...result, firstLoss };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was promised and is not there; null when all is. */
async function missingFrom(path: string, told: readonly string[]): Promise<string | null> {
  const named = (verb: string): readonly string[] =>
    told.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1));
  if (told.length === 0) return null;
  try {
    if (!isWhole(path)) return "corrupt";
    const ledger = await openSqliteLedger(path);
    try {
      const books = ledger.books("simulator", "ACME");
      const batches = new Set((await books.batches({ runId: RUN })).map(({ batchId }) => batchId));
      const lostBatch = named("sealed").find((batchId) => !batches.has(batchId));
      if (lostBatch !== undefined) return `sealed ${lostBatch}`;
      await books.recoverInterrupted(new Date());
      const lines = await collected(books.lines({ runId: RUN }));
      const bucketOf = new Map(lines.map(({ key, bucket }) => [key.externalReference, bucket]));
      const lostReceipt = named("accepted").find((key) => bucketOf.get(key) !== "accepted");
      if (lostReceipt !== undefined) return `accepted ${lostReceipt}`;
      const lostIntent = named("claimed").find(
        (key) => !["accepted", "unknown"].includes(bucketOf.get(key) ?? ""),
      );
      return lostIntent === undefined ? null : `claimed ${lostIntent}`;
    } finally {
      await ledger.close();
    }
  } catch (error) {
    return `cannot be opened: ${String(error)}`;
  }
}

function isWhole(path: string): boolean {
  const database = new Database(path);
  try {
    return database.pragma("quick_check", { simple: true }) === "ok";
  } finally {
    database.close();
  }
}
