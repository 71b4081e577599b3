import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CannotNowError } from "../../../src/core/errors.ts";
import type { Finding } from "../../../src/core/finding.ts";
import { createSpool } from "../../../src/intake/sinks/spool.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "cas-batch-test-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function findings(count: number, from = 0): readonly Finding[] {
  return Array.from({ length: count }, (_, index) => ({
    code: "value-missing",
    severity: "error",
    file: "märz.xlsx",
    sheet: null,
    row: from + index,
    cell: null,
    header: "Gewicht\n(kg)",
    path: null,
    value: "\ud800",
    message: "Gone 🚢",
    hint: null,
  }));
}

test("a spool gives back all findings in their order, few and many", () => {
  const spool = createSpool<Finding>("findings", directory);
  spool.add(findings(3));
  expect([...spool].flat()).toEqual(findings(3));
  for (let from = 3; from < 9_003; from += 1_000) spool.add(findings(1_000, from));
  expect([...spool].flat()).toEqual(findings(9_003));
  spool.add(findings(1, 9_003));
  expect([...spool].flat()).toEqual(findings(9_004));
  spool.close();
});

test("a spool hands on batches, never everything at once", () => {
  const spool = createSpool<Finding>("findings", directory);
  spool.add(findings(10_000));
  const sizes = [...spool].map((batch) => batch.length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(Math.max(...sizes)).toBeLessThan(5_000);
  spool.close();
});

test.each([0, 10, 499, 500, 5_000])("rewind() goes back to a mark after %i findings", (count) => {
  const spool = createSpool<Finding>("findings", directory);
  spool.add(findings(count));
  const mark = spool.mark();
  spool.add(findings(4_500, 100_000));
  spool.rewind(mark);
  spool.add(findings(2_500, count));
  expect([...spool].flat()).toEqual(findings(count + 2_500));
  spool.close();
});

test("a spool leaves nothing behind", () => {
  const spool = createSpool<Finding>("findings", directory);
  spool.add(findings(2_500));
  if (process.platform !== "win32") expect(readdirSync(directory)).toEqual([]);
  spool.close();
  expect(readdirSync(directory)).toEqual([]);
});

test("a spool says where it could not write", () => {
  const spool = createSpool<Finding>("findings", "/dev/null/none");
  expect(() => {
    spool.add(findings(2_500));
  }).toThrow(CannotNowError);
});
