// Where a ledger lives, and that a copy of it is not sent from.
import { copyFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { adoptLedger } from "../../../../src/ledger/sqlite/care/adopt-ledger.ts";
import { backupLedger } from "../../../../src/ledger/sqlite/care/backup-ledger.ts";
import {
  fileSystemType,
  isNetworkFileSystem,
  keepsFileNumbers,
} from "../../../../src/ledger/sqlite/home/file-system.ts";
import { isAtHome, type RecordedHome } from "../../../../src/ledger/sqlite/home/ledger-home.ts";
import { openSqliteLedger } from "../../../../src/ledger/sqlite/sqlite-ledger.ts";
import { verifyLedger } from "../../../../src/ledger/sqlite/care/verify-ledger.ts";
import { leaseHolder, NOON, queueFile, startRun } from "../../../support/ledger-drafts.ts";
import { makeSqliteStore, type SqliteStore } from "../../../support/ledger-store.ts";
import { fillLedger, trueDraft } from "../../../support/true-ledger.ts";

let store: SqliteStore;
beforeEach(async () => {
  store = await makeSqliteStore();
  const ledger = await store.open();
  await fillLedger(ledger.books("simulator", "ACME"), 8);
  await ledger.close();
  return () => store.remove();
});

/** Null when the ledger can be sent from, else the error's code. */
async function sendingFrom(path: string): Promise<string | null> {
  const ledger = await openSqliteLedger(path);
  const books = ledger.books("simulator", "ACME");
  try {
    await books.acquireLease(leaseHolder(), 60_000);
    return null;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  } finally {
    await ledger.close();
  }
}

test("acquireLease() works at home, again and again", async () => {
  expect(await sendingFrom(store.path)).toBeNull();
  expect(await sendingFrom(store.path)).toBeNull();
});

test("a copied ledger and a moved one are not sent from, and can be read", async () => {
  const copy = join(store.folder, "copy.sqlite");
  copyFileSync(store.path, copy);
  expect(await sendingFrom(copy)).toBe("ledger-moved");
  expect(verifyLedger(copy).damages).toEqual([]);
  const ledger = await openSqliteLedger(copy);
  await expect(ledger.assertAtHome()).rejects.toThrow(
    /its home is .+cas-batch\.sqlite on .+ now .+copy\.sqlite on /,
  );
  expect(await ledger.books("simulator", "ACME").shipmentHistories("S-1")).toHaveLength(1);
  await ledger.close();

  const folder = join(store.folder, "moved");
  renameSync(dirname(store.path), folder);
  expect(await sendingFrom(join(folder, "cas-batch.sqlite"))).toBe("ledger-moved");
});

test("nothing is staged into a copy", async () => {
  const copy = join(store.folder, "copy.sqlite");
  copyFileSync(store.path, copy);
  const ledger = await openSqliteLedger(copy);
  const staging = queueFile(ledger.books("simulator", "ACME"), [trueDraft(1, "S-99")], {
    batchId: "b-2",
  });
  await expect(staging).rejects.toMatchObject({ code: "ledger-moved" });
  await ledger.close();
});

test("a copy that was put back in the ledger's place is noticed, where files have a time of birth", async () => {
  const copy = join(store.folder, "copy.sqlite");
  copyFileSync(store.path, copy);
  rmSync(store.path);
  copyFileSync(copy, store.path);
  expect(await sendingFrom(store.path)).toBe("ledger-moved");
});

test("a restored backup is not sent from until it is adopted, and then asks before it sends", async () => {
  const backup = join(store.folder, "safe", "backup.sqlite");
  await backupLedger(store.path, backup, { force: false, now: NOON, who: "night" });
  expect(await sendingFrom(backup)).toBe("ledger-moved");
  // In place, so that even the file stays the same.
  copyFileSync(backup, store.path);
  expect(await sendingFrom(store.path)).toBe("ledger-moved");

  const adoption = await adoptLedger(store.path, NOON, "anna");
  expect(adoption).toMatchObject({ changed: true, generation: 3, toBeAskedAbout: 3 });
  expect(await sendingFrom(store.path)).toBeNull();
  const ledger = await openSqliteLedger(store.path);
  const books = ledger.books("simulator", "ACME");
  expect(await books.outboxCounts()).toEqual({ queued: 0, sending: 0, unknown: 4 });
  const [, doubted] = await books.unknownMessages(10);
  expect(doubted).toMatchObject({ attemptedAt: NOON, enquiries: 0 });
  await ledger.close();
  expect(verifyLedger(store.path).damages).toEqual([]);
  expect(await adoptLedger(store.path, NOON, "anna")).toMatchObject({ changed: false });
});

test("of two waiting versions of a shipment, an adopted ledger asks about the newer and holds the older", async () => {
  const ledger = await store.open();
  const books = ledger.books("simulator", "ACME");
  await startRun(books, "run-2");
  await queueFile(books, [trueDraft(1, "S-8", "second")], { runId: "run-2", batchId: "b-2" });
  await ledger.close();
  const copy = join(store.folder, "copy.sqlite");
  copyFileSync(store.path, copy);
  expect(await adoptLedger(copy, NOON, "anna")).toMatchObject({
    ...{ toBeAskedAbout: 3, superseded: 1 },
  });
  expect(verifyLedger(copy).damages).toEqual([]);
  const adopted = await openSqliteLedger(copy);
  const copiedBooks = adopted.books("simulator", "ACME");
  const doubted = await copiedBooks.unknownMessages(10);
  expect(doubted.find(({ key }) => key.externalReference === "S-8")).toMatchObject({
    ...{ versionNumber: 2, payload: trueDraft(1, "S-8", "second").message?.payload },
    earlierPayloads: [expect.stringContaining("bolts")],
  });
  const [history] = await copiedBooks.shipmentHistories("S-8");
  expect(history?.versions).toMatchObject([
    { state: "held", reason: { code: "copy-may-have-sent-newer" } },
    { state: "unknown", reason: { code: "copy-may-have-sent" } },
  ]);
  await adopted.close();
});

describe("isAtHome()", () => {
  const settled: RecordedHome = {
    ...{ generation: 1, kind: "ledger", settledAt: NOON.toISOString(), settledBy: "run" },
    ...{ hostId: "machine:a", hostName: "one", path: "/data/ledger.sqlite", fileId: "7:1" },
  };
  const inContainer = { ...settled, hostId: "name:c0ffee" };
  test.each([
    ["the same", settled, settled, true],
    ["another machine", settled, { ...settled, hostId: "machine:b" }, false],
    ["another path", settled, { ...settled, path: "/else/ledger.sqlite" }, false],
    ["another file", settled, { ...settled, fileId: "8:2" }, false],
    ["a file system that numbers no files", settled, { ...settled, fileId: null }, true],
    [
      "a container that was started again",
      inContainer,
      { ...inContainer, hostId: "name:d00d" },
      true,
    ],
    [
      "a container with another copy of the file",
      inContainer,
      { ...inContainer, hostId: "name:d00d", fileId: "8:2" },
      false,
    ],
    [
      "a container, and nothing known of the file",
      inContainer,
      { ...inContainer, hostId: "name:d00d", fileId: null },
      false,
    ],
    ["a backup at its own place", { ...settled, kind: "backup" as const }, settled, false],
  ])("%s", (_name, home, here, expected) => {
    expect(isAtHome(home, here)).toBe(expected);
  });
});

describe("fileSystemType()", () => {
  const mounts = [
    "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw",
    "40 22 0:40 / /srv rw shared:2 - nfs4 server:/export rw",
    "41 40 8:2 / /srv/local\\040disk rw - xfs /dev/sdb1 rw",
    "42 22 0:42 / /home/anna/share rw - fuse.sshfs anna@far: rw",
    "43 22 0:43 / /data rw - virtiofs work rw",
    "44 22 0:44 / /mnt rw - cifs //server/share rw",
    "45 22 8:3 / /mnt rw - ext4 /dev/sdc1 rw",
  ].join("\n");
  test.each([
    ["/var/lib/ledger.sqlite", "ext4", false, true],
    ["/srv/ledger.sqlite", "nfs4", true, false],
    ["/srv/local disk/ledger.sqlite", "xfs", false, true],
    ["/srvx/ledger.sqlite", "ext4", false, true],
    ["/home/anna/share/l.sqlite", "fuse.sshfs", true, false],
    ["/data/l.sqlite", "virtiofs", false, false],
    ["/mnt/l.sqlite", "ext4", false, true],
  ])("%s lies on %s", (path, type, isNetwork, keepsNumbers) => {
    const found = fileSystemType(path, () => mounts);
    expect(found).toBe(type);
    expect(isNetworkFileSystem(found)).toBe(isNetwork);
    expect(keepsFileNumbers(found)).toBe(keepsNumbers);
  });

  test("is null where the system does not tell", () => {
    expect(fileSystemType("/x", () => "")).toBeNull();
  });
});
