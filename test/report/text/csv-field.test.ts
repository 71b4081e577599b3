import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCells } from "../../../src/intake/profiles/read-cells.ts";
import { csvField, csvLine } from "../../../src/report/text/csv-field.ts";
import { temporaryFolder } from "../outside-programs.ts";

/** The cells of a file that we wrote, as we read them. */
async function readBack(texts: readonly string[]): Promise<readonly (string | undefined)[]> {
  const path = join(temporaryFolder(), "ours.csv");
  writeFileSync(path, `\ufeff${csvLine(["A", "B", "C"])}${csvLine(texts)}`);
  for await (const rows of readCells(path, null, {})) {
    for (const { row, cells } of rows)
      if (row === 2) return Object.values(cells).map(({ value }) => value);
  }
  return [];
}

test.each([
  ["=1+1", "'=1+1"],
  ["+SUM(A1)", "'+SUM(A1)"],
  ["-2+3", "'-2+3"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\n=1+1", "\"'\n'=1+1\""],
  ["\t=1+1", "'\t'=1+1"],
  ["\r=1+1", "\"'\r'=1+1\""],
  ["＝1+1", "'＝1+1"],
  ["＋1", "'＋1"],
  ["－1+x", "'－1+x"],
  ["＠SUM(A1)", "'＠SUM(A1)"],
  [" =1+1", "' =1+1"],
  ["\u00a0\u3000=1+1", "'\u00a0\u3000=1+1"],
  ["\u200d=1+1", "'\u200d=1+1"],
  ["\ufeff=1+1", "<U+FEFF>=1+1"],
  ["\u200b=1+1", "<U+200B>=1+1"],
  ["\0=1+1", "<U+0000>=1+1"],
  ["a,=1+1", "a,'=1+1"],
  ['a";=1+1', '"a"";\'=1+1"'],
  ['a," =1+1', '"a,"" \'=1+1"'],
  ["a\t@SUM(A1)", "a\t'@SUM(A1)"],
  ["a\r\n-cmd|' /C calc'!A0", "\"a\r\n'-cmd|' /C calc'!A0\""],
])("csvField() writes %j so that no program runs it", (text, written) => {
  expect(csvField(text, ";")).toBe(written);
});

test.each([
  "a = b",
  "1 - 2",
  "12, -5",
  "a-b; x",
  "10 x 20, + 3",
  "EUR 1,234.50",
  "Müller & Co",
  "'a",
])("csvField() leaves %j as it is", (text) => {
  expect(csvField(text, "|")).toBe(text);
});

test("csvField() takes no longer for many line ends than for letters", () => {
  const startedAt = performance.now();
  csvField("\n".repeat(1_000_000), ";");
  csvField(" ".repeat(1_000_000), ";");
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test("A file that we write can be read by us, whatever CAS has answered", async () => {
  const cells = await readBack(["a\0b", "\u001b[31m", "x\u0085\ud800\u202e"]);
  expect(cells).toEqual(["a<U+0000>b", "<U+001B>[31m", "x<U+0085><U+D800><U+202E>"]);
});
