// Programs that people open our workbooks with, run for real. Where they are missing a test is
// skipped with a message; in CI a missing program is a failure, because then nothing is proven.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";

const TIMEOUT_MS = 60_000;
const LIBREOFFICE: string = process.env["CAS_BATCH_LIBREOFFICE"] ?? "soffice";
/** The interpreter that has openpyxl need not be the first one on the PATH. */
const PYTHON: string = process.env["CAS_BATCH_PYTHON"] ?? "/usr/bin/python3";

function runs(command: string, args: readonly string[]): boolean {
  const found = spawnSync(command, args, { timeout: TIMEOUT_MS }).status === 0;
  if (!found && process.env["CI"] === "true") {
    throw new Error(`${command} ${args.join(" ")} must run in CI: install it`);
  }
  if (!found)
    process.stderr.write(`Tests are skipped: ${command} ${args.join(" ")} does not run here\n`);
  return found;
}

export const hasLibreOffice = runs(LIBREOFFICE, ["--version"]);
export const hasOpenpyxl = runs(PYTHON, ["-c", "import openpyxl"]);

/** One profile for each test file: making one takes LibreOffice longer than most conversions. */
const profile = mkdtempSync(join(tmpdir(), "cas-batch-libreoffice-"));
process.on("exit", () => {
  rmSync(profile, { recursive: true, force: true });
});

/** For tests that start these programs. Unit: milliseconds. */
export const OUTSIDE_TIMEOUT_MS = 120_000;

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-report-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Lets LibreOffice read `path` and write it as `format`; the path of what it wrote. */
export function convertWithLibreOffice(path: string, format: string): string {
  const folder = temporaryFolder();
  const result = spawnSync(
    LIBREOFFICE,
    [
      `-env:UserInstallation=file://${profile}`,
      "--headless",
      "--convert-to",
      format,
      "--outdir",
      folder,
      path,
    ],
    { timeout: TIMEOUT_MS, encoding: "utf8" },
  );
  const extension = format.split(":")[0] ?? format;
  const converted = join(folder, basename(path).replace(/\.[^.]+$/, `.${extension}`));
  if (!existsSync(converted)) {
    throw new Error(`LibreOffice did not write ${converted}: ${result.stdout}${result.stderr}`);
  }
  return converted;
}

export interface SeenCell {
  readonly value: string | number | boolean | null;
  /** openpyxl's letter: s text, n number or blank, d date, f formula. */
  readonly type: string;
  readonly format: string;
}

const READ_CELLS = `
import sys, json, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
def shown(cell):
    value = cell.value
    if hasattr(value, 'isoformat'): value = value.isoformat()
    return {'value': value, 'type': cell.data_type, 'format': cell.number_format}
print(json.dumps({sheet.title: [[shown(cell) for cell in row] for row in sheet.iter_rows()] for sheet in book}))
`;

/** Every cell as openpyxl sees it, by sheet. */
export function readWithOpenpyxl(path: string): Record<string, SeenCell[][]> {
  const result = spawnSync(PYTHON, ["-c", READ_CELLS, path], {
    timeout: TIMEOUT_MS,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`openpyxl cannot read ${path}: ${result.stderr}`);
  return JSON.parse(result.stdout) as Record<string, SeenCell[][]>;
}

/** The macro that types a text into one cell, as a person would, and saves as .xlsx. */
const TYPE_INTO_CELL = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub TypeInto(source As String, target As String, sheet As String, address As String, text As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  document.Sheets.getByName(sheet).getCellRangeByName(address).setFormula(text)
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = "Calc MS Excel 2007 XML"
  document.storeToURL(ConvertToURL(target), how())
  document.close(True)
End Sub
</script:module>`;

/** Lets LibreOffice open `path`, type `text` into a cell and save it under a new name. */
export function correctWithLibreOffice(
  path: string,
  cell: { readonly sheet: string; readonly address: string; readonly text: string },
): string {
  const module = join(profile, "user/basic/Standard/Module1.xba");
  // The first start makes the profile, with an empty module of this name in it.
  if (!existsSync(module)) startLibreOffice(["--terminate_after_init"]);
  writeFileSync(module, TYPE_INTO_CELL);
  const target = join(temporaryFolder(), basename(path));
  const texts = [path, target, cell.sheet, cell.address, cell.text];
  const call = texts.map((text) => `"${text}"`).join(",");
  const said = startLibreOffice([`macro:///Standard.Module1.TypeInto(${call})`]);
  if (!existsSync(target)) throw new Error(`LibreOffice did not write ${target}: ${said}`);
  return target;
}

function startLibreOffice(args: readonly string[]): string {
  const result = spawnSync(
    LIBREOFFICE,
    [`-env:UserInstallation=file://${profile}`, "--headless", ...args],
    { timeout: TIMEOUT_MS, encoding: "utf8" },
  );
  return result.stdout + result.stderr;
}
