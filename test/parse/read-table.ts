// What the tests of reading share: files in a folder of their own, and tables read to their end.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Cell, SheetRow, Table } from "../../src/core/cell.ts";
import { UnreadableFileError } from "../../src/core/errors.ts";
import type { Finding } from "../../src/core/finding.ts";
import { openTable, type OpenTableOptions } from "../../src/parse/open-table.ts";
import { makeZip, workbookParts, type WorkbookMarkup } from "./make-workbook.ts";

/** Writes a file that is gone when the test is over; gives its path. */
export async function writeTestFile(name: string, content: string | Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-parse-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** All rows of one sheet, the first when none is named. */
export async function readRows(table: Table, sheetName?: string): Promise<readonly SheetRow[]> {
  const rows: SheetRow[] = [];
  const name = sheetName ?? table.sheets[0]?.name ?? "";
  for await (const batch of table.rows(name)) rows.push(...batch);
  return rows;
}

/** The rows as the texts of their cells, blank ones as "". */
export function rowValues(rows: readonly SheetRow[]): readonly (readonly string[])[] {
  return rows.map(({ cells }) => Array.from(cells, (cell) => cell?.value ?? ""));
}

export async function readCsv(
  content: string | Buffer,
  options?: OpenTableOptions,
): Promise<{ readonly table: Table; readonly rows: readonly SheetRow[] }> {
  const table = await openTable(await writeTestFile("night.csv", content), options);
  // At once: a property reads thousands of files in one test.
  try {
    return { table, rows: await readRows(table) };
  } finally {
    await table.close();
  }
}

export async function openWorkbook(markup: WorkbookMarkup): Promise<Table> {
  const path = await writeTestFile("night.xlsx", makeZip(workbookParts(markup)));
  const table = await openTable(path);
  onTestFinished(() => table.close());
  return table;
}

/** The one cell of a workbook whose only row is `<row r="1">` with this markup. */
export async function readCell(
  cellMarkup: string,
  markup: Omit<WorkbookMarkup, "sheets"> = {},
): Promise<Cell | undefined> {
  const sheet = `<row r="1">${cellMarkup}<c r="Z1"><v>1</v></c></row>`;
  const rows = await readRows(await openWorkbook({ ...markup, sheets: { S: sheet } }));
  return rows[0]?.cells[0];
}

/** The finding with which opening or reading `path` ends; fails when it does not. */
export async function unreadableFinding(
  path: string,
  options?: OpenTableOptions,
): Promise<Finding> {
  try {
    const table = await openTable(path, options);
    try {
      for (const { name } of table.sheets) await readRows(table, name);
    } finally {
      await table.close();
    }
  } catch (error) {
    if (error instanceof UnreadableFileError) return error.finding;
    throw error;
  }
  throw new Error(`${path} was read to its end`);
}
