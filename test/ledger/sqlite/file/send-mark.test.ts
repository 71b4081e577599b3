// The mark beside the ledger: an older ledger that was put in the place of the one that sends is
// noticed, though it is the same file at the same path.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../../src/core/time/clock.ts";
import { adoptLedger } from "../../../../src/ledger/sqlite/care/adopt-ledger.ts";
import type { Ledger, LedgerBooks } from "../../../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../../../src/ledger/sqlite/sqlite-ledger.ts";
import { verifyLedger } from "../../../../src/ledger/sqlite/care/verify-ledger.ts";
import {
  claimOptions,
  leaseHolder,
  NOON,
  queueFile,
  sourceFile,
  startRun,
} from "../../../support/ledger-drafts.ts";
import { trueDraft } from "../../../support/true-ledger.ts";
import { makeSqliteStore, type SqliteStore } from "../../../support/ledger-store.ts";

const MINUTE_MS = 60_000;

let store: SqliteStore;
let markPath: string;
beforeEach(async () => {
  store = await makeSqliteStore();
  markPath = `${store.path}-mark`;
  return () => store.remove();
});

const booksOf = (ledger: Ledger): LedgerBooks => ledger.books("simulator", "ACME");
const sendings = (): unknown =>
  (JSON.parse(readFileSync(markPath, "utf8")) as { readonly sendings: unknown }).sendings;

/** Three messages queued, the right to send taken and given back. */
async function begin(): Promise<void> {
  const ledger = await store.open();
  const books = booksOf(ledger);
  await startRun(books);
  await queueFile(books, [trueDraft(1, "S-1"), trueDraft(2, "S-2"), trueDraft(3, "S-3")]);
  await books.releaseLease(await books.acquireLease(leaseHolder(), MINUTE_MS));
  await ledger.close();
}

async function sendOne(books: LedgerBooks): Promise<void> {
  const lease = await books.acquireLease(leaseHolder(), MINUTE_MS);
  await books.claim(claimOptions({ limit: 1, lease }));
}

/** In place: the same file, with other content, and no log. */
function putBack(bytes: Buffer): void {
  writeFileSync(store.path, bytes);
  for (const end of ["-wal", "-shm"]) rmSync(`${store.path}${end}`, { force: true });
}

test.each<[what: string, work: () => Promise<Buffer>]>([
  [
    "a plain copy of an earlier time",
    async () => {
      const bytes = readFileSync(store.path);
      const ledger = await store.open();
      await sendOne(booksOf(ledger));
      await ledger.close();
      return bytes;
    },
  ],
  [
    "a copy that was made while it was sending",
    async () => {
      const ledger = await store.open();
      const lease = await booksOf(ledger).acquireLease(leaseHolder(), MINUTE_MS);
      await ledger.close();
      const bytes = readFileSync(store.path);
      const again = await store.open();
      await booksOf(again).claim(claimOptions({ limit: 1, lease }));
      await again.close();
      return bytes;
    },
  ],
  [
    "the file without its log, after the program was killed",
    async () => {
      const ledger = await store.open();
      await sendOne(booksOf(ledger));
      const bytes = readFileSync(store.path);
      await ledger.close();
      return bytes;
    },
  ],
])("%s is not sent from until it is adopted", async (_what, work) => {
  await begin();
  putBack(await work());

  const message =
    /older than what has been sent from here, by its count \d+ and by the mark .+-mark \d+/;
  expect(verifyLedger(store.path).damages).toMatchObject([
    { places: [expect.stringMatching(message) as string] },
  ]);
  const ledger = await store.open();
  const books = booksOf(ledger);
  const refusal = { code: "ledger-moved", message: expect.stringMatching(message) as string };
  await expect(ledger.assertAtHome()).rejects.toMatchObject(refusal);
  await expect(books.acquireLease(leaseHolder(), MINUTE_MS)).rejects.toMatchObject(refusal);
  const batch = { batchId: "b", runId: "run-1", file: sourceFile(), openedAt: NOON };
  await expect(books.openBatch(batch)).rejects.toMatchObject(refusal);
  expect(await books.shipmentHistories("S-1")).toHaveLength(1);
  await ledger.close();

  expect(await adoptLedger(store.path, NOON, "anna")).toMatchObject({
    ...{ changed: true, toBeAskedAbout: 3 },
  });
  expect(verifyLedger(store.path).damages).toEqual([]);
  const adopted = await store.open();
  expect(adopted.warnings).toEqual([]);
  await booksOf(adopted).acquireLease(leaseHolder(), MINUTE_MS);
  expect(await booksOf(adopted).outboxCounts()).toMatchObject({ queued: 0, unknown: 3 });
  await adopted.close();
  expect(await adoptLedger(store.path, NOON, "anna")).toMatchObject({ changed: false });
});

test("the mark is for its owner alone, and what is sent beside a second look is no older ledger", async () => {
  await begin();
  const ledger = await store.open();
  const other = await store.open();
  for (let round = 0; round < 3; round += 1) {
    await sendOne(booksOf(ledger));
    await other.assertAtHome();
  }
  expect(statSync(markPath).mode & 0o777).toBe(0o600);
  expect(sendings()).toBe(8);
  await ledger.close();
  await other.close();
});

test("claim() writes the mark over, and anew every few seconds, so that it costs nothing", async () => {
  await begin();
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const ledger = await openSqliteLedger(store.path, { clock });
  const books = booksOf(ledger);
  const lease = await books.acquireLease(leaseHolder(), MINUTE_MS);
  const fileNumber = (): number => statSync(markPath).ino;
  const first = fileNumber();
  await books.claim(claimOptions({ limit: 1, lease }));
  expect(fileNumber()).toBe(first);
  expect(sendings()).toBe(4);
  nowMs = 5_000;
  await books.claim(claimOptions({ limit: 1, lease }));
  expect(fileNumber()).not.toBe(first);
  // Nothing to send is no sending.
  await books.claim(claimOptions({ limit: 9, lease }));
  await books.claim(claimOptions({ limit: 9, lease }));
  expect(sendings()).toBe(6);
  await ledger.close();
});

test.each(["missing", "empty", "torn"])(
  "a mark that is %s is told, and begun anew by the next sending",
  async (how) => {
    await begin();
    const text = readFileSync(markPath, "utf8");
    rmSync(markPath);
    if (how !== "missing") writeFileSync(markPath, how === "torn" ? text.slice(0, 40) : "");
    const ledger = await store.open();
    expect(ledger.warnings).toEqual([expect.stringContaining(`${markPath} is missing or`)]);
    await booksOf(ledger).acquireLease(leaseHolder(), MINUTE_MS);
    await ledger.close();
    const again = await store.open();
    expect(again.warnings).toEqual([]);
    await again.close();
    expect(sendings()).toBe(3);
  },
);

test("a ledger that nothing was sent from has no mark, and none is missed", async () => {
  await (await store.open()).close();
  expect(existsSync(markPath)).toBe(false);
  const ledger = await store.open();
  expect(ledger.warnings).toEqual([]);
  await ledger.close();
});

test("a ledger that was deleted is not begun anew beside its mark", async () => {
  await begin();
  rmSync(store.path);
  await expect(store.open()).rejects.toMatchObject({
    ...{ code: "ledger-missing", message: expect.stringContaining("there was one") as string },
    hint: expect.stringContaining(`delete ${markPath} too`) as string,
  });
  rmSync(markPath);
  await (await store.open()).close();
});

test("another ledger in the place of the one that sends is not sent from", async () => {
  await begin();
  const elsewhere = join(store.folder, "other.sqlite");
  await (await openSqliteLedger(elsewhere)).close();
  copyFileSync(elsewhere, store.path);
  const ledger = await store.open();
  await expect(booksOf(ledger).acquireLease(leaseHolder(), MINUTE_MS)).rejects.toMatchObject({
    ...{ code: "ledger-moved" },
    message: expect.stringContaining("another ledger was sent from here") as string,
  });
  await ledger.close();
});

test("acquireLease() takes no right to send when the mark cannot be written", async () => {
  await begin();
  rmSync(markPath);
  mkdirSync(markPath);
  const ledger = await store.open();
  const books = booksOf(ledger);
  await expect(books.acquireLease(leaseHolder(), MINUTE_MS)).rejects.toMatchObject({
    ...{ code: "ledger-write-failed", message: expect.stringContaining(markPath) as string },
  });
  expect(await books.currentHolder()).toBeNull();
  await ledger.close();
});
