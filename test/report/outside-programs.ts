// Programs that people open our workbooks with, run for real. Where they are missing a test is
// skipped with a message; in CI a missing program is a failure, because then nothing is proven.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
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
