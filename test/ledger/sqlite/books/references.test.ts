// Since when a ledger may lack what was sent for a tenant.
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { adoptLedger } from "../../../../src/ledger/sqlite/care/adopt-ledger.ts";
import { backupLedger } from "../../../../src/ledger/sqlite/care/backup-ledger.ts";
import { openSqliteLedger } from "../../../../src/ledger/sqlite/sqlite-ledger.ts";
import { emptyFolder } from "../../../support/run-cli.ts";
import { openDeliveryDesk } from "../../../submit/delivery-desk.ts";
import { createScriptedCas } from "../../../submit/scripted-cas.ts";

test("newSince() is null until something is sent, for each tenant by itself", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  expect(await desk.books.newSince()).toBeNull();
  const sentAt = desk.clock.now();
  await desk.deliver(createScriptedCas());
  expect(await desk.books.newSince()).toEqual(sentAt);
  const ledger = await openSqliteLedger(desk.ledgerPath);
  expect(await ledger.books("simulator", "another tenant").newSince()).toBeNull();
  await ledger.close();
});

test("newSince() of a copy that was adopted is when it was adopted: the other one has sent meanwhile", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  await desk.deliver(createScriptedCas());
  const copy = join(emptyFolder(), "copy.sqlite");
  await backupLedger(desk.ledgerPath, copy, { force: false, now: desk.clock.now(), who: "test" });
  const adoptedAt = new Date(desk.clock.now().getTime() + 86_400_000);
  await adoptLedger(copy, adoptedAt, "test");
  const ledger = await openSqliteLedger(copy);
  expect(await ledger.books("simulator", "tenant").newSince()).toEqual(adoptedAt);
  await ledger.close();
});

test("a version that comes after its shipment was sent is not asked about", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", askFirst: true }]);
  await desk.deliver(createScriptedCas());
  await desk.queue([{ reference: "S-1", content: "changed", askFirst: true }]);
  expect(await desk.books.countToAskAbout()).toBe(0);
});

test("what waits in a ledger of an earlier version is asked about, unless its shipment was sent", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1" }]);
  await desk.deliver(createScriptedCas());
  await desk.queue([{ reference: "S-1", content: "changed" }, { reference: "S-2" }]);
  const database = new Database(desk.ledgerPath);
  database.exec(`
    DROP INDEX versions_queued;
    DROP INDEX versions_in_need;
    DROP INDEX lines_in_need;
    DROP INDEX runs_by_command;
    DROP INDEX declarations_unexplained_reference;
    ALTER TABLE versions DROP COLUMN ask_first;
    ALTER TABLE versions DROP COLUMN found_at;
    ALTER TABLE books DROP COLUMN new_since;
    ALTER TABLE books DROP COLUMN epoch;
    ALTER TABLE attempts DROP COLUMN epoch;
    ALTER TABLE versions DROP COLUMN message_kind;
    ALTER TABLE waits DROP COLUMN asked_at;
    DROP TABLE unread_declarations;
    ALTER TABLE batches DROP COLUMN file_time;
    ALTER TABLE batches DROP COLUMN file_date;
    ALTER TABLE batches DROP COLUMN position;
    DROP INDEX runs_behind;
    ALTER TABLE runs DROP COLUMN simulated;
    ALTER TABLE runs DROP COLUMN results_at;
    ALTER TABLE runs DROP COLUMN results_behind;
    ALTER TABLE batches DROP COLUMN form;
    ALTER TABLE batches DROP COLUMN copy_at;
    DROP TABLE attachments;
    DROP INDEX declarations_to_list;
    ALTER TABLE declarations DROP COLUMN attachments_listed;
    DROP TABLE notification_messages;
    DROP TABLE notifications;
    DROP TABLE listeners;
    DROP INDEX versions_by_reference;
    ALTER TABLE versions DROP COLUMN failed_at;
    DROP TABLE changes;
    DROP TABLE kept_files;
    DROP TABLE evidence;
    ALTER TABLE batches DROP COLUMN profile;
    DROP TRIGGER learned_file;
    DROP TRIGGER learned_outcome;
    DROP TRIGGER learned_status;
    DROP TABLE learned;
    DROP TABLE reports;
    ALTER TABLE batches DROP COLUMN sealed_counts;
    ALTER TABLE runs DROP COLUMN files;
    DROP INDEX declarations_differing;
    DROP INDEX attempts_by_end;
    DROP INDEX declaration_statuses_by_time;
    DROP INDEX declaration_statuses_told;
    ALTER TABLE declarations DROP COLUMN differs;
    ALTER TABLE shipments DROP COLUMN asked_at;
    ALTER TABLE books DROP COLUMN looked_back_until;
    CREATE INDEX versions_queued ON versions (books_id) WHERE state = 'queued';
    PRAGMA user_version = 6;`);
  database.close();
  const ledger = await openSqliteLedger(desk.ledgerPath);
  const waiting = await ledger.books("simulator", "tenant").messagesToAskAbout(10);
  await ledger.close();
  expect(waiting.map(({ key }) => key.externalReference)).toEqual(["S-2"]);
});
