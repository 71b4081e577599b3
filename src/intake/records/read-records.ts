// Reads a file into records, in this thread: open, plan, read row by row. It knows no ledger and no
// sink, so that it also runs in a thread of its own.
import type { SheetRow, Table } from "../../core/cell.ts";
import type { Finding } from "../../core/finding.ts";
import { HEADER_SEARCH_ROWS } from "../../map/model/levels.ts";
import { planMapping, type MappingInput } from "../../map/plan-mapping.ts";
import {
  createMergeJudge,
  mergedFaultsOf,
  mergedFindings,
  type MergedFault,
} from "../../map/rows/merged-cells.ts";
import type { MappingPlan, SheetPlan } from "../../map/model/mapping-plan.ts";
import { createColumnWatch } from "../../map/watch/column-watch.ts";
import { watchDecimalMarks } from "../../map/watch/watch-decimal-marks.ts";
import { createRowReader, type RowReading } from "../../map/read-row.ts";
import type { Profile } from "../../map/profile/profile.ts";
import { unreadable } from "../../parse/text/file-finding.ts";
import { openTable, type OpenTableOptions } from "../../parse/open-table.ts";
import {
  joinRecords,
  type KeyedRecord,
  type RecordBatch,
  type RecordSource,
} from "./record-batch.ts";

/** More in one text would make it a large object: those outlive their use and fill the memory. */
const ROWS_PER_BATCH = 128;

export interface LocalRecordSource extends RecordSource {
  /** What the plan is made of: plain data, which another thread can be given. */
  readonly mapping: MappingInput;
}

/** @throws UnreadableFileError when it is missing, damaged or no table */
export async function readRecords(
  path: string,
  options: OpenTableOptions,
  profile: Profile | null,
): Promise<LocalRecordSource> {
  const table = await openTable(path, options);
  try {
    const { file, detected, text, findings, decimalMark } = table;
    const mapping: MappingInput = {
      fileName: file.name,
      isText: table.format === "csv",
      decimalMark,
      decimalMarkIsNamed: table.decimalMarkIsNamed,
      decimalMarkIsGuess: table.decimalMarkIsGuess,
      formulasMaybeStale: table.formulasMaybeStale,
      sheets: await readHeads(table),
      profile,
    };
    const plan = planMapping(mapping);
    return {
      mapping,
      opened: { file, detected, ...(text === undefined ? {} : { text }), findings, plan },
      batches: (merged) => readBatches(table, plan, merged),
      close: () => table.close(),
    };
  } catch (error) {
    await table.close();
    throw error;
  }
}

async function readHeads(table: Table): Promise<MappingInput["sheets"]> {
  const heads = [];
  for (const { name } of table.sheets) {
    const head: SheetRow[] = [];
    for await (const rows of table.rows(name)) {
      head.push(...rows.slice(0, HEADER_SEARCH_ROWS - head.length));
      if (head.length >= HEADER_SEARCH_ROWS) break;
    }
    heads.push({ name, head });
  }
  return heads;
}

async function* readBatches(
  table: Table,
  plan: MappingPlan,
  merged: readonly MergedFault[] | null,
): AsyncGenerator<RecordBatch> {
  const marks = watchDecimalMarks(plan);
  for (const sheet of plan.sheets) {
    const watch = createColumnWatch(plan, sheet, marks);
    const readRow = createRowReader(
      plan,
      sheet,
      watch,
      merged === null ? null : mergedFaultsOf(sheet, merged),
    );
    for await (const rows of table.rows(sheet.sheet)) {
      for (let at = 0; at < rows.length; at += ROWS_PER_BATCH) {
        yield batchOf(
          rows.slice(at, at + ROWS_PER_BATCH),
          sheet.sheetIndex,
          sheet.headerRow,
          readRow,
        );
      }
    }
    yield atEndOf(sheet.sheetIndex, watch.atEnd());
    const { sheetIndex } = sheet;
    if (merged !== null) yield atEndOf(sheetIndex, mergedFindings(plan, sheet, merged));
    else yield atEndOf(sheetIndex, [], await judgeMerged(table, plan, sheet));
  }
  yield atEndOf(0, marks.atEnd());
}

/** Reads a sheet that has been read to its end once more, when it has merged cells to be judged. */
async function judgeMerged(
  table: Table,
  plan: MappingPlan,
  sheet: SheetPlan,
): Promise<readonly MergedFault[]> {
  const judge = createMergeJudge(sheet, table.mergedRanges(sheet.sheet));
  if (judge === null) return [];
  const readRow = createRowReader(plan, sheet);
  for await (const rows of table.rows(sheet.sheet)) {
    for (const row of rows) {
      if (row.rowNumber > judge.lastRow) return fewFaults(table, sheet, judge.faults());
      judge.see(row, row.rowNumber > sheet.headerRow ? readRow(row) : null);
    }
  }
  return fewFaults(table, sheet, judge.faults());
}

/** More are no slips of a person, and all of them are held at once. */
const MERGED_FAULTS_MAX = 250_000;

/** @throws UnreadableFileError when there are too many */
function fewFaults(
  { file }: Table,
  { sheet }: SheetPlan,
  faults: readonly MergedFault[],
): readonly MergedFault[] {
  if (faults.length <= MERGED_FAULTS_MAX) return faults;
  throw unreadable(
    file.name,
    "file-too-large",
    `The sheet "${sheet}" of "${file.name}" hides values under more than ${MERGED_FAULTS_MAX} merged cells`,
    { sheet, hint: "Unmerge the cells, and run the same command again" },
  );
}

/** What the whole of a sheet showed, or of all of them. */
function atEndOf(
  sheetIndex: number,
  findings: readonly Finding[],
  merged: readonly MergedFault[] = [],
): RecordBatch {
  return {
    sheetIndex,
    findings,
    rowsWithContent: 0,
    lastRowNumber: 0,
    records: joinRecords([]),
    invalidRows: [],
    leftOutRows: [],
    ...(merged.length === 0 ? {} : { merged }),
  };
}

function batchOf(
  rows: readonly SheetRow[],
  sheetIndex: number,
  headerRow: number,
  readRow: (row: SheetRow) => RowReading,
): RecordBatch {
  const records: KeyedRecord[] = [];
  const invalidRows: number[] = [];
  const leftOutRows: number[] = [];
  const findings: Finding[] = [];
  let rowsWithContent = 0;
  let lastRowNumber = 0;
  for (const row of rows) {
    if (row.rowNumber <= headerRow) continue;
    const read = readRow(row);
    if (read.kind === "blank") continue;
    lastRowNumber = Math.max(lastRowNumber, row.rowNumber);
    if (read.kind === "left-out") {
      leftOutRows.push(row.rowNumber);
      if (read.shipment !== null) records.push(read.shipment);
      continue;
    }
    if (read.kind !== "record") findings.push(...read.findings);
    if (read.kind === "no-data") continue;
    rowsWithContent += 1;
    if (read.kind === "record") records.push(read);
    else invalidRows.push(row.rowNumber);
  }
  const text = joinRecords(records);
  return {
    sheetIndex,
    rowsWithContent,
    lastRowNumber,
    records: text,
    invalidRows,
    leftOutRows,
    findings,
  };
}
