// How the books stand: each kind of open work is counted once and where it belongs, and found without reading what is
// finished.
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Waiting } from "../../../../src/ledger/contract/status.ts";
import type { LedgerBooks } from "../../../../src/ledger/ledger.ts";
import {
  openReadingConnection,
  type Connection,
} from "../../../../src/ledger/sqlite/file/connection.ts";
import { statusViews } from "../../../../src/ledger/sqlite/views/status-view.ts";
import type { SqliteLedger } from "../../../../src/ledger/sqlite/sqlite-ledger.ts";
import type { Clock } from "../../../../src/core/time/clock.ts";
import {
  batchEnd,
  claimOptions,
  currentLease,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  refusal,
  sourceFile,
  startRun,
} from "../../../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../../../support/ledger-store.ts";
import { textReason } from "../../../support/reasons.ts";

const OPTIONS = {
  restingStatuses: ["Released", "CustomsError"],
  actionStatuses: ["CustomsError"],
  changedSince: minutesAfterNoon(-600),
};

let store: SqliteStore;
let ledger: SqliteLedger;
let books: LedgerBooks;
const clock: Clock = { now: () => NOON, monotonicMs: () => 0, sleep: () => Promise.resolve() };

beforeEach(async () => {
  store = await makeSqliteStore();
  ledger = await store.open(clock);
  books = ledger.books("simulator", "tenant");
  await startRun(books);
});
afterEach(async () => {
  await ledger.close();
  await store.remove();
});

/** The kinds of which there is any, with how many. */
async function open(): Promise<Readonly<Record<string, number>>> {
  const { open: kinds } = await books.status(OPTIONS);
  return Object.fromEntries(
    Object.entries<Waiting>(kinds).flatMap(([kind, { count }]) =>
      count === 0 ? [] : [[kind, count]],
    ),
  );
}

async function oldest() {
  return (await books.oldestOpen(OPTIONS, 3)).map(({ kind, key, declarationId }) => [
    kind,
    key?.externalReference ?? declarationId,
  ]);
}

/** Sends everything that is queued, and records how it ended. */
async function send(outcome: (reference: string) => object, at = NOON): Promise<void> {
  const lease = await currentLease(books);
  const messages = await books.claim(claimOptions({ lease }));
  await books.recordOutcomes(
    messages.map(({ attemptId, key }) => ({
      ...{ attemptId, at, ...outcome(key.externalReference) },
    })) as unknown as Parameters<LedgerBooks["recordOutcomes"]>[0],
  );
}
const accepted = (reference: string) => ({ kind: "accepted", referenceId: `receipt ${reference}` });
const declare = (id: string, status: string, reference: string, minutes: number) =>
  books.findShipments([reference]).then(([shipment]) =>
    books.recordDeclarations([
      {
        ...{ summary: declarationSummary(id, status), observedAt: minutesAfterNoon(minutes) },
        ...{ shipmentId: shipment?.shipmentId ?? null, source: "search" },
      },
    ]),
  );

describe("status()", () => {
  it("says of an empty ledger that nothing is open", async () => {
    expect(await open()).toEqual({});
    expect(await books.status(OPTIONS)).toMatchObject({
      ...{ shipments: 0, declarations: {}, notInFiles: 0, completeUpTo: null, listener: null },
      sender: { holderId: "holder-1" },
    });
  });

  it("follows a message from the queue to the end of its declaration", async () => {
    await queueFile(books, [lineDraft(1, "S-1")]);
    expect(await open()).toEqual({ unsent: 1 });
    await send(accepted, minutesAfterNoon(5));
    expect(await open()).toEqual({ "at-customs": 1 });
    expect((await books.status(OPTIONS)).withoutDeclaration).toEqual({
      ...{ count: 1, since: minutesAfterNoon(5) },
    });
    await declare("D-1", "Submitted", "S-1", 10);
    expect(await open()).toEqual({ "at-customs": 1 });
    await declare("D-1", "CustomsError", "S-1", 20);
    expect(await open()).toEqual({ action: 1 });
    expect(await oldest()).toEqual([["action", "S-1"]]);
    await declare("D-1", "Released", "S-1", 30);
    expect(await open()).toEqual({});
    expect(await books.status(OPTIONS)).toMatchObject({
      shipments: 1,
      declarations: { Released: 1 },
    });
  });

  it("tells what is being sent from what a process left that is gone", async () => {
    await queueFile(books, [lineDraft(1, "S-1")]);
    const lease = await currentLease(books);
    await books.claim(claimOptions({ lease }));
    expect(await open()).toEqual({ sending: 1 });
    await books.releaseLease(lease);
    expect(await open()).toEqual({ unknown: 1 });
    expect(await oldest()).toEqual([["unknown", "S-1"]]);
  });

  it("counts what is refused, held, invalid, aborted and unknown, the newest line alone", async () => {
    await queueFile(
      books,
      ["S-1", "S-2", "S-3"].map((name, at) => lineDraft(at + 1, name)),
    );
    await send((reference) =>
      reference === "S-1"
        ? { kind: "rejected", problem: refusal }
        : reference === "S-2"
          ? { kind: "unknown", reason: textReason("no answer") }
          : accepted(reference),
    );
    await books.openBatch({
      batchId: "b-2",
      runId: "run-1",
      file: sourceFile("2.csv"),
      openedAt: NOON,
    });
    const invalid = { ...lineDraft(1, "S-4"), message: null };
    await books.addLines(
      "b-2",
      [invalid, lineDraft(2, "S-5", "held"), lineDraft(3, "S-6")],
      ({ payload }) =>
        payload.includes("S-5")
          ? { kind: "held", reason: textReason("would amend") }
          : { kind: "queue" },
    );
    await books.sealBatch("b-2", batchEnd({ sealedAt: minutesAfterNoon(1), rowsRead: 3 }));
    expect(await open()).toEqual({
      ...{ refused: 1, unknown: 1, held: 1, invalid: 1, unsent: 1, "at-customs": 1 },
    });
    const [{ attemptId } = { attemptId: "" }] = await books.unknownMessages(1);
    await books.leaveToPerson(attemptId, textReason("nobody knows"), NOON);
    expect((await books.status(OPTIONS)).leftToPerson).toBe(1);

    // The correction of what was refused takes its place.
    await queueFile(books, [lineDraft(1, "S-1", "corrected")], {
      batchId: "b-3",
      fileName: "3.csv",
    });
    const { refused, unsent } = await open();
    expect([refused, unsent]).toEqual([undefined, 2]);
  });

  it("lists the oldest first, and as many as are wanted", async () => {
    await queueFile(
      books,
      ["S-1", "S-2", "S-3", "S-4"].map((name, at) => lineDraft(at + 1, name)),
    );
    expect(await oldest()).toHaveLength(3);
    await send(accepted, minutesAfterNoon(-5));
    await queueFile(books, [lineDraft(1, "S-9")], { batchId: "b-2", fileName: "2.csv" });
    expect((await oldest())[0]).toEqual(["at-customs", "S-1"]);
  });

  it("keeps the books of tenants apart", async () => {
    await queueFile(books, [lineDraft(1, "S-1")]);
    const { open: others, shipments } = await ledger.books("simulator", "other").status(OPTIONS);
    expect([others.unsent.count, shipments]).toEqual([0, 0]);
  });

  it("reads no table from end to end", async () => {
    await ledger.close();
    const connection = openReadingConnection(store.path);
    const asked: string[] = [];
    const recording: Connection = {
      ...connection,
      prepare: (sql: string) => {
        asked.push(sql);
        return connection.prepare(sql);
      },
    };
    statusViews(recording, 1, () => null);
    connection.close();
    const database = new Database(store.path, { readonly: true });
    const plans = asked.map((sql) =>
      database
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/\?|@\w+/g, "1")}`)
        .all()
        .map(({ detail }) => detail),
    );
    database.close();
    ledger = await store.open(clock);
    expect(plans.length).toBeGreaterThan(20);
    // Of recursion, of lists that are handed in, and of what another step has gathered.
    const scans = plans
      .flat()
      .filter((step) =>
        /^SCAN (?!json_each|occurring|status|open_shipments|open$|listeners|o$|CONSTANT|\(|o\b)/.test(
          step,
        ),
      );
    expect(scans).toEqual([]);
    // A sort over notifications or declarations would grow with the ledger.
    const sorts = asked.filter(
      (sql, at) =>
        sql.includes("notification_no DESC") &&
        plans[at]?.some((step) => step.includes("TEMP B-TREE")),
    );
    expect(sorts).toEqual([]);
  });
});

describe("lastRuns(), runCounts(), recentRuns()", () => {
  const ENDS = { good: [0, 4], idle: [7] };
  const end = async (runId: string, command: string, exitCode: number | null, minutes: number) => {
    const startedAt = minutesAfterNoon(minutes);
    await books.startRun({ runId, command, startedAt, programVersion: "0.1.0" });
    if (exitCode !== null) {
      await books.finishRun(runId, { finishedAt: minutesAfterNoon(minutes + 1), exitCode });
    }
  };

  it("go by the order in which runs began, not by their times, which a clock may have got wrong", async () => {
    await end("r-1", "run", 0, 1_000_000);
    await end("r-2", "run", 5, 10);
    const [, run] = await books.lastRuns(ENDS);
    expect([run?.last.runId, run?.lastEnded?.runId, run?.lastGood?.runId]).toEqual([
      "r-2",
      "r-2",
      "r-1",
    ]);
  });

  it("pass over a run that only found another one sending, and one without an end", async () => {
    await end("r-1", "run", 4, 0);
    await end("r-2", "run", 7, 10);
    await end("r-3", "run", null, 20);
    const [, run] = await books.lastRuns(ENDS);
    expect([run?.last.runId, run?.lastEnded?.runId]).toEqual(["r-3", "r-1"]);
    expect((await books.runCounts()).filter(({ command }) => command === "run")).toEqual([
      { command: "run", exitCode: null, count: 1 },
      { command: "run", exitCode: 4, count: 1 },
      { command: "run", exitCode: 7, count: 1 },
    ]);
  });

  it("tell what became of what a run read and sent, by code", async () => {
    await queueFile(books, [lineDraft(1, "S-1"), lineDraft(2, "S-2")]);
    await send((reference) =>
      reference === "S-1"
        ? accepted(reference)
        : { kind: "unknown", reason: { code: "interrupted" } },
    );
    await books.finishRun("run-1", { finishedAt: NOON, exitCode: 6 });
    expect(await books.recentRuns(5)).toMatchObject([
      {
        ...{ runId: "run-1", exitCode: 6, files: 1, findings: [] },
        attempts: [
          { outcome: "accepted", reasonCode: "none", count: 1 },
          { outcome: "unknown", reasonCode: "interrupted", count: 1 },
        ],
      },
    ]);
  });
});
