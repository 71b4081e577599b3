// `npm run test:corpus -- DIR [CASES]`: reads every workbook below a folder with our reader and with two
// independent ones, and compares each cell's type and value, and the texts that Excel itself showed
// where it wrote a CSV beside (`*/NAME.xlsx.N.csv`). Every difference is explained by a named rule,
// or the exit code is 1. CASES is a folder of small files with what is expected of each.
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { compareCases } from "./corpus-cases.ts";
import type { Comparison } from "./compare-workbook.ts";

const WORKBOOK_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const AT_ONCE = 2;

const execute = promisify(execFile);
const [folder, casesFolder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write(
    "Name the folder that holds the workbooks: npm run test:corpus -- DIR [CASES]\n",
  );
  process.exit(2);
}

async function compare(workbook: string, csvs: readonly string[]): Promise<Comparison> {
  const script = join(import.meta.dirname, "compare-workbook.ts");
  try {
    const { stdout } = await execute(process.execPath, [script, workbook, ...csvs], {
      timeout: WORKBOOK_MS_MAX,
      maxBuffer: OUTPUT_BYTES_MAX,
    });
    if (stdout !== "") return JSON.parse(stdout) as Comparison;
    return { cells: 0, explained: {}, unexplained: ["The process ended without a word"] };
  } catch (error) {
    return { cells: 0, explained: {}, unexplained: [String(error)] };
  }
}

const workbooks = globSync("**/*.xls[xm]", { cwd: folder }).sort();
const csvs = globSync("**/*.xls[xm].*.csv", { cwd: folder }).sort();
const totals = new Map<string, number>();
let cells = 0;
let unexplained = 0;
let next = 0;

async function work(root: string): Promise<void> {
  for (let name = workbooks[next]; name !== undefined; name = workbooks[next]) {
    next += 1;
    const workbook = name;
    const own = csvs.filter(
      (csv) => basename(csv).replace(/\.\d+\.csv$/, "") === basename(workbook),
    );
    const result = await compare(
      join(root, workbook),
      own.map((csv) => join(root, csv)),
    );
    cells += result.cells;
    unexplained += result.unexplained.length;
    for (const [rule, count] of Object.entries(result.explained)) {
      totals.set(rule, (totals.get(rule) ?? 0) + count);
    }
    for (const line of result.unexplained) process.stdout.write(`${workbook}: ${line}\n`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, () => work(folder)));
process.stdout.write(
  `${workbooks.length} workbooks, ${cells} cells, ${csvs.length} CSVs; ${unexplained} differences unexplained\n`,
);
for (const [rule, count] of [...totals].sort((left, right) => right[1] - left[1])) {
  process.stdout.write(`${String(count).padStart(8)}  ${rule}\n`);
}
if (casesFolder !== undefined) {
  const { cases, differences } = await compareCases(casesFolder);
  unexplained += differences.length;
  for (const line of differences) process.stdout.write(`${line}\n`);
  process.stdout.write(`${cases} cases, ${differences.length} other than expected\n`);
}
if (workbooks.length === 0 || unexplained > 0) process.exitCode = 1;
