// Reading alone: every cell of every sheet, its type, value, raw text and format touched, so that
// nothing that reading puts off until it is asked for stays unpaid.
import { openTable } from "../src/parse/open-table.ts";

export interface CellCensus {
  readonly rows: number;
  readonly cells: number;
  /** Of everything touched, so that two runs can be compared. */
  readonly characters: number;
}

export async function readCells(path: string): Promise<CellCensus> {
  const table = await openTable(path);
  let rows = 0;
  let cells = 0;
  let characters = 0;
  try {
    for (const { name } of table.sheets) {
      for await (const batch of table.rows(name)) {
        rows += batch.length;
        for (const row of batch) {
          for (const cell of row.cells) {
            if (cell === undefined) continue;
            cells += 1;
            characters +=
              cell.type.length + cell.value.length + cell.raw.length + cell.format.length;
          }
        }
      }
    }
  } finally {
    await table.close();
  }
  return { rows, cells, characters };
}
