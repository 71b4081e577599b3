// Two files of one run with different content for the same shipment were both sent, every night anew: A, B, A, B.
// Then the file that came first won, and the correction in the other one was held for ever. The newer file counts.
import { wordsOf } from "../support/reasons.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LineBucket } from "../../src/ledger/contract/staging.ts";
import type { Ledger, LedgerBooks } from "../../src/ledger/ledger.ts";
import { createLineDecider } from "../../src/submit/limits/decide-line.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";
import {
  acceptAll,
  batchEnd,
  collected,
  currentLease,
  leaseHolder,
  lineDraft,
  minutesAfterNoon,
  NOON,
  sourceFile,
  startRun,
} from "../support/ledger-drafts.ts";

const decide = createLineDecider({
  allowAmend: false,
  retryRefused: false,
  acceptedAndBeyond: () => false,
});

type Night = (
  runId: string,
  files: Readonly<Record<string, readonly [content: string | null, savedAt: number, day?: string]>>,
) => Promise<Readonly<Record<string, LineBucket | undefined>>>;

let books: LedgerBooks;
let ledger: Ledger;
let store: Awaited<ReturnType<typeof makeSqliteStore>>;

beforeEach(async () => {
  store = await makeSqliteStore();
  ledger = await store.open();
  books = ledger.books("simulator", "ACME");
});

afterEach(async () => {
  await ledger.close();
  await store.remove();
});

/** An hour after noon; files are saved before, unless a clock was ahead. */
const NIGHT_MINUTES = 60;

/** Stages the files in the order given, and has CAS accept what is queued. */
const night: Night = async (runId, files) => {
  await startRun(books, runId, leaseHolder(), minutesAfterNoon(NIGHT_MINUTES));
  for (const [name, [content, savedAt, fileDate]] of Object.entries(files)) {
    const batchId = `${runId} ${name}`;
    await books.openBatch({
      ...{ batchId, runId, file: sourceFile(name), openedAt: minutesAfterNoon(savedAt + 60) },
      fileTime: minutesAfterNoon(savedAt),
      fileDate: fileDate ?? null,
    });
    const line = lineDraft(1, "S-1", content ?? "");
    await books.addLines(batchId, [content === null ? { ...line, message: null } : line], decide);
    await books.sealBatch(batchId, batchEnd({ rowsRead: 1 }));
  }
  const lines = await collected(books.lines({ runId }));
  await acceptAll(books, runId);
  await books.releaseLease(await currentLease(books));
  return Object.fromEntries(lines.map(({ fileName, bucket }) => [fileName, bucket]));
};

test("a correction in a newer file is sent, and the older file decides nothing on any later night", async () => {
  expect(await night("night-1", { monday: ["A", 1] })).toEqual({ monday: "unsent" });
  const both = { tuesday: ["B", 2], monday: ["A", 1] } as const;
  expect(await night("night-2", both)).toEqual({ tuesday: "unsent", monday: "superseded" });
  const [, older] = await collected(books.lines({ runId: "night-2" }));
  expect(older === undefined ? "" : wordsOf(older)).toContain('"tuesday" is newer');
  const after = { tuesday: "unchanged", monday: "superseded" };
  expect(await night("night-3", both)).toEqual(after);
  expect(await night("night-4", { monday: ["A", 1], tuesday: ["B", 2] })).toEqual(after);
});

test("a correction that came in a run of its own is not taken back by the older file", async () => {
  await night("night-1", { monday: ["A", 1] });
  expect(await night("by hand", { tuesday: ["B", 2] })).toEqual({ tuesday: "unsent" });
  expect(await night("night-2", { monday: ["A", 1] })).toEqual({ monday: "superseded" });
});

test("an older file that is saved again, or gets other rows, does not take the correction back", async () => {
  await night("night-1", { monday: ["A", 1] });
  expect(await night("night-2", { monday: ["A", 3], tuesday: ["B", 2] })).toEqual({
    ...{ monday: "unchanged", tuesday: "unsent" },
  });
  expect(await night("night-3", { monday: ["A", 9], tuesday: ["B", 2] })).toEqual({
    ...{ monday: "superseded", tuesday: "unchanged" },
  });
});

test("of three files the newest counts, also when it says again what the first one said", async () => {
  const three = { wednesday: ["A", 3], tuesday: ["B", 2], monday: ["A", 1] } as const;
  expect(await night("night-1", three)).toEqual({
    ...{ wednesday: "unsent", tuesday: "superseded", monday: "unchanged" },
  });
  expect(await night("night-2", three)).toEqual({
    ...{ wednesday: "unchanged", tuesday: "superseded", monday: "unchanged" },
  });
});

test("a correction back to the first content is sent, when it comes as a new file", async () => {
  await night("night-1", { monday: ["A", 1] });
  await night("night-2", { tuesday: ["B", 2], monday: ["A", 1] });
  const back = { wednesday: ["A", 3], tuesday: ["B", 2], monday: ["A", 1] } as const;
  expect(await night("night-3", back)).toEqual({
    ...{ wednesday: "unsent", tuesday: "superseded", monday: "unchanged" },
  });
});

test("a file that is corrected in place, and back, is sent each time", async () => {
  await night("night-1", { monday: ["A", 1] });
  expect(await night("night-2", { monday: ["B", 2] })).toEqual({ monday: "unsent" });
  expect(await night("night-3", { monday: ["A", 3] })).toEqual({ monday: "unsent" });
});

test("a file whose time lies ahead does not make its corrections the older ones", async () => {
  const ahead = NIGHT_MINUTES + 600;
  await night("night-1", { monday: ["A", ahead] });
  const both = { monday: ["A", ahead], tuesday: ["B", NIGHT_MINUTES + 1] } as const;
  expect(await night("night-2", both)).toEqual({ monday: "unchanged", tuesday: "unsent" });
  expect(await night("night-3", both)).toEqual({ monday: "superseded", tuesday: "unchanged" });
});

test("of two new files whose times lie ahead the newer one counts, on every night", async () => {
  const ahead = NIGHT_MINUTES + 600;
  const both = { tuesday: ["B", ahead + 1], monday: ["A", ahead] } as const;
  expect(await night("night-1", both)).toEqual({ tuesday: "unsent", monday: "superseded" });
  expect(await night("night-2", both)).toEqual({ tuesday: "unchanged", monday: "superseded" });
});

test("of two files saved at one time neither is sent, every night, until one of them is gone", async () => {
  const two = { one: ["A", 1], two: ["B", 1] } as const;
  expect(await night("night-1", two)).toEqual({ one: "held", two: "held" });
  const [first, second] = await collected(books.lines({ runId: "night-1" }));
  expect(first?.reason).toMatchObject({ code: "saved-at-one-time", fileName: "two" });
  expect(second?.reason).toMatchObject({ code: "saved-at-one-time", fileName: "one" });
  expect(await night("night-2", two)).toEqual({ one: "held", two: "held" });
  expect(await night("night-3", { two: ["B", 1] })).toEqual({ two: "unsent" });
});

test("of two files saved at one time the one that came in later counts", async () => {
  await night("night-1", { one: ["A", 1] });
  const two = { one: ["A", 1], two: ["B", 1] } as const;
  expect(await night("night-2", two)).toEqual({ one: "unchanged", two: "unsent" });
  expect(await night("night-3", two)).toEqual({ one: "superseded", two: "unchanged" });
});

test("new content in a file older than what was sent is held every night, until a person decides", async () => {
  await night("night-1", { late: ["B", 5] });
  expect(await night("night-2", { early: ["A", 1] })).toEqual({ early: "held" });
  expect(await night("night-3", { early: ["A", 1] })).toEqual({ early: "held" });
  const both = { late: ["B", 5], early: ["A", 1] } as const;
  expect(await night("night-4", both)).toEqual({ late: "unchanged", early: "held" });
  expect(await night("night-5", both)).toEqual({ late: "unchanged", early: "held" });
  expect(await night("night-6", { ...both, later: ["B", 6] })).toEqual({
    ...{ late: "unchanged", early: "held", later: "unchanged" },
  });
  expect(await night("night-7", { early: ["A", 7] })).toEqual({ early: "held" });
  expect(await night("night-8", { "early again": ["A", 8] })).toEqual({ "early again": "unsent" });
});

test("an older file is not sent in place of a newer one that was refused whole", async () => {
  await startRun(books, "night-1");
  for (const [name, content, savedAt] of [
    ["newer", "B", 2],
    ["older", "A", 1],
    ["copy of newer", "B", 2],
  ] as const) {
    const batch = { batchId: name, runId: "night-1", file: sourceFile(name), openedAt: NOON };
    await books.openBatch({ ...batch, fileTime: minutesAfterNoon(savedAt) });
    await books.addLines(name, [lineDraft(1, "S-1", content)], decide);
    await books.sealBatch(name, batchEnd({ rowsRead: 1, rejected: name === "newer" }));
  }
  const lines = await collected(books.lines({ runId: "night-1" }));
  expect(lines.map(({ fileName, bucket }) => [fileName, bucket])).toEqual([
    ["newer", "aborted"],
    ["older", "superseded"],
    ["copy of newer", "unsent"],
  ]);
});

test("an older file is not sent in place of a newer one that has errors", async () => {
  expect(await night("night-1", { newer: [null, 2], older: ["A", 1] })).toEqual({
    ...{ newer: "invalid", older: "superseded" },
  });
  expect(await night("night-2", { older: ["A", 1] })).toEqual({ older: "unsent" });
});

test("the day in the names of files says which is newer, before the time of saving does", async () => {
  const files = { day2: ["B", 1, "2026-11-02"], day1: ["A", 9, "2026-11-01"] } as const;
  expect(await night("night-1", files)).toEqual({ day2: "unsent", day1: "superseded" });
});

test("one file under two names, and files with different shipments, contradict nothing", async () => {
  expect(await night("night-1", { "copy of a": ["A", 2], a: ["A", 1] })).toEqual({
    ...{ "copy of a": "unsent", a: "unchanged" },
  });
});

test("a change that is held in the newer file is not hidden by an older one that says what CAS has", async () => {
  await night("night-1", { monday: ["A", 1] });
  await startRun(books, "night-2");
  const held = { code: "text", text: "Not now" } as const;
  for (const [name, content, decider] of [
    ["wednesday", "C", (() => ({ kind: "held", reason: held })) satisfies typeof decide],
    ["monday", "A", decide],
  ] as const) {
    const batchId = `night-2 ${name}`;
    const batch = { batchId, runId: "night-2", file: sourceFile(name), openedAt: NOON };
    await books.openBatch(batch);
    await books.addLines(batchId, [lineDraft(1, "S-1", content)], decider);
    await books.sealBatch(batchId, batchEnd({ rowsRead: 1 }));
  }
  const latest = await collected(books.lines({ latest: true }));
  expect(latest.map(({ fileName, bucket }) => [fileName, bucket])).toEqual([["wednesday", "held"]]);
});

test("the state of a shipment is that of the newer file, in the view of the latest too", async () => {
  await night("night-1", { tuesday: ["B", 2], monday: ["A", 1] });
  const latest = await collected(books.lines({ latest: true }));
  expect(latest.map(({ fileName, bucket }) => [fileName, bucket])).toEqual([
    ["tuesday", "accepted"],
  ]);
});
