// Programs that people open our workbooks with, run for real. Where they are missing a test is
// skipped with a message; in CI a missing program is a failure, because then nothing is proven.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  LIBREOFFICE,
  startLibreOffice,
  typeIntoCells,
  type TypedCell,
} from "../../scripts/docs/libreoffice.ts";

const TIMEOUT_MS = 60_000;
/** The interpreter that has openpyxl need not be the first one on the PATH. */
const PYTHON: string = process.env["CAS_BATCH_PYTHON"] ?? "/usr/bin/python3";

export function runs(command: string, args: readonly string[]): boolean {
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
export function convertWithLibreOffice(
  path: string,
  format: string,
  timeoutMs = TIMEOUT_MS,
): string {
  const folder = temporaryFolder();
  const said = startLibreOffice(["--convert-to", format, "--outdir", folder, path], timeoutMs);
  const extension = format.split(":")[0] ?? format;
  const converted = join(folder, basename(path).replace(/\.[^.]+$/, `.${extension}`));
  if (!existsSync(converted)) {
    throw new Error(`LibreOffice did not write ${converted}: ${said}`);
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

const READ_LINKS = `
import sys, json, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps([[sheet.title, cell.coordinate, cell.hyperlink.location, cell.hyperlink.target]
  for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]))
`;

export interface SeenLink {
  readonly sheet: string;
  readonly cell: string;
  /** In the workbook. */
  readonly location: string | null;
  /** Outside it. */
  readonly target: string | null;
}

/** Every link as openpyxl sees it. */
export function linksInOpenpyxl(path: string): SeenLink[] {
  const { stdout } = spawnSync(PYTHON, ["-c", READ_LINKS, path], { encoding: "utf8" });
  const links = JSON.parse(stdout) as [string, string, string | null, string | null][];
  return links.map(([sheet, cell, location, target]) => ({ sheet, cell, location, target }));
}

const COMPARE_BOOKS = `
import sys, json, warnings, openpyxl
warnings.simplefilter('ignore')
def load(path):
    try: return openpyxl.load_workbook(path)
    except Exception as error: return str(error)
def text(value): return value.text if hasattr(value, 'text') else str(value)
def compare(a, b):
    found = []
    names = [name for name in b.sheetnames if name != 'cas-batch notes']
    if names != a.sheetnames: found.append('sheets %s' % names)
    if list(a.defined_names) != list(b.defined_names): found.append('defined names')
    for name in a.sheetnames:
        x, y = a[name], b[name]
        if not hasattr(x, 'iter_rows'): continue
        for row in x.iter_rows():
            for c in row:
                d = y[c.coordinate]
                if c.value is None: continue
                if text(c.value) != text(d.value): found.append('%s!%s value' % (name, c.coordinate))
                for kind in ('number_format', 'font', 'border', 'alignment', 'protection'):
                    if repr(getattr(c, kind)) != repr(getattr(d, kind)):
                        found.append('%s!%s %s' % (name, c.coordinate, kind))
                if c.comment and not (d.comment and d.comment.text.startswith(c.comment.text.strip())):
                    found.append('%s!%s comment' % (name, c.coordinate))
        used = x.max_column
        for letter, width in x.column_dimensions.items():
            if openpyxl.utils.column_index_from_string(letter) <= used:
                other = y.column_dimensions[letter]
                if (width.width, width.hidden) != (other.width, other.hidden):
                    found.append('%s!%s width' % (name, letter))
        same = lambda kind, one, other: None if one == other else found.append(name + ' ' + kind)
        same('merged', sorted(map(str, x.merged_cells.ranges)), sorted(map(str, y.merged_cells.ranges)))
        rules = lambda sheet: sorted((str(v.sqref), v.type, v.formula1) for v in sheet.data_validations.dataValidation)
        same('validations', rules(x), rules(y))
        marks = lambda sheet: sorted((str(r.sqref), len(r.rules)) for r in sheet.conditional_formatting)
        same('conditional formats', marks(x), marks(y))
        same('images', len(x._images), len(y._images))
        same('charts', len(x._charts), len(y._charts))
        same('panes', x.freeze_panes, y.freeze_panes)
        same('filter', x.auto_filter.ref, y.auto_filter.ref)
        same('print area', x.print_area, y.print_area)
        same('margins', repr(x.page_margins), repr(y.page_margins))
        same('heights', [(k, v.height, v.hidden) for k, v in x.row_dimensions.items()], [(k, v.height, v.hidden) for k, v in y.row_dimensions.items()])
    return found
pairs = json.load(sys.stdin)
result = {}
for key, (first, second) in pairs.items():
    a, b = load(first), load(second)
    result[key] = [] if isinstance(a, str) else ['not loadable: ' + b] if isinstance(b, str) else compare(a, b)
print(json.dumps(result))
`;

/**
 * What differs between originals and copies as openpyxl sees them, in words, by name: values,
 * formulas, formats, widths, heights and everything else of a sheet but fills and added cells.
 * Originals that openpyxl itself cannot read count as equal.
 */
export function differencesInOpenpyxl(
  pairs: Readonly<Record<string, readonly [string, string]>>,
): Record<string, string[]> {
  const result = spawnSync(PYTHON, ["-c", COMPARE_BOOKS], {
    timeout: OUTSIDE_TIMEOUT_MS,
    encoding: "utf8",
    input: JSON.stringify(pairs),
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0) throw new Error(`openpyxl fails: ${result.stderr}`);
  return JSON.parse(result.stdout) as Record<string, string[]>;
}

/** All sheets of all workbooks as LibreOffice shows them, by `BOOK-SHEET.csv`. */
export function sheetsInLibreOffice(paths: readonly string[]): ReadonlyMap<string, string> {
  const folder = temporaryFolder();
  // Comma, double quotes, UTF-8, values as shown, every sheet into its own file.
  const filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
  startLibreOffice(["--convert-to", filter, "--outdir", folder, ...paths]);
  return new Map(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

/** Lets LibreOffice open `path`, type `text` into a cell and save it under a new name. */
export function correctWithLibreOffice(path: string, cell: TypedCell): string {
  const target = join(temporaryFolder(), basename(path));
  typeIntoCells(path, target, [cell]);
  return target;
}
