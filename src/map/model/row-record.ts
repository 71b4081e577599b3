// A row as compact text for the row stage: values by the plan's columns instead of by path, and faults
// without their place, which the plan gives back later.
import type { FindingCode } from "../../core/codes/finding-codes.ts";
import type { Direction } from "../../core/shipment.ts";
import type { StoredValue } from "./value-rule.ts";

export interface RowRecord {
  /** Into `MappingPlan.sheets`. */
  readonly sheetIndex: number;
  /** One-based. */
  readonly rowNumber: number;
  /** As written in the row, or carried on from the row above; null when neither is known. */
  readonly direction: Direction | null;
  /** By the columns of the sheet's plan. */
  readonly values: readonly (StoredValue | null)[];
  readonly faults: readonly RowFault[];
  /** A shipment that the profile leaves out: the rows on other sheets that name it are left out with it. */
  readonly isLeftOut?: true;
}

export interface RowFault {
  readonly code: FindingCode;
  /** Into the columns of the sheet's plan; -1 when it is about the row. */
  readonly column: number;
  readonly value: string | null;
  readonly message: string;
  readonly hint: string | null;
  /** It stops its shipment, and the finding about its column stands for it. */
  readonly isCoveredByColumn?: true;
}

/** Between the fields of a row; `RECORD_END` is its like between rows. Neither is in a record's fields. */
const FIELD_END = "\u001f";
export const RECORD_END = "\u001e";
// What a field begins with that is no plain text. A blank cell is an empty field.
const NUMBER_MARK = "\u0001";
const TRUE_FIELD = "\u0002t";
const FALSE_FIELD = "\u0002f";
const JSON_MARK = "\u0003";
/** In the place of the faults, which are JSON. */
const LEFT_OUT_MARK = "-";
const NUMBER_MARK_CODE = 1;
const BOOLEAN_MARK_CODE = 2;
const JSON_MARK_CODE = 3;
/** Controls, which would be taken for marks, and halves of pairs, which UTF-8 cannot hold alone. */
const NOT_PLAIN = /[\0-\x1f\ud800-\udfff]/;
/** Fields before the values: sheet, row, direction, faults. */
const HEAD_FIELDS = 4;

/** Fields with marks instead of JSON: reading them back costs most, and takes a third of JSON's time. */
export function encodeRow({
  sheetIndex,
  rowNumber,
  direction,
  faults,
  values,
  isLeftOut,
}: RowRecord): string {
  const faultsText =
    faults.length === 0 ? (isLeftOut === true ? LEFT_OUT_MARK : "") : JSON.stringify(faults);
  let text = `${sheetIndex}${FIELD_END}${rowNumber}${FIELD_END}${direction ?? ""}${FIELD_END}${faultsText}`;
  for (const value of values) text += FIELD_END + encodeValue(value);
  return text;
}

/** The inverse of `encodeRow`, and of nothing else: what comes in was written by it. */
export function decodeRow(content: string): RowRecord {
  const fields = content.split(FIELD_END);
  const [sheetIndex, rowNumber, direction, faultsText] = fields;
  const values: (StoredValue | null)[] = [];
  for (let at = HEAD_FIELDS; at < fields.length; at += 1)
    values.push(decodeValue(fields[at] ?? ""));
  const isLeftOut = faultsText === LEFT_OUT_MARK;
  const record: RowRecord = {
    sheetIndex: Number(sheetIndex),
    rowNumber: Number(rowNumber),
    direction: direction === "IN" || direction === "OUT" ? direction : null,
    values,
    faults: faultsText && !isLeftOut ? (JSON.parse(faultsText) as RowFault[]) : noFaults,
  };
  return isLeftOut ? { ...record, isLeftOut } : record;
}

const noFaults: readonly RowFault[] = [];

function encodeValue(value: StoredValue | null): string {
  if (value === null) return "";
  if (typeof value === "string") {
    return value === "" || NOT_PLAIN.test(value) ? JSON_MARK + JSON.stringify(value) : value;
  }
  if (typeof value === "boolean") return value ? TRUE_FIELD : FALSE_FIELD;
  return NUMBER_MARK + value[0];
}

function decodeValue(field: string): StoredValue | null {
  if (field === "") return null;
  switch (field.charCodeAt(0)) {
    case NUMBER_MARK_CODE:
      return [field.slice(1)];
    case BOOLEAN_MARK_CODE:
      return field === TRUE_FIELD;
    case JSON_MARK_CODE:
      return JSON.parse(field.slice(1)) as string;
    default:
      return field;
  }
}
