// A file's way to its lines, with the rows of its shipments together and scattered, in this thread
// and in another.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SourceFile } from "../../src/core/cell.ts";
import { CasBatchError, UnreadableFileError } from "../../src/core/errors.ts";
import type { Finding } from "../../src/core/finding.ts";
import {
  openRecords,
  readInThread,
  THREAD_FILE_BYTES_MIN,
} from "../../src/intake/records/open-records.ts";
import { readRecords } from "../../src/intake/records/read-records.ts";
import type { RecordSource } from "../../src/intake/records/record-batch.ts";
import type { BatchSink, FileEnd, StageOptions } from "../../src/intake/sinks/batch-sink.ts";
import { createTally } from "../../src/intake/sinks/tally.ts";
import { stageFile } from "../../src/intake/stage-file.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cas-batch-test-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const HEADER = "External reference,Direction,Item number,Goods description,Commodity code";

/** One row of a shipment; a description of `?` makes it invalid. */
function row(shipment: number, item: number, description = "Bolts"): string {
  return `PO-${String(shipment)},IN,${String(item)},${description},85423190`;
}

function write(name: string, rows: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${[HEADER, ...rows].join("\n")}\n`);
  return path;
}

const controller = new AbortController();
function optionsFor(name: string): StageOptions {
  return {
    name,
    reading: {},
    profile: null,
    onInvalid: "skip",
    onProgress: () => undefined,
    signal: controller.signal,
  };
}

interface Staged {
  readonly end: FileEnd;
  readonly opened: number;
  /** Shape: reference, the rows' numbers, the body. */
  readonly lines: readonly (readonly [string, readonly number[], string])[];
  readonly findings: readonly Finding[];
}

/** What a sink holds that forgets when it is opened again. */
async function staged(path: string, options = optionsFor("night.csv")): Promise<Staged> {
  let opened = 0;
  let lines: Staged["lines"] = [];
  let findings: readonly Finding[] = [];
  const sink: BatchSink = {
    open: (_file: SourceFile) => {
      opened += 1;
      lines = [];
      findings = [];
      return Promise.resolve();
    },
    addRows: () => Promise.resolve(),
    addFindings: (added) => {
      findings = [...findings, ...added];
      return Promise.resolve();
    },
    addLines: (added) => {
      for (const { key, rows, message } of added) {
        const body = JSON.stringify(message?.body);
        lines = [...lines, [key.externalReference, rows.map((one) => one.row), body]];
      }
      return Promise.resolve([]);
    },
    seal: () => Promise.resolve(),
  };
  const end = await stageFile(path, sink, options);
  return { end, opened, lines, findings };
}

test("rows that stand together are read once", async () => {
  const path = write("together.csv", [row(1, 1), row(1, 2), row(2, 1)]);
  const { opened, lines } = await staged(path);
  expect(opened).toBe(1);
  expect(lines.map(([reference, rows]) => [reference, rows])).toEqual([
    ["PO-1", [2, 3]],
    ["PO-2", [4]],
  ]);
});

test("rows that do not stand together make the same shipments, in the order of first rows", async () => {
  const path = write("scattered.csv", [row(2, 1), row(1, 1), row(1, 2), row(2, 2), row(3, 1)]);
  const { opened, lines, end } = await staged(path);
  expect(opened).toBe(2);
  expect(lines.map(([reference, rows]) => [reference, rows])).toEqual([
    ["PO-2", [2, 5]],
    ["PO-1", [3, 4]],
    ["PO-3", [6]],
  ]);
  expect(end).toMatchObject({ rejected: false, rowsRead: 5, rowsBlank: 0 });
});

test("the order of the rows changes no shipment", async () => {
  const rows = [1, 2, 3, 4].flatMap((shipment) => [row(shipment, 1), row(shipment, 2, "Nuts")]);
  const inOrder = await staged(write("ordered.csv", rows));
  const bodies = inOrder.lines.map(([, , body]) => body).toSorted();
  expect(bodies).toHaveLength(4);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (shuffled) => {
      const { lines } = await staged(write("shuffled.csv", shuffled));
      expect(lines.map(([, , body]) => body).toSorted()).toEqual(bodies);
    }),
    { numRuns: 15 },
  );
});

test("a file read twice is counted once", async () => {
  const path = write("twice.csv", [row(1, 1), row(2, 1, ""), row(1, 2), row(1, 2)]);
  const tally = createTally();
  await stageFile(path, tally, optionsFor("twice.csv"));
  await stageFile(path, tally, optionsFor("twice.csv"));
  const [first, second] = tally.files;
  expect(first?.counts).toMatchObject({
    rowsRead: 4,
    rowsBlank: 0,
    rowsInvalid: 0,
    rowsDuplicate: 1,
    rowsInShipments: 3,
    shipments: 2,
  });
  expect(second?.counts).toEqual(first?.counts);
  const codes = [...tally.findings].flat().map(({ code }) => code);
  expect(codes.filter((code) => code === "row-duplicate")).toHaveLength(2);
  tally.close();
});

const LARGE_SHIPMENTS = 15_000;
/** Two in each shipment make a file that is read in a thread. */
const LONG = `Bolts of the kind that needs a long description ${"x".repeat(240)}`;

function largeRows(): string[] {
  return Array.from({ length: LARGE_SHIPMENTS }, (_, shipment) => [
    row(shipment, 1, LONG),
    row(shipment, 2, LONG),
  ]).flat();
}

test("a large file is read in a thread of its own, with the same result", async () => {
  const path = write("large.csv", largeRows());
  expect(statSync(path).size).toBeGreaterThan(THREAD_FILE_BYTES_MIN);
  const { lines, end } = await staged(path);
  expect(lines).toHaveLength(LARGE_SHIPMENTS);
  expect(lines.at(-1)?.slice(0, 2)).toEqual(["PO-14999", [30_000, 30_001]]);
  expect(end).toMatchObject({ rejected: false, rowsRead: 30_000, rowsBlank: 0 });
});

test("a large file whose last row belongs to its first shipment loses nothing", async () => {
  const path = write("late.csv", [...largeRows(), row(0, 3)]);
  const { opened, lines } = await staged(path);
  expect(opened).toBe(2);
  expect(lines).toHaveLength(LARGE_SHIPMENTS);
  expect(lines[0]?.slice(0, 2)).toEqual(["PO-0", [2, 3, 30_002]]);
});

test("a file that breaks off in the middle is rejected whole, and its books balance", async () => {
  const path = write("broken.csv", [",,,,", ...largeRows(), '"PO-1']);
  const tally = createTally();
  await stageFile(path, tally, optionsFor("broken.csv"));
  expect(tally.files[0]?.end).toMatchObject({ rejected: true, rowsRead: 0, rowsBlank: 0 });
  expect(tally.files[0]?.counts).toMatchObject({
    rowsInvalid: 0,
    rowsInShipments: 0,
    shipments: 0,
  });
  const findings = [...tally.findings].flat();
  expect(findings).toMatchObject([{ code: "csv-quote-broken", row: 30_003 }]);
  tally.close();
});

test("stageFile() stops in the middle of a large file when it is told to", async () => {
  const path = write("stopped.csv", largeRows());
  const stop = new AbortController();
  const options = {
    ...optionsFor("stopped.csv"),
    signal: stop.signal,
    onProgress: () => {
      stop.abort(new Error("told to stop"));
    },
  };
  await expect(staged(path, options)).rejects.toThrow("told to stop");
});

async function recordsOf(source: RecordSource): Promise<readonly unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of source.batches(null)) batches.push(batch);
  await source.close();
  const { plan, ...facts } = source.opened;
  // The plan holds functions, each side its own.
  return [facts, JSON.parse(JSON.stringify(plan)) as unknown, ...batches];
}

test("readInThread() reads what readRecords() reads", async () => {
  const path = write("same.csv", [row(1, 1), "", ",,,Nuts,", row(2, 1, "")]);
  const here = await recordsOf(await readRecords(path, {}, null));
  const there = await recordsOf(await readInThread(path, {}, null));
  expect(there).toEqual(here);
  expect(here.length).toBeGreaterThan(1);
});

test("readInThread() tells what is wrong with a file and with an option, as it is", async () => {
  const missing = readInThread(join(folder, "missing.csv"), {}, null);
  await expect(missing).rejects.toBeInstanceOf(UnreadableFileError);
  await expect(missing).rejects.toMatchObject({ finding: { code: "file-unreadable" } });
  const path = write("option.csv", [row(1, 1)]);
  const delimiter = readInThread(path, { delimiter: "ab" }, null);
  await expect(delimiter).rejects.toBeInstanceOf(CasBatchError);
  await expect(delimiter).rejects.toMatchObject({ code: "configuration-invalid", exitCode: 2 });
});

test("readInThread() says so when a file takes more memory than it may", async () => {
  const path = write("memory.csv", largeRows());
  const source = readInThread(path, { limits: { memoryMibMax: 6 } }, null);
  await expect(source).rejects.toMatchObject({ finding: { code: "file-too-large" } });
});

test("a reading that is given up leaves nothing in the one that follows", async () => {
  for (const open of [readRecords, readInThread]) {
    const source = await open(write("again.csv", largeRows()), {}, null);
    for await (const batch of source.batches(null)) {
      expect(batch.rowsWithContent).toBeGreaterThan(0);
      break;
    }
    let rows = 0;
    for await (const batch of source.batches([])) rows += batch.rowsWithContent;
    expect(rows).toBe(2 * LARGE_SHIPMENTS);
    await source.close();
  }
});

test("openRecords() can be left at any time", async () => {
  const source = await openRecords(write("left.csv", largeRows()), {}, null);
  for await (const batch of source.batches(null)) {
    expect(batch.rowsWithContent).toBeGreaterThan(0);
    break;
  }
  await source.close();
  await source.close();
});
