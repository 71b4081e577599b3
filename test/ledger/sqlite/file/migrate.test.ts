// A ledger of an earlier version, made by the migrations of that time.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import {
  leaseHolder,
  minutesAfterNoon,
  NOON,
  startRun,
  claimOptions,
  collected,
} from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";

const MIGRATIONS = new URL("../../../../src/ledger/sqlite/migrations/", import.meta.url);
const APPLICATION_ID = 0x43415362;

/** One message was being sent when the machine went down, one waits. */
function writeLedger(path: string, schemaNumber: number): void {
  mkdirSync(dirname(path));
  const database = new Database(path);
  for (const name of readdirSync(MIGRATIONS).sort().slice(0, schemaNumber)) {
    database.exec(readFileSync(new URL(name, MIGRATIONS), "utf8"));
  }
  const at = NOON.toISOString();
  const host = leaseHolder().hostName;
  database.exec(`
    PRAGMA application_id = ${String(APPLICATION_ID)};
    PRAGMA user_version = ${String(schemaNumber)};
    INSERT INTO books (books_id, environment, tenant) VALUES (1, 'simulator', 'ACME');
    INSERT INTO runs (run_no, books_id, run_id, command, started_at, program_version)
      VALUES (1, 1, 'old', 'run', '${at}', '0.1.0');
    INSERT INTO batches (batch_no, books_id, batch_id, run_no, file_path, file_name, file_size_bytes,
                         file_sha256, opened_at, process_id, host_name, sealed_at, rows_read)
      VALUES (1, 1, 'b', 1, '/b.csv', 'b.csv', 1, 'hash', '${at}', 1, '${host}', '${at}', 2);
    INSERT INTO shipments (shipment_id, books_id, direction, external_reference)
      VALUES (1, 1, 'IN', 'S-1'), (2, 1, 'IN', 'S-2');
    INSERT INTO versions (version_id, books_id, shipment_id, batch_no, version_number, state,
                          message_type, content_hash, attempts, payload, sources)
      VALUES (1, 1, 1, 1, 1, 'sending', 'Upsert', 'h1', 1, '{}', '{}'),
             (2, 1, 2, 1, 1, 'queued', 'Upsert', 'h2', 0, '{}', '{}');
    INSERT INTO lines (batch_no, books_id, line_number, direction, external_reference, version_id,
                       is_latest, row_count, rows)
      VALUES (1, 1, 1, 'IN', 'S-1', 1, 1, 1, '[["",2]]'), (1, 1, 2, 'IN', 'S-2', 2, 1, 1, '[["",3]]');
    INSERT INTO attempts (version_id, attempt_number, run_no, holder_id, started_at, deadline_at)
      VALUES (1, 1, 1, 'old', '${at}', '${at}');
    INSERT INTO leases (books_id, holder_id, process_id, host_name, command, acquired_at, expires_at)
      VALUES (1, 'old', 1, '${host}', 'run', '${at}', '${minutesAfterNoon(1).toISOString()}');`);
  database.close();
}

test("a ledger from before epochs and message kinds goes on with its messages", async () => {
  const store = await makeSqliteStore();
  writeLedger(store.path, 7);
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  const lease = await startRun(books);
  expect(lease.epoch).toBe(1);
  expect(await books.recoverInterrupted(NOON)).toBe(1);
  const own = { messageKind: "CustomsShipment", messageType: "Upsert" };
  expect(await books.unknownMessages(10)).toMatchObject([
    { ...own, key: { externalReference: "S-1" } },
  ]);
  expect(await books.claim(claimOptions({ lease }))).toMatchObject([
    { ...own, key: { externalReference: "S-2" } },
  ]);
  expect(await collected(books.lines({ runId: "old" }))).toMatchObject([own, own]);
  expect(await books.shipmentHistories("S-1")).toMatchObject([{ versions: [own] }]);
  await ledger.close();
  await store.remove();
});

test("a ledger of every earlier schema keeps its rows and references, whatever it held", async () => {
  // The rows above are of schema 7; what came after is added to them.
  for (let schemaNumber = 7; schemaNumber <= 12; schemaNumber += 1) {
    const store = await makeSqliteStore();
    writeLedger(store.path, schemaNumber);
    const ledger = await store.open();
    const books = ledger.books("simulator", "ACME");
    await startRun(books);
    expect(await books.outboxCounts()).toEqual({ queued: 1, sending: 1, unknown: 0 });
    expect(await collected(books.lines({ runId: "old" }))).toMatchObject([
      { key: { direction: "IN", externalReference: "S-1" } },
      { key: { direction: "IN", externalReference: "S-2" } },
    ]);
    await ledger.close();
    const database = new Database(store.path);
    expect(database.pragma("foreign_key_check")).toEqual([]);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    // Negative control: the references are watched again.
    database.pragma("foreign_keys = ON");
    expect(() => database.exec("DELETE FROM shipments")).toThrow("FOREIGN KEY");
    database.close();
    await store.remove();
  }
});

test("a sender of an earlier version keeps what it is sending while its lease lasts", async () => {
  const store = await makeSqliteStore();
  writeLedger(store.path, 7);
  const clock = { now: () => NOON, monotonicMs: () => 0, sleep: () => Promise.resolve() };
  const ledger = await store.open(clock);
  const books = ledger.books("simulator", "ACME");
  expect(await books.currentHolder()).toMatchObject({ holderId: "old", epoch: 0 });
  expect(await books.recoverInterrupted(NOON)).toBe(0);
  await ledger.close();
  await store.remove();
});
