// What watches one column, and how it tells what it saw.
import type { Cell } from "../../core/cell.ts";
import type { FindingCode } from "../../core/finding-codes.ts";
import type { StoredValue } from "../model/mapping-plan.ts";

export interface Watcher {
  /** @param value Null when the cell could not be read. */
  readonly see: (cell: Cell, rowNumber: number, value: StoredValue | null) => void;
  readonly atEnd: (tell: Tell) => void;
}

/** Shape: the row that stands for the column, what is said, the value that is shown. */
export type Tell = (
  code: FindingCode,
  rowNumber: number,
  message: string,
  value?: string | null,
) => void;
