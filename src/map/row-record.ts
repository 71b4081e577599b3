// A row on its way through the row stage, as compact text: values by the plan's columns instead of
// by path, and faults without the place that is known again when they come out.
import type { FindingCode } from "../core/finding-codes.ts";
import type { Direction } from "../core/shipment.ts";
import type { StoredValue } from "./mapping-plan.ts";

export interface RowRecord {
  /** Into `MappingPlan.sheets`. */
  readonly sheetIndex: number;
  /** One-based. */
  readonly rowNumber: number;
  /** As written in the row, or carried on from the row above; null when neither can be told. */
  readonly direction: Direction | null;
  /** By the columns of the sheet's plan. */
  readonly values: readonly (StoredValue | null)[];
  readonly faults: readonly RowFault[];
}

export interface RowFault {
  readonly code: FindingCode;
  /** Into the columns of the sheet's plan. */
  readonly column: number;
  readonly value: string | null;
  readonly message: string;
  readonly hint: string | null;
}

export function encodeRow(record: RowRecord): string {
  return JSON.stringify([
    record.sheetIndex,
    record.rowNumber,
    record.direction,
    record.values,
    ...(record.faults.length === 0 ? [] : [record.faults]),
  ]);
}

type EncodedRow = [number, number, Direction | null, (StoredValue | null)[], RowFault[]?];

/** The inverse of `encodeRow`, and of nothing else: what comes in was written by it. */
export function decodeRow(content: string): RowRecord {
  const [sheetIndex, rowNumber, direction, values, faults = []] = JSON.parse(content) as EncodedRow;
  return { sheetIndex, rowNumber, direction, values, faults };
}
