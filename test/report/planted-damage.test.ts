// A ledger that somebody has damaged is never reported as balanced, whatever it was that was taken away or changed.
import Database from "better-sqlite3";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ViewFilter } from "../../src/ledger/contract/views.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { mergeWaiting } from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import { surveyBooks } from "../../src/report/status-report.ts";
import { eventBody, failed, statusChanged } from "../notifications/events.ts";
import {
  acceptAll,
  batchEnd,
  claimOptions,
  declarationSummary,
  finding,
  minutesAfterNoon,
  NOON,
  queueFile,
  refusal,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../support/ledger-store.ts";
import { textReason } from "../support/reasons.ts";
import { trueDraft } from "../support/true-ledger.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";
import { openWorkbook } from "./read-workbook.ts";

/** Two runs with something of everything that a ledger keeps. */
async function fill(books: LedgerBooks): Promise<void> {
  await startRun(books);
  const lines = ["S-1", "S-2", "S-3", "S-4", "S-5"].map((reference, at) =>
    trueDraft(at + 1, reference),
  );
  const invalid = { ...trueDraft(6, "S-6"), message: null };
  await books.openBatch({ batchId: "b-1", runId: "run-1", file: sourceFile(), openedAt: NOON });
  await books.addLines("b-1", [...lines, invalid], () => ({ kind: "queue" }));
  await books.addRows("b-1", [
    { bucket: "invalid", sheet: "Shipments", row: 99 },
    { bucket: "duplicate", sheet: "Shipments", row: 98 },
  ]);
  await books.addFindings("b-1", [finding("Gross mass is no number"), finding("So is this")]);
  await books.sealBatch("b-1", batchEnd({ rowsRead: 9, rowsBlank: 1 }));
  const messages = await books.claim(claimOptions({ limit: 4 }));
  await books.recordOutcomes(
    messages.map(({ attemptId }, index) => {
      const base = { attemptId, at: NOON };
      if (index === 1) return { ...base, kind: "rejected", problem: refusal };
      if (index === 2) return { ...base, kind: "unknown", reason: textReason("No answer came") };
      return { ...base, kind: "accepted", referenceId: `receipt-${String(index)}` };
    }),
  );
  const [shipment] = await books.findShipments(["S-1"]);
  for (const [at, status] of ["Submitted", "Accepted", "Released"].entries()) {
    await books.recordDeclarations(
      ["D-1", "D-2"].map((id) => ({
        summary: declarationSummary(id, status),
        shipmentId: shipment?.shipmentId ?? null,
        observedAt: minutesAfterNoon(at + 1),
        source: "search",
      })),
    );
  }
  const events = [
    statusChanged("D-3", "Released", minutesAfterNoon(5).toISOString(), {
      customsShipmentReference: "S-1",
    }),
    failed("receipt-3", ["The flow is not known"]),
  ];
  await books.storeNotifications(
    events.map((event) =>
      receivedNotification(
        { headers: {}, body: Buffer.from(eventBody(event)), receivedAt: minutesAfterNoon(6) },
        "ACME",
        null,
      ),
    ),
  );
  await mergeWaiting(books, { signal: new AbortController().signal });
  await queueFile(books, [trueDraft(1, "S-7")], { batchId: "b-2", fileName: "second.xlsx" });
  await books.openBatch({
    ...{ batchId: "b-3", runId: "run-1", file: sourceFile("third.xlsx"), openedAt: NOON },
  });
  await books.addLines("b-3", [{ ...trueDraft(1, "S-8"), message: null }], () => ({
    kind: "queue",
  }));
  await books.sealBatch("b-3", batchEnd({ rowsRead: 1 }));
  await acceptAll(books, "run-1", minutesAfterNoon(10));
  await books.finishRun("run-1", { finishedAt: minutesAfterNoon(20), exitCode: 4 });
}

async function imbalancesOf(store: SqliteStore, filter: ViewFilter): Promise<readonly string[]> {
  const ledger = await store.open();
  try {
    const { totals } = await surveyBooks({
      books: ledger.books("acceptance", "ACME"),
      filter,
      ...{ runId: "run-1", command: "run", environment: "acceptance", tenant: "ACME" },
      ...{
        asOf: minutesAfterNoon(30),
        completeUpTo: null,
        simulated: false,
        sender: null,
        timeZone: "UTC",
      },
      ...{ stoppedEarly: null, programVersion: "0.1.0" },
    });
    expect(totals.balanced).toBe(totals.imbalances.length === 0);
    return totals.imbalances;
  } finally {
    await ledger.close();
  }
}

/** The first statement that changes nothing is an error: a damage that misses its mark proves nothing. */
const damages: readonly (readonly [name: string, sql: string, notices: RegExp])[] = [
  ["a shipment line is gone", "DELETE FROM lines WHERE line_number = 6", /rows/],
  ["a line claims more rows", "UPDATE lines SET row_count = 2 WHERE line_number = 1", /row/],
  [
    "an invalid line counts as unchanged",
    "UPDATE lines SET bucket = 'unchanged' WHERE bucket = 'invalid' AND line_number = 6",
    /does not hold what it held/,
  ],
  [
    "a sent line counts as superseded",
    "UPDATE lines SET bucket = 'superseded' WHERE line_number = 2 AND bucket IS NULL",
    /does not hold what it held/,
  ],
  ["an invalid row is gone", "DELETE FROM batch_rows WHERE bucket = 'invalid'", /read/],
  ["a row changes its kind", "UPDATE batch_rows SET bucket = 'invalid'", /does not hold/],
  ["more rows were read", "UPDATE batches SET rows_read = 12 WHERE batch_id = 'b-1'", /read/],
  ["fewer rows were blank", "UPDATE batches SET rows_blank = 0 WHERE batch_id = 'b-1'", /read/],
  ["a finding is gone", "DELETE FROM findings WHERE finding_id = 1", /does not hold/],
  ["an error is a remark", "UPDATE findings SET severity = 'info'", /does not hold/],
  ["a file is gone", "DELETE FROM batches WHERE batch_id = 'b-2'", /belongs to one that is not/],
  [
    "a file is gone with all that it held",
    `DELETE FROM lines WHERE batch_no = 3; DELETE FROM batches WHERE batch_no = 3`,
    /file of a run is missing/,
  ],
  ["a file is not sealed any more", "UPDATE batches SET sealed_at = NULL", /./],
  ["a version is gone", "DELETE FROM versions WHERE state = 'rejected'", /belongs to one/],
  [
    "what was sent waits again",
    "UPDATE versions SET state = 'queued' WHERE state = 'accepted'",
    /does not count as accepted/,
  ],
  [
    "what waits counts as accepted",
    "UPDATE versions SET state = 'accepted' WHERE state = 'unknown'",
    /no attempt to send it succeeded/,
  ],
  [
    "what waits is held",
    "UPDATE versions SET state = 'held', reason = NULL WHERE state = 'unknown'",
    /held back for no reason/,
  ],
  ["an attempt is gone", "DELETE FROM attempts WHERE attempt_id = 2", /Attempts/],
  [
    "an attempt ended otherwise",
    "UPDATE attempts SET outcome = 'rejected' WHERE outcome = 'accepted'",
    /no attempt to send it succeeded/,
  ],
  [
    "a line shows the message of another shipment",
    "UPDATE lines SET version_id = (SELECT min(version_id) FROM versions) WHERE line_number = 2",
    /outcome of another one/,
  ],
  ["a shipment is gone", "DELETE FROM shipments WHERE external_reference = 'S-3'", /belongs/],
  ["a declaration is gone", "DELETE FROM declarations WHERE declaration_id = 'D-2'", /belongs/],
  [
    "a declaration is of no shipment",
    "UPDATE declarations SET shipment_id = NULL",
    /contradicts its versions or its declarations/,
  ],
  ["a declaration is of nothing", "UPDATE declarations SET shipment_id = 777", /belongs to one/],
  [
    "a declaration has another status",
    "UPDATE declarations SET current_status = 'Invalid' WHERE declaration_id = 'D-1'",
    /history does not end/,
  ],
  [
    "a declaration is shown with another status",
    "UPDATE declarations SET summary = json_set(summary, '$.currentStatus', 'Invalid') WHERE declaration_id = 'D-1'",
    /shown with another status/,
  ],
  ["the last status is gone", "DELETE FROM declaration_statuses WHERE sequence = 3", /history/],
  ["a status between is gone", "DELETE FROM declaration_statuses WHERE sequence = 2", /missing/],
  [
    "the notification of a status is gone",
    "DELETE FROM notifications WHERE declaration_id = 'D-3'",
    /notification told/,
  ],
  [
    "the notification of a failure is gone",
    "DELETE FROM notification_messages; DELETE FROM notifications WHERE declaration_id IS NULL",
    /notification told/,
  ],
  ["the run is gone", "DELETE FROM runs", /belongs to one/],
  ["no line is the newest", "UPDATE lines SET is_latest = 0", /which line of a shipment/],
];

/** What is left of it belongs to nothing that the run could be asked for. */
const unseenByRun = ["a declaration is gone"];
const LATEST = { latest: true } as const;
const filters: readonly ViewFilter[] = [LATEST, { runId: "run-1" }];

test("a ledger that nobody touched balances", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  await fill(ledger.books("acceptance", "ACME"));
  await ledger.close();
  for (const filter of filters) expect(await imbalancesOf(store, filter)).toEqual([]);
  await store.remove();
});

test.each(damages)("NOT BALANCED: %s", async (name, sql, notices) => {
  const store = await makeSqliteStore();
  try {
    const ledger = await store.open();
    await fill(ledger.books("acceptance", "ACME"));
    await ledger.close();
    damage(store.path, sql);
    expect((await imbalancesOf(store, LATEST)).join("\n")).toMatch(notices);
    const ofRun = await imbalancesOf(store, { runId: "run-1" });
    if (unseenByRun.includes(name)) expect(ofRun).toEqual([]);
    else expect(ofRun).not.toEqual([]);
  } finally {
    await store.remove();
  }
});

function damage(path: string, sql: string): void {
  const database = new Database(path);
  database.pragma("foreign_keys = OFF");
  for (const statement of sql.split(";")) {
    expect(database.prepare(statement).run().changes, statement).toBeGreaterThan(0);
  }
  database.close();
}

/** Each starts the program several times. */
const SLOW_TEST_MS = 180_000;
const FILE = [
  "External reference,Direction,Goods description,Commodity code,Consignee EORI",
  "X-1,IN,Bolts,73181500,BE0123456789",
  "",
].join("\n");

test(
  "a run and a reconcile over a damaged ledger end with exit code 6, and the first line says why",
  { timeout: SLOW_TEST_MS },
  async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "inbox"));
    writeFileSync(join(cwd, "inbox/night.csv"), FILE);
    const run = async (...args: string[]) =>
      documentOf(await runCli([...args, "--env", "simulator", "--json"], { cwd }));
    const first = await run("run", "inbox", "--wait", "0s");
    expect(first).toMatchObject({ balanced: true });
    const again = await run("reconcile", "--report", "calm.xlsx");
    expect(again).toMatchObject({ balanced: true, imbalances: [] });
    const { ledger } = again as unknown as { readonly ledger: string };
    damage(ledger, "UPDATE batches SET rows_read = rows_read + 1");
    const damaged = await run("reconcile", "--report", "damaged.xlsx");
    expect(damaged).toMatchObject({
      exitCode: 6,
      balanced: false,
      imbalances: [
        expect.stringContaining("night.csv"),
        expect.stringContaining("books of a file"),
      ],
      next: [expect.stringContaining("cas-batch ledger verify")],
    });
    const workbook = await openWorkbook(join(cwd, "damaged.xlsx"));
    expect(workbook.getWorksheet("Summary")?.getCell("A1").text).toMatch(/NOT BALANCED: 2 counts/);
    const report = await runCli(["report", "--env", "simulator"], { cwd });
    expect(report.code).toBe(6);
    expect(report.stdout).toContain("NOT BALANCED: ");
  },
);

test(
  "a run answers for what it touched; reconcile and ledger verify find what is damaged elsewhere",
  { timeout: SLOW_TEST_MS },
  async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "inbox"));
    const run = async (...args: string[]) =>
      documentOf(await runCli([...args, "--env", "simulator", "--json"], { cwd }));
    const night = async (reference: string) => {
      writeFileSync(join(cwd, "inbox/night.csv"), FILE.replace("X-1", reference));
      return run("run", "inbox", "--wait", "0s");
    };
    const { ledger } = (await night("X-1")) as unknown as { readonly ledger: string };
    await night("X-2");
    damage(
      ledger,
      `UPDATE versions SET attempts = 7 WHERE shipment_id =
       (SELECT shipment_id FROM shipments WHERE external_reference = 'X-1')`,
    );
    expect(await night("X-3")).toMatchObject({ exitCode: 0, balanced: true });
    const attempts: unknown = expect.stringMatching(
      /Attempts to send a shipment are missing: .*X-1/,
    );
    // The same content again: nothing is sent, and the shipment stands in a file of the run.
    expect(await night("X-1")).toMatchObject({
      ...{ exitCode: 6, balanced: false, imbalances: [attempts] },
    });
    expect(await run("reconcile")).toMatchObject({ exitCode: 6, imbalances: [attempts] });
    const verified = await runCli(["ledger", "verify", "--env", "simulator"], { cwd });
    expect(verified.code).toBe(6);
    expect(verified.stdout + verified.stderr).toContain("Attempts to send a shipment are missing");
  },
);
