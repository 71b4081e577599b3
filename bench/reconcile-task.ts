// A reconcile of a prepared ledger, or its floor, in a process of its own; the CAS is another process.
// `reconcile-task.ts record LEDGER COUNT` prepares a ledger of accepted shipments,
// `reconcile-task.ts reconcile LEDGER URL FOLDER` reconciles a copy of it, and
// `reconcile-task.ts floor URL FOLDER` pages, parses and writes the rows of each page into one bare table, with one
// durable commit a page. Prints {units, seconds, cpuSeconds, peakMiB}.
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Pool } from "undici";
import { defaultCasSettings } from "../src/cas/cas-settings.ts";
import { createCasClient } from "../src/cas/http-cas-client.ts";
import { createThrottle } from "../src/cas/throttle/throttle.ts";
import { throttledClient } from "../src/cas/throttle/throttled-client.ts";
import { openSqliteLedger } from "../src/ledger/sqlite/sqlite-ledger.ts";
import { defaultReconcileSettings, reconcile } from "../src/reconcile/reconcile.ts";
import { recordAccepted, TENANT } from "./accepted-shipments.ts";
import { surroundings } from "./surroundings.ts";

const PAGE_SIZE = 100;

async function reconcileCopy(ledgerPath: string, url: string, folder: string): Promise<Taken> {
  const { clock, random, log } = surroundings;
  const copy = join(folder, "ledger.sqlite");
  await copyFile(ledgerPath, copy);
  const ledger = await openSqliteLedger(copy);
  const settings = {
    ...defaultCasSettings("acceptance", { clientId: "bench", clientSecret: "benchbench" }),
    ...{ apiUrl: url, tokenUrl: `${url}/token` },
  };
  const throttle = createThrottle({ ratePerSecond: Infinity, clock });
  const direct = createCasClient(settings, { clock, log });
  const client = throttledClient(direct, { throttle, clock, random, log });
  const books = ledger.books("simulator", TENANT);
  const taken = await timed(async () => {
    const options = { settings: defaultReconcileSettings, signal: surroundings.signal };
    const summary = await reconcile({ ...surroundings, client, books }, options);
    if (summary.completeUpTo === null || summary.gaps.length > 0 || summary.unexplained > 0) {
      throw new Error(`Not all was read: ${JSON.stringify(summary)}`);
    }
    return summary.declarationsSeen;
  });
  await client.close();
  await ledger.close();
  return taken;
}

async function floor(url: string, folder: string): Promise<Taken> {
  const pool = new Pool(url, { connections: 1 });
  const database = new Database(join(folder, "floor.sqlite"));
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = FULL");
  database.exec(
    `CREATE TABLE declarations (declaration_id TEXT PRIMARY KEY, current_status TEXT, direction TEXT,
       external_reference TEXT, last_updated TEXT, summary TEXT) STRICT`,
  );
  const insert = database.prepare("INSERT INTO declarations VALUES (?, ?, ?, ?, ?, ?)");
  const write = database.transaction((page: readonly Readonly<Record<string, string>>[]) => {
    for (const one of page) {
      const { declarationId, currentStatus, direction, externalReference, lastUpdated } = one;
      const row = [declarationId, currentStatus, direction, externalReference, lastUpdated];
      insert.run(...row, JSON.stringify(one));
    }
  });
  const taken = await timed(async () => {
    let seen = 0;
    for (let offset = 0; ; offset += PAGE_SIZE) {
      const path = `/v1/declarations/search?limit=${String(PAGE_SIZE)}&offset=${String(offset)}`;
      const answer = await pool.request({ path, method: "GET" });
      const page = (await answer.body.json()) as readonly Readonly<Record<string, string>>[];
      write(page);
      seen += page.length;
      if (page.length < PAGE_SIZE) return seen;
    }
  });
  await pool.close();
  database.close();
  return taken;
}

interface Taken {
  readonly units: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function timed(work: () => Promise<number>): Promise<Taken> {
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  const units = await work();
  const { user, system } = process.cpuUsage(cpuFrom);
  const seconds = (performance.now() - from) / 1_000;
  return { units, seconds, cpuSeconds: (user + system) / 1_000_000 };
}

async function inFolder(root: string, work: (folder: string) => Promise<Taken>): Promise<void> {
  const folder = await mkdtemp(join(root, "reconcile-"));
  try {
    const taken = await work(folder);
    const peakMiB = process.resourceUsage().maxRSS / 1_024;
    process.stdout.write(`${JSON.stringify({ ...taken, peakMiB })}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [name = "", first = "", second = "", third = ""] = process.argv.slice(2);
if (name === "record") {
  await recordAccepted(first, Number(second), () => Promise.resolve());
  process.stdout.write(`${JSON.stringify({ units: Number(second), seconds: 0, peakMiB: 0 })}\n`);
} else if (name === "reconcile") {
  await inFolder(third, (folder) => reconcileCopy(first, second, folder));
} else if (name === "floor") await inFolder(second, (folder) => floor(first, folder));
else throw new Error(`No such task: ${name}`);
