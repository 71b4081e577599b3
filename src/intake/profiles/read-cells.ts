// The cells of a file as they are read, sheet by sheet, row by row.
import { cellAddress, type Cell, type RowFlaw, type SheetRow } from "../../core/cell.ts";
import { CasBatchError } from "../../core/errors.ts";
import type { Finding } from "../../core/finding.ts";
import { readRecords } from "../records/read-records.ts";
import { openTable, type OpenTableOptions } from "../../parse/open-table.ts";

interface CellsOfRow {
  readonly sheet: string;
  readonly row: number;
  /** By address. Blank cells are left out, but for formulas without a result. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Set for rows that are hidden or filtered away. */
  readonly hidden?: true;
  /** What makes it doubtful that the row is whole, such as a quotation mark. */
  readonly flaw?: Pick<RowFlaw, "code" | "message">;
}

/** What is found out about a file before its rows are read. */
interface FileForm {
  /** Shape: `{ encoding: "UTF-8", delimiter: "semicolon" }`. */
  readonly detected: Readonly<Record<string, string>>;
  /** By sheet, one-based; only of sheets whose headers are known. */
  readonly headerRows: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** @throws UnreadableFileError */
export async function readForm(path: string, reading: OpenTableOptions): Promise<FileForm> {
  const { opened, close } = await readRecords(path, reading, null);
  await close();
  const { detected, findings, plan } = opened;
  return {
    detected,
    findings,
    headerRows: Object.fromEntries(plan.sheets.map(({ sheet, headerRow }) => [sheet, headerRow])),
  };
}

/**
 * The rows of all sheets, or of one named by its number (from 1) or its name.
 * @throws UnreadableFileError, CasBatchError `sheet-unknown`
 */
export async function* readCells(
  path: string,
  sheet: string | null,
  reading: OpenTableOptions,
): AsyncIterable<readonly CellsOfRow[]> {
  const table = await openTable(path, reading);
  try {
    const names = table.sheets.map(({ name }) => name);
    const wanted = sheet === null ? names : [nameOf(sheet, names, table.file.name)];
    for (const name of wanted) {
      for await (const rows of table.rows(name)) yield rows.map(cellsOfRow);
    }
  } finally {
    await table.close();
  }
}

/** A name wins over a number: a sheet may be called "2". */
function nameOf(asked: string, names: readonly string[], fileName: string): string {
  const byNumber = /^\d+$/.test(asked) ? names[Number(asked) - 1] : undefined;
  const found = names.find((name) => name === asked) ?? byNumber;
  if (found !== undefined) return found;
  throw new CasBatchError("sheet-unknown", `${fileName} has no sheet ${asked}`, {
    hint: `It has ${names.map((name, index) => `${String(index + 1)} "${name}"`).join(", ")}`,
  });
}

function cellsOfRow({ sheet, rowNumber, cells, hidden, flaw }: SheetRow): CellsOfRow {
  const byAddress: Record<string, Cell> = {};
  for (const [column, cell] of cells.entries()) {
    if (cell !== undefined) byAddress[cellAddress(column, rowNumber)] = cell;
  }
  return {
    sheet,
    row: rowNumber,
    cells: byAddress,
    ...(hidden === true ? { hidden } : {}),
    ...(flaw === undefined ? {} : { flaw: { code: flaw.code, message: flaw.message } }),
  };
}
