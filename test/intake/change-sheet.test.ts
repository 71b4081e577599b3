import { join } from "node:path";
import ExcelJS from "exceljs";
import { describe, expect, test } from "vitest";
import { readChangeSheet, type ChangeSheet } from "../../src/intake/change-sheet.ts";
import { emptyFolder } from "../support/run-cli.ts";

const HEADERS = ["Declaration id", "Path", "Value"];

async function readBook(fill: (book: ExcelJS.Workbook) => void): Promise<ChangeSheet> {
  const book = new ExcelJS.Workbook();
  fill(book);
  const path = join(emptyFolder(), "changes.xlsx");
  await book.xlsx.writeFile(path);
  return readChangeSheet(path, ["declaration", "path", "value"], {});
}

const sheetOf = (book: ExcelJS.Workbook, name: string, rows: readonly (readonly unknown[])[]) => {
  const sheet = book.addWorksheet(name);
  for (const row of rows) sheet.addRow([...row]);
  return sheet;
};

const readValue = (value: unknown, format = "General"): Promise<ChangeSheet> =>
  readBook((book) => {
    const sheet = sheetOf(book, "S", [HEADERS, ["D-1", "a.b", value]]);
    sheet.getCell("C2").numFmt = format;
  });

describe("readChangeSheet()", () => {
  test.each([
    [123, "000000", "000123"],
    [12345, "#,##0", "12345"],
    [12.5, "0.00", "12.5"],
    [true, "General", "true"],
    [new Date("2026-05-04T00:00:00Z"), "dd/mm/yyyy", "2026-05-04"],
  ])("reads the value %s in the format %s as the cell shows it", async (value, format, text) => {
    const { rows } = await readValue(value, format);
    expect(rows.map(({ texts }) => texts.value)).toEqual([text]);
  });

  test.each([
    [12345678901234567000, "General", "code-lost-digits"],
    [0.21, "0%", "code-shown-differently"],
    [12.345, "0.00", "code-shown-differently"],
  ])("refuses the value %s in the format %s", async (value, format, code) => {
    const { rows, findings } = await readValue(value, format);
    expect(findings).toMatchObject([{ code, cell: "C2", severity: "error" }]);
    expect(rows).toEqual([]);
  });

  test("refuses two columns that can both be the value", async () => {
    const { findings } = await readBook((book) => {
      sheetOf(book, "S", [
        [...HEADERS, "New value"],
        ["D-1", "a.b", "old", "new"],
      ]);
    });
    expect(findings).toMatchObject([{ code: "header-doubled", cell: "D1" }]);
  });

  test("refuses a second sheet that names declarations and lacks a column", async () => {
    const { findings } = await readBook((book) => {
      sheetOf(book, "S", [HEADERS, ["D-1", "a.b", "x"]]);
      sheetOf(book, "More", [
        ["Declaration id", "Path", "Vlaue"],
        ["D-2", "a.b", "y"],
      ]);
    });
    expect(findings).toMatchObject([{ code: "header-missing", sheet: "More" }]);
    expect(findings[0]?.message).toContain('not "Value"');
  });

  test("leaves a sheet of notes alone, and tells of hidden rows", async () => {
    const { rows, findings } = await readBook((book) => {
      const sheet = sheetOf(book, "S", [HEADERS, ["D-1", "a.b", "x"], ["D-2", "a.b", "y"]]);
      sheet.getRow(3).hidden = true;
      sheetOf(book, "Notes", [
        ["Who", "Id"],
        ["me", "1"],
      ]);
    });
    expect(rows).toHaveLength(2);
    expect(findings.map(({ code }) => code)).toEqual(["rows-hidden", "sheet-ignored"]);
  });
});
