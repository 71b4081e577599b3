// A ledger of every earlier schema, as the program of that time left it, is opened by the program of today. The
// simulator's own journal, which was kept beside it, is the witness that nothing is sent twice.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import {
  documentOf,
  root,
  runCli,
  type Finished,
  type ResultDocument,
} from "../support/run-cli.ts";
import { acceptedReferences } from "../support/simulator-journal.ts";
import { keptSchemas, unpackLedger, type KeptLedger } from "./kept-ledger.ts";
import { LATE_FILE, lateReferences } from "./sample-night.ts";

const TIMEOUT_MS = 600_000;
/** No commit has these as its newest schema: several came with one merge, or were renumbered in it (README.md here). */
const NEVER_NEWEST = [8, 11, 14, 20];
const newestSchema = readdirSync(join(root, "src/ledger/sqlite/migrations")).length;

function cas(kept: KeptLedger, ...args: string[]): Promise<Finished> {
  return runCli([...args, "--env", "simulator"], { cwd: kept.cwd });
}

async function casDocument(kept: KeptLedger, ...args: string[]): Promise<ResultDocument> {
  return documentOf(await cas(kept, ...args, "--json"));
}

function inLedger<Value>(kept: KeptLedger, read: (database: Database.Database) => Value): Value {
  const database = new Database(kept.ledgerPath);
  try {
    return read(database);
  } finally {
    database.close();
  }
}

const schemaOf = (database: Database.Database): unknown =>
  database.pragma("user_version", { simple: true });

/** How many rows each of these tables has; they are in every schema. */
function countsIn(database: Database.Database): Readonly<Record<string, unknown>> {
  const tables = {
    files: "batches",
    shipments: "shipments",
    versions: "versions",
    attempts: "attempts",
    declarations: "declarations",
  };
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [
      name,
      database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
    ]),
  );
}

describe("the kept ledgers", () => {
  it("are of every schema that a program had as its newest", () => {
    const expected = Array.from({ length: Number(keptSchemas.at(-1)) }, (_, index) => index + 1);
    expect(keptSchemas.map(Number)).toEqual(expected.filter((it) => !NEVER_NEWEST.includes(it)));
  });

  it.each(keptSchemas)("%s was left in the middle of sending", (schema) => {
    const kept = unpackLedger(schema);
    expect(inLedger(kept, schemaOf)).toBe(Number(schema));
    const states = inLedger(kept, (database) =>
      database.prepare("SELECT DISTINCT state FROM versions").pluck().all(),
    );
    expect(states).toEqual(expect.arrayContaining(["accepted", "rejected", "sending"]));
  });
});

// At the same time: most of it is waiting, between two questions about a message whose answer is not known.
it.concurrent.each(keptSchemas)(
  "a ledger of schema %s is brought up to today's, whole; sends what was on its way once and nothing anew",
  { timeout: TIMEOUT_MS },
  async (schema) => {
    const kept = unpackLedger(schema);
    await expectWhole(kept);
    await expectShown(kept);
    await expectSentOnce(kept);
  },
);

async function expectWhole(kept: KeptLedger): Promise<void> {
  const before = inLedger(kept, countsIn);
  const verdict = await casDocument(kept, "ledger", "verify");
  expect(verdict).toMatchObject({ exitCode: 0, whole: true, damages: [], counts: before });
  expect(inLedger(kept, schemaOf)).toBe(newestSchema);
}

async function expectShown(kept: KeptLedger): Promise<void> {
  const { code, stdout } = await cas(kept, "explain", "ERP-88001");
  expect(code, stdout).toBe(0);
  expect(stdout).toContain("Released");
  const report = await cas(kept, "report");
  expect(report.stdout, report.stderr).toContain("status-report.xlsx");
  expect(report.stdout).not.toContain("not balance");
}

async function expectSentOnce(kept: KeptLedger): Promise<void> {
  const sentBefore = acceptedReferences(kept.stateFile).filter(
    (reference) => !lateReferences.includes(reference),
  );
  expect(sentBefore).toHaveLength(9);
  // It was made in another folder: a ledger that was moved is adopted before it is sent from.
  expect((await casDocument(kept, "ledger", "adopt")).exitCode).toBe(0);
  const again = await casDocument(kept, "run", "inbox", "--wait", "0");
  expect(again).toMatchObject({ balanced: true, exitCode: 4 });
  expect(again.counts).toMatchObject({ accepted: 0, unchanged: 10, rejected: 1, invalid: 5 });
  const late = await casDocument(kept, "submit", LATE_FILE);
  expect(late).toMatchObject({ balanced: true, exitCode: 0, counts: { unchanged: 24 } });
  const sent = [...acceptedReferences(kept.stateFile)].sort();
  expect(sent).toEqual([...sentBefore, ...lateReferences].sort());
}

describe("negative controls", () => {
  const [oldest = ""] = keptSchemas;
  const newest = keptSchemas.at(-1) ?? "";

  it("a message that was changed in an old ledger is found", { timeout: TIMEOUT_MS }, async () => {
    const kept = unpackLedger(oldest);
    inLedger(kept, (database) =>
      database.exec(
        "UPDATE versions SET payload = replace(payload, 'Steel', 'Stone') WHERE version_id = (SELECT max(version_id) FROM versions)",
      ),
    );
    const verdict = await casDocument(kept, "ledger", "verify");
    expect(verdict).toMatchObject({ exitCode: 6, whole: false });
  });

  it("the journal shows a message that goes out", { timeout: TIMEOUT_MS }, async () => {
    const kept = unpackLedger(newest);
    expect((await casDocument(kept, "ledger", "adopt")).exitCode).toBe(0);
    const renamed = readFileSync(join(kept.cwd, LATE_FILE), "utf8").replace("LATE-01", "LATE-00");
    writeFileSync(join(kept.cwd, LATE_FILE), renamed);
    await casDocument(kept, "submit", LATE_FILE);
    expect(acceptedReferences(kept.stateFile)).toContain("LATE-00");
  });
});

it("a program refuses the ledger of a newer one and leaves it as it is", async () => {
  const kept = unpackLedger(keptSchemas.at(-1) ?? "");
  inLedger(kept, (database) => database.pragma(`user_version = ${String(newestSchema + 1)}`));
  const bytes = readFileSync(kept.ledgerPath);
  for (const args of [["ledger", "verify"], ["run", "inbox"], ["report"]]) {
    const { exitCode, error } = await casDocument(kept, ...args);
    expect({ exitCode, code: error?.code }).toEqual({ exitCode: 2, code: "ledger-newer" });
  }
  expect(readFileSync(kept.ledgerPath).equals(bytes)).toBe(true);
});
