// What looks after a ledger: backups while it is written, exports, retention, and the rules by which
// a ledger counts as whole.
import { textReason } from "../support/reasons.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { beforeEach, describe, expect, test } from "vitest";
import { backupLedger } from "../../src/ledger/sqlite/care/backup-ledger.ts";
import { exportLedger } from "../../src/ledger/sqlite/care/export-ledger.ts";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import { verifyLedger } from "../../src/ledger/sqlite/care/verify-ledger.ts";
import {
  collected,
  minutesAfterNoon,
  NOON,
  queueFile,
  startRun,
  currentLease,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../support/ledger-store.ts";
import { fillLedger, trueDraft } from "../support/true-ledger.ts";

const CHILD = fileURLToPath(new URL("../support/ledger-child.ts", import.meta.url));
const MANY_BATCHES = "3000";

let store: SqliteStore;
beforeEach(async () => {
  store = await makeSqliteStore();
  const ledger = await store.open();
  await fillLedger(ledger.books("simulator", "ACME"), 10);
  await ledger.close();
  return () => store.remove();
});

const linesOf = (path: string) =>
  [...exportLedger(path, NOON)].map((line) => JSON.parse(line) as Record<string, unknown>);

describe("backupLedger()", () => {
  test("copies one state of a ledger that is being written, for its owner alone", async () => {
    const busy = await makeSqliteStore();
    const child = spawn(process.execPath, [CHILD, "stage", busy.path, "child", MANY_BATCHES], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const said = createInterface(child.stdout)[Symbol.asyncIterator]();
    for (let line = 0; line < 5; line += 1) await said.next();
    const path = join(busy.folder, "safe", "backup.sqlite");
    // The child's fingerprints are made up, so this copy is refused; it is looked at as a file.
    const refused = backupLedger(busy.path, path, { force: false, now: NOON, who: "night" });
    await expect(refused).rejects.toMatchObject({ code: "ledger-damaged" });
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(readdirSync(dirname(path))).toEqual([]);
    await busy.remove();

    const target = join(store.folder, "safe", "backup.sqlite");
    const backup = await backupLedger(store.path, target, { force: false, now: NOON, who: "x" });
    expect(backup).toMatchObject({ path: target, counts: { shipments: 10 } });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(target))).toEqual(["backup.sqlite"]);
    const without = (path_: string) =>
      linesOf(path_).filter(({ kind }) => !["home", "ledger", "end"].includes(String(kind)));
    expect(without(target)).toEqual(without(store.path));
  });

  test("replaces a file only when told, and never the ledger", async () => {
    const target = join(store.folder, "backup.sqlite");
    const options = { force: false, now: NOON, who: "night" };
    await backupLedger(store.path, target, options);
    const before = readFileSync(target);
    await expect(backupLedger(store.path, target, options)).rejects.toMatchObject({
      code: "file-not-writable",
    });
    expect(readFileSync(target).equals(before)).toBe(true);
    await backupLedger(store.path, target, { ...options, force: true });
    const onItself = backupLedger(store.path, store.path, { ...options, force: true });
    await expect(onItself).rejects.toThrow("is the ledger itself");
  });
});

describe("verifyLedger()", () => {
  const breaches: readonly (readonly [what: string, sql: string])[] = [
    ["no attempt to send it succeeded", "UPDATE attempts SET outcome = 'returned'"],
    ["does not count as accepted", "UPDATE versions SET state = 'held' WHERE version_id = 5"],
    ["contradicts its versions", "UPDATE shipments SET accepted_at = NULL WHERE shipment_id = 5"],
    ["books of a file do not balance", "UPDATE batches SET rows_read = rows_read + 1"],
    ["books of a file do not balance", "DELETE FROM lines WHERE line_number = 4"],
    ["Attempts to send a shipment are missing", "DELETE FROM attempts WHERE attempt_id = 1"],
    ["not what its fingerprint says", "UPDATE versions SET payload = '{}' WHERE version_id = 9"],
    ["does not end with its status", "UPDATE declarations SET current_status = 'Accepted'"],
    ["its file is not complete", "UPDATE batches SET sealed_at = NULL"],
    ["belongs to one that is not there", "DELETE FROM declarations WHERE declaration_no = 1"],
    [
      "More than one version",
      `UPDATE versions SET shipment_id = 3, version_number = 2, state = 'sending'
       WHERE version_id = 8`,
    ],
    [
      "waits behind a newer one",
      `UPDATE versions SET shipment_id = 5, version_number = 0 WHERE version_id = 10`,
    ],
  ];
  test.each(breaches)("finds: %s", (what, sql) => {
    expect(verifyLedger(store.path).damages).toEqual([]);
    const database = new Database(store.path);
    database.pragma("foreign_keys = OFF");
    expect(database.prepare(sql).run().changes).toBeGreaterThan(0);
    database.close();
    const found = verifyLedger(store.path).damages.map((damage) => damage.what);
    expect(found).toContainEqual(expect.stringContaining(what));
  });

  test("says what a file is that is no ledger", () => {
    expect(() => verifyLedger(join(store.folder, "none.sqlite"))).toThrow("There is no ledger");
  });
});

describe("exportLedger()", () => {
  test("writes every entry, and says at its end how many", () => {
    const lines = linesOf(store.path);
    expect(lines[0]).toMatchObject({ kind: "ledger", formatNumber: 1 });
    expect(lines.at(-1)).toMatchObject({
      kind: "end",
      lines: { shipment: 10, version: 10, attempt: 7, receipt: 4, declaration: 4, status: 4 },
    });
    const version = lines.find((line) => line["kind"] === "version" && line["versionId"] === 4);
    const { message } = trueDraft(4, "S-4", `bolts ${"x".repeat(200)}`);
    expect(version).toMatchObject({
      ...{ environment: "simulator", tenant: "ACME", direction: "IN", externalReference: "S-4" },
      ...{ state: "accepted", referenceId: "receipt-3", payload: message?.payload },
      ...{ contentHash: message?.contentHash, sources: { externalReference: "A5" } },
    });
  });
});

describe("pruneLedger()", () => {
  const LATER = minutesAfterNoon(60);
  const choice = { before: minutesAfterNoon(30), now: LATER };

  test("only counts unless told to remove", async () => {
    const before = linesOf(store.path);
    expect(await pruneLedger(store.path, { ...choice, remove: false })).toMatchObject({
      ...{ shipments: 6, versions: 6, stillOpen: 4, files: 0 },
    });
    expect(linesOf(store.path)).toEqual(before);
  });

  test("removes the content of what is finished, and nothing that tells what was sent", async () => {
    expect(readFileSync(store.path).includes('"externalReference":"S-4"')).toBe(true);
    await releaseLease();
    const pruned = await pruneLedger(store.path, { ...choice, remove: true });
    expect(pruned).toMatchObject({ shipments: 6, versions: 6, stillOpen: 4, packed: true });
    expect(verifyLedger(store.path).damages).toEqual([]);
    // Overwritten, not only forgotten; what still waits is there.
    expect(readFileSync(store.path).includes('"externalReference":"S-4"')).toBe(false);
    expect(readFileSync(store.path).includes('"externalReference":"S-10"')).toBe(true);
    const [history] = await openedHistories("S-4");
    expect(history?.versions).toMatchObject([
      { versionNumber: 1, state: "accepted", referenceId: "receipt-3", payload: "{}" },
    ]);
    expect(await pruneLedger(store.path, { ...choice, remove: true })).toMatchObject({
      shipments: 0,
    });
  });

  test("removes what a reason says of the content, and keeps the reason", async () => {
    const changed = { path: "goods", cell: "C2", before: "bolts", after: "screws" };
    const reason = { code: "would-amend", statuses: ["Released"], isChange: true };
    const stored = JSON.stringify({ ...reason, changes: { shown: [changed], count: 1 } });
    const database = new Database(store.path);
    database.prepare("UPDATE versions SET reason = ? WHERE version_id = 4").run(stored);
    database.close();
    await releaseLease();
    await pruneLedger(store.path, { ...choice, remove: true });
    expect(readFileSync(store.path).includes("screws")).toBe(false);
    const [history] = await openedHistories("S-4");
    expect(history?.versions[0]?.reason).toEqual(reason);
  });

  test("does not pack the file while somebody sends", async () => {
    const pruned = await pruneLedger(store.path, { ...choice, now: NOON, remove: true });
    expect(pruned).toMatchObject({ shipments: 6, packed: false });
  });

  test("keeps what was touched since, and lets the same content still be known", async () => {
    await pruneLedger(store.path, { ...choice, remove: true });
    const ledger = await store.open();
    const books = ledger.books("simulator", "ACME");
    await startRun(books, "run-2");
    const seen: (string | undefined)[] = [];
    const draft = trueDraft(1, "S-4", `bolts ${"x".repeat(200)}`);
    await books.openBatch({
      ...{ batchId: "b-2", runId: "run-2", openedAt: LATER },
      file: { path: "/inbox/a.csv", name: "a.csv", sizeBytes: 1, sha256: "00" },
    });
    await books.addLines("b-2", [draft], ({ contentHash }, known) => {
      const version = known?.versions.find((candidate) => candidate.contentHash === contentHash);
      seen.push(version?.state);
      return { kind: "unchanged", versionId: version?.versionId ?? "" };
    });
    await ledger.close();
    expect(seen).toEqual(["accepted"]);
  });

  test("removes rows and findings of a file once none of its shipments needs them", async () => {
    const ledger = await store.open();
    const books = ledger.books("simulator", "ACME");
    const waiting = await books.unknownMessages(10);
    for (const { attemptId } of waiting) {
      await books.settleUnknown(attemptId, {
        kind: "arrived",
        reason: textReason("Seen"),
        at: NOON,
      });
    }
    await ledger.close();
    const database = new Database(store.path);
    database.exec(`UPDATE versions SET state = 'held' WHERE state = 'queued';
      UPDATE shipments SET has_declaration = 1;
      INSERT INTO declarations (books_id, declaration_id, shipment_id, current_status, observed_at,
        first_seen_at, last_seen_at, summary)
      SELECT 1, 'X-' || shipment_id, shipment_id, 'Released', '2026', '2026', '2026', '{}'
      FROM shipments`);
    const agent = { path: "agent", line: 3, by: "constant", value: "BE-AGENT", column: null };
    const form = { headerRows: { a: 1 }, profile: { name: "p.yaml", members: [agent] } };
    database.prepare("UPDATE batches SET form = ?").run(JSON.stringify(form));
    database.close();
    await releaseLease();
    expect(await pruneLedger(store.path, { ...choice, remove: true })).toMatchObject({
      ...{ shipments: 10, stillOpen: 0, files: 1, findings: 1 },
    });
    expect(readFileSync(store.path).includes("BE-AGENT")).toBe(false);
    const again = await store.open();
    const after = again.books("simulator", "ACME");
    expect(await after.batches({ latest: true })).toEqual([]);
    expect(await collected(after.findings({ latest: true }))).toEqual([]);
    expect(await collected(after.lines({ latest: true }))).toEqual([]);
    await again.close();
  });

  async function releaseLease(): Promise<void> {
    const ledger = await store.open();
    const books = ledger.books("simulator", "ACME");
    await books.releaseLease(await currentLease(books));
    await ledger.close();
  }

  async function openedHistories(reference: string) {
    const ledger = await store.open();
    try {
      return await ledger.books("simulator", "ACME").shipmentHistories(reference);
    } finally {
      await ledger.close();
    }
  }
});

test("unfinishedRuns() names the runs with something left, and where they write their result files", async () => {
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books, "run-2");
  await startRun(books, "run-3");
  await queueFile(books, [trueDraft(1, "S-50")], { runId: "run-2", batchId: "b-2" });
  await books.recordResultFolder("run-2", "/results/run-2");
  await books.recordResultFolder("run-3", "/results/run-3");
  expect(await books.unfinishedRuns()).toMatchObject([
    { runId: "run-1", resultFolder: null },
    { runId: "run-2", resultFolder: "/results/run-2" },
  ]);
  expect(await ledger.books("simulator", "OTHER").unfinishedRuns()).toEqual([]);
  await ledger.close();
});

test("outboxCountsOfRun() counts the messages of one run", async () => {
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books, "run-2");
  await queueFile(books, [trueDraft(1, "S-50")], { runId: "run-2", batchId: "b-2" });
  expect(await books.outboxCountsOfRun("run-1")).toEqual({ queued: 3, sending: 0, unknown: 1 });
  expect(await books.outboxCountsOfRun("run-2")).toEqual({ queued: 1, sending: 0, unknown: 0 });
  expect(await books.outboxCountsOfRun("run-3")).toEqual({ queued: 0, sending: 0, unknown: 0 });
  expect(await books.currentHolder()).toMatchObject({ holderId: "holder-1" });
  await ledger.close();
});
