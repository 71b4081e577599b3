// One workbook against other readers, in a process of its own: one of them is known to end the
// process without a word. `compare-workbook.ts FILE [CSV..]` prints a JSON Comparison; the number
// in a CSV's name says of which sheet Excel wrote it.
import { basename } from "node:path";
import { UnreadableFileError } from "../src/core/errors.ts";
import { exceljsCells, hucreCells, ourCells, type CorpusSheets } from "./corpus-cells.ts";
import { csvDifferences, explainCsv } from "./corpus-csv.ts";
import { differences } from "./corpus-differences.ts";
import { explain } from "./corpus-rules.ts";

export interface Comparison {
  readonly cells: number;
  /** How many differences each rule explained. */
  readonly explained: Readonly<Record<string, number>>;
  readonly unexplained: readonly string[];
}

const UNEXPLAINED_SHOWN_MAX = 20;
const PEERS = { exceljs: exceljsCells, hucre: hucreCells } as const;

const [path = "", ...csvPaths] = process.argv.slice(2);
const explained: Record<string, number> = {};
const unexplained: string[] = [];

function judge(rule: string | null, difference: unknown): void {
  if (rule === null) unexplained.push(JSON.stringify(difference));
  else explained[rule] = (explained[rule] ?? 0) + 1;
}

async function readOurs(): Promise<CorpusSheets | null> {
  try {
    return await ourCells(path);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    // Sheets without a cell are refused, which agrees with readers that find no cell.
    if (error.finding.code === "file-empty") return new Map();
    unexplained.push(`We refuse it: ${error.finding.code}, ${error.finding.message}`);
    return null;
  }
}

const ours = await readOurs();
if (ours !== null) {
  for (const [name, read] of Object.entries(PEERS)) {
    let theirs: CorpusSheets;
    try {
      theirs = await read(path);
    } catch {
      judge(`${name}-cannot-read-the-file`, path);
      continue;
    }
    for (const difference of differences(name, ours, theirs)) {
      judge(explain(difference), difference);
    }
  }
  for (const csvPath of csvPaths) {
    const index = Number(/\.(\d+)\.csv$/.exec(basename(csvPath))?.[1]);
    const cells = [...ours.values()][index];
    if (cells === undefined) judge("csv-of-a-sheet-without-cells", csvPath);
    else {
      for (const difference of await csvDifferences(csvPath, cells)) {
        judge(explainCsv(difference), { csv: basename(csvPath), ...difference });
      }
    }
  }
}
const cells = [...(ours?.values() ?? [])].reduce((sum, sheet) => sum + sheet.size, 0);
const hidden = unexplained.length - UNEXPLAINED_SHOWN_MAX;
const comparison: Comparison = {
  cells,
  explained,
  unexplained: [
    ...unexplained.slice(0, UNEXPLAINED_SHOWN_MAX),
    ...(hidden > 0 ? [`${UNEXPLAINED_SHOWN_MAX} of ${unexplained.length} shown`] : []),
  ],
};
process.stdout.write(JSON.stringify(comparison));
