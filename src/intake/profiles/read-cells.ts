// The cells of a file as they are read, sheet by sheet, row by row.
import { cellAddress, type Cell, type SheetRow } from "../../core/cell.ts";
import { CasBatchError } from "../../core/errors.ts";
import { openTable, type OpenTableOptions } from "../../parse/open-table.ts";

interface CellsOfRow {
  readonly sheet: string;
  readonly row: number;
  /** By address. Blank cells are left out, but for formulas without a result. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Set for rows that are hidden or filtered away. */
  readonly hidden?: true;
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

function cellsOfRow({ sheet, rowNumber, cells, hidden }: SheetRow): CellsOfRow {
  const byAddress: Record<string, Cell> = {};
  for (const [column, cell] of cells.entries()) {
    if (cell !== undefined) byAddress[cellAddress(column, rowNumber)] = cell;
  }
  return {
    sheet,
    row: rowNumber,
    cells: byAddress,
    ...(hidden === true ? { hidden } : {}),
  };
}
