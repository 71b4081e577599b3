// Files that other people's programs wrote. They are no part of the project: the folder is given by
// CAS_BATCH_CORPORA, and without it these tests are skipped.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { UnreadableFileError } from "../../src/core/errors.ts";
import { openTable } from "../../src/parse/open-table.ts";
import { readRows, rowValues } from "./read-table.ts";

const folder = resolve(process.env["CAS_BATCH_CORPORA"] ?? "../shared/corpora");
const isThere = existsSync(folder);
const skipNote = isThere ? "" : ` (skipped: ${folder} is not there, name it in CAS_BATCH_CORPORA)`;

function filesOf(pattern: string): readonly string[] {
  return isThere ? globSync(pattern, { cwd: folder }).sort() : [];
}

/** Workbooks whose sheets hold no cell with content, checked by hand. */
const EMPTY_WORKBOOKS: ReadonlySet<string> = new Set([
  "BlankSheetTypes.xlsm",
  "author_snowman.xlsx",
  "custom_properties.xlsx",
  "page_margins_2016.xlsx",
]);

describe.skipIf(!isThere)(`the corpora${skipNote}`, () => {
  test("are where they should be", () => {
    expect(filesOf("csv-spectrum/csvs/*.csv").length).toBeGreaterThan(10);
    expect(filesOf("sheetjs/**/*.xls[xm]").length).toBeGreaterThan(70);
  });

  test.each(filesOf("csv-spectrum/csvs/*.csv"))("%s equals its JSON", async (path) => {
    const table = await openTable(join(folder, path));
    onTestFinished(() => table.close());
    const [header = [], ...records] = rowValues(await readRows(table));
    const objects = records.map((record) =>
      Object.fromEntries(header.map((name, column) => [name, record[column] ?? ""])),
    );
    const jsonPath = join(folder, "csv-spectrum/json", `${basename(path, ".csv")}.json`);
    // The files went through a version control system that rewrote their line ends; the JSON did not.
    const expected = readFileSync(jsonPath, "utf8").replaceAll("\\r\\n", "\\n");
    expect(objects).toEqual(JSON.parse(expected));
  });

  test.each(filesOf("sheetjs/**/*.xls[xm]"))("%s is read, or refused with a code", async (path) => {
    try {
      const table = await openTable(join(folder, path), { allowMacroWorkbooks: true });
      onTestFinished(() => table.close());
      let rows = 0;
      for (const { name } of table.sheets) rows += (await readRows(table, name)).length;
      expect(rows).toBeGreaterThan(0);
    } catch (error) {
      if (!(error instanceof UnreadableFileError)) throw error;
      expect(error.finding.code).toBe("file-empty");
      expect(EMPTY_WORKBOOKS).toContain(basename(path));
    }
  });
});
