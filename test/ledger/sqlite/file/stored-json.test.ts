import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { exportLedger } from "../../../../src/ledger/sqlite/care/export-ledger.ts";
import {
  readReason,
  readReasonsBefore,
  writeReason,
} from "../../../../src/ledger/sqlite/file/stored-json.ts";
import { collected, NOON } from "../../../support/ledger-drafts.ts";
import { makeSqliteStore } from "../../../support/ledger-store.ts";
import { textReason } from "../../../support/reasons.ts";
import { fillLedger } from "../../../support/true-ledger.ts";

test.each([
  ["a sentence", "CAS did not take it in 12 tries of this run"],
  ["a sentence in braces", "{ was all that came back }"],
  ["a code that it does not know", '{"code":"of-a-later-version","count":3}'],
  ["a code whose parameters are missing", '{"code":"tries-used-up"}'],
  ["nothing", ""],
])("readReason() gives back %s as text", (_what, stored) => {
  expect(readReason(stored)).toEqual(textReason(stored));
  expect(readReasonsBefore(stored)).toEqual([]);
});

test("writeReason() keeps the reasons of earlier settlements", () => {
  const reason = { code: "person-found", by: "Ada" } as const;
  const before = [{ code: "interrupted" }, textReason("Not there")] as const;
  const stored = writeReason(reason, before);
  expect(readReason(stored)).toEqual(reason);
  expect(readReasonsBefore(stored)).toEqual(before);
  expect(readReasonsBefore(writeReason(reason))).toEqual([]);
});

test("a ledger with sentences in place of reasons shows and exports them as they stand", async () => {
  const store = await makeSqliteStore();
  const ledger = await store.open();
  await fillLedger(ledger.books("simulator", "ACME"), 10);
  await ledger.close();
  const database = new Database(store.path);
  database.exec(`UPDATE versions SET reason = 'No answer came' WHERE state = 'unknown';
    UPDATE attempts SET settled_at = started_at, settlement = 'resend',
      settlement_reason = 'Ada: gone (before that: Bo: there)' WHERE outcome = 'unknown'`);
  database.close();

  const exported = [...exportLedger(store.path, NOON)].join("\n");
  expect(exported).toContain('"reason":"No answer came","reasonCode":"text"');
  expect(exported).toContain(
    '"settlementReason":"Ada: gone (before that: Bo: there)","settlementReasonCode":"text"',
  );
  const books = (await store.open()).books("simulator", "ACME");
  const lines = await collected(books.lines({ latest: true }));
  const unknown = lines.find(({ bucket }) => bucket === "unknown");
  expect(unknown?.reason).toEqual(textReason("No answer came"));
  const [history] = await books.shipmentHistories(unknown?.key.externalReference ?? "");
  expect(history?.versions[0]?.attempts[0]?.settlement).toMatchObject({
    reason: textReason("Ada: gone (before that: Bo: there)"),
    reasonsBefore: [],
  });
  await store.remove();
});
