// Two hundred damaged ledgers: each is refused, or everything that decides about sending is proven
// to be as it was. Nothing ends in anything but an answer.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { CasBatchError } from "../../src/core/errors.ts";
import { exportLedger } from "../../src/ledger/sqlite/care/export-ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { verifyLedger } from "../../src/ledger/sqlite/care/verify-ledger.ts";
import { makeSqliteStore, type SqliteStore } from "../support/ledger-store.ts";
import { fillLedger } from "../support/true-ledger.ts";

const FILES = 200;
const PAGE_SIZE = 4096;

let store: SqliteStore;
let whole: Buffer;
let facts: string;
beforeAll(async () => {
  store = await makeSqliteStore();
  const ledger = await store.open();
  await fillLedger(ledger.books("simulator", "ACME"));
  await ledger.close();
  whole = readFileSync(store.path);
  facts = factsOf(store.path);
  return () => store.remove();
});

/** What decides whether something is sent, asked about or left alone. */
function factsOf(path: string): string {
  const pick: Readonly<Record<string, readonly string[]>> = {
    shipment: ["direction", "externalReference"],
    version: ["shipmentId", "versionNumber", "state", "contentHash", "payload", "attempts"],
    attempt: ["versionId", "attemptNumber", "outcome", "settlement"],
    declaration: ["declarationId", "shipmentId", "currentStatus"],
  };
  return [...exportLedger(path, new Date(0))]
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .flatMap((line) => {
      const names = pick[String(line["kind"])];
      return names === undefined ? [] : [JSON.stringify(names.map((name) => line[name]))];
    })
    .join("\n");
}

/** Deterministic: the same files in every run. */
function randomOf(seed: number): () => number {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function damaged(seed: number): Buffer {
  const random = randomOf(seed * 7919);
  const below = (limit: number): number => Math.floor(random() * limit);
  const bytes = Buffer.from(whole);
  const page = below(bytes.length / PAGE_SIZE) * PAGE_SIZE;
  switch (seed % 4) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1: {
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
      return bytes;
    }
    case 2:
      return bytes.fill(0, page, page + PAGE_SIZE);
    default: {
      const other = below(bytes.length / PAGE_SIZE) * PAGE_SIZE;
      whole.copy(bytes, page, other, other + PAGE_SIZE);
      return bytes;
    }
  }
}

/** Null when it is called whole; errors of any other kind are the test's to see. */
function refusalOf(path: string): string | null {
  try {
    const { damages } = verifyLedger(path);
    return damages[0]?.what ?? null;
  } catch (error) {
    if (!(error instanceof CasBatchError)) throw error;
    return error.code;
  }
}

async function openAndLook(path: string): Promise<void> {
  try {
    const ledger = await openSqliteLedger(path, { createWhenMissing: false });
    try {
      await ledger.books("simulator", "ACME").outboxCounts();
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (!(error instanceof CasBatchError)) throw error;
  }
}

test(
  `${String(FILES)} damaged ledgers are refused or proven whole`,
  { timeout: 120_000 },
  async () => {
    let refused = 0;
    for (let seed = 0; seed < FILES; seed += 1) {
      const path = join(store.folder, `damaged-${String(seed)}.sqlite`);
      const bytes = damaged(seed);
      writeFileSync(path, bytes);
      const refusal = refusalOf(path);
      if (refusal === null) expect(factsOf(path), `seed ${String(seed)}`).toBe(facts);
      else refused += 1;
      await openAndLook(path);
      for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
    }
    // The others were hit where nothing is kept, or were written over with themselves.
    expect(refused).toBeGreaterThan(FILES / 2);
  },
);

test("a ledger that was cut to nothing is called damaged, and not opened", async () => {
  const path = join(store.folder, "empty.sqlite");
  writeFileSync(path, "");
  expect(verifyLedger(path).damages).toMatchObject([
    { what: "The file is empty, and no ledger ever is" },
  ]);
  await expect(openSqliteLedger(path)).rejects.toMatchObject({ code: "ledger-unusable" });
  expect(() => [...exportLedger(path, new Date(0))]).toThrow("the file is empty");
  expect(statSync(path).size).toBe(0);
});

test("verifyLedger() calls the ledger whole that the others were made from", () => {
  expect(verifyLedger(store.path)).toMatchObject({ damages: [], counts: { shipments: 30 } });
});

test("verifyLedger() finds changed letters in messages, which SQLite does not see", () => {
  const path = join(store.folder, "letters.sqlite");
  const text = readFileSync(store.path, "latin1");
  writeFileSync(path, text.replaceAll("bolts xxx", "Bolts xxx"), "latin1");
  expect(verifyLedger(path).damages).toMatchObject([
    { what: "A message is not what its fingerprint says", count: 30 },
  ]);
});

test("verifyLedger() finds a state that is none, which SQLite does not see", () => {
  const path = join(store.folder, "states.sqlite");
  const text = readFileSync(store.path, "latin1");
  const states = text.replaceAll(/rejected(?=Upsert)/g, "rajected");
  expect(states).not.toBe(text);
  writeFileSync(path, states, "latin1");
  expect(verifyLedger(path).damages).toContainEqual({
    what: "A word in versions is none of those it can be",
    count: 2,
    places: ["state 'rajected'", "state 'rajected'"],
  });
});

test("openSqliteLedger() refuses tables that are not those of its schema", async () => {
  const path = join(store.folder, "tables.sqlite");
  const text = readFileSync(store.path, "latin1");
  writeFileSync(
    path,
    text.replaceAll("direction IN ('IN', 'OUT', '')", "direction IN ('IN', 'OUX', '')"),
    "latin1",
  );
  await expect(openSqliteLedger(path)).rejects.toMatchObject({ code: "ledger-unusable" });
});
