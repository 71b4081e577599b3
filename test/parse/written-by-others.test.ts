// One table, written by the programs that people really use, is the same table to us. A program that
// is not installed is skipped by name; under CI it must be there.
import { execFile, execFileSync } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ExcelJS from "exceljs";
import { describe, expect, onTestFinished, test } from "vitest";
import { openTable } from "../../src/parse/open-table.ts";
import { readRows } from "./read-table.ts";

const execute = promisify(execFile);
const python = process.env["CAS_BATCH_PYTHON"] ?? "/usr/bin/python3";
const isCi = process.env["CI"] === "true";

function runs(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const tools = {
  openpyxl: runs(python, "-c", "import openpyxl"),
  xlsxwriter: runs(python, "-c", "import xlsxwriter"),
  soffice: runs("soffice", "--version"),
};

/** The same cells in the words of both Python libraries. */
const PYTHON_CELLS = `
import sys, datetime
rows = [
  ["Reference", "Mass", "Date", "Time", "Flag", "Note"],
  ["0012", 12.5, datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 12, 34, 56), True, "Überführung & <Zoll>"],
  ["A-1", 0.1 + 0.2, datetime.date(1999, 12, 31), datetime.datetime(1999, 12, 31, 0, 0, 1), False, "two\\nlines"],
  ["東京", -1234567.891, datetime.date(2100, 2, 28), datetime.datetime(2100, 2, 28, 23, 59, 59), True, " blanks "],
]
`;
const OPENPYXL = `${PYTHON_CELLS}
import openpyxl
book = openpyxl.Workbook()
sheet = book.active
for row in rows: sheet.append(row)
for r in range(2, 5):
  sheet.cell(r, 3).number_format = "yyyy-mm-dd"
  sheet.cell(r, 4).number_format = "yyyy-mm-dd hh:mm:ss"
sheet["H2"] = "last"
book.save(sys.argv[1])
`;
const XLSXWRITER = `${PYTHON_CELLS}
import xlsxwriter
book = xlsxwriter.Workbook(sys.argv[1], {"constant_memory": sys.argv[2] == "inline"})
sheet = book.add_worksheet()
formats = {2: book.add_format({"num_format": "yyyy-mm-dd"}), 3: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}
for r, row in enumerate(rows):
  for c, value in enumerate(row):
    if r > 0 and c in formats: sheet.write_datetime(r, c, value, formats[c])
    else: sheet.write(r, c, value)
  if r == 1: sheet.write(1, 7, "last")
book.close()
`;

type Content = readonly (readonly [type: string, value: string] | null)[];
const HEADERS = ["Reference", "Mass", "Date", "Time", "Flag", "Note"];
const expected: readonly Content[] = [
  HEADERS.map((header) => ["string", header] as const),
  [
    ["string", "0012"],
    ["number", "12.5"],
    ["date", "2026-03-01"],
    ["date", "2026-03-01T12:34:56"],
    ["boolean", "true"],
    ["string", "Überführung & <Zoll>"],
    null,
    ["string", "last"],
  ],
  [
    ["string", "A-1"],
    ["number", "0.3"],
    ["date", "1999-12-31"],
    ["date", "1999-12-31T00:00:01"],
    ["boolean", "false"],
    ["string", "two\nlines"],
  ],
  [
    ["string", "東京"],
    ["number", "-1234567.891"],
    ["date", "2100-02-28"],
    ["date", "2100-02-28T23:59:59"],
    ["boolean", "true"],
    ["string", " blanks "],
  ],
];

async function contentOf(path: string): Promise<readonly Content[]> {
  const table = await openTable(path);
  const rows = await readRows(table);
  await table.close();
  return rows.map(({ cells }) =>
    Array.from(cells, (cell) => (cell === undefined ? null : ([cell.type, cell.value] as const))),
  );
}

async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-writers-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function writeByPython(script: string, ...args: readonly string[]): Promise<string> {
  const folder = await workFolder();
  const path = join(folder, "a.xlsx");
  await writeFile(join(folder, "write.py"), script);
  await execute(python, [join(folder, "write.py"), path, ...args]);
  return path;
}

async function writeByExceljs(): Promise<string> {
  const path = join(await workFolder(), "a.xlsx");
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("Sheet");
  for (const [rowIndex, row] of expected.entries()) {
    for (const [column, cell] of row.entries()) {
      if (cell === null) continue;
      const [type, value] = cell;
      const written = sheet.getCell(rowIndex + 1, column + 1);
      if (type === "date") {
        written.value = new Date(`${value.length === 10 ? `${value}T00:00:00` : value}Z`);
        written.numFmt = value.length === 10 ? "yyyy-mm-dd" : "yyyy-mm-dd hh:mm:ss";
      } else if (type === "number") written.value = Number(value);
      else written.value = type === "boolean" ? value === "true" : value;
    }
  }
  await book.xlsx.writeFile(path);
  return path;
}

/** The same workbook, read and written anew by LibreOffice. */
async function throughLibreOffice(path: string): Promise<string> {
  const folder = await workFolder();
  await copyFile(path, join(folder, "in.xlsx"));
  const profile = `-env:UserInstallation=file://${join(folder, "profile")}`;
  const target = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir"];
  await execute("soffice", [profile, ...target, join(folder, "out"), join(folder, "in.xlsx")]);
  return join(folder, "out", "in.xlsx");
}

describe("the same table is read from a workbook written by", () => {
  test("exceljs", async () => {
    expect(await contentOf(await writeByExceljs())).toEqual(expected);
  });

  test.skipIf(!tools.openpyxl && !isCi)("openpyxl (skipped when it is not installed)", async () => {
    expect(await contentOf(await writeByPython(OPENPYXL))).toEqual(expected);
  });

  test.skipIf(!tools.xlsxwriter && !isCi).each(["shared", "inline"])(
    "XlsxWriter with %s texts (skipped when it is not installed)",
    async (texts) => {
      expect(await contentOf(await writeByPython(XLSXWRITER, texts))).toEqual(expected);
    },
  );

  test.skipIf(!tools.soffice && !isCi)(
    "LibreOffice (skipped when it is not installed)",
    async () => {
      const path = await throughLibreOffice(await writeByExceljs());
      expect(await contentOf(path)).toEqual(expected);
    },
    60_000,
  );
});
