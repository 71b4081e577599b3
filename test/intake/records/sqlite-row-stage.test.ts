import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { KeyedRecord, RowGroup } from "../../../src/intake/records/record-batch.ts";
import { openRowStage } from "../../../src/intake/records/sqlite-row-stage.ts";
import { collected, pagesOf } from "../../support/ledger-drafts.ts";

async function staged(batches: readonly (readonly KeyedRecord[])[]): Promise<RowGroup[]> {
  const stage = await openRowStage();
  try {
    for (const rows of batches) await stage.add(rows);
    return await collected(stage.groups());
  } finally {
    await stage.close();
  }
}

/** The same, with everything in memory. */
function grouped(rows: readonly KeyedRecord[]): RowGroup[] {
  const contents = new Map<string, string[]>();
  for (const { groupKey, content } of rows) {
    const group = contents.get(groupKey) ?? [];
    group.push(content);
    contents.set(groupKey, group);
  }
  return [...contents].map(([groupKey, group]) => ({ groupKey, contents: group }));
}

const rowArbitrary = fc.record({
  groupKey: fc.constantFrom("A", "B", "b", "", "B ", "é", "e\u0301"),
  content: fc.string({ unit: "grapheme" }),
});

test("groups() equals grouping in memory, whatever the order of the rows", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(rowArbitrary, { maxLength: 8 })), async (batches) => {
      expect(await staged(batches)).toEqual(grouped(batches.flat()));
    }),
    { numRuns: 60 },
  );
});

test("groups() yields whole groups in batches that stay small", async () => {
  const rows = Array.from({ length: 9_000 }, (_, index) => ({
    groupKey: String(Math.floor(index / 3) % 2_000),
    content: String(index),
  }));
  const stage = await openRowStage();
  await stage.add(rows);
  const batches = await pagesOf(stage.groups());
  await stage.close();
  expect(batches.length).toBeGreaterThan(3);
  expect(batches.flat()).toEqual(grouped(rows));
});

test("groups() can be left early and asked again", async () => {
  const rows = Array.from({ length: 5_000 }, (_, index) => ({ groupKey: `${index}`, content: "" }));
  const stage = await openRowStage();
  await stage.add(rows);
  for await (const batch of stage.groups()) {
    expect(batch[0]?.groupKey).toBe("0");
    break;
  }
  await stage.add([{ groupKey: "0", content: "late" }]);
  const groups = await collected(stage.groups());
  expect(groups[0]).toEqual({ groupKey: "0", contents: ["", "late"] });
  expect(groups).toHaveLength(5_000);
  await stage.close();
});

test("openRowStage() leaves nothing behind", async () => {
  const directory = mkdtempSync(join(tmpdir(), "cas-batch-stage-"));
  const stage = await openRowStage(directory);
  await stage.add([{ groupKey: "A", content: "secret" }]);
  if (process.platform !== "win32") expect(readdirSync(directory)).toEqual([]);
  await stage.close();
  expect(readdirSync(directory)).toEqual([]);
  rmSync(directory, { recursive: true });
});

test("openRowStage() says where it could not write", async () => {
  await expect(openRowStage("/dev/null/none")).rejects.toMatchObject({
    code: "ledger-write-failed",
    message: expect.stringContaining("Cannot put rows aside below /dev/null/none") as string,
  });
});
